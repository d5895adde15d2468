"""An engine that runs for as long as a block."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.engine.engine import Engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.engine.work import Timing, Work
    from bot.ports import Clock


@asynccontextmanager
async def engine_running(
    work: Work, *, url: str, holder: str, clock: Clock, timing: Timing | None = None
) -> AsyncIterator[Engine]:
    """Run an engine; arguments and errors as for `Engine`."""
    engine = Engine(work, url=url, holder=holder, clock=clock, timing=timing)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.close()
