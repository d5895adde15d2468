"""What the owner of a digest and those who run Rollcall are told, and what happens if they cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.digests.notices import Notices, notice
from bot.errors import NotPosted
from bot.model import Pause, PauseKind
from tests.builders import HOSTILE
from tests.digests.stage import CHANNEL, MONDAY_9, OPERATORS, OWNER, Stage

if TYPE_CHECKING:
    from typing import Any

PAUSE = Pause(kind=PauseKind.CHANNEL, at=MONDAY_9, reason="the channel is archived")


def told(stage: Stage, where: str) -> list[str]:
    """Return what was said somewhere."""
    return [post.message.text for post in stage.messenger.in_channel(where)]


async def test_a_pause_is_told_to_the_owner_and_to_the_operators(stage: Stage) -> None:
    """Which digest, why, and what ends it."""
    digest = await stage.add()

    await Notices(stage.messenger, OPERATORS).paused(digest, PAUSE)

    named = f"in {CHANNEL} (daily at 09:00 Europe/Berlin) rests now: the channel is archived."
    advice = "It goes on by itself as soon as the channel is back: unarchive it, or invite me there."
    assert told(stage, OWNER) == [f"Your digest 1 {named}\n{advice}"]
    assert told(stage, OPERATORS) == [f"Digest 1 {named}\n{advice} Its owner was told."]


async def test_the_operators_hear_that_the_owner_could_not_be_told(stage: Stage) -> None:
    """Somebody must know."""
    digest = await stage.add()
    stage.messenger.close(OWNER, "channel_not_found")

    with capture_logs() as logs:
        await Notices(stage.messenger, OPERATORS).failing(digest, "Slack did not take it (ratelimited)")

    (text,) = told(stage, OPERATORS)
    assert "was not delivered 3 times in a row. The last time: Slack did not take it (ratelimited)." in text
    assert text.endswith("Its owner could not be told.")
    assert [(line["event"], line["user"]) for line in logs] == [("notice.not_sent", OWNER)]


async def test_a_digest_without_owner_is_the_operators_business(stage: Stage) -> None:
    """It was added in a terminal."""
    digest = await stage.add(owner=None)

    await Notices(stage.messenger, OPERATORS).failing(digest, "x")

    assert told(stage, OPERATORS)[0].endswith("It has no owner to tell.")


async def test_failures_that_the_owner_hears_of_are_not_told_to_the_operators(stage: Stage) -> None:
    """Their channel is for what nobody else can see."""
    digest = await stage.add()

    await Notices(stage.messenger, OPERATORS).failing(digest, "x")

    assert len(told(stage, OWNER)) == 1
    assert told(stage, OPERATORS) == []


@pytest.mark.parametrize("operators", [None, OPERATORS])
async def test_a_notice_that_reaches_nobody_breaks_nothing(stage: Stage, operators: str | None) -> None:
    """It is in the log."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("ratelimited"), times=2)

    with capture_logs() as logs:
        await Notices(stage.messenger, operators).paused(digest, PAUSE)

    assert [line["event"] for line in logs] == ["notice.not_sent"] * (1 + (operators is not None))
    assert stage.messenger.posts == []


async def test_an_unforeseen_error_while_telling_breaks_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delivery is already noted."""
    digest = await stage.add()

    async def broken(*_args: Any, **_given: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(stage.messenger, "tell", broken)
    with capture_logs() as logs:
        await Notices(stage.messenger, OPERATORS).paused(digest, PAUSE)

    assert logs[0]["event"] == "notice.not_sent"
    assert told(stage, OPERATORS)[0].endswith("Its owner could not be told.")


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_from_outside_neither_ping_nor_format(stage: Stage, words: str) -> None:
    """A reason may quote filters, and those quote anything."""
    digest = await stage.add()

    message = notice("Your digest", digest, words, "Advice.")

    assert "<!channel>" not in message.text
    assert "<@U1>" not in message.text
    kinds = {element["type"] for block in message.blocks for element in _elements(block)}
    assert kinds <= {"rich_text", "rich_text_section", "text", "channel", "context", "mrkdwn"}


@pytest.mark.parametrize(("channel", "kind"), [("C0REPORTS", "channel"), ("ops room <x>", "text")])
async def test_a_channel_is_named_as_slack_shows_it_if_it_can_be_one(stage: Stage, channel: str, kind: str) -> None:
    """The terminal takes any word for a channel, and Slack refuses a message with such an id."""
    digest = await stage.add(channel=channel)

    message = notice("Digest", digest, "rests.", "Advice.")

    place = message.blocks[0]["elements"][0]["elements"][3]
    assert place["type"] == kind
    assert channel in json.dumps(place)


def _elements(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [element for each in part for element in _elements(each)]
    if not isinstance(part, dict):
        return []
    inner = [element for value in part.values() for element in _elements(value)]
    return [part, *inner] if "type" in part else inner
