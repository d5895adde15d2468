"""The room under test, wired as `bot.wiring` does it, against a Slack of our own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.errors import StoreError
from bot.slack.answering import Answering
from bot.slack.app import build_app
from bot.slack.clients import open_session, web_client
from bot.slack.identity import Badge, Identity
from bot.slack.listeners import Listeners
from bot.slack.patience import Patience
from bot.slack.replies import Places
from bot.slack.tasks import Tasks
from bot.slack.web_api import WebApi
from tests.fakes.clock import HandClock
from tests.fakes.dispatcher import FakeDispatcher
from tests.fakes.slack_server import FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp
    from slack_bolt.async_app import AsyncApp

    from bot.slack.listeners import ChannelIsBack

SIGNING_SECRET = "signing-secret"
BOT_TOKEN = "xoxb-token-secret"


@dataclass
class Memory:
    """Stands for the table of requests that were seen."""

    seen: set[str] = field(default_factory=set)
    broken: bool = False

    async def first_time(self, key: str) -> bool:
        """Tell whether a key is new, and keep it."""
        if self.broken:
            raise StoreError("no database")
        new = key not in self.seen
        self.seen.add(key)
        return new


@dataclass
class Room:
    """Everything of the room, and its surroundings."""

    slack: FakeSlack
    clock: HandClock
    patience: Patience
    session: aiohttp.ClientSession
    web: WebApi
    places: Places
    dispatcher: FakeDispatcher
    memory: Memory
    answering: Answering
    tasks: Tasks
    apologies: Tasks
    badge: Badge
    app: AsyncApp

    async def settle(self) -> None:
        """Wait until everything that was begun has ended by itself."""
        assert await self.tasks.drain(10) == 0
        assert await self.apologies.drain(10) == 0


async def until(true: Callable[[], bool]) -> None:
    """Let others work until something is true; the number of turns is limited so that a test cannot hang."""
    for _ in range(2_000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never became true")


@asynccontextmanager
async def open_room(
    *, at_most: int = 100, at_once: int = 32, channel_is_back: ChannelIsBack | None = None
) -> AsyncIterator[Room]:
    """Wire a room."""
    clock = HandClock()
    patience = Patience(clock=clock, sleep=clock.sleep)
    dispatcher, memory, badge = FakeDispatcher(), Memory(), Badge()
    badge.identity = Identity(user="UBOT", bot="BBOT", team="T1", team_name="Acme")
    async with FakeSlack() as slack, open_session() as session:
        web = WebApi(web_client(session, base_url=slack.api_url, token=SecretStr(BOT_TOKEN)), patience)
        places = Places(web=web, session=session, patience=patience)
        answering = Answering(
            dispatcher=dispatcher,
            places=places,
            web=web,
            first_time=memory.first_time,
            at_once=at_once,
        )
        tasks = Tasks(at_most=at_most, request_id=lambda: "r1234567")
        apologies = Tasks(at_most=2)
        app = build_app(
            badge=badge,
            listeners=Listeners(
                answering=answering, tasks=tasks, apologies=apologies, badge=badge, channel_is_back=channel_is_back
            ),
            signing_secret=SecretStr(SIGNING_SECRET),
        )
        yield Room(
            slack, clock, patience, session, web, places, dispatcher, memory, answering, tasks, apologies, badge, app
        )
        dispatcher.gate.set()
        await tasks.drain(0)
        await apologies.drain(0)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """Give a room with room for everything."""
    async with open_room() as opened:
        yield opened
