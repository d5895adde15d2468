"""A local Slack by itself, asked by Slack's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.stand_in import LocalSlack
from tests.fakes.clock import HandClock, RealClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def clock() -> HandClock:
    """The workspace's time."""
    return HandClock()


@pytest_asyncio.fixture
async def local(clock: HandClock) -> AsyncIterator[LocalSlack]:
    """A local Slack whose app uses Socket Mode and is not connected."""
    slack = LocalSlack(clock, RealClock(), base_url="", ack_within_s=0.5)
    async with TestServer(slack.app()) as server:
        slack.base_url = str(server.make_url("")).rstrip("/")
        yield slack


@pytest_asyncio.fixture
async def web(local: LocalSlack) -> AsyncWebClient:
    """Slack's client, which asks only once."""
    return AsyncWebClient(local.bot_token, base_url=local.api_url, retry_handlers=[])
