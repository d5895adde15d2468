"""Outages and holds: one of each at a connection, and nobody overwrites what he has not seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import ProblemKind
from tests.builders import NOW
from tests.store.watches.drafts import HOUR, WORKSPACE, hold, outage

if TYPE_CHECKING:
    from bot.ports import WatchLedger


async def test_an_outage_is_kept_as_it_is_written(ledger: WatchLedger) -> None:
    """From its first failure to what was missed."""
    first = await ledger.save_outage(outage())
    assert first is not None
    assert first == outage(ref=first.ref, version=1)

    full = replace(first, kind=ProblemKind.REFUSED, detail="HTTP 401", failures=4, opened_at=NOW, missed=3)
    assert await ledger.save_outage(full) == replace(full, version=2)
    assert await ledger.outages(WORKSPACE) == (replace(full, version=2),)

    over = replace(full, version=2, ended_at=NOW + HOUR)
    assert await ledger.save_outage(over) == replace(over, version=3)
    assert await ledger.outages(WORKSPACE) == ()
    assert await ledger.outage(first.ref) == replace(over, version=3)
    assert await ledger.outage(999) is None


async def test_a_connection_has_one_outage_at_a_time(ledgers: tuple[WatchLedger, WatchLedger]) -> None:
    """Two replicas fail at once; the next outage is another one."""
    made = await asyncio.gather(*(ledgers[place % 2].save_outage(outage()) for place in range(4)))
    (first,) = (each for each in made if each is not None)
    other = await ledgers[0].save_outage(outage(connection="microvisualizer"))
    foreign = await ledgers[0].save_outage(outage(workspace="w2"))

    assert await ledgers[1].outages(WORKSPACE) == (first, other)
    assert foreign is not None
    assert await ledgers[0].save_outage(replace(first, ended_at=NOW)) is not None
    again = await ledgers[0].save_outage(outage())
    assert again is not None
    assert again.ref != first.ref


async def test_an_outage_is_not_overwritten_by_who_saw_an_older_one(ledger: WatchLedger) -> None:
    """Nor is one that is not there."""
    first = await ledger.save_outage(outage())
    assert first is not None
    assert await ledger.save_outage(replace(first, failures=2)) is not None

    assert await ledger.save_outage(replace(first, failures=9)) is None
    assert await ledger.save_outage(replace(first, ref=999)) is None
    (current,) = await ledger.outages(WORKSPACE)
    assert current.failures == 2


async def test_a_hold_is_kept_as_it_is_written(ledger: WatchLedger) -> None:
    """Until somebody releases it."""
    first = await ledger.save_hold(hold())
    assert first is not None
    assert first == hold(ref=first.ref, version=1)

    seen = replace(first, looks=2, looked_at=NOW + HOUR, projects=9, of=21)
    assert await ledger.save_hold(seen) == replace(seen, version=2)
    assert await ledger.save_hold(replace(first, looks=7)) is None
    assert await ledger.save_hold(replace(first, ref=999)) is None
    assert await ledger.save_hold(hold()) is None
    assert await ledger.holds(WORKSPACE) == (replace(seen, version=2),)

    over = replace(seen, version=2, released_at=NOW, released_by="U1")
    assert await ledger.save_hold(over) == replace(over, version=3)
    assert await ledger.holds(WORKSPACE) == ()
    assert await ledger.hold(first.ref) == replace(over, version=3)
    assert await ledger.hold(999) is None
    assert await ledger.released_holds(WORKSPACE) == (replace(over, version=3),)
    assert await ledger.released_holds("w2") == ()
    through = replace(over, version=3, let_through_at=NOW)
    assert await ledger.save_hold(through) == replace(through, version=4)
    assert await ledger.released_holds(WORKSPACE) == ()
    assert await ledger.save_hold(hold()) is not None
    assert await ledger.save_hold(hold(connection="microvisualizer")) is not None
    assert await ledger.holds("w2") == ()
