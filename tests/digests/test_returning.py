"""Digests that rest because Slack was closed, and what wakes them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.digests.resting import rest_all
from bot.digests.returning import CHANNELS_AT_ONCE, Returning
from bot.model import Pause, PauseKind
from bot.ports import Place
from tests.digests.stage import CHANNEL, DAY, DUE, HOUR, MINUTE, OWNER, WEEKLY, WORKSPACE, Stage

if TYPE_CHECKING:
    from bot.model import Digest

OPEN = Place(member=True, archived=False)


async def rests(stage: Stage, digest: Digest) -> bool:
    """Tell whether a digest rests."""
    found = await stage.ledger.digest(digest.ref)
    assert found is not None
    return found.pause is not None


async def closed(stage: Stage, code: str = "is_archived") -> Digest:
    """Add a digest and find its channel closed; then Slack opens it again, and nobody tells us."""
    digest = await stage.add()
    stage.messenger.close(CHANNEL, code)
    await stage.tick_at(DUE)
    assert await rests(stage, digest)
    stage.messenger.reopen(CHANNEL)
    return digest


async def asleep(stage: Stage, *channels: str) -> None:
    """Add a digest in each channel, and let them rest because it is archived."""
    archived = Pause(kind=PauseKind.CHANNEL, at=DUE, reason="the channel is archived")
    for channel in channels:
        await stage.add(channel=channel)
        assert await rest_all(stage.ledger, WORKSPACE, archived, channel=channel)


async def test_a_channel_that_came_back_while_we_were_down_is_found_after_the_start(stage: Stage) -> None:
    """Slack tells it once."""
    digest = await closed(stage)

    assert await stage.returning.connected() == 1

    assert not await rests(stage, digest)
    (change, *_) = (await stage.book.history(digest)).changes
    assert (change.by, change.what) == (None, "resumed it because the channel is back")


@pytest.mark.parametrize(
    "place",
    [
        Place(member=True, archived=True),
        Place(member=False, archived=False),
        Place(member=False),
        Place(member=None),
        Place(member=None, archived=False),
    ],
)
async def test_what_is_closed_or_not_known_wakes_nothing(stage: Stage, place: Place) -> None:
    """It would only fail again, and tell its owner again."""
    digest = await closed(stage)
    stage.messenger.places[CHANNEL] = place

    assert await stage.returning.connected() == 0

    assert await rests(stage, digest)


async def test_a_conversation_of_two_that_is_open_again_is_back(stage: Stage) -> None:
    """Slack does not say of it that it is not archived."""
    digest = await closed(stage, "channel_not_found")
    stage.messenger.places[CHANNEL] = Place(member=True)

    assert await stage.returning.connected() == 1

    assert not await rests(stage, digest)


async def test_a_reason_whose_end_slack_never_shows_is_not_asked_about(stage: Stage) -> None:
    """Of who may post there Slack says nothing; each day would begin with a failure, and a message to the owner."""
    digest = await closed(stage, "restricted_action")
    stage.messenger.places[CHANNEL] = OPEN

    assert await stage.returning.connected() == 0
    assert await rests(stage, digest)

    assert await stage.returning.channel_is_back(CHANNEL) == 1


async def test_what_a_person_paused_stays_paused(stage: Stage) -> None:
    """Only what rests because of the channel goes on."""
    await closed(stage)
    by_hand = await stage.add(WEEKLY)
    await stage.book.pause(by_hand, OWNER)

    assert await stage.returning.look() == 1

    assert await rests(stage, by_hand)


async def test_channels_are_asked_about_a_few_at_a_time_and_once_a_day(stage: Stage) -> None:
    """However many digests rest, and in however many channels."""
    asked: Counter[str] = Counter()

    async def place(channel: str) -> Place:
        asked[channel] += 1
        return Place(member=True, archived=True)

    channels = [f"C{number}" for number in range(CHANNELS_AT_ONCE * 2 + 1)]
    await asleep(stage, *channels)
    stage.clock.moment = DUE
    returning = Returning(WORKSPACE, stage.ledger, stage.clock, place)

    sizes = []
    for _ in range(4):
        await returning.look()
        sizes.append(asked.total())
        stage.clock.move(10 * MINUTE)
    assert sizes == [CHANNELS_AT_ONCE, CHANNELS_AT_ONCE * 2, len(channels), len(channels)]

    stage.clock.moment = DUE + DAY - MINUTE
    await returning.look()
    assert asked == Counter(channels)
    stage.clock.moment = DUE + DAY
    for _ in range(3):
        await returning.look()
    assert asked == Counter(channels * 2)


async def test_all_digests_of_a_channel_that_is_back_go_on(stage: Stage) -> None:
    """Asked about once; what rests elsewhere stays."""
    await closed(stage)
    await asleep(stage, "C0ELSEWHERE")
    stage.messenger.places |= {CHANNEL: OPEN, "C0ELSEWHERE": Place(member=True, archived=True)}

    assert await stage.returning.look() == 1
    assert await stage.returning.look() == 0


async def test_of_two_processes_one_wakes_a_digest(stage: Stage) -> None:
    """Both ask; the ledger knows who was first."""
    digest = await closed(stage)
    other = Returning(WORKSPACE, stage.ledger, stage.clock, stage.messenger.place)

    assert await stage.returning.connected() + await other.connected() == 1

    stage.clock.moment = DUE + HOUR
    assert len([each for each in (await stage.book.history(digest)).changes if "resumed" in each.what]) == 1
