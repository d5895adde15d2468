"""The engine: starts with a bot, ticks, runs what is due, and ends with the bot.

DBOS does the scheduling, the queue and the recovery; see `workflows` for what runs. There is one of it in a process, so
there is one of these at a time. Importing DBOS takes as long as half of the rest, so nothing above this does before it
has to.

https://docs.dbos.dev/python/reference/dbos-class
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib import import_module
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import structlog

from bot.engine.rounds import Rounds
from bot.engine.work import Timing

if TYPE_CHECKING:
    from types import ModuleType

    from bot.engine.launch import Launched
    from bot.engine.work import Work
    from bot.ports import Clock

log = structlog.get_logger(__name__)

CLOSE_WITHIN: Final = 3.0
"""Seconds for attempts under way when the process ends; what is not sent by then is given back."""

BREATH_S: Final = 0.2
"""Between two ticks that somebody asked for."""

LONGEST_WAIT: Final = timedelta(minutes=1)
"""A tick comes every minute anyway."""


class Engine:
    """Calls `Work` when it is time to.

    Args:
        work: what is to be done.
        url: of the engine's own tables: ``sqlite:///…`` (a file of its own) or ``postgresql://…``.
        timing: how often.
        holder: name of this process, for people.
        clock: the real time, as databases have it.
    """

    def __init__(self, work: Work, *, url: str, holder: str, clock: Clock, timing: Timing | None = None) -> None:
        self._url = url
        self._holder = holder
        self._clock = clock
        self._timing = timing or Timing()
        self._rounds = Rounds(work, self._timing, clock)
        self._launched: Launched | None = None
        self._nudged = asyncio.Event()
        self._nudging: asyncio.Task[None] | None = None
        self._began_s: float | None = None

    def began_within(self, span: timedelta) -> bool:
        """Tell whether it was started so lately that nothing can be said of its ticks yet."""
        return self._began_s is not None and asyncio.get_running_loop().time() - self._began_s < span.total_seconds()

    async def ticked_within(self, span: timedelta) -> bool:
        """Tell whether some process, not necessarily this one, lately planned and handed out all that was due."""
        return self._launched is not None and await self._launched.ticked_since(self._clock.now() - span)

    async def clock_agrees(self) -> bool:
        """Tell whether our clock and that of the database are close enough; if not, nothing is done here."""
        return self._launched is None or await self._launched.clocks.agree()

    async def start(self) -> None:
        """Launch, and tick at once: what came due while nobody was there need not wait for the next minute.

        Raises:
            StoreError: the engine's tables cannot be used.
            RuntimeError: another engine runs in this process.
        """
        self._launched = await (await asyncio.to_thread(_import_dbos)).launch(
            self._rounds, url=self._url, name=self._name(), timing=self._timing, clock=self._clock
        )
        self._began_s = asyncio.get_running_loop().time()
        self._nudged.set()
        self._nudging = asyncio.create_task(self._tick_when_nudged(self._launched), name="nudges")
        log.info("engine.started", tick=self._timing.tick, at_once=self._timing.at_once)

    def nudge(self) -> None:
        """Let a tick begin soon; several of these make one. Waits for nothing, and may come before the start."""
        self._nudged.set()

    def nudge_in(self, wait: timedelta) -> None:
        """Let a tick begin after a while; what is further away than the next usual tick needs none."""
        if wait < LONGEST_WAIT:
            asyncio.get_running_loop().call_later(max(wait.total_seconds(), 0.0), self.nudge)

    async def close(self, within: float = CLOSE_WITHIN) -> None:
        """Take no more work, let attempts under way end, give back the others, and stop.

        Args:
            within: seconds for attempts under way; stopping takes up to half a second more.
        """
        if self._nudging is not None:
            self._nudging.cancel()
            await asyncio.gather(self._nudging, return_exceptions=True)
            self._nudging = None
        cut_short = await self._rounds.close(within)
        launched, self._launched = self._launched, None
        if launched is not None:
            await launched.close()
            log.info("engine.stopped", cut_short=cut_short)

    def _name(self) -> str:
        """Return by what name the engine finds work again that this process left behind.

        On SQLite it is always the same: there is one process, and the next one goes on. With PostgreSQL the work of
        one that died is found by others, see `replicas`, so no two may ever have the same.
        """
        return "rollcall" if self._url.startswith("sqlite") else f"{self._holder}-{token_hex(4)}"

    async def _tick_when_nudged(self, launched: Launched) -> None:
        while True:
            await self._nudged.wait()
            self._nudged.clear()
            try:
                await launched.tick()
            except Exception:
                log.exception("tick.failed")
            await asyncio.sleep(BREATH_S)


def _import_dbos() -> ModuleType:
    """Import what imports DBOS."""
    return import_module("bot.engine.launch")
