"""What a source said is written completely or not at all, and only by whoever has the claim."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreError
from bot.model import Change, EventKind, Quota, Viewers
from bot.query import Query
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store.catalogs import BOTH, HOLDER, MICROVISUALIZER, SCOPE, WORKSPACE, fill, writing

if TYPE_CHECKING:
    from bot.model import Entry, Freshness
    from bot.store import SqlStore

LATER = NOW + timedelta(hours=1)


async def _only(store: SqlStore) -> Entry:
    (entry,) = (await store.search(SCOPE, Query(), MOMENT, size=5)).entries
    return entry


async def _freshness(store: SqlStore) -> Freshness:
    return (await store.freshness(SCOPE))[0]


async def test_a_row_keeps_its_number_and_its_first_day_when_it_is_saved_again(store: SqlStore) -> None:
    """People type `#12`; saving must neither change nor use up numbers."""
    (before,) = await fill(store, [microvisualizer(name="old")])

    async with writing(store) as writer:
        for _ in range(3):
            await writer.save([microvisualizer(name="new", description=None)], LATER)
        await writer.save([microvisualizer(id="other", name="other")], LATER)
        rows = await writer.known(["other", "checkout-a1b2c", "unheard-of"])

    after = rows["checkout-a1b2c"]
    assert (after.ref, after.first_seen_at) == (before.ref, NOW)
    assert (after.project.name, after.project.description) == ("new", None)
    assert rows["other"].ref == before.ref + 1
    assert rows.keys() == {"other", "checkout-a1b2c"}


async def test_a_renamed_project_is_found_by_its_new_name_only(store: SqlStore) -> None:
    """The index over words follows the rows."""
    await fill(store, [microvisualizer(name="harbour")])
    await fill(store, [microvisualizer(name="lighthouse")])

    assert [e.project.name for e in (await store.find(SCOPE, "lighthouse", Query(), MOMENT, size=5)).entries]
    assert not (await store.find(SCOPE, "harbour", Query(), MOMENT, size=5)).entries


async def test_a_gone_row_comes_back_when_it_is_saved(store: SqlStore) -> None:
    """A project that reappears is the same project."""
    (row,) = await fill(store, [microvisualizer()], gone=["checkout-a1b2c"])
    assert row.gone_at == NOW

    await fill(store, [microvisualizer()])

    assert await _only(store) == (await store.get(SCOPE, row.ref))
    assert (await _only(store)).gone_at is None


async def test_marking_as_gone_keeps_the_first_moment(store: SqlStore) -> None:
    """What is gone cannot go again."""
    (row,) = await fill(store, [microvisualizer()], gone=["checkout-a1b2c"])

    async with writing(store) as writer:
        await writer.mark_gone(["checkout-a1b2c"], LATER)

    found = await store.get(SCOPE, row.ref)
    assert found is not None
    assert found.gone_at == NOW


async def test_the_writer_sees_its_own_changes(store: SqlStore) -> None:
    """Counts and ids inside the transaction are those that it is about to keep."""
    await store.register(WORKSPACE, BOTH)
    async with writing(store) as writer:
        await writer.save([microvisualizer(id=f"p{number}") for number in range(250)], NOW)
        await writer.mark_gone(["p0", "p1"], NOW)

        assert await writer.count() == 248
        assert await writer.listed_ids() == {f"p{number}" for number in range(2, 250)}


async def test_an_exception_undoes_everything_and_is_not_changed(store: SqlStore) -> None:
    """A listing that fails half-way leaves no trace."""
    await fill(store, [microvisualizer(name="kept")])
    before = await store.freshness(SCOPE)

    async def write_half() -> None:
        async with writing(store) as writer:
            await writer.save([microvisualizer(name="lost"), microvisualizer(id="also-lost")], LATER)
            await writer.record([Change(project_id="also-lost", kind=EventKind.APPEARED, at=NOW)], NOW)
            await writer.succeeded(LATER, full=True, quota=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_half()

    assert (await _only(store)).project.name == "kept"
    assert await store.freshness(SCOPE) == before
    assert (await store.events(SCOPE, Query(), MOMENT, since=NOW - timedelta(days=9), size=5)).total == 0


async def test_cancelling_undoes_everything_and_blocks_nobody(store: SqlStore) -> None:
    """Shutting down in the middle of a listing is like never having begun it."""
    await store.register(WORKSPACE, BOTH)
    begun = asyncio.Event()

    async def write() -> None:
        async with writing(store) as writer:
            await writer.save([microvisualizer()], NOW)
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await fill(store, [streampixel(name="next")])
    assert (await _only(store)).project.name == "next"


async def test_a_claim_lost_meanwhile_undoes_the_transaction(store: SqlStore) -> None:
    """Whoever was too slow must not overwrite what the next one wrote."""
    await store.register(WORKSPACE, BOTH)
    await store.claim(WORKSPACE, MICROVISUALIZER.name, "listing", holder="next", now=NOW, until=LATER)

    with pytest.raises(StoreError, match="claim"):
        async with store.writing(WORKSPACE, MICROVISUALIZER.name, job="listing", holder=HOLDER) as writer:
            await writer.save([microvisualizer()], NOW)

    assert (await store.search(SCOPE, Query(), MOMENT, size=5)).total == 0


async def test_an_event_of_an_unknown_project_is_refused(store: SqlStore) -> None:
    """Events belong to rows."""
    await store.register(WORKSPACE, BOTH)

    with pytest.raises(StoreError, match="no row"):
        async with writing(store) as writer:
            await writer.record([Change(project_id="unheard-of", kind=EventKind.APPEARED, at=NOW)], NOW)


async def test_a_number_that_no_database_holds_is_a_store_error(store: SqlStore) -> None:
    """Drivers disagree on how they refuse it; callers see one error."""
    await store.register(WORKSPACE, BOTH)

    with pytest.raises(StoreError):
        async with writing(store) as writer:
            await writer.save([microvisualizer(service_count=2**70)], NOW)


async def test_a_success_is_noted_with_the_numbers_of_its_rows(store: SqlStore) -> None:
    """Every answer shows rows, age and quota without counting anything."""
    await store.register(WORKSPACE, BOTH)
    async with writing(store) as writer:
        await writer.save(
            [microvisualizer(id="p1", idle=timedelta(days=3)), microvisualizer(id="p2", archived=True)], NOW
        )
        await writer.mark_gone(["p1"], NOW)
        await writer.succeeded(NOW, full=True, quota=Quota(used=2, limit=10))
    async with writing(store) as writer:
        await writer.succeeded(LATER, full=False, quota=None)

    known = await _freshness(store)
    assert (known.rows, known.quota) == (1, Quota(used=2, limit=10))
    assert (known.last_success_at, known.last_attempt_at, known.last_full_at) == (LATER, LATER, NOW)
    assert known.newest_at == NOW - timedelta(days=2)


async def test_saving_a_listing_keeps_what_was_measured(store: SqlStore) -> None:
    """Viewers belong to another job; a listing does not know them."""
    await fill(store, [streampixel()])
    seen = Viewers(live=3, queued=1, at=NOW)
    await store.save_viewers(WORKSPACE, "streampixel", {streampixel().id: seen}, NOW, complete=True)

    await fill(store, [streampixel(name="renamed")])

    assert (await _only(store)).viewers == seen
