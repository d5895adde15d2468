"""The whole bot, as `rollcall demo` runs it, with people who type and press."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest_asyncio

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import DemoSource, demo_sources
from bot.settings import settings_from
from bot.wiring import Bot, SystemClock, Tempo, open_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.demo.slack.nouns import Message
    from bot.demo.slack.people import People
    from bot.demo.slack.workspace import Workspace

ADA, JONAS, STUDIO = "ada", "jonas", "studio"
ASKED_ONLY = Tempo(ticking=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything at once."""

    bot: Bot
    demo: DemoServer
    clock: DemoClock
    sources: dict[str, DemoSource]
    environment: dict[str, str]
    database: Path

    @property
    def people(self) -> People:
        """Those who type and press."""
        return self.demo.slack.people

    @property
    def workspace(self) -> Workspace:
        """What they see."""
        return self.demo.slack.workspace

    async def ask(self, text: str, *, channel: str = STUDIO, user: str = ADA) -> Message:
        """Type a command and wait for the first answer to it."""
        return await self.answered(lambda: self.people.command(channel, user, "/projects", text), user=user)

    async def press(self, message: Message, action_id: str, user: str = ADA) -> Message:
        """Press a button and wait for the message that changes or comes."""
        return await self.answered(lambda: self.people.press(message, action_id, user), user=user)

    async def choose(self, message: Message, value: str, user: str = ADA) -> Message:
        """Choose from the menu of a row and wait for the answer."""
        block = next(b["block_id"] for b in message.blocks if value in str(b.get("accessory")))
        return await self.answered(lambda: self.people.choose(message, "menu", value, user, block_id=block), user=user)

    async def answered(self, act: Callable[[], object], *, user: str = ADA) -> Message:
        """Do something, and return the next message of the bot that is new or changed."""
        before = {(m.seq, m.replaced) for m in self.workspace.messages(viewer=user)}
        done = act()
        if hasattr(done, "__await__"):
            await done
        return await self.workspace.wait_for(
            lambda: next(
                (
                    message
                    for message in reversed(self.workspace.messages(viewer=user))
                    if (message.seq, message.replaced) not in before and message.user == "U0ROLLCALL"
                ),
                None,
            ),
            within_s=10,
        )

    def requests(self, source: str) -> int:
        """Count the requests that a source has seen."""
        return self.sources[source].stand_in.request_count


@asynccontextmanager
async def open_house(folder: Path, *, tempo: Tempo = ASKED_ONLY, **environment: str) -> AsyncIterator[House]:
    """Build everything on a free port, and take it down.

    Args:
        folder: for the database.
        tempo: by default without an engine, as most journeys need none and there can be only one in a process.
        environment: more settings.
    """
    clock = DemoClock(SystemClock())
    sources = demo_sources(clock)
    async with DemoServer(clock, sources, port=0) as demo:
        database = folder / "rollcall.db"
        given = {**demo.settings_environment(), "DATABASE_URL": f"sqlite:///{database}", **environment}
        async with open_bot(settings_from(given), clock, lambda: None, tempo=tempo) as bot:
            demo.plug(bot.routes(), moved=bot.nudge)
            await demo.start()
            await bot.join()
            yield House(
                bot=bot,
                demo=demo,
                clock=clock,
                sources={source.name: source for source in sources},
                environment=given,
                database=database,
            )
            await bot.drain()


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A running house."""
    async with open_house(tmp_path) as opened:
        yield opened
