"""Turns over all processes, and when any of them was at work."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import DeliveryState, State, Uptime
from tests.builders import NOW
from tests.store.ledger.drafts import (
    HOUR,
    WORKSPACE,
    add,
    claimed,
    delivered,
    newest,
    plan,
    planned,
    put_off,
    reread,
    row,
    snapshot,
)

if TYPE_CHECKING:
    from bot.ports import Ledger

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
GAP = timedelta(minutes=3)


async def test_turns_come_one_after_the_other(ledger: Ledger) -> None:
    """The first goes at once; each next one waits for those before it."""
    waits = [await ledger.turn("C1", every=SECOND, now=NOW) for _ in range(3)]

    assert waits == [0 * SECOND, SECOND, 2 * SECOND]
    assert await ledger.turn("C1", every=SECOND, now=NOW + SECOND) == 2 * SECOND
    assert await ledger.turn("C2", every=SECOND, now=NOW) == 0 * SECOND


async def test_time_that_passed_is_not_saved_up(ledger: Ledger) -> None:
    """After a silence there is one turn at once, not many."""
    await ledger.turn("C1", every=SECOND, now=NOW)

    waits = [await ledger.turn("C1", every=SECOND, now=NOW + HOUR) for _ in range(2)]

    assert waits == [0 * SECOND, SECOND]


async def test_concurrent_callers_get_different_turns(ledgers: tuple[Ledger, Ledger]) -> None:
    """Two processes share one channel's pace."""
    waits = await asyncio.gather(*(ledgers[place % 2].turn("C1", every=SECOND, now=NOW) for place in range(20)))

    assert sorted(waits) == [place * SECOND for place in range(20)]


async def test_a_clock_that_was_put_back_does_not_hold_everybody_up(ledger: Ledger) -> None:
    """A demo returns to the present; nobody waits for the days that it was ahead."""
    await ledger.turn("C1", every=SECOND, now=NOW + timedelta(days=30))

    assert await ledger.turn("C1", every=SECOND, now=NOW) == 0 * SECOND
    assert await ledger.turn("C1", every=SECOND, now=NOW) == SECOND


async def test_notes_in_time_are_one_stretch(ledger: Ledger) -> None:
    """A minute between two notes is no absence, and a note that comes late from another process neither."""
    for minutes in (0, 1, 2, 1, 5):
        await ledger.alive(NOW + minutes * MINUTE, gap=GAP)

    assert await ledger.uptimes(NOW - HOUR) == (Uptime(NOW, NOW + 5 * MINUTE),)


async def test_a_silence_is_an_absence(ledger: Ledger) -> None:
    """What lies between two stretches is when nothing of ours ran."""
    for minutes in (0, 2, 10, 11):
        await ledger.alive(NOW + minutes * MINUTE, gap=GAP)

    assert await ledger.uptimes(NOW) == (
        Uptime(NOW, NOW + 2 * MINUTE), Uptime(NOW + 10 * MINUTE, NOW + 11 * MINUTE),
    )  # fmt: skip
    assert await ledger.uptimes(NOW + 2 * MINUTE) == (Uptime(NOW + 10 * MINUTE, NOW + 11 * MINUTE),)


async def test_processes_that_come_back_at_once_begin_one_stretch(ledgers: tuple[Ledger, Ledger]) -> None:
    """Both find that nobody was there; together they are one presence."""
    await ledgers[0].alive(NOW, gap=GAP)
    back = [NOW + HOUR + place * SECOND for place in range(6)]

    await asyncio.gather(*(ledgers[place % 2].alive(at, gap=GAP) for place, at in enumerate(back)))
    await ledgers[0].alive(NOW + HOUR + MINUTE, gap=GAP)

    first, second = await ledgers[1].uptimes(NOW - HOUR)
    assert first == Uptime(NOW, NOW)
    assert (back[0] <= second.since <= back[-1], second.until) == (True, NOW + HOUR + MINUTE)


async def test_a_clock_that_was_ahead_leaves_no_trace_of_the_time_to_come(ledger: Ledger) -> None:
    """What was sent stays sent; what nobody has attempted, and presence that was none, are forgotten."""
    digest = await add(ledger)
    past = await planned(ledger, digest, -1)
    sent = await delivered(ledger, digest, 2, snapshot=snapshot(p1=State.ACTIVE))
    attempted = await planned(ledger, digest, 3)
    await claimed(ledger, attempted.ref, now=NOW + 3 * HOUR)
    missed = row(digest, 4, state=DeliveryState.SKIPPED, reason="missed", finished_at=NOW + 9 * HOUR)
    assert await plan(ledger, await reread(ledger, digest), missed, row(digest, 5), hours=6)
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW + 7 * HOUR)
    assert by_hand is not None
    put_off_for_long = await planned(ledger, digest, 8)
    await claimed(ledger, put_off_for_long.ref)
    await put_off(ledger, put_off_for_long.ref, until=NOW + 9 * HOUR)
    of_others = await planned(ledger, await add(ledger, workspace="other"), 4)
    for minutes in (-60, 0, 300):
        await ledger.alive(NOW + minutes * MINUTE, gap=HOUR)

    assert await ledger.clock_went_back(WORKSPACE, NOW - MINUTE, lease_until=NOW) == 2

    rows = {each.ref: each for each in await ledger.deliveries(digest, most=10)}
    assert rows.keys() == {past.ref, sent.ref, attempted.ref, by_hand.ref, put_off_for_long.ref}
    assert rows[sent.ref] == sent
    assert (rows[attempted.ref].lease_until, rows[put_off_for_long.ref].retry_at) == (NOW, NOW)
    assert await ledger.delivered_at(digest) == NOW - MINUTE
    assert await newest(ledger, await reread(ledger, replace(digest, ref=of_others.digest))) == of_others
    assert await ledger.uptimes(NOW - 9 * HOUR) == (Uptime(NOW - HOUR, NOW - MINUTE),)


async def test_old_stretches_are_forgotten(ledger: Ledger) -> None:
    """Nobody asks for absences of last year."""
    await ledger.alive(NOW, gap=GAP)
    await ledger.alive(NOW + HOUR, gap=GAP)
    await ledger.alive(NOW + HOUR + MINUTE, gap=GAP)

    await ledger.purge(NOW + HOUR, keep=20)

    assert await ledger.uptimes(NOW - HOUR) == (Uptime(NOW + HOUR, NOW + HOUR + MINUTE),)
