"""Whether our clock is right, as far as it matters: all processes that share a database must agree about the time.

A claim in the ledger lasts for a minute of whoever looks at it. Were our clock a minute ahead, we would take what
somebody else is just sending, and it would be sent twice.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

if TYPE_CHECKING:
    from bot.engine.replicas import Replicas
    from bot.ports import Clock

log = structlog.get_logger(__name__)

MOST_APART: Final = timedelta(seconds=15)
"""How far our clock may be from the database's: two of us are then 30 seconds apart at most, half a claim."""

LOOK_EVERY_S: Final = 20.0
"""Seconds for which an answer of the database is believed."""


class Clocks:
    """Compares our clock with that of PostgreSQL; on SQLite there is nobody to disagree with.

    Args:
        replicas: has a connection; None on SQLite.
        clock: ours, the real one.
    """

    def __init__(self, replicas: Replicas | None, clock: Clock) -> None:
        self._replicas = replicas
        self._clock = clock
        self._agree = True
        self._looked_s: float | None = None

    async def agree(self) -> bool:
        """Tell whether our clock is right; while the database cannot be asked, what it said last counts."""
        if self._replicas is None:
            return True
        now_s = asyncio.get_running_loop().time()
        if self._looked_s is not None and now_s - self._looked_s < LOOK_EVERY_S:
            return self._agree
        self._looked_s = now_s
        try:
            apart = await self._apart(self._replicas)
        except psycopg.Error as error:
            await self._replicas.close()
            log.warning("clock.not_compared", error=type(error).__name__)
            return self._agree
        self._agree = abs(apart) <= MOST_APART
        if not self._agree:
            log.error("clock.differs", ahead_s=round(apart.total_seconds(), 1))
        return self._agree

    async def _apart(self, replicas: Replicas) -> timedelta:
        """Return how far we are ahead, negative if behind; what the question took is no difference."""
        line = await replicas.show()
        before = self._clock.now()
        row = await (await line.execute("SELECT clock_timestamp()")).fetchone()
        after = self._clock.now()
        there = row[0] if row else None
        if not isinstance(there, datetime) or before <= there <= after:
            return timedelta()
        return before - there if before > there else after - there
