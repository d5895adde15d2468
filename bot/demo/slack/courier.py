"""How the bot is told over HTTP: signed, within three seconds, events again if it fails.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.demo.slack.nouns import Answered

if TYPE_CHECKING:
    from bot.demo.slack.nouns import JSON, Envelope
    from bot.ports import Clock

ACK_WITHIN_S = 3.0


class Courier(Protocol):
    """A wire to the bot."""

    async def deliver(self, envelope: Envelope) -> Answered:
        """Tell the bot once and return its acknowledgement; never raises for what the bot does."""
        ...

    async def repeat(self, envelope: Envelope, first: Answered) -> Answered:
        """Send what was sent before once more, as somebody who has recorded it would."""
        ...


class HttpCourier:
    """Signed POSTs.

    Args:
        url: where the bot listens, such as ``http://127.0.0.1:3000/slack/events``.
        signing_secret: known to Slack and the bot.
        wall: the real time: the bot refuses signatures older than five real minutes.
        ack_within_s: how long the bot may take.
    """

    def __init__(self, url: str, signing_secret: str, wall: Clock, *, ack_within_s: float = ACK_WITHIN_S) -> None:
        self._url = url
        self._verifier = SignatureVerifier(signing_secret)
        self._wall = wall
        self._ack_within_s = ack_within_s

    async def deliver(self, envelope: Envelope) -> Answered:
        """Sign and send."""
        body, kind = encode(envelope)
        return await self._send(body, {"Content-Type": kind, **self._signed(body), **retry_headers(envelope)})

    async def repeat(self, envelope: Envelope, first: Answered) -> Answered:
        """Send the same bytes under the same signature."""
        if first.sent is None:
            return await self.deliver(envelope)
        return await self._send(*first.sent)

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(self._wall.now().timestamp()))
        signature = self._verifier.generate_signature(timestamp=stamp, body=body)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}

    async def _send(self, body: bytes, headers: JSON) -> Answered:
        began = perf_counter()
        limit = aiohttp.ClientTimeout(total=self._ack_within_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as got,
            ):
                return Answered(
                    status=got.status,
                    body=await got.text(errors="replace"),
                    took_s=perf_counter() - began,
                    no_retry=got.headers.get("X-Slack-No-Retry") == "1",
                    sent=(body, headers),
                )
        except (aiohttp.ClientError, asyncio.TimeoutError) as failure:  # noqa: UP041 - aiohttp's own timeout is a subclass
            return Answered(
                status=0,
                took_s=perf_counter() - began,
                timed_out=isinstance(failure, TimeoutError),
                sent=(body, headers),
            )


def encode(envelope: Envelope) -> tuple[bytes, str]:
    """Return body and content type as Slack sends this kind of thing over HTTP."""
    form = "application/x-www-form-urlencoded"
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload).encode(), form
    if envelope.kind == "interactive":
        return urlencode({"payload": json.dumps(envelope.payload)}).encode(), form
    return json.dumps(envelope.payload).encode(), "application/json"


def retry_headers(envelope: Envelope) -> dict[str, str]:
    """Return what marks a repeated event."""
    if not envelope.retry:
        return {}
    return {
        "X-Slack-Retry-Num": str(envelope.retry),
        "X-Slack-Retry-Reason": envelope.retry_reason or "unknown_error",
    }
