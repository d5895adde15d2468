"""Keeps open pages up to date by server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.picture import message_picture

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.demo.slack.nouns import JSON, Message, User
    from bot.demo.slack.workspace import Workspace

LOOK_EVERY_S = 1.0
"""How often the status is looked at; it has no way to say that it changed."""


class Stream:
    """All open pages.

    Args:
        workspace: whose messages are told as they come.
        status: returns what is told whenever it has changed.
        look_every_s: how often `status` is asked.
    """

    def __init__(
        self, workspace: Workspace, status: Callable[[], Awaitable[JSON]], *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._workspace = workspace
        self._status = status
        self._look_every_s = look_every_s
        self._queues: set[asyncio.Queue[bytes | None]] = set()

    async def serve(self, request: web.Request, viewer: User) -> web.StreamResponse:
        """Tell one page everything that `viewer` may see, until the page or the server goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        stop = self._workspace.watch(lambda message, gone: self._put(queue, viewer, message, gone=gone))
        self._queues.add(queue)
        try:
            with suppress(ConnectionResetError):
                await self._pump(queue, response)
        finally:
            stop()
            self._queues.discard(queue)
        return response

    @staticmethod
    def _put(queue: asyncio.Queue[bytes | None], viewer: User, message: Message, *, gone: bool) -> None:
        if message.visible_to(viewer.id):
            queue.put_nowait(_event("gone" if gone else "message", message_picture(message)))

    async def _pump(self, queue: asyncio.Queue[bytes | None], response: web.StreamResponse) -> None:
        told: JSON = {}
        while True:
            status = await self._status()
            if status != told:
                told = status
                await response.write(_event("status", status))
            try:
                async with asyncio.timeout(self._look_every_s):
                    item = await queue.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if item is None:
                return
            await response.write(item)

    async def close(self, _app: web.Application) -> None:
        """End all streams, so that the server can stop at once."""
        for queue in self._queues:
            queue.put_nowait(None)


def _event(name: str, data: JSON) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
