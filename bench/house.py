"""The real bot as its own process, with its surroundings."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import aiohttp

from bench.children import free_port, running
from bench.deliveries import Slack
from bench.volley import fire
from bot.wiring import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bench.children import Child

READY_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the bot talks to."""

    url: str
    environment: Mapping[str, str]
    """The bot's variables, credentials included."""

    session: aiohttp.ClientSession
    slack: Slack

    async def get(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON is there
        """Read JSON from them."""
        async with self.session.get(f"{self.url}{path}", raise_for_status=True) as answer:
            return await answer.json()

    async def post(self, path: str) -> None:
        """Make them do something."""
        async with self.session.post(f"{self.url}{path}", raise_for_status=True):
            pass

    async def answered_in(self, port: int, text: str) -> float:
        """Send a command, wait for its answer; return the seconds between the two."""
        name, request = self.slack.command(text)
        began = monotonic()
        await fire(port, [request], at_once=1)
        return float(await self.get(f"/inbox/{name}")) - began


@asynccontextmanager
async def surrounded(folder: Path, *, streampixel: int, microvisualizer: int) -> AsyncIterator[Surroundings]:
    """Run the surroundings, with numbers of projects."""
    with ExitStack() as stack:
        arguments = ("bench.surroundings", str(streampixel), str(microvisualizer))
        told = json.loads(stack.enter_context(running(*arguments, folder=folder, log="surroundings.log")).line())
        async with aiohttp.ClientSession() as session:
            secret = told["environment"]["SLACK_SIGNING_SECRET"]
            slack = Slack(told["url"], secret, SystemClock())
            yield Surroundings(url=told["url"], environment=told["environment"], session=session, slack=slack)


@dataclass(frozen=True, slots=True)
class Server:
    """A program that takes Slack's requests."""

    child: Child
    port: int
    ready_s: float
    """Seconds from its start until it was ready."""


@asynccontextmanager
async def served(
    *arguments: str, around: Surroundings, folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run a program that listens on PORT, and wait until it is ready.

    Raises:
        TimeoutError: that took too long.
    """
    port = free_port()
    given = {**around.environment, **(environment or {}), "PORT": str(port)}
    with running(*arguments, folder=folder, environment=given, log=f"{arguments[0]}.log") as child:
        await _until_ready(around.session, port)
        yield Server(child, port, monotonic() - child.began)


async def _until_ready(session: aiohttp.ClientSession, port: int) -> None:
    async with asyncio.timeout(READY_WITHIN_S):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(_LOOK_EVERY_S)
