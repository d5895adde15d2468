"""What the engine does with the rest of us: the work of one workspace."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from bot.engine.work import CARD
from bot.model import LOCAL_WORKSPACE, Scope
from bot.wiring.core import ages_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.digests.deliverer import Deliverer
    from bot.digests.returning import Returning
    from bot.engine.work import Job
    from bot.wiring.alerts import Alerts
    from bot.wiring.core import Core

KEEP_FOR: Final = timedelta(days=90)
"""How long finished deliveries are kept."""

KEEP_ALERTS: Final = timedelta(days=400)
"""How long ended alerts, and what was said of them, are kept."""

KEEP_LAST: Final = 20
"""How many of each digest are kept for ever: what `digest show` shows."""


class Chores:
    """A `bot.engine.work.Work`.

    Args:
        core: keeps the sources fresh.
        deliverer: plans and delivers digests.
        alerts: evaluates watches and delivers cards.
        returning: wakes what rests without need.
    """

    def __init__(self, core: Core, deliverer: Deliverer, alerts: Alerts, returning: Returning) -> None:
        self._core = core
        self._deliverer = deliverer
        self._alerts = alerts
        self._returning = returning
        self._ages = ages_of(core.settings)

    async def alive(self) -> None:
        """Note that somebody is at work."""
        await self._deliverer.alive()

    async def keep_fresh(self) -> None:
        """Begin to read what is older than the settings want it."""
        await self._core.catalog.keep_fresh(Scope(workspace=LOCAL_WORKSPACE), self._ages)

    async def evaluate(self) -> int:
        """Judge what the watches ask about."""
        return await self._alerts.pulse.evaluate()

    async def plan(self) -> int:
        """Write down what has come due."""
        return await self._deliverer.plan()

    async def jobs(self, most: int) -> tuple[Job, ...]:
        """Return attempts to make now, cards and digests in turn: neither waits for a crowd of the other."""
        cards, digests = await self._alerts.cards.jobs(most), await self._deliverer.jobs(most)
        return tuple(_in_turn(cards, digests))[:most]

    async def attempt(self, kind: str, ref: int, attempt: int) -> None:
        """Make one."""
        work = self._alerts.cards if kind == CARD else self._deliverer
        await work.attempt(ref, attempt)

    async def tidy(self) -> None:
        """Forget old deliveries and alerts, and look for channels that are back."""
        now = self._core.clock.now()
        await self._core.ledger.purge(now - KEEP_FOR, keep=KEEP_LAST)
        await self._core.watches.purge_alerts(now - KEEP_ALERTS)
        await self._returning.look()


def _in_turn(one: Sequence[Job], other: Sequence[Job]) -> Iterator[Job]:
    for pair in zip_longest(one, other):
        yield from (job for job in pair if job is not None)
