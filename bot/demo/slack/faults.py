"""Troubles that a test or a person asks for: the next answers of one place go wrong."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One answer that goes wrong."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    """Never answer at all, until the caller gives up."""

    after: bool = False
    """Do what was asked first, then answer wrongly: a caller cannot know whether it worked."""


def rate_limited(retry_after: str = "1") -> Fault:
    """Return Slack's way to ask for a pause; `retry_after` in seconds."""
    return Fault(status=429, body='{"ok":false,"error":"ratelimited"}', headers={"Retry-After": retry_after})


def refused(error: str) -> Fault:
    """Return Slack's way to say no with a word of its own: HTTP 200 and ``ok: false``."""
    return Fault(body=f'{{"ok":false,"error":"{error}"}}', headers={"Content-Type": "application/json"})


class Faults:
    """The troubles that are still to come, for each place: a Web API method, ``hooks`` or ``uploads``."""

    def __init__(self) -> None:
        self._coming: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def next(self, place: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests to a place go wrong."""
        self._coming[place].extend([fault] * times)

    def take(self, place: str) -> Fault | None:
        """Return the trouble for this request, if there is one."""
        return self._coming[place].popleft() if self._coming[place] else None


async def answer(fault: Fault) -> web.Response:
    """Answer as the fault says; a silent one waits until the caller has hung up or the server stops."""
    if fault.silent:
        await asyncio.Event().wait()
    kind = "application/json" if fault.body.startswith("{") else "text/plain"
    return web.Response(status=fault.status, text=fault.body, headers={"Content-Type": kind, **fault.headers})
