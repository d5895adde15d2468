"""Somebody stops or changes a digest while its message is being written, or while it waits to be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.digests import reasons
from bot.digests.due import coming_runs
from bot.errors import NotPosted
from bot.model import Schedule
from tests.digests.stage import (
    BERLIN,
    CHANNEL,
    DAILY,
    DAY,
    DUE,
    HOUR,
    MINUTE,
    MONDAY_9,
    OWNER,
    PLANNED,
    POSTED,
    SKIPPED,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.digests.deliverer import Deliverer
    from bot.model import Digest

AT_FIVE = Schedule("0 17 * * *", BERLIN)


def interrupted_by(stage: Stage, change: Callable[[], Awaitable[object]]) -> Deliverer:
    """Return a process that somebody else is faster than: the change comes when the message is written."""

    class Interrupted:
        async def write(self, *args: Any, **given: Any) -> Any:
            written = await stage.writer.write(*args, **given)
            await change()
            return written

    return stage.process("slow", writer=Interrupted())


@pytest.mark.parametrize(
    ("ending", "reason"), [("pause", "the digest was paused"), ("remove", "the digest was removed")]
)
async def test_a_digest_stopped_while_it_is_written_is_not_sent(stage: Stage, ending: str, reason: str) -> None:
    """Whoever was told that it is done sees no message afterwards."""
    digest = await stage.add()
    stage.clock.moment = DUE

    await stage.tick(interrupted_by(stage, lambda: getattr(stage.book, ending)(digest, OWNER)))

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (SKIPPED, reason)
    assert stage.posted == []
    assert await stage.ledger.snapshot(digest) is None


async def test_a_digest_whose_filters_change_while_it_is_written_is_written_again(stage: Stage) -> None:
    """It says what it was asked for last."""
    digest = await stage.add()
    stage.clock.moment = DUE

    await stage.tick(interrupted_by(stage, lambda: stage.book.edit(digest, OWNER, query="live")))
    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (PLANNED, reasons.EDITED)
    await stage.tick()

    assert await stage.states(digest) == [POSTED]
    snapshot = await stage.ledger.snapshot(digest)
    assert snapshot is not None
    assert snapshot.query == "live"


async def test_a_digest_whose_time_changes_while_it_is_written_is_sent_at_the_new_one(stage: Stage) -> None:
    """The old slot is none of its schedule's any more."""
    digest = await stage.add()
    stage.clock.moment = DUE

    await stage.tick(interrupted_by(stage, lambda: stage.book.edit(digest, OWNER, schedule=AT_FIVE)))
    await stage.tick()

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (SKIPPED, "the schedule was changed")
    await stage.tick_at(DUE + 8 * HOUR)
    assert await stage.states(digest) == [SKIPPED, POSTED]


async def test_what_was_run_by_hand_survives_a_pause(stage: Stage) -> None:
    """It is written once more, as one of a digest that rests."""
    digest = await stage.add()
    await stage.book.run(digest, OWNER, "run-1")

    await stage.tick(interrupted_by(stage, lambda: stage.book.pause(digest, OWNER)))
    await stage.tick()

    assert await stage.states(digest) == [POSTED]


async def test_a_new_zone_promises_the_first_wall_time_that_has_not_come(stage: Stage) -> None:
    """Nine in Berlin was sent today; nine in New York comes tomorrow, and the list says so."""
    digest = await stage.add()
    await stage.tick_at(DUE)
    seen = (await stage.book.listed(CHANNEL))[0]

    edited = await stage.book.edit(seen, OWNER, schedule=Schedule(DAILY.cron, "America/New_York"))

    assert edited.next is not None
    assert (edited.next.local, edited.next.at) == ("2026-03-03T09:00", MONDAY_9 + DAY + 6 * HOUR)
    promised = coming_runs(edited, stage.clock.now(), count=3)
    assert [run.slot.at for run in promised] == [edited.next.at + days * DAY for days in range(3)]
    await stage.run_until(MONDAY_9 + DAY + 7 * HOUR, every=10 * MINUTE)
    assert await stage.states(digest) == [POSTED, POSTED]


async def test_a_run_that_was_only_planned_makes_room_for_the_one_that_is_promised(stage: Stage) -> None:
    """Nine in Berlin was a row and no more; nine in London comes an hour later, on the same day."""
    digest = await stage.add()
    stage.clock.moment = DUE
    await stage.deliverer.plan()

    edited = await stage.book.edit(
        (await stage.book.listed(CHANNEL))[0], OWNER, schedule=Schedule(DAILY.cron, "Europe/London")
    )

    assert edited.next is not None
    assert edited.next.at == MONDAY_9 + HOUR
    await stage.run_until(MONDAY_9 + 2 * HOUR)
    assert [row.planned_at for row in await stage.rows(digest)] == [MONDAY_9 + HOUR]
    assert await stage.states(digest) == [POSTED]


async def test_a_digest_that_wakes_in_another_zone_promises_what_can_come(stage: Stage) -> None:
    """It rested, was moved to New York, and wakes before nine there."""
    digest = await stage.add()
    await stage.tick_at(DUE)
    seen = await stage.book.pause((await stage.book.listed(CHANNEL))[0], OWNER)
    seen = await stage.book.edit(seen, OWNER, schedule=Schedule(DAILY.cron, "America/New_York"))

    awake = await stage.book.resume(seen, OWNER)

    assert awake.next is not None
    assert awake.next.local == "2026-03-03T09:00"
    assert await stage.states(digest) == [POSTED]


async def test_what_was_put_off_before_an_edit_of_the_time_is_skipped(stage: Stage) -> None:
    """It was attempted, so there is a row to tell of it."""
    digest: Digest = await stage.add()
    stage.messenger.refuse(NotPosted("service_unavailable"))
    await stage.tick_at(DUE)

    await stage.book.edit((await stage.book.listed(CHANNEL))[0], OWNER, schedule=AT_FIVE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (SKIPPED, "the schedule was changed")
