"""Text to verb to reply, and what becomes of errors."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import HelpPage, Overview, ProjectList, Refusal
from bot.commands.spec import LONGEST_TEXT
from bot.errors import SourceDown, StoreError
from bot.model import Ask, ProblemKind
from tests.commands.conftest import names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.answers import Reply
    from tests.commands.conftest import Desk


@pytest.mark.parametrize(
    ("typed", "correction"),
    [
        ("serach foo archived:false", "search foo archived:false"),
        ("stat", "status"),
        ("checkout", "search checkout"),
        ("checkout archived:any", "search checkout archived:any"),
        ("https://x.y", "search https://x.y"),
    ],
)
async def test_an_unknown_verb_is_pointed_at_and_corrected(desk: Desk, typed: str, correction: str) -> None:
    """The button below does what was probably meant."""
    refusal = await desk.answers(typed, Refusal)

    assert (refusal.position, refusal.text[: refusal.length]) == (0, typed.split(maxsplit=1)[0])
    assert refusal.correction == correction


@pytest.mark.parametrize("typed", ["LIST", " list ", "/list", "“list” ".strip("“” ")])
async def test_verbs_are_read_in_any_case(desk: Desk, typed: str) -> None:
    """Phones write the first letter large."""
    await desk.answers(typed, ProjectList)


async def test_typography_of_phones_is_undone_before_reading(desk: Desk) -> None:
    """Curly quotes and long dashes mean what they look like."""
    answer = await desk.answers("search “checkout legacy” —pinned:true", ProjectList)
    assert names(answer) == ["Checkout Legacy"]


async def test_a_text_that_would_not_fit_into_its_own_buttons_is_refused(desk: Desk) -> None:
    """Better a sentence than a message that Slack refuses."""
    assert "shorten" in (await desk.answers("x" * (LONGEST_TEXT + 1), Refusal)).sentence
    written_out = "search " + " ".join(["(a"] * 120)
    assert len(written_out) < LONGEST_TEXT
    assert "shorten" in (await desk.answers(written_out, Refusal)).sentence


async def test_a_misread_filter_is_refused_with_its_place_in_the_whole_command(desk: Desk) -> None:
    """The caret counts from the verb."""
    refusal = await desk.answers("list archivd:true", Refusal)
    assert (refusal.position, refusal.length, refusal.correction) == (5, 7, "list archived:true")


async def test_one_source_down_gives_the_other_and_names_the_missing(desk: Desk) -> None:
    """One broken upstream costs one line of the reply, not the reply."""
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"))
    overview = await desk.answers("", Overview)

    assert names(overview.projects) == ["Billing", "Checkout", "Checkout Legacy"]
    problems = {known.title: known.problem for known in overview.freshness}
    assert problems["MicroVisualizer"] is None
    assert problems["Streampixel"] is not None
    assert problems["Streampixel"].kind is ProblemKind.DOWN


async def test_a_dead_source_is_answered_from_memory_with_its_age(desk: Desk) -> None:
    """What was known stays known, and how old it is stays visible."""
    await desk.answers("list", ProjectList)
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"))
    desk.micro.fails_with(SourceDown("MicroVisualizer", "timeout"))
    await desk.later(hours=3)
    answer = await desk.answers("list", ProjectList)

    assert answer.found.total == 6
    ages = {desk.clock.now() - known.last_success_at for known in answer.freshness if known.last_success_at}
    assert ages == {timedelta(hours=3)}


async def test_a_slow_source_is_not_waited_for_and_the_answer_follows(desk: Desk) -> None:
    """The first answer says what is under way; the second is complete."""
    desk.slow_down()
    reply = await desk.replies("list", patience_s=0.01)
    assert isinstance(reply.answer, ProjectList)
    assert (reply.answer.found.total, [known.refreshing for known in reply.answer.freshness]) == (0, [True, True])

    assert reply.later is not None
    following = asyncio.create_task(_settled(reply.later))
    desk.speed_up()
    settled = await following

    assert isinstance(settled.answer, ProjectList)
    assert (settled.answer.found.total, settled.later) == (6, None)


async def _settled(later: Callable[[], Awaitable[Reply]]) -> Reply:
    return await later()


async def test_a_broken_database_is_a_sentence(desk: Desk) -> None:
    """Nobody sees a traceback, and the sentence says whom to tell."""

    async def broken(*_: object, **__: object) -> object:
        raise StoreError("disk full")

    desk.catalog.store.freshness = broken  # type: ignore[method-assign, assignment] # a full disk cannot be had here
    refusal = await desk.answers("list", Refusal)

    assert "database" in refusal.sentence
    assert "disk" not in refusal.sentence


async def test_force_asks_the_sources_again(desk: Desk) -> None:
    """Refresh is a question like any other, only more insistent."""
    await desk.answers("list", ProjectList)
    await desk.later(seconds=10)
    await desk.dispatcher.answer(Ask(text="list", force=True, patience=timedelta(seconds=5)))
    assert desk.pixel.asked("list_projects") == 2


FRAGMENTS = (
    "add",
    "edit",
    "run",
    "1",
    "#2",
    '"',
    "daily",
    "9:00",
    "Mon",
    "UTC",
    "-",
    "empty:",
    "source:any",
    "not",
    "x",
)
DIGESTS = st.lists(st.sampled_from(FRAGMENTS), max_size=7).map(" ".join).map("digest ".__add__)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.text('abc :-"*<>.,#1d', max_size=40).map("list ".__add__), DIGESTS))
async def test_any_text_gets_an_answer(desk: Desk, text: str) -> None:
    """Nothing that a person types leaves the dispatcher as an exception."""
    reply = await desk.replies(text)
    assert reply.answer is not None


async def test_help_needs_no_source(desk: Desk) -> None:
    """Help works on the worst of days."""
    desk.slow_down()
    await desk.answers("help", HelpPage)
    assert desk.pixel.calls == []
