"""Keeps the demo to this machine and the page to itself.

A web page of a stranger may let its own name point to 127.0.0.1 (DNS rebinding) or post to the demo from elsewhere;
the ``Host`` and ``Origin`` headers tell. What the page draws comes from outside, so it may load nothing but itself.
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOCAL = frozenset({"127.0.0.1", "localhost"})
POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
SAFE_METHODS = frozenset({"GET", "HEAD"})


@web.middleware
async def only_local(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse requests that were not meant for this machine, and changes asked for by another page."""
    host = request.headers.get("Host", "")
    if host.partition(":")[0].lower() not in LOCAL:
        return web.Response(status=403, text="This demo answers to localhost only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}" and request.method not in SAFE_METHODS:
        return web.Response(status=403, text="This demo obeys its own page only.")
    return await handler(request)


async def add_policy(_request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers run and load nothing from elsewhere."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
