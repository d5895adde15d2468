"""Sources call us: one secret path for each, small bodies, answered as soon as it is written down.

A source sends a message once, so it is kept before it is answered; that takes milliseconds.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from bot.errors import SourceGarbled, StoreError
from bot.metrics import HOOKS
from bot.sources.streampixel.builds import read_hint
from bot.sources.streampixel.wire import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import SecretStr

    from bot.ports import Clock, Store
    from bot.sources.streampixel.builds import Hint

log = structlog.get_logger(__name__)

PATH: Final = f"/hooks/{NAME}/{{secret}}"
LARGEST_BODY: Final = 16 * 1024
"""Bytes; the documented ones have a few hundred."""


class StreampixelHook:
    """Takes what Streampixel tells of builds.

    Whoever knows the path is believed to be Streampixel, as far as a hint goes; to everybody else there is nothing
    there. The answer never tells whether we know a project.

    Args:
        secret: the last part of the path.
        workspace: whose projects these are.
        connections: names of the accounts at Streampixel.
        store: keeps what was told.
        clock: tells the time.
        told: called after something new was kept.
    """

    def __init__(
        self,
        *,
        secret: SecretStr,
        workspace: str,
        connections: Sequence[str],
        store: Store,
        clock: Clock,
        told: Callable[[], object],
    ) -> None:
        self._secret = secret
        self._workspace = workspace
        self._connections = tuple(connections)
        self._store = store
        self._clock = clock
        self._told = told

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        given = request.match_info["secret"]
        if not hmac.compare_digest(given.encode(), self._secret.get_secret_value().encode()):
            return _answer(HTTPStatus.NOT_FOUND, "unknown_path")
        body = await _read(request)
        if body is None:
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        try:
            hint = read_hint(body, self._clock.now())
        except SourceGarbled as error:
            log.info("hook.garbled", source=NAME, detail=error.detail)
            return _answer(HTTPStatus.BAD_REQUEST, "garbled")
        try:
            outcome = await self._keep(hint)
        except StoreError as error:
            log.warning("hook.not_kept", source=NAME, error=str(error))
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "not_kept")
        log.info("hook.took", source=NAME, told=hint.event, outcome=outcome)
        return _answer(HTTPStatus.OK, outcome)

    async def _keep(self, hint: Hint) -> str:
        """Keep a hint; returns what became of it, in a word."""
        if hint.kind is None or hint.project_id is None:
            return "nothing_to_keep"
        now = self._clock.now()
        for connection in self._connections:
            if await self._store.tell_build(
                self._workspace, connection, hint.project_id, hint.kind, hint.build, key=hint.key, now=now
            ):
                self._told()
                return "kept"
        return "known_or_foreign"


async def _read(request: web.Request) -> bytes | None:
    """Read the body; None if it is too large, whatever its header said."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(LARGEST_BODY):
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _answer(status: HTTPStatus, outcome: str) -> web.Response:
    HOOKS.labels(NAME, outcome).inc()
    return web.Response(status=status, text=status.phrase)
