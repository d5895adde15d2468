"""What the engine does with the rest of us: the work of one workspace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.catalog import Ages
from bot.model import LOCAL_WORKSPACE, Scope

if TYPE_CHECKING:
    from bot.digests.deliverer import Deliverer
    from bot.digests.jobs import Job
    from bot.digests.returning import Returning
    from bot.wiring.core import Core

KEEP_FOR: Final = timedelta(days=90)
"""How long finished deliveries are kept."""

KEEP_LAST: Final = 20
"""How many of each digest are kept for ever: what `digest show` shows."""


class Chores:
    """A `bot.engine.work.Work`.

    Args:
        core: keeps the sources fresh.
        deliverer: plans and delivers.
        returning: wakes what rests without need.
    """

    def __init__(self, core: Core, deliverer: Deliverer, returning: Returning) -> None:
        self._core = core
        self._deliverer = deliverer
        self._returning = returning
        self._ages = Ages(listing=core.settings.rollcall_sync_every, viewers=core.settings.rollcall_sample_every)

    async def alive(self) -> None:
        """Note that somebody is at work."""
        await self._deliverer.alive()

    async def keep_fresh(self) -> None:
        """Begin to read what is older than the settings want it."""
        await self._core.catalog.keep_fresh(Scope(workspace=LOCAL_WORKSPACE), self._ages)

    async def plan(self) -> int:
        """Write down what has come due."""
        return await self._deliverer.plan()

    async def jobs(self, most: int) -> tuple[Job, ...]:
        """Return attempts to make now."""
        return await self._deliverer.jobs(most)

    async def attempt(self, ref: int, attempt: int) -> None:
        """Make one."""
        await self._deliverer.attempt(ref, attempt)

    async def tidy(self) -> None:
        """Forget old deliveries, and look for channels that are back."""
        await self._core.ledger.purge(self._core.clock.now() - KEEP_FOR, keep=KEEP_LAST)
        await self._returning.look()
