"""Socket Mode: the bot connects to us, we send envelopes, it acknowledges each by its id.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import secrets
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.demo.slack.courier import ACK_WITHIN_S
from bot.demo.slack.nouns import OK, Answered
from bot.demo.slack.workspace import APP

if TYPE_CHECKING:
    from bot.demo.slack.nouns import JSON, Envelope

CONNECTIONS = 10
"""As many does Slack allow for one app."""


class SocketCourier:
    """The connections of the bot, and the envelopes that wait for their acknowledgement.

    Args:
        ack_within_s: how long the bot may take.
    """

    def __init__(self, *, ack_within_s: float = ACK_WITHIN_S) -> None:
        self._ack_within_s = ack_within_s
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[JSON]] = {}
        self.connections: list[web.WebSocketResponse] = []
        self.opened = asyncio.Event()
        """Set once the bot has connected."""

    def ticket(self) -> str:
        """Return the secret part of a new WebSocket URL; it can be used once."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until either side closes it."""
        if request.query.get("ticket") not in self._tickets or len(self.connections) >= CONNECTIONS:
            return web.Response(status=403, text="invalid ticket or too many connections")
        self._tickets.discard(request.query["ticket"])
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.connections.append(connection)
        await connection.send_json(self._hello())
        self.opened.set()
        try:
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self.connections.remove(connection)
        return connection

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "local", "approximate_connection_time": 18_060},
        }

    def _acknowledged(self, raw: str) -> None:
        try:
            said = json.loads(raw)
        except ValueError:
            return
        waiting = self._waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload") or {})

    async def deliver(self, envelope: Envelope) -> Answered:
        """Send an envelope over one of the connections and wait for its acknowledgement."""
        if not self.connections:
            return Answered(status=0)
        began = perf_counter()
        name = str(uuid4())
        self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._ack_within_s):
                await self.connections[0].send_json(_wrap(name, envelope))
                payload = await self._waiting[name]
        except (TimeoutError, ConnectionError) as failure:
            late = isinstance(failure, TimeoutError)
            return Answered(status=0, took_s=perf_counter() - began, timed_out=late)
        finally:
            del self._waiting[name]
            self.connections.append(self.connections.pop(0)) if self.connections else None
        return Answered(status=OK, body=json.dumps(payload) if payload else "", took_s=perf_counter() - began)

    async def repeat(self, envelope: Envelope, first: Answered) -> Answered:  # noqa: ARG002 - the port's signature
        """Send the same payload in a new envelope, as Slack does after a lost acknowledgement."""
        return await self.deliver(envelope)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the bot that its connections end, and end them."""
        for connection in tuple(self.connections):
            await connection.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await connection.close()


def _wrap(name: str, envelope: Envelope) -> JSON:
    wrapped: JSON = {
        "envelope_id": name,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.kind != "events_api",
    }
    if envelope.kind == "events_api":
        wrapped |= {"retry_attempt": envelope.retry, "retry_reason": envelope.retry_reason or ""}
    return wrapped
