"""Socket Mode, spoken by Slack's own client."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.courier import HttpCourier
from bot.demo.slack.stand_in import LocalSlack
from tests.fakes.clock import HandClock, RealClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """A local Slack whose app uses Socket Mode."""
    slack = LocalSlack(HandClock(), RealClock(), base_url="", ack_within_s=0.5)
    async with TestServer(slack.app()) as server:
        slack.base_url = str(server.make_url("")).rstrip("/")
        yield slack


class Listener:
    """A bot of three lines on Slack's own client."""

    def __init__(self, slack: LocalSlack) -> None:
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.heard: list[SocketModeRequest] = []
        self.payload: dict[str, object] | None = None
        self.deaf = False

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if not self.deaf:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.payload))


@asynccontextmanager
async def listening(slack: LocalSlack) -> AsyncIterator[Listener]:
    """Connect, and disconnect."""
    listener = Listener(slack)
    await listener.client.connect()  # type: ignore[no-untyped-call]
    await slack.socket.opened.wait()
    try:
        yield listener
    finally:
        await listener.client.close()  # type: ignore[no-untyped-call]


async def test_commands_presses_and_events_arrive_in_envelopes(slack: LocalSlack) -> None:
    """With the same payloads as over HTTP."""
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}}
    message = slack.workspace.post("C0STUDIO", "U0ROLLCALL", "x", blocks=[{"type": "actions", "elements": [button]}])
    async with listening(slack) as bot:
        done = await slack.people.command("studio", "ada", "/projects", "list")
        pressed = await slack.people.press(message, "a", "ada")
        written = await slack.people.dm("ada", "hello")

    assert [request.type for request in bot.heard] == ["slash_commands", "interactive", "events_api"]
    assert done is not None
    assert written is not None
    assert [done.status, pressed.status, written.status] == [200, 200, 200]
    assert bot.heard[0].payload["trigger_id"] == done.trigger_id
    assert len({request.envelope_id for request in bot.heard}) == 3


async def test_the_acknowledgement_may_hold_a_message(slack: LocalSlack) -> None:
    """As over HTTP, it is private."""
    async with listening(slack) as bot:
        bot.payload = {"text": "at once"}
        await slack.people.command("studio", "ada", "/projects")

    assert [(m.text, m.only_for) for m in slack.workspace.messages()] == [("at once", "U0ADA")]


async def test_an_envelope_without_acknowledgement_times_out(slack: LocalSlack) -> None:
    """The three seconds hold here, too."""
    async with listening(slack) as bot:
        bot.deaf = True
        done = await slack.people.command("studio", "ada", "/projects")

    assert done is not None
    assert done.error == "operation_timeout"


async def test_a_repeated_delivery_has_a_new_envelope(slack: LocalSlack) -> None:
    """Only the payload tells that it is the same."""
    async with listening(slack) as bot:
        done = await slack.people.dm("ada", "hello")
        assert done is not None
        await slack.deliveries.replay(done)

    first, second = bot.heard
    assert first.envelope_id != second.envelope_id
    assert first.payload == second.payload


async def test_without_a_connection_nothing_is_delivered(slack: LocalSlack) -> None:
    """A bot that is down looks like that."""
    done = await slack.people.command("studio", "ada", "/projects")

    assert done is not None
    assert (done.status, done.error) == (0, "dispatch_failed")


async def test_slack_may_ask_to_connect_anew(slack: LocalSlack) -> None:
    """It does so every few hours; the client comes back by itself."""
    async with listening(slack):
        slack.socket.opened.clear()
        await slack.socket.disconnect()
        async with asyncio.timeout(10):
            await slack.socket.opened.wait()
            done = await slack.people.command("studio", "ada", "/projects")

    assert done is not None
    assert done.status == 200


async def test_a_ticket_opens_one_connection(slack: LocalSlack) -> None:
    """The address is a secret that works once."""
    answer = await AsyncWebClient(slack.app_token, base_url=slack.api_url).apps_connections_open(
        app_token=slack.app_token
    )

    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(answer["url"]) as socket:
            hello = await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(answer["url"])

    assert hello["type"] == "hello"


async def test_words_that_are_no_acknowledgement_are_ignored(slack: LocalSlack) -> None:
    """A confused client must not break the connection of others."""
    url = f"{slack.base_url}/socket?ticket={slack.socket.ticket()}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_json()
        for word in ("no json", "[]", '{"envelope_id": "unknown"}'):
            await socket.send_str(word)
        telling = asyncio.create_task(slack.people.command("studio", "ada", "/projects"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        done = await telling

    assert done is not None
    assert done.status == 200


async def test_what_came_by_socket_can_be_sent_once_more_by_http(slack: LocalSlack) -> None:
    """It was never signed, so it is signed now; here nobody listens."""
    done = await slack.people.dm("ada", "hello")
    assert done is not None
    slack.deliveries.courier = HttpCourier("http://127.0.0.1:9/", slack.signing_secret, RealClock())

    again = await slack.deliveries.replay(done)

    assert again.answer.sent is not None
    assert "X-Slack-Signature" in again.answer.sent[1]
