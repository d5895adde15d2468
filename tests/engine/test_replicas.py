"""Who lives, as PostgreSQL knows it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.engine.clocks import Clocks
from bot.engine.engine import Engine
from bot.engine.replicas import Replicas, lock_of
from tests.engine.plain_work import PlainJob, PlainWork
from tests.engine.test_engine import RARELY, SkewedClock, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.store.postgres_server import PostgresServer


@pytest.fixture
def dialect() -> str:
    """Return PostgreSQL: on SQLite there is one process."""
    return "postgresql"


@pytest.fixture
async def two(empty_database_url: str) -> AsyncIterator[tuple[Replicas, Replicas]]:
    """Return two that live."""
    first, second = Replicas(empty_database_url, "first"), Replicas(empty_database_url, "second")
    await first.show()
    await second.show()
    yield first, second
    await first.close()
    await second.close()


async def test_a_process_is_known_by_its_lock_as_long_as_it_lives(two: tuple[Replicas, Replicas]) -> None:
    """Showing oneself again is the same connection; a closed one is anew."""
    first, _ = two

    line = await first.show()
    assert await first.show() is line
    await line.close()
    assert await first.show() is not line


async def test_a_lost_connection_is_no_error_and_is_built_anew(
    empty_database_url: str, postgres: PostgresServer
) -> None:
    """PostgreSQL was restarted: the next look makes a new connection."""
    async with running(PlainWork(), empty_database_url, RARELY):
        replicas = Replicas(empty_database_url, "here")
        line = await replicas.show()
        postgres.run(f"SELECT pg_terminate_backend({line.info.backend_pid})")

        assert await replicas.resume_dead() == 0
        assert await replicas.show() is not line
        assert await replicas.resume_dead() == 0
        await replicas.close()


async def test_the_engine_goes_on_after_every_connection_was_cut(
    empty_database_url: str, postgres: PostgresServer
) -> None:
    """A restart of PostgreSQL costs a moment, and nothing has to be started by hand."""
    work = PlainWork()
    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["tidy"] >= 1)
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
        work.waiting = [PlainJob(number, channel=f"C{number}") for number in range(5)]
        await work.until(lambda: work.calls["done"] == 5)

    assert len(work.attempts) == 5


@pytest.mark.parametrize("ahead_s", [-3600, -20, 20, 3600])
async def test_a_process_whose_clock_is_wrong_does_nothing_and_says_so(empty_database_url: str, ahead_s: int) -> None:
    """It would take what another is just sending; here another is there, and does it all."""
    work, clock = PlainWork(PlainJob(1)), SkewedClock(timedelta(seconds=ahead_s))
    engine = Engine(work, url=empty_database_url, holder="wrong", clock=clock, timing=RARELY)

    with capture_logs() as logs:
        await engine.start()
        try:
            await work.until(lambda: work.calls["tidy"] == 1)
            assert not await engine.clock_agrees()
        finally:
            await engine.close(0)

    assert set(work.calls) == {"tidy"}
    (told,) = [entry for entry in logs if entry["event"] == "clock.differs"]
    assert told["log_level"] == "error"
    assert told["ahead_s"] == pytest.approx(ahead_s, abs=5)


async def test_what_others_put_into_the_queue_is_left_by_a_wrong_clock(empty_database_url: str) -> None:
    """Its clock was put forward after it had handed out work."""
    work, clock = PlainWork(PlainJob(1)), SkewedClock()
    work.hold = asyncio.Event()
    engine = Engine(work, url=empty_database_url, holder="wrong", clock=clock, timing=RARELY)
    await engine.start()
    try:
        await work.until(lambda: work.calls["attempt"] == 1)
        assert await engine.clock_agrees()
        clock.ahead = timedelta(seconds=40)
        assert engine._launched is not None
        engine._launched.clocks._looked_s = None  # as if 20 seconds had passed
        work.hold.set()
        assert not await engine.clock_agrees()
        work.waiting = [PlainJob(2)]
        engine.nudge()
        await work.until(lambda: work.calls["tidy"] == 2)
    finally:
        await engine.close(0)

    assert work.attempts == [(1, 1)]


async def test_a_small_difference_and_a_slow_answer_are_none(two: tuple[Replicas, Replicas]) -> None:
    """Seconds do not matter; nor does how long the question took."""
    assert await Clocks(two[0], SkewedClock(timedelta(seconds=10))).agree()
    assert await Clocks(two[0], SkewedClock(-timedelta(seconds=10))).agree()


async def test_while_nobody_can_be_asked_the_last_answer_counts(
    empty_database_url: str, postgres: PostgresServer
) -> None:
    """A connection that is cut is no reason to stop, nor to begin."""
    replicas = Replicas(empty_database_url, "here")
    clocks = Clocks(replicas, SkewedClock(timedelta(seconds=40)))
    assert not await clocks.agree()
    line = await replicas.show()
    postgres.run(f"SELECT pg_terminate_backend({line.info.backend_pid})")

    clocks._looked_s = None  # as if 20 seconds had passed
    with capture_logs() as logs:
        assert not await clocks.agree()

    assert [entry["event"] for entry in logs] == ["clock.not_compared"]
    await replicas.close()


async def test_connections_that_are_asked_for_at_once_are_one(empty_database_url: str) -> None:
    """A second one would wait for ever for the lock of the first."""
    replicas = Replicas(empty_database_url, "here")

    first, second = await asyncio.gather(replicas.show(), replicas.show())

    assert first is second
    await replicas.close()


def test_locks_are_numbers_that_postgresql_takes() -> None:
    """64 bits with a sign, different for every name."""
    numbers = {lock_of(f"host-{number}") for number in range(1000)}

    assert len(numbers) == 1000
    assert all(-(2**63) <= number < 2**63 for number in numbers)
