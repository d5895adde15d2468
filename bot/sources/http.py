"""One polite HTTP client per connection: retries over the gate of `transport.py`, and errors without any URL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import httpx
from httpx_retries import Retry, RetryTransport

from bot.errors import ConfigurationError, SourceDown
from bot.sources.answer import Answer
from bot.sources.transport import PoliteTransport, words_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ports import Clock
    from bot.sources.manners import Manners
    from bot.sources.transport import Sign, Sleep

Value = TypeVar("Value")

RETRIED_STATUSES = (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)

RETRIED_ERRORS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.ReadError,  # these two: a kept connection that the other end had already closed
    httpx.RemoteProtocolError,
)

HEADERS = {"accept": "application/json", "user-agent": "Rollcall"}


class PoliteClient:
    """Asks one source on behalf of one account.

    Args:
        base_url: http(s) address under which the paths lie.
        sign: adds the credentials to a request.
        title: name of the source for people.
        connection: name of the account.
        manners: limits and timeouts.
        clock: tells when pauses and cooldowns end.
        transport: sends instead of the network, for tests.
        sleep: waits for a token of the bucket.

    Raises:
        ConfigurationError: `base_url` is not an http(s) address.
    """

    def __init__(
        self,
        base_url: str,
        sign: Sign,
        *,
        title: str,
        connection: str,
        manners: Manners,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._title = title
        self._manners = manners
        self._gate = PoliteTransport(
            transport or network(manners),
            sign,
            title=title,
            connection=connection,
            manners=manners,
            clock=clock,
            sleep=sleep,
        )
        self._http = httpx.AsyncClient(
            base_url=checked_address(base_url, connection),
            headers=HEADERS,
            timeout=manners.timeouts(),
            follow_redirects=False,
            trust_env=False,
            transport=RetryTransport(self._gate, retry=retries(manners)),
        )

    async def ask(
        self,
        path: str,
        decode: Callable[[Answer], Value],
        *,
        params: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Value:
        """Send one GET and decode the answer.

        Args:
            path: relative to the base address.
            decode: turns the answer into a value, or raises what it means.
            params: the query, without credentials.
            once: whether not to try again; for an answer that one can do without.

        Raises:
            SourceError: as `decode` and the gate raise them.
            NotFound: as `decode` raises it.
        """
        extensions = {"retry": Retry(total=0)} if once else None
        return await self._decoded(decode, self._http.get(path, params=params, extensions=extensions))

    async def change(self, path: str, decode: Callable[[Answer], Value], *, body: Mapping[str, object]) -> Value:
        """Send one PUT, once, and decode the answer.

        After `SourceDown` nobody knows whether it was done: only reading it again tells.

        Args:
            path: relative to the base address.
            decode: turns the answer into a value, or raises what it means.
            body: sent as JSON.

        Raises:
            SourceError: as `decode` and the gate raise them.
            NotFound: as `decode` raises it.
        """
        return await self._decoded(decode, self._http.put(path, json=dict(body)))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _decoded(self, decode: Callable[[Answer], Value], asking: Awaitable[httpx.Response]) -> Value:
        try:
            return decode(await self._answer(asking))
        except SourceDown as error:
            error.free_at = self._gate.free_at()
            raise

    async def _answer(self, asking: Awaitable[httpx.Response]) -> Answer:
        try:
            response = await asking
        except httpx.TransportError as error:
            raise SourceDown(self._title, words_for(error, self._manners)) from None
        return Answer(
            status=response.status_code,
            headers=dict(response.headers),
            body=response.content,
            free_at=response.extensions.get("free_at"),
        )


def checked_address(base_url: str, connection: str) -> httpx.URL:
    """Return `base_url` as a URL; the error does not quote it, somebody may have put a password into it."""
    mistake = f"The address of the connection {connection} must begin with https:// or http:// and name a host."
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, UnicodeError):
        raise ConfigurationError((mistake,)) from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError((mistake,))
    return url


def network(manners: Manners) -> httpx.AsyncHTTPTransport:
    """Return what really sends; proxies and certificates from the environment are not used."""
    limits = httpx.Limits(max_connections=manners.at_once, max_keepalive_connections=manners.at_once)
    return httpx.AsyncHTTPTransport(limits=limits, trust_env=False)


def retries(manners: Manners) -> Retry:
    """Return when to try again: reads only, and only what a second later may well work."""
    return Retry(
        total=manners.tries - 1,
        allowed_methods=("GET",),
        status_forcelist=RETRIED_STATUSES,
        retry_on_exceptions=RETRIED_ERRORS,
        backoff_factor=manners.backoff.total_seconds() / 2,
        backoff_jitter=0.5,
        respect_retry_after_header=False,
    )
