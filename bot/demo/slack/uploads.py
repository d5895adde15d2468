"""Sharing files in three steps: ask for an address, send the bytes there, say where the file belongs.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack.calls import ApiError
from bot.demo.slack.faults import answer
from bot.demo.slack.nouns import StoredFile

if TYPE_CHECKING:
    from bot.demo.slack.faults import Faults


@dataclass(slots=True)
class Upload:
    """A file under way."""

    file: StoredFile
    length: int
    arrived: bool = False


class Uploads:
    """Files under way, and those that have arrived.

    Args:
        faults: troubles for the place ``uploads``.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._tickets: dict[str, Upload] = {}
        self._by_id: dict[str, Upload] = {}

    def begin(self, name: str, length: int) -> tuple[str, str]:
        """Return the secret part of an upload address, and the new file's id."""
        ticket = secrets.token_urlsafe(18)
        file = StoredFile(id=f"F{len(self._by_id) + 1:08d}", name=name, title=name, content=b"")
        self._tickets[ticket] = self._by_id[file.id] = Upload(file, length)
        return ticket, file.id

    async def serve(self, request: web.Request) -> web.Response:
        """Take the bytes; answer plain text."""
        fault = self._faults.take("uploads")
        if fault:
            return await answer(fault, request)
        upload = self._tickets.pop(request.match_info["ticket"], None)
        if upload is None:
            return web.Response(status=404, text="unknown upload")
        content = await _content(request)
        if len(content) != upload.length:
            return web.Response(status=400, text="length does not match")
        upload.file = replace(upload.file, content=content)
        upload.arrived = True
        return web.Response(text=f"OK - {len(content)}")

    def finish(self, file_id: str, title: str | None) -> StoredFile:
        """Return a file whose bytes have arrived.

        Raises:
            ApiError: ``file_not_found``: no such file, or its bytes are missing.
        """
        upload = self._by_id.get(file_id)
        if upload is None or not upload.arrived:
            raise ApiError("file_not_found")
        return replace(upload.file, title=title or upload.file.name)


async def _content(request: web.Request) -> bytes:
    """Read the bytes of a plain body or of the first file in a form."""
    if request.content_type == "multipart/form-data":
        fields = (await request.post()).values()
        parts = [field.file.read() for field in fields if isinstance(field, web.FileField)]
        return parts[0] if parts else b""
    return await request.read()
