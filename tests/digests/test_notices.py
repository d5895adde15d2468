"""Who is told that digests are in trouble, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.digests.notices import Notices
from bot.errors import ChannelClosed, NotPosted
from bot.model import Pause, PauseKind
from bot.ports import Place
from tests.digests.stage import CHANNEL, MONDAY_9, OPERATORS, OWNER, WEEKLY, Stage

if TYPE_CHECKING:
    from bot.model import Digest

PAUSE = Pause(kind=PauseKind.CHANNEL, at=MONDAY_9, reason="the channel is archived")
CLOSED = Pause(kind=PauseKind.WORKSPACE, at=MONDAY_9, reason="Slack takes nothing from Rollcall (token_revoked)")
BACK = "as soon as the channel is back: unarchive it, or invite me there."
BEN = "U0BEN"


def told(stage: Stage, where: str) -> list[str]:
    """Return the texts that somebody was sent."""
    return [post.message.text for post in stage.messenger.in_channel(where)]


async def three(stage: Stage) -> list[Digest]:
    """Add three digests in one channel, of two people."""
    return [await stage.add(), await stage.add(WEEKLY, owner=BEN), await stage.add(query="live")]


def notices_counted() -> dict[str, float]:
    """Return the counter by outcome."""
    outcomes = ("sent", "refused", "failed")
    return {each: REGISTRY.get_sample_value("rollcall_notices_total", {"outcome": each}) or 0 for each in outcomes}


async def test_a_pause_is_told_to_the_owner_and_to_the_operators(stage: Stage) -> None:
    """Which digest, why, and what ends it."""
    digest = await stage.add()
    stage.messenger.places[CHANNEL] = Place(member=True, archived=True, name="reports")

    await Notices(stage.messenger, OPERATORS).resting([digest], PAUSE)

    named = "in #reports (daily at 09:00 Europe/Berlin) rests now: the channel is archived."
    assert told(stage, OWNER) == [f"Your digest 1 {named}\nIt goes on by itself {BACK}"]
    assert told(stage, OPERATORS) == [f"Digest 1 {named}\nIt goes on by itself {BACK} Its owner was told."]


async def test_who_owns_several_digests_is_told_once(stage: Stage) -> None:
    """One message names them all, the operators' one those of everybody."""
    stage.messenger.places[CHANNEL] = Place(member=True, archived=True, name="reports")

    await Notices(stage.messenger, OPERATORS).resting(await three(stage), PAUSE)

    named = "in #reports rest now: the channel is archived."
    assert told(stage, OWNER) == [f"Your digests 1 and 3 {named}\nThey go on by themselves {BACK}"]
    assert len(told(stage, BEN)) == 1
    assert told(stage, BEN)[0].startswith("Your digest 2 in #reports (every Monday at 09:00 Europe/Berlin) rests now:")
    assert told(stage, OPERATORS) == [
        f"Digests 1, 2 and 3 {named}\nThey go on by themselves {BACK} Their 2 owners were told."
    ]


async def test_what_slack_never_tells_the_end_of_is_resumed_by_hand(stage: Stage) -> None:
    """Nobody is promised that it goes on by itself."""
    restricted = replace(PAUSE, reason=ChannelClosed("restricted_action").reason)

    await Notices(stage.messenger, None).resting(await three(stage), restricted)

    assert told(stage, OWNER)[0].endswith(
        "When I may post there again, resume each in that channel: `digest resume 1`."
    )
    assert told(stage, BEN)[0].endswith("When I may post there again, resume it in that channel: `digest resume 2`.")


async def test_when_the_workspace_is_closed_nobody_is_told_in_vain(stage: Stage) -> None:
    """After the first refusal the others would get the same one."""
    digests = await three(stage)
    stage.messenger.workspace_closed = "token_revoked"

    with capture_logs() as logs:
        await Notices(stage.messenger, OPERATORS).resting(digests, CLOSED)
        await Notices(stage.messenger, OPERATORS).failing(digests[0], "x")

    assert [(line["event"], line["error"]) for line in logs] == [("notice.not_sent", "token_revoked")] * 2


async def test_a_closed_workspace_that_still_takes_notices_is_told_by_channel(stage: Stage) -> None:
    """Slack may refuse what we post in channels, and take direct messages."""
    digests = [*await three(stage), await stage.add(channel="C0SALES")]

    await Notices(stage.messenger, None).resting(digests, CLOSED)

    (text,) = told(stage, OWNER)
    assert text.splitlines() == [
        f"Your digests 1 and 3 in the channel; 1 in the channel rest now: {CLOSED.reason}.",
        "They go on by themselves when Rollcall is connected to Slack anew.",
    ]


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


@pytest.mark.parametrize(
    ("owners", "note"),
    [
        ((OWNER, OWNER), "Their owner could not be told."),
        ((OWNER, BEN), "1 of their 2 owners could not be told."),
        ((BEN, BEN, None), "Their owner was told."),
        ((BEN, None), "Their owner was told."),
        ((None, None), "They have no owner to tell."),
    ],
)
async def test_the_operators_hear_who_knows(stage: Stage, owners: tuple[str | None, ...], note: str) -> None:
    """However many digests and owners there are."""
    digests = [await stage.add(owner=owner, query=f"room{number}") for number, owner in enumerate(owners)]
    stage.messenger.close(OWNER, "channel_not_found")

    await Notices(stage.messenger, OPERATORS).resting(digests, PAUSE)

    assert told(stage, OPERATORS)[0].endswith(f" {note}")


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
    """It is in the log, and counted."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("ratelimited"), times=2)
    before = notices_counted()

    with capture_logs() as logs:
        await Notices(stage.messenger, operators).resting([digest], PAUSE)

    tried = 1 + (operators is not None)
    assert [line["event"] for line in logs] == ["notice.not_sent"] * tried
    assert stage.messenger.posts == []
    assert notices_counted() == before | {"refused": before["refused"] + tried}


async def test_an_unforeseen_error_while_telling_breaks_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delivery is already noted."""
    digest = await stage.add()
    before = notices_counted()

    async def broken(*_args: Any, **_given: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(stage.messenger, "tell", broken)
    with capture_logs() as logs:
        await Notices(stage.messenger, OPERATORS).resting([digest], PAUSE)

    assert logs[0]["event"] == "notice.not_sent"
    assert told(stage, OPERATORS)[0].endswith("Its owner could not be told.")
    assert notices_counted() == before | {"failed": before["failed"] + 1, "sent": before["sent"] + 1}
