"""The demo with a scripted bot, on a free port."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest_asyncio

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import DemoSource, demo_sources
from tests.demo.scripted_bot import ScriptedBot
from tests.fakes.clock import RealClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.demo.slack.people import People
    from bot.demo.slack.stand_in import LocalSlack
    from bot.demo.slack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything a test of the demo needs."""

    demo: DemoServer
    bot: ScriptedBot
    clock: DemoClock
    sources: tuple[DemoSource, ...]
    session: aiohttp.ClientSession

    @property
    def slack(self) -> LocalSlack:
        """The local Slack."""
        return self.demo.slack

    @property
    def people(self) -> People:
        """Those who type and press."""
        return self.demo.slack.people

    @property
    def workspace(self) -> Workspace:
        """What they see."""
        return self.demo.slack.workspace

    async def post(self, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Post JSON to the demo; return status and answer."""
        url = f"{self.demo.url}/_demo/{path}"
        async with self.session.post(url, json=body or {}, headers=headers) as response:
            return response.status, await response.json()


@asynccontextmanager
async def open_stage(*, ack_within_s: float = 3.0) -> AsyncIterator[Stage]:
    """Start the demo, and stop it."""
    clock = DemoClock(RealClock())
    sources = demo_sources(clock)
    async with (
        DemoServer(clock, sources, port=0, ack_within_s=ack_within_s) as demo,
        aiohttp.ClientSession() as session,
    ):
        bot = ScriptedBot(demo.settings_environment())
        demo.mount(bot.routes())
        await demo.start()
        yield Stage(demo=demo, bot=bot, clock=clock, sources=sources, session=session)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """The demo, running."""
    async with open_stage() as opened:
        yield opened


@pytest_asyncio.fixture
async def impatient_stage() -> AsyncIterator[Stage]:
    """The demo with a Slack that waits a twentieth of a second instead of three seconds."""
    async with open_stage(ack_within_s=0.05) as opened:
        yield opened
