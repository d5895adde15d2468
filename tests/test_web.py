"""The HTTP side of the process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry, Counter
from structlog.testing import capture_logs

import bot.web
from bot.errors import ConfigurationError
from bot.web import Readiness, build_web, listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.web import Handler

    Client = TestClient[web.Request, web.Application]

FINE = Readiness(checks={})


@asynccontextmanager
async def serve(
    readiness: Readiness = FINE,
    *,
    slack: tuple[str, Handler] | None = None,
    registry: CollectorRegistry | None = None,
) -> AsyncIterator[Client]:
    """Serve an application on this machine."""
    app = build_web(slack=slack, readiness=readiness, registry=registry or CollectorRegistry())
    async with TestClient(TestServer(app)) as client:
        yield client


async def passes() -> bool:
    """Find nothing wrong."""
    return True


async def fails() -> bool:
    """Find something wrong."""
    return False


async def test_process_says_that_it_is_alive() -> None:
    """Whatever else is wrong: restarting would not mend it."""
    async with serve(Readiness(checks={"store": fails})) as client:
        assert (await client.get("/healthz")).status == 200


async def test_ready_means_that_every_check_passes() -> None:
    """A balancer sends nobody to a replica that cannot answer."""
    async with serve(Readiness(checks={"store": passes, "slack": passes})) as client:
        response = await client.get("/readyz")

        assert response.status == 200
        assert await response.json() == {"ready": True, "checks": {"store": "ok", "slack": "ok"}, "facts": {}}


async def test_one_failed_check_makes_us_unready_and_is_named() -> None:
    """What failed is for everybody, why it failed is for the log."""

    async def broken() -> bool:
        raise RuntimeError("postgres://secret")

    with capture_logs() as logs:
        async with serve(Readiness(checks={"store": broken, "socket": fails, "slack": passes})) as client:
            response = await client.get("/readyz")
            text = await response.text()
            report = await response.json()

    assert response.status == 503
    assert report["checks"] == {"store": "failed", "socket": "failed", "slack": "ok"}
    assert "secret" not in text + str(logs)


async def test_check_that_hangs_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes in time; the constant is shortened, the wait is real."""
    monkeypatch.setattr(bot.web, "CHECK_WITHIN", 0.02)

    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    async with serve(Readiness(checks={"store": hangs})) as client:
        assert (await client.get("/readyz")).status == 503


async def test_facts_are_shown_and_decide_nothing() -> None:
    """The last sync of a connection is worth seeing."""

    async def facts() -> dict[str, Any]:
        return {"last_sync": {"main": "2026-03-02T09:00:00Z"}}

    async def broken() -> dict[str, Any]:
        raise RuntimeError("secret")

    async with serve(Readiness(checks={}, facts=facts)) as client:
        assert (await (await client.get("/readyz")).json())["facts"] == await facts()
    async with serve(Readiness(checks={}, facts=broken)) as client:
        response = await client.get("/readyz")
        assert (response.status, "facts" in await response.json()) == (200, False)


async def test_metrics_are_in_the_format_of_prometheus() -> None:
    """Only what is in our registry."""
    registry = CollectorRegistry()
    Counter("asked", "Questions.", registry=registry).inc()

    async with serve(registry=registry) as client:
        response = await client.get("/metrics")

        assert "asked_total 1.0" in await response.text()
        assert response.headers["Content-Type"].startswith("text/plain; version=")


async def test_broken_handler_is_an_empty_answer_and_one_line_without_its_words() -> None:
    """The server would log a traceback, and the error may quote what was sent."""

    async def breaks(_: web.Request) -> web.Response:
        raise ValueError("payload-marker")

    with capture_logs() as logs:
        async with serve(slack=("/slack/events", breaks)) as client:
            response = await client.post("/slack/events", data="x")
            text = await response.text()

    assert (response.status, text) == (500, "")
    assert logs == [{"event": "request.failed", "path": "/slack/events", "error": "ValueError", "log_level": "error"}]


async def test_answers_with_a_status_pass_through() -> None:
    """A handler may refuse in aiohttp's own way."""

    async def refuses(_: web.Request) -> web.Response:
        raise web.HTTPForbidden

    async with serve(slack=("/slack/events", refuses)) as client:
        assert (await client.post("/slack/events")).status == 403


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01marker\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nmarker with blanks\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nmarker\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nmarker",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nmarker",
    ],
)
async def test_broken_request_is_not_quoted_in_the_log(
    raw: bytes, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    """The server of aiohttp logs a traceback with the bytes that it could not read."""

    async def reads(request: web.Request) -> web.Response:
        return web.Response(body=await request.content.read())

    app = build_web(slack=("/slack/events", reads), readiness=FINE, registry=CollectorRegistry())
    with caplog.at_level("DEBUG"), capture_logs() as logs:
        async with listening(app, host="127.0.0.1", port=unused_tcp_port):
            reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
            writer.write(raw)
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()

    assert "marker" not in caplog.text + str(logs)
    assert "Traceback" not in caplog.text
    assert [line["log_level"] for line in logs] in ([], ["info"])


async def test_port_in_use_is_a_mistake_of_the_configuration(unused_tcp_port: int) -> None:
    """The sentence names the port and what to set."""
    app, second = (build_web(slack=None, readiness=FINE, registry=CollectorRegistry()) for _ in range(2))

    async with listening(app, host="127.0.0.1", port=unused_tcp_port):
        with pytest.raises(ConfigurationError, match=str(unused_tcp_port)):
            async with listening(second, host="127.0.0.1", port=unused_tcp_port):
                pass


async def test_without_http_mode_there_is_no_door() -> None:
    """In Socket Mode nothing of Slack's comes this way."""
    async with serve() as client:
        assert (await client.post("/slack/events")).status == 404
        assert (await client.post("/healthz")).status == 405


async def test_versions_are_nobodys_business() -> None:
    """The Server header names the program only."""
    async with serve() as client:
        assert (await client.get("/healthz")).headers["Server"] == "Rollcall"
