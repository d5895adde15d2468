"""Many requests that nobody waits for, spread over a while."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from bot.ports import Clock

SHARE: Final = 0.8
"""The part of the pause between two rounds that a round may take."""

SLICE: Final = timedelta(seconds=1)
"""So often we look at the clock while waiting: it may have been moved."""


class Wait(Protocol):
    """Waits for an event, at most for so many seconds."""

    async def __call__(self, event: asyncio.Event, seconds: float) -> None:
        """Wait."""
        ...


async def until_set(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, at most for so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


class Spread:
    """Says when each of a row of requests may go, until somebody is in a hurry.

    A source's own budget may slow them down further.

    Args:
        over: how long the whole row may take.
        hurry: set once somebody waits for the end.
        clock: tells the time.
        wait: waits.
    """

    def __init__(self, over: timedelta, hurry: asyncio.Event, clock: Clock, wait: Wait = until_set) -> None:
        self._over = over
        self._hurry = hurry
        self._clock = clock
        self._wait = wait
        self._began = clock.now()

    async def turn(self, number: int, of: int) -> None:
        """Wait until request `number` (from 0) of so many may go; no longer than one pause, whatever the clock says."""
        pause = self._over / of
        due = self._began + number * pause
        for _ in range(ceil(pause / SLICE)):
            left = due - self._clock.now()
            if left <= timedelta() or self._hurry.is_set():
                return
            await self._wait(self._hurry, min(left, SLICE, pause).total_seconds())
