"""The gate that every single attempt passes: pause, breaker, slots, bucket, credentials, size of the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import structlog

from bot.errors import SourceBusy, SourceDown, SourceGarbled
from bot.metrics import UPSTREAM_REQUESTS
from bot.sources.budget import TokenBucket
from bot.sources.health import Health
from bot.sources.pause import Pause, wait_asked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.ports import Clock
    from bot.sources.breaker import Admission
    from bot.sources.manners import Manners

    Sign = Callable[[httpx.Request], httpx.Request]
    """Adds the credentials to a request; called as late as possible, so that nothing above can log them."""

    Sleep = Callable[[float], Awaitable[None]]
    """Waits some seconds; `asyncio.sleep` outside of tests."""

log = structlog.get_logger(__name__)

KEPT_HEADERS = ("content-type", "retry-after")
"""Nothing else is read; above all no cookies."""


class TooSlow(httpx.TimeoutException):
    """An attempt took longer than any attempt may; another one would hardly be faster."""


def words_for(error: httpx.TransportError, manners: Manners) -> str:
    """Say in words of ours why there was no answer; the error's own text may hold an address."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "no connection"
    if isinstance(error, httpx.PoolTimeout):
        return "too many requests of ours were waiting"
    if isinstance(error, TooSlow):
        return f"no complete answer within {manners.whole_timeout.total_seconds():g} s"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {manners.read_timeout.total_seconds():g} s"
    return "the connection broke"


class PoliteTransport(httpx.AsyncBaseTransport):
    """One per connection, under the retries, so that an attempt is counted, paced and refused like any other.

    Args:
        inner: what really sends.
        sign: adds the credentials.
        title: name of the source for people, for errors.
        connection: name of the account, for log lines.
        manners: the limits.
        clock: tells when pauses and cooldowns end.
        sleep: waits for a token of the bucket; nothing else is ever slept out.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        sign: Sign,
        *,
        title: str,
        connection: str,
        manners: Manners,
        clock: Clock,
        sleep: Sleep,
    ) -> None:
        self._inner = inner
        self._sign = sign
        self._title = title
        self._connection = connection
        self._manners = manners
        self._clock = clock
        self._sleep = sleep
        self._slots = asyncio.Semaphore(manners.at_once)
        self._bucket = TokenBucket(per_second=manners.per_second, burst=manners.burst)
        self._pause = Pause()
        self._health = Health(title, connection)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one attempt.

        Raises:
            SourceBusy: a pause is running; raised at once.
            SourceDown: the breaker is open; raised at once.
            SourceGarbled: the answer is too long or cannot be decompressed.
            httpx.TransportError: there was no answer.
        """
        self._refuse_if_closed(self._clock.now())
        async with self._slots:
            now = self._clock.now()
            self._refuse_if_closed(now)
            wait = self._bucket.take(now)
            if wait:
                await self._sleep(wait.total_seconds())
            return await self._attempt(request)

    def free_at(self) -> datetime | None:
        """Return before which moment a source that is down is not asked again; None if that is not settled."""
        return self._health.free_at()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _refuse_if_closed(self, now: datetime) -> None:
        paused_until = self._pause.until(now)
        if paused_until is not None:
            raise SourceBusy(self._title, "a pause it asked for", free_at=paused_until)
        if self._health.refuses(now):
            raise SourceDown(self._title, self._health.last_failure)

    async def _attempt(self, request: httpx.Request) -> httpx.Response:
        """Send, if it still makes sense after all that waiting, and learn from what comes of it."""
        now = self._clock.now()
        self._refuse_if_closed(now)
        admission = self._health.admit(now)
        try:
            response = await self._exchange(request)
        except httpx.TransportError as error:
            UPSTREAM_REQUESTS.labels(self._connection, "none").inc()
            self._health.failed(words_for(error, self._manners), admission, self._clock.now())
            raise
        except SourceGarbled:
            self._health.succeeded()  # it does answer
            raise
        except BaseException:
            self._health.abandoned(admission)
            raise
        UPSTREAM_REQUESTS.labels(self._connection, str(response.status_code)).inc()
        self._learn(response, admission)
        return response

    def _learn(self, response: httpx.Response, admission: Admission) -> None:
        """Note how the source is; the end of a pause that this answer begins goes into its extensions."""
        now = self._clock.now()
        if response.is_server_error:
            self._health.failed(f"HTTP {response.status_code}", admission, now)
            return
        self._health.succeeded()
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            response.extensions["free_at"] = self._begin_pause(response, now)
        else:
            self._pause.answered(now)

    def _begin_pause(self, response: httpx.Response, now: datetime) -> datetime:
        """Pause, or go on pausing, and return the end; only the beginning is logged."""
        already = self._pause.until(now)
        until = self._pause.begin(wait_asked(response.headers, response.content, now), now)
        if already is None:
            wait_s = round((until - now).total_seconds(), 1)
            log.warning("source.began_pause", source=self._title, connection=self._connection, wait_s=wait_s)
        return until

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        """Send, and read the answer to its end."""
        try:
            async with asyncio.timeout(self._manners.whole_timeout.total_seconds()):
                response = await self._inner.handle_async_request(self._sign(request))
                try:
                    body = await self._read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise TooSlow("") from None
        except httpx.DecodingError:
            raise SourceGarbled(self._title, "an answer that cannot be decompressed") from None
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        return httpx.Response(response.status_code, headers=headers, content=body)

    async def _read(self, response: httpx.Response) -> bytes:
        """Read the body, decompressed, as long as it has a sane size."""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._manners.largest_body:
                limit_mb = self._manners.largest_body / 1024 / 1024
                raise SourceGarbled(self._title, f"an answer of more than {limit_mb:g} MiB")
        return bytes(body)
