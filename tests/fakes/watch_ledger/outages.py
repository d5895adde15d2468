"""Connections in trouble, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fakes.watch_ledger.memory import Memory

if TYPE_CHECKING:
    from bot.model import Hold, Outage


class FakeOutages(Memory):
    """The part of a `WatchLedger` that keeps outages and holds."""

    async def outages(self, workspace: str) -> tuple[Outage, ...]:
        """Return outages that have not ended."""
        return tuple(each for each in self._outages.values() if each.workspace == workspace and each.ended_at is None)

    async def outage(self, ref: int) -> Outage | None:
        """Return one."""
        return self._outages.get(ref)

    async def save_outage(self, outage: Outage) -> Outage | None:
        """Write an outage; None if it has another version by now, or there is one already."""
        before = self._outages.get(outage.ref)
        running = [each for each in await self.outages(outage.workspace) if each.connection == outage.connection]
        if (outage.ref == 0 and running) or (outage.ref and (before is None or before.version != outage.version)):
            return None
        saved = replace(outage, ref=outage.ref or next(self._refs), version=outage.version + 1)
        self._outages[saved.ref] = saved
        return saved

    async def holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that were not released."""
        return tuple(each for each in self._holds.values() if each.workspace == workspace and each.released_at is None)

    async def released_holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that a person released, and that were not let through yet."""
        ours = [each for each in self._holds.values() if each.workspace == workspace]
        return tuple(each for each in ours if each.released_at is not None and each.let_through_at is None)

    async def hold(self, ref: int) -> Hold | None:
        """Return one."""
        return self._holds.get(ref)

    async def save_hold(self, hold: Hold) -> Hold | None:
        """Write a hold; None as in `save_outage`."""
        before = self._holds.get(hold.ref)
        held = [each for each in await self.holds(hold.workspace) if each.connection == hold.connection]
        if (hold.ref == 0 and held) or (hold.ref and (before is None or before.version != hold.version)):
            return None
        saved = replace(hold, ref=hold.ref or next(self._refs), version=hold.version + 1)
        self._holds[saved.ref] = saved
        return saved
