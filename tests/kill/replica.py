"""One process of the bot with everything in a hurry: ``python -m tests.kill.replica``, configured by its environment.

It serves nothing: Slack has nothing to say to it. Prints ``up`` when it works; what it logs is JSON on standard error.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from typing import Final

from bot.engine.work import Timing as Ticking
from bot.logs import set_up
from bot.settings import read_settings
from bot.wiring import open_bot
from tests.kill.fast_clock import clock_of, tempo_of

HURRY: Final = Ticking(
    tick="* * * * * *",
    posts_per_minute=6000,
    jobs=200,
    at_once=8,
    look_every=timedelta(seconds=0.25),
    tidy_every=timedelta(seconds=5),
)


async def work() -> None:
    """Work until told to end, or killed."""
    settings = read_settings()
    set_up(level="info", form="json", secrets=settings.secrets())
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    clock = clock_of(os.environ)
    async with open_bot(settings, clock, ending.set, tempo=tempo_of(HURRY, clock)) as bot:
        await bot.join()
        print("up", flush=True)  # noqa: T201 - whoever started us waits for it
        await ending.wait()
        await bot.drain()


if __name__ == "__main__":
    asyncio.run(work())
