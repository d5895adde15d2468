"""The command line as a person starts it: a process of its own, against local stand-ins."""

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

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parent.parent.parent
KEPT = ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""Of the environment of the tests only this reaches a process under test."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a process left behind."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal with the right variables set, in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    demo: DemoServer
    sources: dict[str, DemoSource] = field(default_factory=dict)

    async def start(self, *words: str, **changed: str | None) -> asyncio.subprocess.Process:
        """Start ``rollcall`` and return the process; a variable of None is not set."""
        set_here = {name: value for name, value in {**self.environment, **changed}.items() if value is not None}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(ROOT), **set_here},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def run(self, *words: str, **changed: str | None) -> Done:
        """Run ``rollcall`` to its end."""
        process = await self.start(*words, **changed)
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        return Done(process.returncode or 0, out.decode(), err.decode())


@pytest_asyncio.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Return a terminal with good settings, beside a running local Slack and two sources."""
    clock = DemoClock(SystemClock())
    sources = demo_sources(clock)
    async with DemoServer(clock, sources, port=0) as demo:
        await demo.start()
        environment = {**demo.settings_environment(), "LOG_FORMAT": "json", "PORT": "0"}
        yield Terminal(tmp_path, environment, demo, {source.name: source for source in sources})
