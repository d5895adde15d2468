"""Sources call us."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.errors import StoreError
from bot.hooks import LARGEST_BODY, PATH, StreampixelHook
from bot.model import EventKind
from bot.web import Readiness, build_web
from tests.fakes.source import StandingClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

    from bot.model import Build
    from bot.ports import Store

    Client = TestClient[web.Request, web.Application]

SECRET = "a-path-that-nobody-guesses"
TOLD = {"event": "build.rejected", "projectId": "p1", "uploadId": "u1", "objection": "no", "timestamp": None}


class Keeping:
    """The one method of a `Store` that a hook needs."""

    def __init__(self) -> None:
        self.known = {("second", "p1")}
        self.kept: list[tuple[str, str, EventKind, Build]] = []
        self.keys: set[str] = set()
        self.broken = False

    async def tell_build(
        self, workspace: str, connection: str, project_id: str, kind: EventKind, build: Build, **more: Any
    ) -> bool:
        """Keep what is new about a known project."""
        assert workspace == "local"
        if self.broken:
            raise StoreError("cannot")
        if (connection, project_id) not in self.known or more["key"] in self.keys:
            return False
        self.keys.add(more["key"])
        self.kept.append((connection, project_id, kind, build))
        return True


class Scene:
    """A hook that is served, and what came of it."""

    def __init__(self, client: Client, store: Keeping, nudges: list[None]) -> None:
        self.client, self.store, self.nudges = client, store, nudges

    async def post(self, body: bytes | None = None, *, secret: str = SECRET) -> int:
        """Deliver something; returns the status."""
        data = json.dumps(TOLD).encode() if body is None else body
        async with self.client.post(f"/hooks/streampixel/{secret}", data=data) as response:
            assert "p1" not in await response.text()
            return response.status


@asynccontextmanager
async def serve() -> AsyncIterator[Scene]:
    """Serve a hook on this machine."""
    store, nudges = Keeping(), list[None]()
    hook = StreampixelHook(
        secret=SecretStr(SECRET),
        workspace="local",
        connections=("first", "second"),
        store=cast("Store", store),
        clock=StandingClock(),
        told=lambda: nudges.append(None),
    )
    app = build_web(slack=None, readiness=Readiness(checks={}), registry=CollectorRegistry(), hooks={PATH: hook})
    async with TestClient(TestServer(app)) as client:
        yield Scene(client, store, nudges)


async def test_a_build_of_a_known_project_is_kept_before_the_answer() -> None:
    """A source sends it once: after 200 it is ours."""
    async with serve() as scene:
        assert await scene.post() == 200

        [(connection, project_id, kind, build)] = scene.store.kept
        assert (connection, project_id, kind, build.objection) == ("second", "p1", EventKind.BUILD_REJECTED, "no")
        assert len(scene.nudges) == 1


async def test_the_same_delivery_again_is_answered_and_not_kept() -> None:
    """A proxy may repeat it."""
    async with serve() as scene:
        assert [await scene.post(), await scene.post()] == [200, 200]
        assert (len(scene.store.kept), len(scene.nudges)) == (1, 1)


async def test_the_answer_does_not_tell_whether_we_know_a_project() -> None:
    """Whoever has the path may not ask us for our customers."""
    async with serve() as scene:
        assert await scene.post(json.dumps(TOLD | {"projectId": "unknown"}).encode()) == 200
        assert scene.store.kept == []


@pytest.mark.parametrize("event", ["webhook.test", "build.saving", "something.new"])
async def test_what_is_nothing_to_keep_is_answered_well(event: str) -> None:
    """The test button of the dashboard has to work."""
    async with serve() as scene:
        assert await scene.post(json.dumps({"event": event}).encode()) == 200
        assert scene.store.kept == []


@pytest.mark.parametrize("secret", ["wrong", SECRET + "x", SECRET[:-1], "ü", "%2e%2e"])
async def test_there_is_nothing_at_any_other_path(secret: str) -> None:
    """Not even for somebody who is close."""
    async with serve() as scene:
        assert await scene.post(secret=secret) == 404
        assert scene.store.kept == []


async def test_a_large_body_is_refused_unread() -> None:
    """Also if nothing says how long it will be."""
    async with serve() as scene:

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(LARGEST_BODY // 1024 + 2):
                yield b"x" * 1024

        async with scene.client.post(f"/hooks/streampixel/{SECRET}", data=endless()) as response:
            assert response.status == 413
        assert await scene.post(b"x" * (LARGEST_BODY + 1)) == 413
        assert await scene.post(b"") == 400


async def test_what_could_not_be_kept_is_not_answered_well() -> None:
    """The sender's record then shows a failure, and that is the truth."""
    async with serve() as scene:
        scene.store.broken = True

        assert await scene.post() == 503
        assert scene.nudges == []


async def test_the_secret_stays_out_of_the_log_whatever_happens() -> None:
    """The path is all that protects it."""
    async with serve() as scene:
        with capture_logs() as logs:
            await scene.post()
            await scene.post(b"{")
            scene.store.broken = True
            await scene.post()
            scene.store.tell_build = cast("Any", None)  # type: ignore[method-assign]  # a bug of ours
            assert await scene.post() == 500

    assert logs
    assert SECRET not in repr(logs)
