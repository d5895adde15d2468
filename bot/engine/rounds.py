"""What a tick and an attempt do, apart from the engine that calls them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import structlog

from bot.errors import BotError
from bot.metrics import TICK_AT, TICKS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from bot.engine.work import Job, Timing, Work
    from bot.ports import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What came of one tick."""

    jobs: Sequence[Job]
    whole: bool
    """Whether everything was judged, planned and looked through that is due."""


class Rounds:
    """Does the work, keeps its errors from the engine, and knows what is under way.

    An error here is logged and goes no further: what was not done is still in the ledger, and the next tick finds it.

    Args:
        work: what is to be done.
        timing: how much of it.
        clock: tells the time that is shown as that of the last tick.
    """

    def __init__(self, work: Work, timing: Timing, clock: Clock) -> None:
        self._work = work
        self._timing = timing
        self._clock = clock
        self._under_way: set[asyncio.Task[Any]] = set()
        self._planning = asyncio.Lock()
        self._next_waits = False
        self._tidied_s: float | None = None
        self._closing = False

    async def plan(self) -> Round:
        """Do what is done in every tick, and return what is to be attempted now.

        While an earlier tick of this process is still at it, since ten thousand digests take a while, one waits for its
        end: what is new since may have come too late for it. More than one would find nothing.
        """
        if self._next_waits:
            return Round(jobs=(), whole=False)
        self._next_waits = True
        try:
            await self._planning.acquire()
        finally:
            self._next_waits = False
        try:
            return await self._plan()
        finally:
            self._planning.release()

    async def _plan(self) -> Round:
        await self._contained("alive", self._work.alive)
        await self._contained("keep_fresh", self._work.keep_fresh)
        changed = await self._contained("evaluate", self._work.evaluate)
        planned = await self._contained("plan", self._work.plan)
        found = await self._contained("jobs", lambda: self._work.jobs(self._timing.jobs))
        whole = None not in (changed, planned, found)
        TICKS.labels("ok" if whole else "failed").inc()
        TICK_AT.set(self._clock.now().timestamp())
        jobs: Sequence[Job] = found or ()
        if planned or jobs or changed:
            log.info("tick.planned", planned=planned, changed=changed, jobs=len(jobs))
        return Round(jobs=jobs, whole=whole)

    async def attempt(self, kind: str, ref: int, attempt: int) -> None:
        """Make one attempt."""
        await self._contained(
            "attempt", lambda: self._work.attempt(kind, ref, attempt), kind=kind, ref=ref, attempt=attempt
        )

    async def tidy(self, *housework: Callable[[], Awaitable[object]]) -> None:
        """Now and then forget what nobody needs, here and in what is given."""
        now_s = asyncio.get_running_loop().time()
        if self._tidied_s is not None and now_s - self._tidied_s < self._timing.tidy_every.total_seconds():
            return
        self._tidied_s = now_s
        for each in (self._work.tidy, *housework):
            await self._contained("tidy", each)

    async def _contained(self, what: str, do: Callable[[], Awaitable[Any]], **fields: int | str) -> Any:  # noqa: ANN401 - as it came
        """Return None where it failed."""
        try:
            return await do()
        except BotError as error:
            log.warning("work.failed", what=what, error=str(error), **fields)
        except Exception:
            log.exception("work.failed", what=what, **fields)
        return None

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count the task that runs this among those that the end waits for, and cancels."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)

    async def until_closed(self) -> None:
        """Hold what comes after the end has begun: it is cancelled, and so begins again elsewhere or later."""
        if self._closing:
            await asyncio.Event().wait()

    async def close(self, within: float) -> int:
        """Begin nothing more, wait for what is under way, then cancel it; returns how many were cancelled.

        Args:
            within: seconds to wait.
        """
        self._closing = True
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=within)
        late = set(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)
