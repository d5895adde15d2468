"""The command line as a person starts it, against local stand-ins."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import DemoSource, demo_sources
from bot.wiring import SystemClock
from tests.cli.in_process import Done, run_here

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

ROOT = Path(__file__).parent.parent.parent
KEPT = ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""Of the environment of the tests only this reaches a command under test."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal with the right variables set, in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    demo: DemoServer
    sources: dict[str, DemoSource] = field(default_factory=dict)

    async def start(self, *words: str, **changed: str | None) -> asyncio.subprocess.Process:
        """Start ``rollcall`` as a process and return it; a variable of None is not set."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            cwd=self.folder,
            env={**self._variables(changed), "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def run_apart(self, *words: str, **changed: str | None) -> Done:
        """Run ``rollcall`` to its end as a process; that costs a second, so a few tests do it for each command."""
        process = await self.start(*words, **changed)
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        return Done(process.returncode or 0, out.decode(), err.decode())

    async def run(self, *words: str, **changed: str | None) -> Done:
        """Run ``rollcall`` to its end inside this process, as if it were one of its own."""
        async with asyncio.timeout(60):
            return await asyncio.to_thread(run_here, words, folder=self.folder, environment=self._variables(changed))

    def _variables(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        set_here = {name: value for name, value in {**self.environment, **changed}.items() if value is not None}
        return {name: os.environ[name] for name in KEPT if name in os.environ} | set_here


@pytest_asyncio.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Return a terminal with good settings, beside a running local Slack and two sources."""
    clock = DemoClock(SystemClock())
    sources = demo_sources(clock)
    async with DemoServer(clock, sources, port=0) as demo:
        await demo.start()
        environment = {**demo.settings_environment(), "LOG_FORMAT": "json", "PORT": "0"}
        yield Terminal(tmp_path, environment, demo, {source.name: source for source in sources})
