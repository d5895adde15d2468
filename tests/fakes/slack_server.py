"""Slack's side in one small server: Web API, response_url, file upload and Socket Mode."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the server."""

    method: str
    given: dict[str, Any]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says once."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False
    """Close the connection instead of answering."""

    never: bool = False
    """Do not answer at all."""


OK: dict[str, dict[str, Any]] = {
    "auth.test": {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "team": "Acme"},
    "chat.postMessage": {"channel": "C1", "ts": "111.222"},
    "chat.update": {"channel": "C1", "ts": "111.222"},
    "conversations.open": {"channel": {"id": "D9"}},
    "files.completeUploadExternal": {"files": [{"id": "F1"}]},
}


class FakeSlack:
    """Answers ``ok`` to everything it knows, unless `script` says otherwise; remembers every request."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.posted: list[dict[str, Any]] = []
        """What reached the response_url."""

        self.acknowledged: list[dict[str, Any]] = []
        self.uploaded: list[bytes] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.deaf = False
        """Whether the socket leaves pings unanswered."""

        self.stuck = False
        """Whether opening a socket never ends."""

        self.opening = 0
        """How often a socket was asked for."""

        self.numb = False
        """Whether an open socket is not read at all, so that not even its closing is noticed."""

        self._script: dict[str, list[Answer]] = {}
        self._over = asyncio.Event()
        app = web.Application()
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.post("/hook", self._hook),
                web.post("/upload", self._upload),
                web.get("/link", self._socket),
            ]
        )
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        """Start on a free port of this machine."""
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        self._over.set()
        for socket in self.sockets:
            await socket.close()
        await self._server.close()

    @property
    def api_url(self) -> str:
        """Base of the Web API."""
        return str(self._server.make_url("/api/"))

    @property
    def response_url(self) -> str:
        """A response_url, with something secret in it."""
        return str(self._server.make_url("/hook").with_query(key="hook-secret"))

    def script(self, method: str, *answers: Answer) -> None:
        """Say these once each, in order, before the usual answer; ``response_url`` and ``upload`` are methods too."""
        self._script.setdefault(method, []).extend(answers)

    def methods(self) -> list[str]:
        """Return the names of the methods called, in order."""
        return [call.method for call in self.calls]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await request.json() if request.content_type == "application/json" else dict(await request.post())
        given |= dict(request.query)
        self.calls.append(Call(method, given, request.headers.get("Authorization", "")))
        if scripted := self._next(method):
            return await self._say(request, scripted)
        return web.json_response({"ok": True, **OK.get(method, {}), **self._addresses(method)})

    def _addresses(self, method: str) -> dict[str, Any]:
        if method == "apps.connections.open":
            return {"url": str(self._server.make_url("/link").with_query(ticket="ticket-secret")).replace("http", "ws")}
        if method == "files.getUploadURLExternal":
            return {"upload_url": str(self._server.make_url("/upload")), "file_id": "F1"}
        return {}

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        self.posted.append(await request.json())
        scripted = self._next("response_url")
        return await self._say(request, scripted) if scripted else web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.uploaded.append(await request.read())
        scripted = self._next("upload")
        return await self._say(request, scripted) if scripted else web.Response(text="OK - 3")

    def _next(self, method: str) -> Answer | None:
        waiting = self._script.get(method)
        return waiting.pop(0) if waiting else None

    async def _say(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if answer.hang_up and request.transport is not None:
            request.transport.close()
        if answer.never:
            await self._over.wait()
        if isinstance(answer.body, dict):
            return web.json_response(answer.body, status=answer.status, headers=dict(answer.headers))
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        return web.Response(body=body, status=answer.status, headers={"Content-Type": "text/plain", **answer.headers})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        self.opening += 1
        if self.stuck:
            await self._over.wait()
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.append(socket)
        if self.numb:
            await self._over.wait()
        async for message in self._messages(socket):
            self.acknowledged.append(message)
        return socket

    async def _messages(self, socket: web.WebSocketResponse) -> AsyncIterator[dict[str, Any]]:
        async for message in socket:
            if message.type is WSMsgType.PING and not self.deaf:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                yield json.loads(message.data)
