"""Planning in a ledger: what is due, rows of slots, messages asked for by hand, and what waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.model import DeliveryKind, DeliveryState, Plan, Schedule, Waiting
from tests.builders import NOW
from tests.store.ledger.drafts import (
    DAILY,
    HOUR,
    LEASE,
    SPREAD,
    WORKSPACE,
    add,
    begun,
    change,
    claimed,
    newest,
    pause,
    plan,
    planned,
    posted,
    put_off,
    reread,
    row,
    slot,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Ledger

SECOND = timedelta(seconds=1)


async def _waiting(ledger: Ledger, now: datetime, *, most: int = 100) -> list[int]:
    return [each.delivery.ref for each in await ledger.waiting(WORKSPACE, now, most=most)]


async def test_a_digest_is_due_when_its_slot_may_be_sent(ledger: Ledger) -> None:
    """The channel's spread counts: not at the slot's moment, but at the moment when it may be sent."""
    digest = await add(ledger)

    assert await ledger.due_digests(WORKSPACE, NOW + SPREAD - SECOND, most=5) == ()
    assert await ledger.due_digests(WORKSPACE, NOW + SPREAD, most=5) == (digest,)
    assert await ledger.due_digests("other", NOW + SPREAD, most=5) == ()


async def test_the_longest_due_comes_first(ledger: Ledger) -> None:
    """A full tick leaves the youngest for the next one."""
    refs = [(await add(ledger, hours=hours)).ref for hours in (3, 1, 2)]

    due = await ledger.due_digests(WORKSPACE, NOW + 9 * HOUR, most=2)

    assert [each.ref for each in due] == [refs[1], refs[2]]


async def test_planning_writes_rows_and_moves_on(ledger: Ledger) -> None:
    """All of it is one step: the rows are there, and the digest is due at its next slot."""
    digest = await add(ledger)
    missed = row(digest, 0, state=DeliveryState.SKIPPED, reason="missed", finished_at=NOW + 2 * HOUR)

    assert await plan(ledger, digest, missed, row(digest, 1, merged=1), hours=2)

    moved = await reread(ledger, digest)
    second, first = await ledger.deliveries(digest, most=5)
    assert (moved.next, moved.version, moved.last) == (slot(2), 1, first)
    assert (first.slot, first.state, first.reason, first.finished_at) == (
        slot(0).local, DeliveryState.SKIPPED, "missed", NOW + 2 * HOUR,
    )  # fmt: skip
    assert (second.slot, second.state, second.planned_at) == (slot(1).local, DeliveryState.PLANNED, slot(1).at)
    assert (second.due_at, second.merged, second.attempts) == (slot(1).at + SPREAD, 1, 0)
    assert (second.digest, second.kind, second.posted, second.lease_until) == (
        digest.ref,
        DeliveryKind.SLOT,
        None,
        None,
    )
    assert first.ref != second.ref


async def test_digests_that_do_not_rest_are_read_page_by_page(ledger: Ledger) -> None:
    """Whenever they are due, by our own number."""
    first, second, resting, removed, last = [await add(ledger, hours=9 - place) for place in range(5)]
    await add(ledger, workspace="other")
    assert await ledger.pause_digest(resting, pause(), change())
    assert await ledger.remove_digest(removed, change())

    assert await ledger.awake_digests(WORKSPACE, after=0, most=2) == (first, second)
    assert await ledger.awake_digests(WORKSPACE, after=second.ref, most=2) == (last,)
    assert await ledger.awake_digests(WORKSPACE, after=last.ref, most=2) == ()


async def test_what_waits_comes_with_its_channel(ledger: Ledger) -> None:
    """Also if its digest was removed while it was in mid-air."""
    digest = await add(ledger, channel="C7")
    sent = await planned(ledger, digest)
    await claimed(ledger, sent.ref)
    await begun(ledger, sent.ref)
    assert await ledger.remove_digest(await reread(ledger, digest), change())

    (waiting,) = await ledger.waiting(WORKSPACE, NOW + LEASE, most=5)

    assert waiting == Waiting(await newest(ledger, digest), "C7")


async def test_a_digest_may_move_on_without_a_row(ledger: Ledger) -> None:
    """A schedule may have nothing to plan."""
    digest = await add(ledger)

    assert await plan(ledger, digest, hours=4)

    assert (await reread(ledger, digest)).next == slot(4)
    assert await ledger.deliveries(digest, most=5) == ()


async def test_planning_twice_writes_one_row(ledgers: tuple[Ledger, Ledger]) -> None:
    """Twenty ticks at once, in two processes, and one of them plans."""
    digest = await add(ledgers[0])

    done = await asyncio.gather(*(plan(ledgers[place % 2], digest, row(digest, 0), hours=1) for place in range(20)))

    assert sum(done) == 1
    assert len(await ledgers[0].deliveries(digest, most=50)) == 1


async def test_a_row_that_exists_stays_as_it_is(ledger: Ledger) -> None:
    """A slot that was sent is not sent again, even if the digest is made to come by it a second time."""
    digest = await add(ledger)
    first = await planned(ledger, digest)
    await claimed(ledger, first.ref)
    await posted(ledger, first.ref)
    sent = await newest(ledger, digest)

    with capture_logs() as logs:
        assert await plan(ledger, await reread(ledger, digest), row(digest, 0), row(digest, 1), hours=2)

    assert [(line["event"], line["slot"]) for line in logs] == [("delivery.planned_before", slot(0).local)]
    following, kept = await ledger.deliveries(digest, most=5)
    assert kept == sent
    assert following.slot == slot(1).local


async def test_what_has_changed_meanwhile_is_not_planned(ledger: Ledger) -> None:
    """Moved on, rests, or gone: the plan was made for something that is no more."""
    moved, paused, removed, edited = [await add(ledger) for _ in range(4)]
    assert await plan(ledger, moved, hours=1)
    assert await ledger.pause_digest(paused, pause(), change())
    assert await ledger.remove_digest(removed, change())
    assert await ledger.edit_digest(
        edited, query="", schedule=Schedule("0 * * * *", DAILY.zone), empty=edited.empty,
        next_slot=edited.next, due_at=NOW, change=change(),
    )  # fmt: skip

    for digest in (moved, paused, removed, edited, await reread(ledger, paused)):
        assert not await plan(ledger, digest, row(digest, 0), hours=1)
        assert await ledger.deliveries(digest, most=5) == ()


async def test_many_digests_are_planned_in_one_go(ledgers: tuple[Ledger, Ledger]) -> None:
    """Two processes plan the same ten; each digest is planned once, and one that has changed is left as it is."""
    added = [await add(ledgers[0], channel=f"C{number}") for number in range(10)]
    assert await ledgers[0].pause_digest(added[3], pause(), change())
    plans = [
        Plan(digest=each, deliveries=(row(each, 0), row(each, 1)), next_slot=slot(2), due_at=slot(2).at)
        for each in added
    ]

    done = await asyncio.gather(*(ledger.plan_many(plans) for ledger in ledgers))

    assert sum(done) == 9
    assert await ledgers[0].plan_many([]) == 0
    for digest in added:
        planned_slots = [each.slot for each in await ledgers[0].deliveries(digest, most=5)]
        assert planned_slots == ([] if digest is added[3] else [slot(1).local, slot(0).local])
        assert (await reread(ledgers[0], digest)).next == (None if digest is added[3] else slot(2))


async def test_a_digest_given_twice_is_planned_once(ledger: Ledger) -> None:
    """Whatever a caller does."""
    digest = await add(ledger)
    once = Plan(digest=digest, deliveries=(row(digest, 0),), next_slot=slot(1), due_at=slot(1).at)

    assert await ledger.plan_many([once, once]) == 1

    assert len(await ledger.deliveries(digest, most=5)) == 1


async def test_a_message_asked_for_by_hand_is_due_at_once(ledger: Ledger) -> None:
    """It moves no slot, and a digest that rests can have one, too."""
    digest = await add(ledger, hours=5)
    assert await ledger.pause_digest(digest, pause(), change())

    asked = await ledger.plan_manual(digest, slot="request-1", by="U7", now=NOW)

    assert asked is not None
    assert asked == await newest(ledger, digest)
    assert (asked.kind, asked.slot, asked.by) == (DeliveryKind.MANUAL, "request-1", "U7")
    assert (asked.planned_at, asked.due_at, asked.state) == (NOW, NOW, DeliveryState.PLANNED)
    assert await _waiting(ledger, NOW) == [asked.ref]


async def test_a_button_pressed_twice_asks_once(ledgers: tuple[Ledger, Ledger]) -> None:
    """The key is that of the request; Slack may send it twice, to two processes."""
    digest = await add(ledgers[0])

    asked = await asyncio.gather(
        *(ledgers[place % 2].plan_manual(digest, slot="request-1", by="U7", now=NOW) for place in range(10))
    )
    again = await ledgers[0].plan_manual(digest, slot="request-2", by="U7", now=NOW)

    assert sum(each is not None for each in asked) == 1
    assert again is not None


async def test_only_what_somebody_should_work_on_waits(ledger: Ledger) -> None:
    """Due and not put off, or abandoned by whoever had it."""
    digest = await add(ledger)
    refs = [(await planned(ledger, digest, hours)).ref for hours in range(6)]
    now = slot(4).at + SPREAD
    later, held, abandoned, in_the_air, due, not_due = refs
    await claimed(ledger, later)
    await put_off(ledger, later, until=now + SECOND)
    await claimed(ledger, held, now=now)
    await claimed(ledger, abandoned, now=now - LEASE)
    await claimed(ledger, in_the_air, now=now - LEASE)
    await begun(ledger, in_the_air, now=now - LEASE)

    assert await _waiting(ledger, now) == [abandoned, in_the_air, due]
    assert await _waiting(ledger, now - SECOND) == []
    assert await _waiting(ledger, now + SECOND) == [later, abandoned, in_the_air, due]
    assert await _waiting(ledger, now + LEASE, most=2) == [later, held]
    assert not_due in await _waiting(ledger, now + HOUR)
    assert await ledger.waiting("other", now + HOUR, most=5) == ()
