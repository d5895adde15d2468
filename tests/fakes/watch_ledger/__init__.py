"""A watch ledger in memory; it keeps the same contract as the one in SQL (`tests/store/watches`)."""

from tests.fakes.watch_ledger.cards import FakeCards
from tests.fakes.watch_ledger.outages import FakeOutages

__all__ = ["FakeWatchLedger"]


class FakeWatchLedger(FakeCards, FakeOutages):
    """Remembers everything for as long as it lives. Nothing here waits, so every method is one transaction."""
