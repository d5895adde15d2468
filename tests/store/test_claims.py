"""A job is done by one process at a time, however many ask at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.store import SqlStore, open_store
from tests.builders import NOW
from tests.store.catalogs import WORKSPACE

UNTIL = NOW + timedelta(minutes=2)


async def _claim(store: SqlStore, holder: str, *, after: timedelta = timedelta(0), job: str = "listing") -> bool:
    return await store.claim(WORKSPACE, "streampixel", job, holder=holder, now=NOW + after, until=UNTIL + after)


async def test_one_of_many_claimers_gets_it(database_url: str) -> None:
    """Two processes with their own connections, twenty tries: one winner."""
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(database_url)) for _ in range(2)]

        won = await asyncio.gather(*(_claim(stores[n % 2], f"holder-{n}") for n in range(20)))

        assert sum(won) == 1


async def test_the_holder_renews_and_others_wait_for_the_end(store: SqlStore) -> None:
    """A claim ends at its moment, not before, and renewing moves that moment."""
    assert await _claim(store, "one")
    assert not await _claim(store, "two", after=timedelta(seconds=119))
    assert await _claim(store, "one", after=timedelta(seconds=119))
    assert not await _claim(store, "two", after=timedelta(seconds=121))
    assert await _claim(store, "two", after=timedelta(seconds=239))
    assert not await _claim(store, "one", after=timedelta(seconds=239))


async def test_jobs_are_claimed_apart(store: SqlStore) -> None:
    """Counting viewers does not stop a listing."""
    assert await _claim(store, "one")
    assert await _claim(store, "two", job="viewers")


async def test_only_the_holder_can_give_a_claim_back(store: SqlStore) -> None:
    """Releasing late must not take the claim from the next holder."""
    await _claim(store, "one")

    await store.release(WORKSPACE, "streampixel", "listing", holder="two")
    assert not await _claim(store, "two")
    await store.release(WORKSPACE, "streampixel", "listing", holder="one")
    assert await _claim(store, "two")
