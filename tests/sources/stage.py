"""The same stage for every source: something to ask, and ways to make it go wrong."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.demo.upstreams import MicroVisualizerStandIn, Mode, StreampixelStandIn
from bot.errors import SourceBusy, SourceDown, SourceGarbled, SourceRefused
from bot.model import Project
from bot.sources.microvisualizer import MicroVisualizerSource
from bot.sources.microvisualizer.client import MANNERS as MICROVISUALIZER_MANNERS
from bot.sources.streampixel import StreampixelSource
from bot.sources.streampixel.client import MANNERS as STREAMPIXEL_MANNERS
from tests.fakes.clock import HandClock
from tests.fakes.source import FakeSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.demo.upstreams.stand_in import StandIn
    from bot.ports import Source
    from bot.sources.manners import Manners

USER_ID = "user-id-that-nobody-may-see"
API_KEY = "api-key-that-nobody-may-see"
LIMIT = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A source and what stands behind it."""

    source: Source
    clock: HandClock
    known: dict[str, str]
    """Names by id of all that the source has."""

    break_with: Callable[[Mode], None]
    """Make it go wrong; `Mode.OK` repairs it."""

    unknown_id: str


@dataclass(frozen=True, kw_only=True)
class ServerStage(Stage):
    """A real adapter in front of a stand-in."""

    stand_in: StandIn


def brisk(manners: Manners) -> Manners:
    """Return the same manners without the wait before a retry."""
    return replace(manners, backoff=timedelta())


@asynccontextmanager
async def streampixel_stage(manners: Manners = STREAMPIXEL_MANNERS) -> AsyncIterator[ServerStage]:
    """Put Streampixel's adapter in front of its stand-in."""
    clock = HandClock()
    stand_in = StreampixelStandIn(clock, user_id=USER_ID, api_key=API_KEY)
    async with TestServer(stand_in.app) as server:
        source = StreampixelSource(
            base_url=str(server.make_url("/")),
            user_id=SecretStr(USER_ID),
            api_key=SecretStr(API_KEY),
            connection="pixels",
            clock=clock,
            manners=brisk(manners),
            sleep=clock.sleep,
        )
        yield ServerStage(
            source=source,
            clock=clock,
            known={project.id: project.name for project in stand_in.projects.values()},
            break_with=stand_in.faults.switch,
            unknown_id="f" * 24,
            stand_in=stand_in,
        )
        stand_in.faults.switch(Mode.OK)
        await source.aclose()


@asynccontextmanager
async def microvisualizer_stage(manners: Manners = MICROVISUALIZER_MANNERS) -> AsyncIterator[ServerStage]:
    """Put MicroVisualizer's adapter in front of its stand-in."""
    clock = HandClock()
    stand_in = MicroVisualizerStandIn(clock, api_key=API_KEY)
    async with TestServer(stand_in.app) as server:
        source = MicroVisualizerSource(
            base_url=str(server.make_url("/")),
            api_key=SecretStr(API_KEY),
            connection="diagrams",
            clock=clock,
            project_url="https://app.example/projects/{project_id}",
            manners=brisk(manners),
            sleep=clock.sleep,
        )
        yield ServerStage(
            source=source,
            clock=clock,
            known={project.id: project.name for project in stand_in.projects.values()},
            break_with=stand_in.faults.switch,
            unknown_id="no-such-project",
            stand_in=stand_in,
        )
        stand_in.faults.switch(Mode.OK)
        await source.aclose()


@asynccontextmanager
async def fake_stage() -> AsyncIterator[Stage]:
    """Put the fake on the same stage; its failures are told, not met."""
    clock = HandClock()
    ages = {"newer": timedelta(hours=1), "older": timedelta(days=60)}
    fake = FakeSource(
        *(
            Project(source="", connection="", id=name, name=name.title(), updated_at=clock.now() - age)
            for name, age in ages.items()
        ),
        clock=clock,
    )
    free_at = clock.now() + LIMIT
    failures = {
        Mode.DOWN: SourceDown("Fake", "HTTP 503"),
        Mode.LIMITED: SourceBusy("Fake", "HTTP 429", free_at=free_at),
        Mode.REFUSED: SourceRefused("Fake", "HTTP 401"),
        Mode.FORBIDDEN: SourceRefused("Fake", "HTTP 403"),
        Mode.HTML: SourceGarbled("Fake", "a web page"),
        Mode.TRUNCATED: SourceGarbled("Fake", "half"),
        Mode.CONTRADICTING: SourceGarbled("Fake", "nonsense"),
    }

    def break_with(mode: Mode) -> None:
        fake.works_again()
        if mode in failures:
            fake.fails_with(failures[mode])

    yield Stage(
        source=fake,
        clock=clock,
        known={"newer": "Newer", "older": "Older"},
        break_with=break_with,
        unknown_id="nothing",
    )


STAGES = {"streampixel": streampixel_stage, "microvisualizer": microvisualizer_stage}
"""The real adapters by name."""
