"""Clocks for tests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class HandClock:
    """Stands still until a test, or a sleep, moves it.

    Args:
        moment: where it stands at first, aware UTC.
    """

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment
        self.slept_s: list[float] = []
        """Every sleep so far, in seconds."""

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def move(self, by: timedelta) -> None:
        """Move on, or back."""
        self.moment += by

    def forward(self, **by: float) -> datetime:
        """Move on by so many `timedelta` units (negative ones move back), and return the new moment."""
        self.move(timedelta(**by))
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once, and others have their turn."""
        self.slept_s.append(seconds)
        self.forward(seconds=seconds)
        await asyncio.sleep(0)


class RealClock:
    """The machine's time; signatures are checked against it."""

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - Slack's own verifier reads the real time
