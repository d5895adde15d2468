"""Work whose jobs are numbers, with a record of what was called."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class PlainJob:
    """One attempt."""

    ref: int
    attempt: int = 1
    channel: str = "C1"
    kind: str = "digest"

    @property
    def workflow_id(self) -> str:
        """The same each time it is asked for."""
        return f"plain:{self.ref}:{self.attempt}"


class PlainWork:
    """Keeps offering what was not done.

    Args:
        waiting: what is to be done.
    """

    def __init__(self, *waiting: PlainJob) -> None:
        self.waiting = list(waiting)
        self.calls: Counter[str] = Counter()
        self.attempts: list[tuple[int, int]] = []
        self.kinds: list[str] = []
        """Of each attempt."""

        self.fail_in: Callable[[str], None] = lambda _: None
        """Called with each name of what is called; may raise."""

        self.hold: asyncio.Event | None = None
        """If set, attempts begin and then wait for it."""

        self._news = asyncio.Condition()

    async def _note(self, what: str) -> None:
        self.calls[what] += 1
        async with self._news:
            self._news.notify_all()
        self.fail_in(what)

    async def alive(self) -> None:
        """Note that somebody is at work."""
        await self._note("alive")

    async def keep_fresh(self) -> None:
        """Begin to read what is too old."""
        await self._note("keep_fresh")

    async def evaluate(self) -> int:
        """Judge nothing."""
        await self._note("evaluate")
        return 0

    async def plan(self) -> int:
        """Plan nothing."""
        await self._note("plan")
        return 0

    async def jobs(self, most: int) -> Sequence[PlainJob]:
        """Return what was not done."""
        await self._note("jobs")
        return self.waiting[:most]

    async def attempt(self, kind: str, ref: int, attempt: int) -> None:
        """Do it."""
        self.kinds.append(kind)
        self.attempts.append((ref, attempt))
        await self._note("attempt")
        if self.hold is not None:
            await self.hold.wait()
        self.waiting = [job for job in self.waiting if job.ref != ref]
        await self._note("done")

    async def tidy(self) -> None:
        """Forget nothing."""
        await self._note("tidy")

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is true, looking after every call; fails after a while."""
        async with asyncio.timeout(15), self._news:
            await self._news.wait_for(happened)
