"""The door for signed requests, over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from bot.errors import ConfigurationError
from bot.slack import http_mode
from bot.slack.http_mode import LARGEST_BODY, PATH, Door
from bot.views.buttons import Press, encode
from bot.web import Readiness, build_web
from tests.fakes import slack_payloads as bodies
from tests.slack.conftest import SIGNING_SECRET, Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

FORM = "application/x-www-form-urlencoded"


@asynccontextmanager
async def serve(room: Room) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """Serve the room as the process does."""
    door = Door(room.app, signing_secret=SecretStr(SIGNING_SECRET), badge=room.badge)
    app = build_web(slack=(PATH, door), readiness=Readiness(checks={}), registry=CollectorRegistry())
    async with TestClient(TestServer(app)) as client:
        yield client


def signed(body: str, *, content_type: str = FORM, timestamp: str | None = None) -> dict[str, str]:
    """Make the headers of a request from Slack. Its age is judged by the real time."""
    moment = str(int(time.time())) if timestamp is None else timestamp  # noqa: TID251 - the verifier's clock
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=moment, body=body)
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": str(signature),
    }


async def test_signed_command_is_acknowledged_and_answered(room: Room) -> None:
    """The way of every command in HTTP mode."""
    body = urlencode(bodies.command("search foo", url=room.slack.response_url))

    async with serve(room) as client:
        response = await client.post(PATH, data=body, headers=signed(body))
        assert (response.status, await response.text()) == (200, "")
        await room.settle()

    assert room.dispatcher.asked[0].text == "search foo"


async def test_search_for_the_word_payload_is_not_lost(room: Room) -> None:
    """Bolt takes a form with this word in it for an interaction, and then finds nothing in it."""
    body = urlencode(bodies.command("search payload", url=room.slack.response_url))

    async with serve(room) as client:
        response = await client.post(PATH, data=body, headers=signed(body))
        await room.settle()

    assert response.status == 200
    assert room.dispatcher.asked[0].text == "search payload"


async def test_signed_click_and_event_are_taken(room: Room) -> None:
    """Clicks come as JSON inside a form, events as JSON."""
    click = urlencode({"payload": json.dumps(bodies.press("run", encode(Press("list")), url=room.slack.response_url))})
    event = json.dumps(bodies.event("app_mention", "<@UBOT> status"))

    async with serve(room) as client:
        await client.post(PATH, data=click, headers=signed(click))
        await client.post(PATH, data=event, headers=signed(event, content_type="application/json"))
        await room.settle()

    assert {ask.text for ask in room.dispatcher.asked} == {"list", "status"}


async def test_slack_can_verify_the_address(room: Room) -> None:
    """Slack sends a challenge when the address is entered."""
    body = json.dumps({"type": "url_verification", "challenge": "c123"})

    async with serve(room) as client:
        response = await client.post(PATH, data=body, headers=signed(body, content_type="application/json"))
        assert await response.json() == {"challenge": "c123"}


async def test_replayed_request_is_answered_once(room: Room) -> None:
    """The signature stays good for five minutes."""
    body = urlencode(bodies.command("status", url=room.slack.response_url))
    headers = signed(body)

    async with serve(room) as client:
        statuses = [(await client.post(PATH, data=body, headers=headers)).status for _ in range(3)]
        await room.settle()

    assert statuses == [200, 200, 200]
    assert len(room.dispatcher.asked) == 1


@pytest.mark.parametrize(
    "timestamp",
    [
        *("", "soon", "-5", "1.5", "1_000", "９９９", "1" * 5_000, "999999999999", "0"),
        # named, because every process that runs tests has to call it the same
        pytest.param(str(int(time.time()) - 400), id="too old"),  # noqa: TID251 - as above
    ],
)
async def test_timestamp_without_sense_is_refused(room: Room, timestamp: str) -> None:
    """A timestamp that is no number is a crash in the SDK's verifier."""
    body = urlencode(bodies.command())
    headers = {**signed(body), "X-Slack-Request-Timestamp": timestamp}

    async with serve(room) as client:
        assert (await client.post(PATH, data=body, headers=headers)).status == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v0=" + "0" * 64, "v1=abc", "v0=ünsigned", "v0=" + "é" * 64])
async def test_wrong_signature_is_refused_without_a_word_about_the_body(
    room: Room, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A letter outside ASCII is a crash in the SDK's verifier; a wrong signature logs the body in Bolt."""
    body = urlencode(bodies.command("secret-plan"))
    headers = {**signed(body), "X-Slack-Signature": signature}

    with caplog.at_level("DEBUG"), capture_logs() as logs:
        async with serve(room) as client:
            response = await client.post(PATH, data=body, headers=headers)
            assert (response.status, await response.text()) == (401, "")

    assert "secret-plan" not in caplog.text + str(logs)
    assert [line["event"] for line in logs] == ["delivery.refused"]
    assert room.dispatcher.asked == []


async def test_unsigned_request_is_refused(room: Room) -> None:
    """Nobody gets in without a signature."""
    async with serve(room) as client:
        assert (await client.post(PATH, data="command=/projects")).status == 401


async def test_bytes_that_are_no_text_are_refused(room: Room) -> None:
    """They are a crash in Bolt's adapter."""
    headers = signed("x")

    async with serve(room) as client:
        assert (await client.post(PATH, data=b"\xff\xfe", headers=headers)).status == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("{broken", "application/json"), ("[1]", "application/json"), ("payload=%7Bbroken", FORM), ("payload=[1]", FORM)],
)
async def test_signed_nonsense_is_refused_without_a_crash(room: Room, body: str, content_type: str) -> None:
    """Bolt reads before it verifies, and trips."""
    with capture_logs() as logs:
        async with serve(room) as client:
            response = await client.post(PATH, data=body, headers=signed(body, content_type=content_type))

    assert response.status == 400
    assert [line["event"] for line in logs] == ["delivery.not_read"]


async def test_body_beyond_the_limit_is_refused(room: Room) -> None:
    """Whether it says its length, hides it in chunks, or is packed small."""
    large = b"x" * (LARGEST_BODY + 1)
    packed_small = gzip.compress(large * 5)

    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    async with serve(room) as client:
        announced = await client.post(PATH, data=io.BytesIO(large))
        chunked = await client.post(PATH, data=in_chunks())
        packed = await client.post(PATH, data=packed_small, headers={"Content-Encoding": "gzip"})

    assert [announced.status, chunked.status, packed.status] == [413, 413, 413]


async def test_body_at_the_limit_is_read(room: Room) -> None:
    """The limit is for abuse and far above what Slack sends."""
    body = "x" * LARGEST_BODY

    async with serve(room) as client:
        assert (await client.post(PATH, data=body, headers=signed("other"))).status == 401


async def test_body_that_never_ends_is_cut_off(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is not held open for nothing; the constant is shortened, the wait is real."""
    monkeypatch.setattr(http_mode, "READ_WITHIN", 0.01)
    over = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x"
        await over.wait()

    async with serve(room) as client:
        response = await client.post(PATH, data=endless())
        over.set()

    assert response.status == 408


async def test_other_methods_are_not_allowed(room: Room) -> None:
    """Slack only posts."""
    async with serve(room) as client:
        assert (await client.get(PATH)).status == 405


async def test_request_before_we_know_who_we_are_is_put_off(room: Room) -> None:
    """Without our own id, our own messages could not be told from others; Slack repeats events."""
    room.badge.identity = None
    body = urlencode(bodies.command())

    async with serve(room) as client:
        assert (await client.post(PATH, data=body, headers=signed(body))).status == 503


async def test_headers_that_steer_bolt_are_not_passed_on(room: Room) -> None:
    """Headers are not signed, and Bolt has some that change what it runs."""
    body = urlencode(bodies.command("status", url=room.slack.response_url))
    headers = {**signed(body), "X-Slack-Bolt-Lazy-Only": "1"}

    async with serve(room) as client:
        assert (await client.post(PATH, data=body, headers=headers)).status == 200
        await room.settle()

    assert len(room.dispatcher.asked) == 1


async def test_empty_signing_secret_is_noticed_at_the_start(room: Room) -> None:
    """Bolt would notice at the first request."""
    with pytest.raises(ConfigurationError, match="SLACK_SIGNING_SECRET"):
        Door(room.app, signing_secret=SecretStr(" "), badge=room.badge)
