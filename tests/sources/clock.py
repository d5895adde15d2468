"""A clock that is moved by hand, and a sleep that moves it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class HandClock:
    """Stands still until a test, or a sleep, moves it."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment
        self.slept_s: list[float] = []
        """Every sleep so far, in seconds."""

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def forward(self, **by: float) -> datetime:
        """Move on by so many `timedelta` units (negative ones move back), and return the new moment."""
        self.moment += timedelta(**by)
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once, and others have their turn."""
        self.slept_s.append(seconds)
        self.forward(seconds=seconds)
        await asyncio.sleep(0)
