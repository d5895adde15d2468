"""Who lives, as PostgreSQL knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.engine.replicas import Replicas, lock_of
from tests.engine.plain_work import PlainWork
from tests.engine.test_engine import RARELY, running

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


def test_locks_are_numbers_that_postgresql_takes() -> None:
    """64 bits with a sign, different for every name."""
    numbers = {lock_of(f"host-{number}") for number in range(1000)}

    assert len(numbers) == 1000
    assert all(-(2**63) <= number < 2**63 for number in numbers)
