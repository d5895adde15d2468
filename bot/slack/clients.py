"""The connections to Slack: one session, one client for the Web API, nothing decided by the environment but a proxy."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.quiet import quiet_logger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic import SecretStr

TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=8, sock_connect=5, sock_read=10)
"""Seconds for one request; the total is for large files, Slack's silence is cut off after ten.

With `connect`, which counts the look-up of the name too, a connection that does not come about is told from an answer
that does not come: only then it is certain that nothing was sent.
"""

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open the one session that every request to Slack uses; without it the SDK opens one for each request."""
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        yield session


def web_client(session: aiohttp.ClientSession, *, base_url: str, token: SecretStr | None) -> AsyncWebClient:
    """Build a client of the Web API that neither retries nor logs by itself.

    Args:
        session: shared, already open.
        base_url: ``https://slack.com/api/``, or that of a stand-in.
        token: bot token; None for a client that calls only methods with a token of their own.
    """
    client = AsyncWebClient(
        token=token.get_secret_value() if token else None,
        base_url=base_url,
        session=session,
        logger=quiet_logger(),
        retry_handlers=[],
    )
    client.proxy = proxy_for(base_url)
    return client


def url_client(session: aiohttp.ClientSession, url: str) -> AsyncWebhookClient:
    """Build a client of one response_url that neither retries nor logs by itself."""
    client = AsyncWebhookClient(url, session=session, logger=quiet_logger(), retry_handlers=[])
    client.proxy = proxy_for(url)
    return client


def proxy_for(url: str) -> str | None:
    """Choose the proxy that the environment names for an address.

    The SDK takes HTTPS_PROXY for every address; this respects NO_PROXY, and never asks a proxy for this machine.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)
