"""Both stand-ins behind a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.upstreams import MicroVisualizerStandIn, StreampixelStandIn
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

    Client = TestClient[web.Request, web.Application]


@pytest.fixture
def clock() -> HandClock:
    """Noon, until it is moved."""
    return HandClock()


@pytest.fixture
def streampixel(clock: HandClock) -> StreampixelStandIn:
    """Streampixel's stand-in with its demo projects."""
    return StreampixelStandIn(clock, user_id="user", api_key="key")


@pytest.fixture
def microvisualizer(clock: HandClock) -> MicroVisualizerStandIn:
    """MicroVisualizer's stand-in with its demo projects."""
    return MicroVisualizerStandIn(clock, api_key="key")


@pytest.fixture
async def pixels(streampixel: StreampixelStandIn) -> AsyncIterator[Client]:
    """Something to ask Streampixel with."""
    async with TestClient(TestServer(streampixel.app)) as client:
        yield client


@pytest.fixture
async def diagrams(microvisualizer: MicroVisualizerStandIn) -> AsyncIterator[Client]:
    """Something to ask MicroVisualizer with."""
    async with TestClient(TestServer(microvisualizer.app)) as client:
        yield client
