"""HTTP mode: the door through which signed requests reach Bolt, and nothing else does.

Guards that Bolt's own aiohttp server lacks: there a timestamp that is no number, bytes that are no text and a
signature with a letter outside ASCII are crashes.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import StreamReader
    from pydantic import SecretStr
    from slack_bolt.async_app import AsyncApp

    from bot.slack.identity import Badge

log = structlog.get_logger(__name__)

PATH: Final = "/slack/events"

LARGEST_BODY: Final = 1024 * 1024
"""Bytes; Slack documents no limit, its payloads are a few kilobytes."""

READ_WITHIN: Final = 10.0
"""Seconds for a body to arrive; Slack itself waits for three."""

_HEADERS: Final = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")
"""What Bolt needs. It would obey others that Slack never sends and nobody signs."""

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")


class Door:
    """Lets signed requests through to Bolt; an aiohttp handler for ``POST /slack/events``.

    Args:
        app: Bolt.
        signing_secret: shared with Slack.
        badge: requests are turned away until we know who we are.

    Raises:
        ConfigurationError: the signing secret is empty; Bolt would notice at the first request.
    """

    def __init__(self, app: AsyncApp, *, signing_secret: SecretStr, badge: Badge) -> None:
        if not signing_secret.get_secret_value().strip():
            raise ConfigurationError(
                ("SLACK_SIGNING_SECRET is empty. Copy it from api.slack.com/apps, Basic Information.",)
            )
        self._app = app
        self._badge = badge
        self._verifier = SignatureVerifier(signing_secret.get_secret_value())

    async def __call__(self, request: web.Request) -> web.Response:
        """Check, then let Bolt answer."""
        try:
            raw = await _read_body(request)
        except TimeoutError:
            return web.Response(status=408)
        if raw is None:
            log.info("delivery.refused", reason="too_large")
            return web.Response(status=413, headers={"Connection": "close"})
        refusal = self._refusal(raw, request.headers)
        if refusal is not None:
            status, reason = refusal
            log.info("delivery.refused", reason=reason, size_bytes=len(raw))
            return web.Response(status=status)
        if self._badge.identity is None:
            return web.Response(status=503)
        try:
            bolt_request = read_request(raw.decode(), request.headers)
        except Exception as error:  # noqa: BLE001 - Bolt's reader fails in many ways; the request is signed but senseless
            log.warning("delivery.not_read", error=type(error).__name__, size_bytes=len(raw))
            return web.Response(status=400)
        return await to_aiohttp_response(await self._app.async_dispatch(bolt_request))

    def _refusal(self, raw: bytes, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Say with which status and why a request is not let in; None if it is.

        https://docs.slack.dev/authentication/verifying-requests-from-slack
        """
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not _TIMESTAMP.fullmatch(timestamp):
            return 401, "timestamp"
        if not _SIGNATURE.fullmatch(signature):
            return 401, "signature"
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return 400, "not_utf8"
        return None if self._verifier.is_valid(text, timestamp, signature) else (401, "signature")


async def _read_body(request: web.Request) -> bytes | None:
    """Read a body up to the limit; None if it is larger, however it announces itself or is packed.

    Raises:
        TimeoutError: it does not arrive.
    """
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    content = request.content
    if content.is_eof():  # all of it came with its headers, as nearly always: no clock is needed
        body = content.read_nowait()
        return body if len(body) <= LARGEST_BODY else None
    async with asyncio.timeout(READ_WITHIN):
        return await _read_slowly(content)


async def _read_slowly(content: StreamReader) -> bytes | None:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def read_request(text: str, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """Turn a body into what Bolt works with.

    Bolt takes a form with the word "payload" anywhere in it for an interaction and finds nothing in it, so
    ``/projects search payload`` would be lost. Such a form is read here and given as JSON; the signature still counts
    for the text as it came.
    """
    known: dict[str, str | Sequence[str]] = {name: headers[name] for name in _HEADERS if name in headers}
    request = AsyncBoltRequest(body=text, headers=known)
    if not request.body and text:
        form = json.dumps(dict(parse_qsl(text, keep_blank_values=True)))
        request = AsyncBoltRequest(body=form, headers=known)
        request.raw_body = text
    return request
