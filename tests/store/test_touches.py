"""Who was touched, and what taking note of that leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Viewers
from bot.store import open_store
from tests.builders import NOW, microvisualizer, streampixel
from tests.store.catalogs import WORKSPACE, fill, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Touch
    from bot.store import SqlStore

MINUTE = timedelta(minutes=1)


async def _touched(store: SqlStore, connection: str = "microvisualizer", most: int = 100) -> Sequence[Touch]:
    return await store.touched(WORKSPACE, connection, most=most)


async def _refs(store: SqlStore, connection: str = "microvisualizer") -> list[int]:
    """Return who was touched, and take note of it."""
    touches = await _touched(store, connection)
    await store.noted(touches)
    return [each.ref for each in touches]


async def test_what_is_saved_leaves_or_comes_back_is_touched(store: SqlStore) -> None:
    """New rows, changed rows, gone ones, and those that return: each once, until somebody takes note."""
    rows = await fill(store, [microvisualizer(id=each) for each in "abc"])
    refs = {row.project.id: row.ref for row in rows}
    assert await _refs(store) == list(refs.values())
    assert await _refs(store) == []

    async with writing(store) as writer:
        await writer.save([microvisualizer(id="b", name="new")], NOW)
        await writer.mark_gone(["c"], NOW)
    assert sorted(await _refs(store)) == [refs["b"], refs["c"]]

    await fill(store, [microvisualizer(id="c")])
    assert await _refs(store) == [refs["c"]]


async def test_touches_belong_to_their_connection_and_workspace(store: SqlStore) -> None:
    """Each connection is judged on its own, when it is seen clearly."""
    ours, theirs = await fill(store, [microvisualizer(), streampixel()])
    await fill(store, [microvisualizer()], workspace="T2")

    assert [each.ref for each in await _touched(store)] == [ours.ref]
    assert [each.ref for each in await _touched(store, "streampixel")] == [theirs.ref]


async def test_a_touch_that_grew_since_stays(store: SqlStore) -> None:
    """What changes while it is judged is judged again."""
    await fill(store, [microvisualizer(id="a"), microvisualizer(id="b")])
    before = await _touched(store)
    await fill(store, [microvisualizer(id="a", name="new")])

    await store.noted(before)

    (left,) = await _touched(store)
    assert left.ref == before[0].ref
    assert left.mark > before[0].mark


async def test_whoever_is_late_takes_no_note_of_a_later_touch(store: SqlStore) -> None:
    """Two evaluators read the same touch; one notes it, it comes again at the same moment, then the other is done."""
    await fill(store, [microvisualizer()])
    seen_by_both = await _touched(store)
    await store.noted(seen_by_both)
    await fill(store, [microvisualizer(name="new")])

    await store.noted(seen_by_both)

    assert len(await _touched(store)) == 1


async def test_the_longest_untouched_comes_first(store: SqlStore) -> None:
    """A project that is touched all the time keeps nobody else waiting."""
    rows = await fill(store, [microvisualizer(id=each) for each in "abc"])
    await _refs(store)
    order = ["c", "a", "b"]
    for minute, each in enumerate(order):
        async with writing(store) as writer:
            await writer.save([microvisualizer(id=each, name=f"{minute}")], NOW + minute * MINUTE)
            await writer.save([microvisualizer(id="c", name=f"c{minute}")], NOW + minute * MINUTE)

    refs = {row.project.id: row.ref for row in rows}
    assert [each.ref for each in await _touched(store)] == [refs[each] for each in order]
    assert [each.ref for each in await _touched(store, most=2)] == [refs["c"], refs["a"]]


async def test_an_undone_change_touches_nobody(store: SqlStore) -> None:
    """A touch stands and falls with what it tells of."""
    await fill(store, [microvisualizer()])
    await _refs(store)

    async def write_half() -> None:
        async with writing(store) as writer:
            await writer.save([microvisualizer(name="lost")], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_half()

    assert await _touched(store) == ()


async def _measure(store: SqlStore, minute: int, *, live: int = 0, queued: int = 0) -> list[int]:
    """Measure the one project of Streampixel; return who was touched by that."""
    at = NOW + minute * MINUTE
    seen = {streampixel().id: Viewers(live=live, queued=queued, at=at), "unheard-of": Viewers(live=9, queued=9, at=at)}
    await store.save_viewers(WORKSPACE, "streampixel", seen, at, complete=False)
    return await _refs(store, "streampixel")


async def test_a_project_in_use_is_touched_and_an_empty_one_is_not(store: SqlStore) -> None:
    """Most measurements find nobody, and cost nobody anything; the first one and the end of a wait are news."""
    (row,) = await fill(store, [streampixel()])
    await _refs(store, "streampixel")

    assert await _measure(store, 0) == [row.ref]
    assert await _measure(store, 1) == []
    assert await _measure(store, 2, live=1) == [row.ref]
    assert await _measure(store, 3) == []
    assert await _measure(store, 4, queued=1) == [row.ref]
    assert await _measure(store, 5) == [row.ref]
    assert await _measure(store, 6) == []
    assert await _measure(store, 5, live=7) == [], "an older answer that arrives late"


async def test_noting_never_waits_for_a_writer(database_url: str) -> None:
    """What is being touched right now stays touched, and nobody blocks anybody."""
    async with open_store(database_url) as store, open_store(database_url) as other:
        await fill(store, [microvisualizer(id=each) for each in "abc"])
        seen = await _touched(store)
        if store._database.dialect == "sqlite":
            return  # there, writers take turns
        async with writing(store) as writer:
            await writer.save([microvisualizer(id="b", name="new")], NOW)
            await asyncio.wait_for(other.noted(seen), 5)

        assert [each.ref for each in await _touched(store)] == [seen[1].ref]
