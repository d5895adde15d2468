"""A clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class MovedClock:
    """Tells a time that only `move` and `sleep` change."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the moment."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Go forward."""
        self._now += by

    async def sleep(self, seconds: float) -> None:
        """Move instead of waiting; others get their turn."""
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
