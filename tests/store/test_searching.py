"""Looking projects up, by rank and by what people call them."""

from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Found, LeftOut
from bot.query import Known, Query, parse
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store.catalogs import SCOPE, fill

if TYPE_CHECKING:
    from bot.store import SqlStore

KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))


async def _search(store: SqlStore, text: str) -> Found:
    return await store.search(SCOPE, parse(text, known=KNOWN), MOMENT, size=20)


async def _find(store: SqlStore, phrase: str, text: str = "", *, size: int = 20) -> tuple[list[str], int]:
    found = await store.find(SCOPE, phrase, parse(text, known=KNOWN), MOMENT, size=size)
    return [entry.project.id for entry in found.entries], found.total


async def test_the_best_match_comes_first(store: SqlStore) -> None:
    """The whole name, then its beginning, then a part of it, then the id, then the rest."""
    await fill(
        store,
        [
            microvisualizer(id="p5", name="Anything", description="with a demo"),
            microvisualizer(id="demo-4", name="Billing", description=None),
            microvisualizer(id="p3", name="A demo", description=None),
            microvisualizer(id="p2", name="Demo site", description=None),
            microvisualizer(id="p1", name="DEMO", description=None),
        ],
    )

    found = await _search(store, "demo")

    assert [entry.project.id for entry in found.entries] == ["p1", "p2", "p3", "demo-4", "p5"]


async def test_archived_projects_are_hidden_and_counted(store: SqlStore) -> None:
    """`hiding 1 archived` is said with and without words; asking for them ends the hiding."""
    await fill(store, [microvisualizer(id="p1", name="a demo"), microvisualizer(id="p2", name="b demo", archived=True)])

    for text, total, hidden in (("", 1, 1), ("demo", 1, 1), ("archived:any", 2, 0), ("state:archived", 1, 0)):
        found = await _search(store, text)
        assert (found.total, found.hidden_archived) == (total, hidden), text


async def test_what_a_source_does_not_tell_is_counted_per_connection(store: SqlStore) -> None:
    """The answer can say which projects it could not judge, and for want of what."""
    await fill(
        store,
        [
            microvisualizer(id="p1", idle=timedelta(days=40)),
            microvisualizer(id="p2", updated_by=None, idle=timedelta(days=40)),
            streampixel(id="s1"),
            streampixel(id="s2", archived=True),
        ],
    )

    found = await _search(store, "updated:>30d updated-by:ben")

    assert found.total == 1
    assert found.left_out == (
        LeftOut(connection="microvisualizer", title="MicroVisualizer", fields=("updated-by",), count=1),
        LeftOut(connection="streampixel", title="Streampixel", fields=("updated", "updated-by"), count=1),
    )


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("CHECKOUT-1", ["checkout-1"]),
        ("checkout", ["p2"]),
        ("check", ["p2", "p3"]),
        ("one shop", ["checkout-1"]),
        ("shop checkout", ["p3", "checkout-1"]),
        ("che*", []),
        ("  ", []),
        ("unheard-of", []),
    ],
)
async def test_the_first_rule_that_matches_anything_decides(store: SqlStore, phrase: str, ids: list[str]) -> None:
    """Id, whole name, part of the name, all words anywhere: in this order."""
    await fill(
        store,
        [
            microvisualizer(id="checkout-1", name="One", description="a shop"),
            microvisualizer(id="p2", name="Checkout", description=None),
            microvisualizer(id="p3", name="Checkout of the shop", description=None, archived=True),
        ],
    )

    assert await _find(store, phrase) == (ids, len(ids))


async def test_gone_projects_are_found_only_if_nothing_else_is(store: SqlStore) -> None:
    """A living project that fits worse is still what people mean."""
    await fill(
        store,
        [
            microvisualizer(id="p1", name="demo"),
            microvisualizer(id="p2", name="old demo"),
            microvisualizer(id="p3", name="past"),
        ],
        gone=["p1", "p3"],
    )

    assert await _find(store, "demo") == (["p2"], 1)
    assert await _find(store, "past") == (["p3"], 1)


async def test_finding_respects_the_query_and_counts_beyond_the_page(store: SqlStore) -> None:
    """`show demo source:streampixel` looks among those only."""
    await fill(
        store, [streampixel(id="s1", name="demo"), *(microvisualizer(id=f"p{n}", name="demo") for n in range(3))]
    )

    assert await _find(store, "demo", "source:streampixel") == (["s1"], 1)
    assert await _find(store, "demo", "source:microvisualizer", size=2) == (["p0", "p1"], 3)


async def test_all_matches_can_be_read_to_the_end_or_left_early(store: SqlStore) -> None:
    """An export reads everything; whoever stops gives the connection back."""
    await fill(store, [microvisualizer(id=f"p{n:04}", name="x") for n in range(1200)])

    assert [entry.project.id async for entry in store.each(SCOPE, Query(), MOMENT)] == [f"p{n:04}" for n in range(1200)]
    assert len([entry async for entry in store.each(SCOPE, Query(limit=7), MOMENT)]) == 7
    for _ in range(12):
        async with aclosing(store.each(SCOPE, Query(), MOMENT)) as entries:
            assert (await anext(entries)).project.id == "p0000"


async def test_a_row_is_read_back_as_it_was_said(store: SqlStore) -> None:
    """Nothing of a source's answer is lost or rounded."""
    given = microvisualizer(
        name="  Spaces\u00a0and\ttabs ", updated_at=NOW - timedelta(microseconds=1), url="https://x.example/1"
    )
    (row,) = await fill(store, [given])

    found = await store.get(SCOPE, row.ref)

    assert found is not None
    assert found.project == given
    assert await store.get(SCOPE, row.ref + 1) is None
