"""What is under way in this process, so that everybody who asks meanwhile shares it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from datetime import datetime

    from bot.ports import Clock

Key = tuple[str, str]
"""Connection, and what is done there."""

Flight = asyncio.Task[None]


class Flights:
    """Tasks that belong to nobody who asked for them.

    Args:
        clock: tells when each began.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[Key, Flight] = {}
        self._began: dict[Flight, datetime] = {}

    def get(self, key: Key) -> Flight | None:
        """Return what is under way."""
        return self._tasks.get(key)

    def launch(self, key: Key, work: Coroutine[None, None, None]) -> Flight:
        """Begin; the task is forgotten when it ends."""
        task = asyncio.create_task(work, name=f"{key[1]}:{key[0]}")
        self._tasks[key] = task
        self._began[task] = self._clock.now()
        task.add_done_callback(lambda _: self._landed(key, task))
        return task

    def connections(self, tasks: Sequence[Flight]) -> frozenset[str]:
        """Return the connections that these tasks read."""
        return frozenset(name for (name, _), task in self._tasks.items() if task in tasks)

    async def wait(self, tasks: Sequence[Flight], patience: timedelta, *, from_its_start: bool) -> None:
        """Wait for the end of some; patience may count from when each began."""
        left = {task: self._left(task, patience) if from_its_start else patience for task in tasks}
        worth_it = [task for task in tasks if left[task]]
        if worth_it:
            await asyncio.wait(worth_it, timeout=max(left.values()).total_seconds())

    async def close(self) -> None:
        """Stop everything."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _left(self, task: Flight, patience: timedelta) -> timedelta:
        """Return what is left of a patience that counts from when a task began."""
        now = self._clock.now()
        under_way = max(now - self._began.get(task, now), timedelta())
        return max(patience - under_way, timedelta())

    def _landed(self, key: Key, task: Flight) -> None:
        self._tasks.pop(key, None)
        self._began.pop(task, None)
