"""Whether watches are judged at all: who runs Rollcall hears of it when that fails again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.digests.notices import Notices

log = structlog.get_logger(__name__)

FAILING_FOR: Final = timedelta(minutes=3)
"""An evaluation comes with every tick, each minute; one that fails may be chance."""

STOPPED: Final = "⚠️ No watch is judged: evaluating them has failed for {minutes} min."
WHAT_TO_DO: Final = (
    "Open alerts keep their last state, and nothing new is told. The log says why (`work.failed`, `what=evaluate`)."
)
GOES_ON: Final = "✅ Watches are judged again."
CAUGHT_UP: Final = "What changed meanwhile is told now."


class Pulse:
    """Evaluates, and notes whether that works.

    Args:
        evaluate: judges what the watches ask about; whatever it raises is raised here, too.
        notices: tell those who run Rollcall.
        seconds: tell the time that has really passed; by default that of the event loop.
    """

    def __init__(
        self, evaluate: Callable[[], Awaitable[int]], notices: Notices, *, seconds: Callable[[], float] | None = None
    ) -> None:
        self._evaluate = evaluate
        self._notices = notices
        self._seconds = seconds or _loop_seconds
        self._failing_since_s: float | None = None
        self._told = False

    @property
    def beats(self) -> bool:
        """Whether the last evaluation of this process was well; True before the first."""
        return self._failing_since_s is None

    async def evaluate(self) -> int:
        """Evaluate; returns how many alerts were written."""
        try:
            written = await self._evaluate()
        except Exception:
            await self._failed()
            raise
        await self._worked()
        return written

    async def _failed(self) -> None:
        now_s = self._seconds()
        if self._failing_since_s is None:
            self._failing_since_s = now_s
        failing = timedelta(seconds=now_s - self._failing_since_s)
        if not self._told and failing >= FAILING_FOR:
            self._told = True
            log.error("watches.not_judged", failing_s=round(failing.total_seconds()))
            minutes = failing // timedelta(minutes=1)
            await self._notices.operators(STOPPED.format(minutes=minutes), WHAT_TO_DO)

    async def _worked(self) -> None:
        told, self._told, self._failing_since_s = self._told, False, None
        if told:
            await self._notices.operators(GOES_ON, CAUGHT_UP)


def _loop_seconds() -> float:
    return asyncio.get_running_loop().time()
