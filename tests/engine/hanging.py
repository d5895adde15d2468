"""A process that begins an attempt, says so, and never ends it: ``python -m tests.engine.hanging URL``."""

from __future__ import annotations

import asyncio
import sys

from tests.engine.plain_work import PlainJob, PlainWork
from tests.engine.running import engine_running
from tests.engine.test_engine import SOON
from tests.fakes.clock import RealClock


async def hang(url: str) -> None:
    """Begin job 1."""
    work = PlainWork(PlainJob(1))
    work.hold = asyncio.Event()
    async with engine_running(work, url=url, holder="hanging", clock=RealClock(), timing=SOON):
        await work.until(lambda: work.calls["attempt"] == 1)
        print("begun", flush=True)  # noqa: T201 - whoever started us waits for it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(hang(sys.argv[1]))
