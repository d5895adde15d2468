"""What can be made to go wrong at a stand-in, and repaired again while it runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import StrEnum


class Mode(StrEnum):
    """How a stand-in behaves."""

    OK = "ok"
    DOWN = "down"
    """503 to everything."""

    SILENT = "silent"
    """Takes the request and does not answer before the mode is changed."""

    SLOW = "slow"
    """Answers well, after `Faults.slow_s`."""

    LIMITED = "limited"
    """429 with a header that says for how long."""

    LIMITED_IN_BODY = "limited-in-body"
    """429 that says for how long in its body only."""

    LIMITED_UNMEASURED = "limited-unmeasured"
    """429 that does not say for how long."""

    REFUSED = "refused"
    """401, as if the key had been changed."""

    FORBIDDEN = "forbidden"
    """403, as if the rights had been taken away."""

    HTML = "html"
    """200 with a web page, as from a proxy that wants a login."""

    TRUNCATED = "truncated"
    """200 with the first half of the JSON."""

    EMPTY = "empty"
    """200 with an empty list of projects."""

    CONTRADICTING = "contradicting"
    """200 with a total that does not fit the projects."""


class Faults:
    """The switch of one stand-in.

    Args:
        slow_s: seconds that a slow answer takes.
        limit_s: seconds that a 429 asks to wait.
    """

    def __init__(self, *, slow_s: float = 4.0, limit_s: int = 30) -> None:
        self.slow_s = slow_s
        self.limit_s = limit_s
        self._mode = Mode.OK
        self._changed = asyncio.Event()

    @property
    def mode(self) -> Mode:
        """How it behaves now."""
        return self._mode

    def switch(self, mode: Mode) -> None:
        """Behave differently from now on; requests that were kept waiting are answered."""
        self._mode = mode
        self.release()

    def release(self) -> None:
        """Answer the requests that are kept waiting; the mode stays."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def hold(self) -> None:
        """Keep a request waiting as long as the mode wants it."""
        if self._mode is Mode.SILENT:
            await self._changed.wait()
        elif self._mode is Mode.SLOW:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self.slow_s)
