"""The clock was ahead and was put back: digests and watches return to the present."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.digests.due import due_at
from bot.model import Plan
from bot.schedules import slot_after

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.model import Digest
    from bot.ports import Ledger, WatchLedger

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Digests looked at in one go; then others get their turn."""


async def return_to(
    ledger: Ledger, watches: WatchLedger | None, workspace: str, now: datetime, *, lease: timedelta
) -> None:
    """Forget what was planned ahead of time, and let every digest be due at its next slot from now on.

    Whoever was ahead has written slots to come as missed, and moved digests on beyond them: they would be silent until
    then. What he has sent stays sent; the key of its slot keeps it from being sent again. The last step is what ends
    the need for all of them, so a death in between costs nothing.

    Args:
        ledger: knows the digests.
        watches: knows the alerts; None: there are none.
        workspace: whose they are.
        now: aware UTC, by the clock as it is right now.
        lease: how long a claim lasts from now on, whatever was written.

    Raises:
        StoreError: our database could not be used.
    """
    moved, after = 0, 0
    while digests := await ledger.awake_digests(workspace, after=after, most=AT_ONCE):
        moved += await ledger.plan_many([plan for digest in digests if (plan := _pulled_back(digest, now)) is not None])
        after = digests[-1].ref
        await asyncio.sleep(0)
    until = now + lease
    again = 0 if watches is None else await watches.clock_went_back(workspace, now, lease_until=until)
    forgotten = await ledger.clock_went_back(workspace, now, lease_until=until)
    log.warning("clock.went_back", digests_moved=moved, deliveries_forgotten=forgotten, alerts_looked_at_again=again)


def _pulled_back(digest: Digest, now: datetime) -> Plan | None:
    """Plan nothing but an earlier next slot; None: it has none."""
    slot = slot_after(digest.schedule, now)
    if digest.next is None or digest.next.at <= slot.at:
        return None
    return Plan(digest=digest, deliveries=(), next_slot=slot, due_at=due_at(slot, digest.channel))
