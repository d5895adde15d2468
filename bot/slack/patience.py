"""Asking Slack again: one loop for every request of ours.

The SDK's own retry handlers are switched off. They repeat a response_url only after 429, read ``Retry-After: 1.5`` as
a crash, know no time-outs, and wait inside the open request.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.slack.refusals import Fate, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.ports import Clock

log = structlog.get_logger(__name__)

T = TypeVar("T")


def _may_be_taken_later(refusal: Refused) -> bool:
    return refusal.fate is Fate.RETRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we insist.

    A request that timed out may have arrived, so a repeated answer can appear twice. For the answer to a question
    that is better than none; what must not appear twice is given another `again`.
    """

    clock: Clock
    sleep: Callable[[float], Awaitable[object]] = field(default=asyncio.sleep)
    """Waits for a number of seconds; tests move the clock instead."""

    tries: int = 5
    first_wait: timedelta = timedelta(seconds=0.5)
    """Doubled after every try for which Slack named no time."""

    longest: timedelta = timedelta(minutes=2)
    """All tries of one request end within this."""

    again: Callable[[Refused], bool] = field(default=_may_be_taken_later)
    """Whether to make a refused attempt again."""

    async def insist(self, attempt: Callable[[], Awaitable[T]], *, until: datetime | None = None) -> T:
        """Make the attempt until it succeeds, or there is no point in going on.

        Args:
            attempt: one request; raises `Refused`.
            until: a moment after which the attempt is pointless, whatever `longest` says.

        Raises:
            Refused: the last refusal.
        """
        end = self.clock.now() + self.longest
        end = end if until is None else min(end, until)
        for number in count(1):
            try:
                return await attempt()
            except Refused as refusal:
                wait = self.first_wait * 2 ** (number - 1) if refusal.wait is None else refusal.wait
                if not self.again(refusal) or number == self.tries or self.clock.now() + wait > end:
                    raise
                log.info("slack.asked_again", code=refusal.code, wait_s=wait.total_seconds(), attempt=number)
                await self.sleep(wait.total_seconds())
        raise AssertionError  # pragma: no cover - the loop only returns or raises
