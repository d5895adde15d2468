"""Socket Mode, with the SDK's real client against a Slack of our own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.errors import ConfigurationError, MessengerError
from bot.slack import socket_mode
from bot.slack.clients import web_client
from bot.slack.socket_mode import SocketMode, SocketState, connected
from tests.fakes import slack_payloads as bodies
from tests.fakes.slack_server import Answer
from tests.slack.conftest import until

if TYPE_CHECKING:
    from tests.slack.conftest import Room

APP_TOKEN = "xapp-token-secret"


class Stopped:
    """Counts how often the process was asked to end."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        """Ask the process to end."""
        self.times += 1


def make(room: Room, stop: Stopped | None = None) -> SocketMode:
    """Build a connection to the Slack of the room; its watch runs on the room's clock."""
    return SocketMode(
        room.app,
        app_token=SecretStr(APP_TOKEN),
        client=web_client(room.session, base_url=room.slack.api_url, token=None),
        patience=room.patience,
        stop=stop or Stopped(),
    )


def envelope(number: int, payload: dict[str, Any], kind: str = "slash_commands") -> dict[str, Any]:
    """Wrap a payload as Slack does."""
    return {"envelope_id": f"e{number}", "type": kind, "accepts_response_payload": True, "payload": payload}


async def test_command_comes_and_its_acknowledgement_goes_over_the_connection(room: Room) -> None:
    """The answer goes its usual way."""
    socket = make(room)
    await socket.open()
    try:
        await room.slack.sockets[0].send_json(envelope(1, bodies.command("list", url=room.slack.response_url)))
        await until(lambda: room.slack.acknowledged == [{"envelope_id": "e1"}])
        await room.settle()
    finally:
        await socket.close()

    assert room.dispatcher.asked[0].text == "list"
    assert room.slack.calls[0].token == f"Bearer {APP_TOKEN}"
    assert room.slack.methods() == ["apps.connections.open"]


async def test_whatever_nobody_listens_to_is_acknowledged(room: Room) -> None:
    """In Socket Mode Bolt would send nothing at all."""
    socket = make(room)
    await socket.open()
    try:
        await room.slack.sockets[0].send_json(envelope(1, {"type": "shortcut", "callback_id": "x"}, "interactive"))
        await until(lambda: room.slack.acknowledged == [{"envelope_id": "e1"}])
    finally:
        await socket.close()


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
async def test_refused_app_token_is_noticed_at_once(room: Room, code: str) -> None:
    """The SDK would try for ever."""
    room.slack.script("apps.connections.open", Answer(body={"ok": False, "error": code}))

    with pytest.raises(ConfigurationError) as raised:
        await make(room).open()

    assert "SLACK_APP_TOKEN" in str(raised.value)
    assert APP_TOKEN not in f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
    assert len(room.slack.calls) == 1


async def test_slack_that_is_down_is_no_mistake_of_the_configuration(room: Room) -> None:
    """The process may be started again later."""
    room.slack.script("apps.connections.open", *[Answer(status=500)] * 5)

    with pytest.raises(MessengerError, match="http_500"):
        await make(room).open()


@pytest.mark.parametrize("where", ["address", "connection"])
async def test_opening_is_bounded(room: Room, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither asking for an address nor connecting may hang; the constant is shortened, the wait is real."""
    monkeypatch.setattr(socket_mode, "OPEN_WITHIN", 0.05)
    if where == "address":
        room.slack.script("apps.connections.open", Answer(never=True))
    room.slack.stuck = True
    socket = make(room)

    with pytest.raises(MessengerError, match=r"timeout|socket_not_opened"):
        await socket.open()

    assert await socket.state() == SocketState(connected=False, last_heard_at=None)


async def test_state_is_known(room: Room) -> None:
    """The readiness check asks for it."""
    socket = make(room)
    before = await socket.state()
    await socket.open()
    during = await socket.state()
    await socket.close()
    after = await socket.state()

    assert before == after == SocketState(connected=False, last_heard_at=None)
    assert during == SocketState(connected=True, last_heard_at=room.clock.now())


async def test_message_is_a_sign_of_life(room: Room) -> None:
    """So are answers to pings."""
    socket = make(room)
    await socket.open()
    room.clock.move(timedelta(seconds=50))
    await room.slack.sockets[0].send_json({"type": "hello"})
    await until(lambda: socket._watchdog.last_heard_at == room.clock.now())  # what `state` tells, without waiting

    client = socket._handler.client if socket._handler else None  # the SDK tells of pongs only by this value
    assert client is not None
    room.clock.move(timedelta(seconds=50))
    client.last_ping_pong_time = 12345.0
    socket._note_pong()

    assert (await socket.state()).last_heard_at == room.clock.now()
    await socket.close()


async def test_silent_connection_is_replaced_once_and_then_given_up(room: Room) -> None:
    """Connections have been seen to die silently; a process that ends is started again."""
    stop = Stopped()
    socket = make(room, stop)
    room.slack.deaf = True
    await socket.open()

    with capture_logs() as logs:
        await socket.watch()
    await socket.close()

    assert stop.times == 1
    assert len(room.slack.sockets) == 2
    assert sum(room.clock.slept_s) == 120
    events = [line["event"] for line in logs if line["event"].startswith("socket.")]
    assert events == ["socket.reconnected_by_force", "socket.given_up"]


async def test_reconnection_that_fails_leads_to_the_end(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reconnection must not hang in the SDK's own endless attempts; the constant is shortened."""
    stop = Stopped()
    socket = make(room, stop)
    room.slack.deaf = True
    await socket.open()
    room.slack.stuck = True
    monkeypatch.setattr(socket_mode, "OPEN_WITHIN", 0.05)

    with capture_logs() as logs:
        await socket.watch()
    await socket.close()

    assert stop.times == 1
    assert "socket.reconnecting_failed" in [line["event"] for line in logs]
    assert "secret" not in str(logs)


async def test_watch_without_a_connection_gives_up_too(room: Room) -> None:
    """Whatever the reason, a process that hears nothing must end."""
    stop = Stopped()

    await make(room, stop).watch()

    assert stop.times == 1


async def test_closing_is_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a stale connection has been seen to hang; the constant is shortened, the wait is real."""
    monkeypatch.setattr(socket_mode, "CLOSE_WITHIN", 0.02)
    room.slack.numb = True
    socket = make(room)
    await socket.open()
    handler = socket._handler  # what `close` lets go of
    assert handler is not None

    with capture_logs() as logs:
        await socket.close()
        await socket.close()

    assert [line["event"] for line in logs] == ["socket.closing_failed", "socket.closed"]
    assert handler.client.aiohttp_client_session.closed


async def test_connection_is_watched_while_it_is_used(room: Room) -> None:
    """The watch ends with the connection."""
    socket = make(room)

    async with connected(socket):
        assert (await socket.state()).connected
        await until(lambda: len(room.clock.slept_s) > 2)

    assert not (await socket.state()).connected


async def test_opening_that_is_cancelled_leaves_nothing_open(room: Room) -> None:
    """The process was told to end while it started."""
    room.slack.stuck = True
    socket = make(room)

    opening = asyncio.create_task(socket.open())
    await until(lambda: room.slack.opening == 1)
    handler = socket._handler  # what `close` lets go of
    assert handler is not None
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)

    assert opening.cancelled()
    assert handler.client.aiohttp_client_session.closed
    assert not (await socket.state()).connected
