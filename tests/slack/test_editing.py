"""Changing messages: how often, and what it means when Slack does not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import ChannelClosed, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import Message, Posted
from bot.slack.clients import open_session, web_client
from bot.slack.editing import EVERY, Editing
from bot.slack.patience import Patience
from tests.fakes.clock import HandClock
from tests.fakes.slack_server import Answer, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aiohttp import ClientSession

POSTED = Posted("C1", "111.222")
CARD = Message(text="Words", blocks=[{"type": "divider"}])
METHOD = "chat.update"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """Return a server."""
    async with FakeSlack() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session."""
    async with open_session() as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that sleeps move."""
    return HandClock()


def editing(
    slack: FakeSlack, session: ClientSession, clock: HandClock, turn: Callable[[str], Awaitable[timedelta]]
) -> Editing:
    """Return what is tested."""
    client = web_client(session, base_url=slack.api_url, token=None)
    return Editing(client, Patience(clock=clock, sleep=clock.sleep), turn)


async def at_once(_key: str) -> timedelta:
    """Have no queue."""
    return timedelta()


def refused(error: str) -> Answer:
    """Say no."""
    return Answer(body={"ok": False, "error": error})


async def test_message_keeps_its_words_beside_its_blocks(
    slack: FakeSlack, session: ClientSession, clock: HandClock
) -> None:
    """Words alone would take the blocks away."""
    await editing(slack, session, clock, at_once).edit(POSTED, CARD)

    (call,) = slack.calls
    assert call.given == {"channel": "C1", "ts": "111.222", "text": "Words", "blocks": CARD.blocks}


async def test_all_edits_share_one_queue(slack: FakeSlack, session: ClientSession, clock: HandClock) -> None:
    """Slack counts them over all channels."""
    keys: list[str] = []

    async def turn(key: str) -> timedelta:
        keys.append(key)
        return EVERY

    edits = editing(slack, session, clock, turn)
    await edits.edit(POSTED, CARD)
    await edits.edit(Posted("C2", "3.3"), CARD)

    assert keys == ["slack:edits", "slack:edits"]
    assert clock.slept_s == [EVERY.total_seconds()] * 2


async def test_edit_whose_turn_is_far_away_is_made_later(
    slack: FakeSlack, session: ClientSession, clock: HandClock
) -> None:
    """Nobody waits for it inside an attempt."""

    async def turn(_key: str) -> timedelta:
        return timedelta(minutes=2)

    with pytest.raises(NotPosted, match="too_late"):
        await editing(slack, session, clock, turn).edit(POSTED, CARD)

    assert slack.calls == []


async def test_drawing_that_slack_does_not_take_becomes_words(
    slack: FakeSlack, session: ClientSession, clock: HandClock
) -> None:
    """Better plain than old."""
    slack.script(METHOD, refused("invalid_blocks"))

    await editing(slack, session, clock, at_once).edit(POSTED, CARD)

    assert [call.given.get("blocks") for call in slack.calls] == [CARD.blocks, None]


@pytest.mark.parametrize(
    "trouble", [Answer(hang_up=True), refused("internal_error"), Answer(status=503, body="<html>")]
)
async def test_what_may_have_been_done_is_done_again(
    slack: FakeSlack, session: ClientSession, clock: HandClock, trouble: Answer
) -> None:
    """Twice the same change is one."""
    slack.script(METHOD, trouble)

    await editing(slack, session, clock, at_once).edit(POSTED, CARD)

    assert len(slack.calls) == 2


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("message_not_found", NeverPosted),
        ("cant_update_message", NeverPosted),
        ("edit_window_closed", NeverPosted),
        ("restricted_action", NeverPosted),
        ("is_archived", ChannelClosed),
        ("channel_not_found", ChannelClosed),
        ("token_revoked", WorkspaceClosed),
        ("ratelimited", NotPosted),
        ("a_new_word", NotPosted),
    ],
)
async def test_every_refusal_has_its_meaning(
    slack: FakeSlack, session: ClientSession, clock: HandClock, word: str, failure: type[Exception]
) -> None:
    """A message that is gone closes no channel."""
    slack.script(METHOD, *[refused(word)] * 4)

    with pytest.raises(failure, match=word):
        await editing(slack, session, clock, at_once).edit(POSTED, CARD)


async def test_server_that_stays_away_is_tried_again_later(
    slack: FakeSlack, session: ClientSession, clock: HandClock
) -> None:
    """A doubt is no reason to look: the next edit says it all."""
    slack.script(METHOD, *[Answer(status=503, body="<html>")] * 4)

    with pytest.raises(NotPosted, match="http_503"):
        await editing(slack, session, clock, at_once).edit(POSTED, CARD)
