"""The demo with a scripted bot, on a free port."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import DemoSource, demo_sources
from tests.demo.diary import Diary
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
    diary: Diary
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
        bot, diary = ScriptedBot(demo.settings_environment()), Diary(clock)
        demo.plug(bot.routes(), diary, diary.moved)
        await demo.start()
        runs = asyncio.create_task(keep_running(demo, bot, diary))
        yield Stage(demo=demo, bot=bot, diary=diary, clock=clock, sources=sources, session=session)
        runs.cancel()


async def keep_running(demo: DemoServer, bot: ScriptedBot, diary: Diary) -> None:
    """Plug the bot in again whenever a person wants that; as the program does that runs the real one."""
    while True:
        await demo.bot.killed()
        await demo.bot.wanted()
        demo.plug(bot.routes(), diary, diary.moved)
