"""Socket Mode: Slack's deliveries over a connection that we open. Bounded at both ends, and watched.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.errors import ConfigurationError, MessengerError
from bot.slack.clients import proxy_for
from bot.slack.quiet import quiet_logger
from bot.slack.refusals import Fate, Refused
from bot.slack.unless import give_up
from bot.slack.watchdog import Verdict, Watchdog
from bot.slack.web_api import attempt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from pydantic import SecretStr
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.patience import Patience

log = structlog.get_logger(__name__)

OPEN_WITHIN: Final = 15.0
"""Seconds for asking for an address, and again for connecting to it."""

CLOSE_WITHIN: Final = 2.0
"""Seconds for a farewell; a part of what the end of the process may take."""

LOOK_EVERY: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketState:
    """How the connection is; for the readiness check."""

    connected: bool
    last_heard_at: datetime | None
    """Last message or answer to a ping; None before the first connection."""


class SocketMode:
    """One connection to Slack.

    Args:
        app: Bolt.
        app_token: starts with ``xapp-``.
        client: for apps.connections.open, which takes the app token instead of its own.
        patience: how long to insist; its clock and sleep drive the watch, too.
        stop: called once when the connection is dead for good, so that the process ends and is started again.
    """

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: SecretStr,
        client: AsyncWebClient,
        patience: Patience,
        stop: Callable[[], None],
    ) -> None:
        self._app = app
        self._token = app_token
        self._client = client
        self._patience = patience
        self._stop = stop
        self._handler: AsyncSocketModeHandler | None = None
        self._watchdog = Watchdog(patience.clock.now())
        self._last_pong: float | None = None

    async def open(self) -> None:
        """Connect. Has to run in the loop that serves the connection.

        Raises:
            ConfigurationError: Slack refuses the app token.
            MessengerError: Slack does not answer in time.
        """
        address = await ask_for_address(self._client, self._token, self._patience)
        # Built only here: the SDK's client wants a running loop, and its own connecting never gives up.
        handler = AsyncSocketModeHandler(
            self._app,
            app_token=self._token.get_secret_value(),
            logger=quiet_logger(),
            web_client=self._client,
        )
        handler.client.proxy = proxy_for(address.replace("ws", "http", 1))
        handler.client.wss_uri = address
        handler.client.on_message_listeners.append(self._note_message)
        self._handler = handler
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await handler.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            await self.close()
            raise MessengerError("socket_not_opened") from None
        except asyncio.CancelledError:  # told to end while we start
            await self.close()
            raise
        self._watchdog.heard(self._patience.clock.now())
        log.info("socket.opened")

    async def state(self) -> SocketState:
        """Tell how the connection is."""
        if self._handler is None:
            return SocketState(connected=False, last_heard_at=None)
        connected = bool(await self._handler.client.is_connected())
        return SocketState(connected=connected, last_heard_at=self._watchdog.last_heard_at)

    async def watch(self) -> None:
        """Look at the connection for ever; returns only after `stop` was called."""
        while True:
            await self._patience.sleep(LOOK_EVERY)
            self._note_pong()
            verdict = self._watchdog.look(self._patience.clock.now())
            if verdict is Verdict.RECONNECT:
                await self._reconnect()
            if verdict is Verdict.STOP:
                log.error("socket.given_up", last_heard_at=self._watchdog.last_heard_at.isoformat())
                self._stop()
                return

    async def _note_message(self, _: object) -> None:
        self._watchdog.heard(self._patience.clock.now())

    def _note_pong(self) -> None:
        """Notice that the SDK saw another answer to its pings; its value is a time of another clock."""
        pong = self._handler.client.last_ping_pong_time if self._handler else None
        if pong is not None and pong != self._last_pong:
            self._last_pong = pong
            self._watchdog.heard(self._patience.clock.now())

    async def _reconnect(self) -> None:
        log.warning("socket.reconnected_by_force", last_heard_at=self._watchdog.last_heard_at.isoformat())
        if self._handler is None:
            return
        client = self._handler.client
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await client.connect_to_new_endpoint(force=True)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next look decides; its text may hold an address
            log.warning("socket.reconnecting_failed", error=type(error).__name__)
            # The SDK switches this off while it connects, and leaves it off when it is interrupted.
            client.auto_reconnect_enabled = client.default_auto_reconnect_enabled

    async def close(self) -> None:
        """Disconnect within a few seconds, whatever the other side does."""
        if self._handler is None:
            return
        client, self._handler = self._handler.client, None
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                await client.close()  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - we are leaving anyway; its text may hold an address
            log.warning("socket.closing_failed", error=type(error).__name__)
        left = (client.message_processor, client.current_session_monitor, client.message_receiver)
        await give_up(*(task for task in left if task is not None))
        await client.aiohttp_client_session.close()
        log.info("socket.closed")


async def ask_for_address(client: AsyncWebClient, app_token: SecretStr, patience: Patience) -> str:
    """Call https://docs.slack.dev/reference/methods/apps.connections.open; the address is a secret.

    Raises:
        ConfigurationError: Slack refuses the app token.
        MessengerError: Slack does not answer in time.
    """
    token = app_token.get_secret_value()
    try:
        async with asyncio.timeout(OPEN_WITHIN):
            answer = await patience.insist(
                lambda: attempt(lambda: client.apps_connections_open(app_token=token), patience.clock)
            )
    except TimeoutError:
        raise MessengerError("timeout") from None
    except Refused as refusal:
        if refusal.fate in (Fate.WORKSPACE, Fate.CONFIGURATION):
            raise _wrong_token(refusal.code) from None
        raise
    return str(answer["url"])


def _wrong_token(code: str) -> ConfigurationError:
    mistake = (
        f"Slack refuses SLACK_APP_TOKEN ({code}). Make an app-level token with the scope connections:write "
        "(api.slack.com/apps, Basic Information) and copy it; it starts with xapp-."
    )
    return ConfigurationError((mistake,))


@contextlib.asynccontextmanager
async def connected(socket: SocketMode) -> AsyncIterator[SocketMode]:
    """Open a connection, watch it, and close it at the end."""
    await socket.open()
    watch = asyncio.create_task(socket.watch())
    try:
        yield socket
    finally:
        await give_up(watch)
        await socket.close()
