"""Looking back: deliveries, failures, counts, and forgetting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import DeliveryState, State
from tests.builders import NOW
from tests.store.ledger.drafts import (
    HOUR,
    WORKSPACE,
    add,
    begun,
    claimed,
    delivered,
    ended,
    newest,
    planned,
    posted,
    snapshot,
)

if TYPE_CHECKING:
    from bot.ports import Ledger


async def test_the_newest_deliveries_come_first(ledger: Ledger) -> None:
    """Planned ones and those run by hand among them, and none of another digest."""
    digest, other = await add(ledger), await add(ledger)
    await delivered(ledger, digest, 0)
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW + HOUR / 2)
    assert by_hand is not None
    await planned(ledger, digest, 1)
    await planned(ledger, other, 5)

    rows = await ledger.deliveries(digest, most=10)

    assert [row.state for row in rows] == [DeliveryState.PLANNED, DeliveryState.PLANNED, DeliveryState.POSTED]
    assert rows[1] == by_hand
    assert await ledger.deliveries(digest, most=2) == rows[:2]


async def test_the_last_delivery_of_a_schedule_is_known(ledger: Ledger) -> None:
    """Late counts; failed and skipped do not, and neither does one that only said that no source could be read."""
    digest = await add(ledger)
    assert await ledger.delivered_at(digest) is None

    await delivered(ledger, digest, 0)
    assert await ledger.delivered_at(digest) is None
    late = await planned(ledger, digest, 1)
    await claimed(ledger, late.ref)
    await begun(ledger, late.ref, snapshot=snapshot(p1=State.ACTIVE))
    await posted(ledger, late.ref, state=DeliveryState.LATE, now=NOW + 2 * HOUR)
    await ended(ledger, digest, 2, DeliveryState.FAILED)
    await ended(ledger, digest, 3, DeliveryState.SKIPPED)

    assert await ledger.delivered_at(digest) == NOW + 2 * HOUR


async def test_failures_are_counted_up_to_the_last_that_was_none(ledger: Ledger) -> None:
    """Three in a row are told to the owner; what is planned or run by hand does not matter."""
    digest = await add(ledger)
    assert await ledger.failures_in_a_row(digest) == 0

    await ended(ledger, digest, 0, DeliveryState.FAILED)
    await delivered(ledger, digest, 1)
    assert await ledger.failures_in_a_row(digest) == 0
    await ended(ledger, digest, 2, DeliveryState.FAILED)
    await ended(ledger, digest, 3, DeliveryState.UNKNOWN)
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW + 4 * HOUR)
    assert by_hand is not None
    await claimed(ledger, by_hand.ref)
    await posted(ledger, by_hand.ref)
    await planned(ledger, digest, 5)
    assert await ledger.failures_in_a_row(digest) == 2

    await ended(ledger, digest, 6, DeliveryState.SKIPPED)
    assert await ledger.failures_in_a_row(digest) == 0


async def test_failures_from_the_beginning_are_counted(ledger: Ledger) -> None:
    """A digest that never arrived has failures only."""
    digest = await add(ledger)
    for hours in range(3):
        await ended(ledger, digest, hours, DeliveryState.FAILED)

    assert await ledger.failures_in_a_row(digest) == 3


async def test_operators_see_how_many_deliveries_are_in_which_state(ledger: Ledger) -> None:
    """Those that wait, and those that came to an end lately; states without any are left out."""
    digest = await add(ledger)
    assert await ledger.counts(WORKSPACE, since=NOW) == {}

    await delivered(ledger, digest, 0)
    await delivered(ledger, await add(ledger), 0)
    await ended(ledger, digest, 1, DeliveryState.FAILED)
    await planned(ledger, digest, 2)

    assert await ledger.counts(WORKSPACE, since=NOW) == {
        DeliveryState.POSTED: 2, DeliveryState.FAILED: 1, DeliveryState.PLANNED: 1,
    }  # fmt: skip
    assert await ledger.counts("other", since=NOW) == {}
    assert await ledger.counts(WORKSPACE, since=NOW + HOUR) == {DeliveryState.FAILED: 1, DeliveryState.PLANNED: 1}
    assert await ledger.counts(WORKSPACE, since=NOW + 99 * HOUR) == {DeliveryState.PLANNED: 1}


async def test_old_deliveries_are_forgotten_but_never_the_newest(ledger: Ledger) -> None:
    """`digest show` always has the last ones, however long ago they were."""
    busy, quiet = await add(ledger), await add(ledger)
    for hours in range(6):
        await delivered(ledger, busy, hours)
    await delivered(ledger, quiet, 0)
    slots = [row.slot for row in await ledger.deliveries(busy, most=10)]

    forgotten = await ledger.purge(NOW + 100 * HOUR, keep=4)

    assert forgotten == 2
    assert [row.slot for row in await ledger.deliveries(busy, most=10)] == slots[:4]
    assert len(await ledger.deliveries(quiet, most=10)) == 1
    assert await ledger.purge(NOW + 100 * HOUR, keep=4) == 0


async def test_young_and_unfinished_deliveries_are_kept(ledger: Ledger) -> None:
    """Age counts from the end of a delivery; what has no end yet is not old."""
    digest = await add(ledger)
    waiting = await planned(ledger, digest, 0)
    for hours in range(1, 4):
        await delivered(ledger, digest, hours)

    assert await ledger.purge(NOW + 3 * HOUR, keep=1) == 2

    refs = [row.ref for row in await ledger.deliveries(digest, most=10)]
    assert len(refs) == 2
    assert refs[1] == waiting.ref


async def test_what_was_said_outlives_its_delivery(ledger: Ledger) -> None:
    """After weeks of failures the next digest still has its baseline."""
    digest = await add(ledger)
    sent = await delivered(ledger, digest, 0, snapshot=snapshot(p1=State.ACTIVE))
    for hours in range(1, 4):
        await ended(ledger, digest, hours, DeliveryState.FAILED)

    assert await ledger.purge(NOW + timedelta(days=400), keep=2) == 2

    assert (await newest(ledger, digest)).state is DeliveryState.FAILED
    assert await ledger.snapshot(digest) == snapshot(p1=State.ACTIVE)
    assert await ledger.delivered_at(digest) == sent.finished_at
