"""Watch ledgers to test: the one in memory that other tests use, and the one in SQL on both databases."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.store import open_database
from tests.fakes.watch_ledger import FakeWatchLedger
from tests.store.watches.drafts import add

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model import Watch
    from bot.ports import WatchLedger


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
async def ledgers(ledger_url: str | None) -> AsyncIterator[tuple[WatchLedger, WatchLedger]]:
    """Return what two processes have: the same rows, over connections of their own."""
    if ledger_url is None:
        fake = FakeWatchLedger()
        yield fake, fake
        return
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_database(ledger_url)) for _ in range(2)]
        yield opened[0].watches, opened[1].watches


@pytest.fixture
async def ledger(ledgers: tuple[WatchLedger, WatchLedger]) -> WatchLedger:
    """Return a ledger that is empty but for what others have; so no number in a channel is the one of our own."""
    for _ in range(5):
        await add(ledgers[0], workspace="others")
    return ledgers[0]


@pytest.fixture
async def watch(ledger: WatchLedger) -> Watch:
    """Return a watch that was never evaluated."""
    return await add(ledger)
