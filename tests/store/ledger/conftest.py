"""Ledgers to test: the one in memory that other tests use, and the one in SQL on both databases."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.store import open_database
from tests.fakes.ledger import FakeLedger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ports import Ledger


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Return the kind of ledger."""
    kind: str = request.param
    return kind


@pytest.fixture
def ledger_url(request: pytest.FixtureRequest, dialect: str) -> str | None:
    """Return the address of an empty database; None for the ledger in memory."""
    if dialect == "memory":
        return None
    url: str = request.getfixturevalue("database_url")
    return url


@pytest.fixture
async def ledgers(ledger_url: str | None) -> AsyncIterator[tuple[Ledger, Ledger]]:
    """Return what two processes have: the same rows, over connections of their own."""
    if ledger_url is None:
        fake = FakeLedger()
        yield fake, fake
        return
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_database(ledger_url)) for _ in range(2)]
        yield opened[0].ledger, opened[1].ledger


@pytest.fixture
async def ledger(ledgers: tuple[Ledger, Ledger]) -> Ledger:
    """Return an empty ledger."""
    return ledgers[0]
