"""The polite client against a transport that misbehaves on command."""

from __future__ import annotations

import asyncio
import gzip
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from structlog.testing import capture_logs

from bot.errors import BotError, SourceBusy, SourceDown, SourceGarbled
from bot.sources.answer import Answer, raise_for_status
from bot.sources.http import PoliteClient
from bot.sources.manners import Manners
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.sources.transport import Sleep

MANNERS = Manners(at_once=2, per_second=10, burst=100, backoff=timedelta())

Behaviour = httpx.Response | Exception


class Scripted(httpx.AsyncBaseTransport):
    """Answers with what a test lined up, then always with 200; remembers the requests."""

    def __init__(self, *script: Behaviour) -> None:
        self.script = deque(script)
        self.requests: list[httpx.Request] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do the next thing."""
        self.requests.append(request)
        await asyncio.sleep(0)
        behaviour = self.script.popleft() if self.script else httpx.Response(200, content=b"fine")
        if isinstance(behaviour, Exception):
            raise behaviour
        return behaviour

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True


class Dripping(httpx.AsyncByteStream):
    """A body that never ends; each piece costs a turn of the loop."""

    def __init__(self, piece: bytes = b"x" * 1024) -> None:
        self.piece = piece
        self.sent = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.sent += len(self.piece)
            yield self.piece
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        """Remember that nobody reads on."""
        self.closed = True


def make_client(
    transport: httpx.AsyncBaseTransport,
    clock: HandClock | None = None,
    manners: Manners = MANNERS,
    sleep: Sleep | None = None,
) -> PoliteClient:
    """Return a client that adds nothing to its requests."""
    clock = clock or HandClock()
    return PoliteClient(
        "https://upstream.example/base",
        lambda request: request,
        title="Upstream",
        connection="one",
        manners=manners,
        clock=clock,
        transport=transport,
        sleep=sleep or clock.sleep,
    )


def body_of(answer: Answer) -> bytes:
    """Decode: raise what the status means, else return the body."""
    raise_for_status("Upstream", answer)
    return answer.body


async def test_asks_under_its_base_address() -> None:
    """The vendor's path prefix stays."""
    transport = Scripted()

    body = await make_client(transport).ask("v1/things", body_of, params={"page": "0"})

    assert body == b"fine"
    assert str(transport.requests[0].url) == "https://upstream.example/base/v1/things?page=0"


@pytest.mark.parametrize(
    "hiccup",
    [
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.ReadError("x"),
    ],
)
async def test_tries_again_after_a_hiccup_without_a_word(hiccup: Behaviour) -> None:
    """What a second later works needs neither an error nor a log line."""
    transport = Scripted(hiccup)

    with capture_logs() as lines:
        body = await make_client(transport).ask("x", body_of)

    assert body == b"fine"
    assert len(transport.requests) == 2
    assert lines == []


@pytest.mark.parametrize("status", [400, 401, 404, 408, 500])
async def test_does_not_repeat_what_would_not_help(status: int) -> None:
    """A refusal stays one, and a fault of the server's own is not provoked twice."""
    transport = Scripted(httpx.Response(status))

    with pytest.raises(BotError):
        await make_client(transport).ask("x", body_of)

    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (httpx.ConnectError("https://key@host"), "no connection"),
        (httpx.ConnectTimeout("https://key@host"), "no connection"),
        (httpx.ReadTimeout("https://key@host"), "no answer within 8 s"),
        (httpx.PoolTimeout("https://key@host"), "too many requests of ours were waiting"),
        (httpx.RemoteProtocolError("https://key@host"), "the connection broke"),
        (httpx.UnsupportedProtocol("https://key@host"), "the connection broke"),
    ],
)
async def test_says_in_its_own_words_why_nobody_answered(error: Exception, detail: str) -> None:
    """The library's text may hold an address."""
    with pytest.raises(SourceDown) as caught:
        await make_client(Scripted(error, error, error)).ask("x", body_of)

    assert caught.value.detail == detail
    assert caught.value.__suppress_context__


async def test_an_attempt_is_never_longer_than_the_whole_limit() -> None:
    """A body that drips is never silent for long, and would hold a slot for ever."""
    drip = Dripping(b"")
    transport = Scripted(httpx.Response(200, stream=drip))
    client = make_client(transport, manners=replace(MANNERS, whole_timeout=timedelta(seconds=0.02)))

    with pytest.raises(SourceDown, match=r"no complete answer within 0\.02 s"):
        await client.ask("x", body_of)

    assert drip.closed
    assert len(transport.requests) == 1


async def test_does_not_read_an_endless_answer() -> None:
    """Memory is bounded whatever an upstream sends."""
    drip = Dripping()
    manners = replace(MANNERS, largest_body=10_000)

    with pytest.raises(SourceGarbled, match="an answer of more than"):
        await make_client(Scripted(httpx.Response(200, stream=drip)), manners=manners).ask("x", body_of)

    assert drip.sent < 20_000
    assert drip.closed


async def test_measures_an_answer_after_decompression() -> None:
    """A few bytes may hide many."""
    bomb = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"0" * 1_000_000))
    manners = replace(MANNERS, largest_body=10_000)

    with pytest.raises(SourceGarbled, match="an answer of more than"):
        await make_client(Scripted(bomb), manners=manners).ask("x", body_of)


async def test_reads_a_compressed_answer() -> None:
    """Long lists are worth compressing."""
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"fine"))

    assert await make_client(Scripted(packed)).ask("x", body_of) == b"fine"


async def test_refuses_an_answer_that_cannot_be_decompressed() -> None:
    """It did answer, so that it is not down."""

    class Raw(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"not gzip"

    broken = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Raw())
    transport = Scripted(broken)

    with pytest.raises(SourceGarbled, match="cannot be decompressed"):
        await make_client(transport).ask("x", body_of)

    assert len(transport.requests) == 1


async def test_follows_no_redirect() -> None:
    """The next place is not the one that our key is for."""
    transport = Scripted(httpx.Response(302, headers={"location": "https://elsewhere.example/"}))

    with pytest.raises(SourceGarbled, match="HTTP 302"):
        await make_client(transport).ask("x", body_of)

    assert len(transport.requests) == 1


async def test_keeps_no_cookies() -> None:
    """Each question stands for itself."""
    transport = Scripted(httpx.Response(200, headers={"set-cookie": "track=me"}))
    client = make_client(transport)

    await client.ask("x", body_of)
    await client.ask("x", body_of)

    assert "cookie" not in transport.requests[1].headers


async def test_answers_of_4xx_do_not_open_the_breaker() -> None:
    """A wrong question is not an outage."""
    transport = Scripted(*(httpx.Response(404) for _ in range(10)))
    client = make_client(transport)

    for _ in range(10):
        with pytest.raises(SourceGarbled):
            await client.ask("x", body_of)

    assert len(transport.requests) == 10


async def test_a_pause_that_begins_while_others_queue_stops_them_too() -> None:
    """Whoever waited for a slot must not be the next to annoy."""
    transport = Scripted(httpx.Response(429, headers={"retry-after": "60"}))
    client = make_client(transport, manners=replace(MANNERS, at_once=1))

    answers = await asyncio.gather(*(client.ask("x", body_of) for _ in range(5)), return_exceptions=True)

    assert all(isinstance(answer, SourceBusy) for answer in answers)
    assert len(transport.requests) == 1


async def test_a_pause_that_begins_while_others_wait_for_budget_stops_them_too() -> None:
    """The same for whoever waited for a token."""
    transport = Scripted(httpx.Response(429, headers={"retry-after": "60"}))
    waiting, awake = asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        waiting.set()
        await awake.wait()

    client = make_client(transport, manners=replace(MANNERS, burst=1), sleep=sleep)
    first, second = (asyncio.create_task(client.ask("x", body_of)) for _ in range(2))
    await waiting.wait()
    with pytest.raises(SourceBusy):
        await first

    awake.set()

    with pytest.raises(SourceBusy):
        await second
    assert len(transport.requests) == 1


async def test_logs_a_pause_once() -> None:
    """Two requests in flight are refused together, which is one event."""
    refusals = [httpx.Response(429, headers={"retry-after": "60"}) for _ in range(2)]
    client = make_client(Scripted(*refusals))

    with capture_logs() as lines:
        await asyncio.gather(*(client.ask("x", body_of) for _ in range(2)), return_exceptions=True)

    assert lines == [
        {
            "event": "source.began_pause",
            "log_level": "warning",
            "source": "Upstream",
            "connection": "one",
            "wait_s": 60.0,
        }
    ]


async def test_asks_only_once_for_what_it_can_do_without() -> None:
    """An extra must not open the breaker for everything else."""
    transport = Scripted(httpx.Response(503))

    with pytest.raises(SourceDown):
        await make_client(transport).ask("x", body_of, once=True)

    assert len(transport.requests) == 1


async def test_one_broken_page_of_many_is_no_outage() -> None:
    """A fault between good answers is told to whoever asked, not to the log every few minutes."""
    good_and_bad = [httpx.Response(status) for _ in range(5) for status in (500, 200)]
    client = make_client(Scripted(*good_and_bad))

    with capture_logs() as lines:
        for _ in range(5):
            with pytest.raises(SourceDown) as caught:
                await client.ask("broken", body_of)
            await client.ask("fine", body_of)

    assert lines == []
    assert caught.value.free_at is None


async def test_retries_count_against_the_budget() -> None:
    """Every attempt passes the same gate."""
    clock = HandClock()
    client = make_client(
        Scripted(httpx.Response(503), httpx.Response(503)), clock, replace(MANNERS, burst=1, per_second=1)
    )

    await client.ask("x", body_of)

    assert clock.slept_s == pytest.approx([1, 1])


async def test_closes_what_it_opened() -> None:
    """No socket stays behind."""
    transport = Scripted()

    await make_client(transport).aclose()

    assert transport.closed


async def test_uses_the_real_network_without_being_told_otherwise(unused_tcp_port_factory: Callable[[], int]) -> None:
    """Nobody listens there, which is an answer, too."""
    clock = HandClock()
    client = PoliteClient(
        f"http://127.0.0.1:{unused_tcp_port_factory()}",
        lambda request: request,
        title="Upstream",
        connection="one",
        manners=MANNERS,
        clock=clock,
    )

    with pytest.raises(SourceDown, match="no connection"):
        await client.ask("x", body_of)
    await client.aclose()
