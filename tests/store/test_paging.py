"""Pages show every row that stays exactly once, whatever happens between two clicks."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Expired
from bot.model import Cursor, Found, Project, Scope
from bot.query import Order, Query
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store import oracle, strategies
from tests.store.catalogs import SCOPE, fill, writing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.store import SqlStore

_numbers = count(1)

_steps = st.tuples(st.integers(0, 11), st.text("abX", min_size=1, max_size=2))
"""Which project leaves, and the name of one that appears."""


async def _walk(
    store: SqlStore, scope: Scope, query: Query, cursor: Cursor | None, *, size: int, forward: bool
) -> AsyncIterator[Found]:
    """Turn pages until there are no more."""
    while True:
        found = await store.search(scope, query, MOMENT, size=size, cursor=cursor)
        yield found
        cursor = found.next if forward else found.previous
        if cursor is None:
            return


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    catalog=strategies.catalogs,
    order=st.none() | strategies.orders,
    size=st.integers(1, 4),
    steps=st.lists(_steps, max_size=6),
)
async def test_rows_that_stay_are_shown_once_forward_and_once_backward(
    store: SqlStore, catalog: list[Project], order: Order | None, size: int, steps: list[tuple[int, str]]
) -> None:
    """Inserting and removing rows between two pages neither repeats nor hides any other row."""
    scope, query = Scope(workspace=f"example-{next(_numbers)}"), Query(order=order)
    await fill(store, catalog, workspace=scope.workspace)
    changes = iter(enumerate(steps))
    staying = {entry.ref async for entry in store.each(scope, query, MOMENT)}

    pages: list[Found] = []
    async for found in _walk(store, scope, query, None, size=size, forward=True):
        pages.append(found)
        if step := next(changes, None):
            staying -= await _change(store, scope, catalog, *step)
    ahead, last = _refs(pages), pages[-1]
    behind = _refs([last])
    if last.previous is not None:
        pages = []
        async for found in _walk(store, scope, query, last.previous, size=size, forward=False):
            pages.append(found)
            if step := next(changes, None):
                staying -= await _change(store, scope, catalog, *step)
        behind = _refs(pages[::-1]) + behind

    assert [ref for ref in ahead if ref in staying] == [ref for ref in behind if ref in staying]
    assert sorted(ref for ref in ahead if ref in staying) == sorted(staying)
    assert len(set(behind)) == len(behind)
    assert all(list(page.entries) == oracle.in_order(list(page.entries), query) for page in pages)


def _refs(pages: Sequence[Found]) -> list[int]:
    return [entry.ref for page in pages for entry in page.entries]


async def _change(
    store: SqlStore, scope: Scope, catalog: Sequence[Project], number: int, step: tuple[int, str]
) -> set[int]:
    """Let one project leave and another appear; return the ref of the one that left."""
    leaving, name = step
    appearing = microvisualizer(id=f"new-{number}", name=name)
    async with writing(store, workspace=scope.workspace) as writer:
        ids = [p.id for p in catalog if p.connection == "microvisualizer"][leaving : leaving + 1]
        gone = {entry.ref for entry in (await writer.known(ids)).values()}
        await writer.mark_gone(ids, NOW)
        await writer.save([appearing], NOW)
    return gone


def _named(*names: str) -> list[Project]:
    return [microvisualizer(id=f"p-{name}", name=name) for name in names]


async def _page(store: SqlStore, cursor: Cursor | None = None, *, query: Query | None = None) -> Found:
    return await store.search(SCOPE, query or Query(), MOMENT, size=2, cursor=cursor)


def _names(found: Found) -> str:
    return "".join(entry.project.name for entry in found.entries)


async def test_a_page_says_where_it_stands(store: SqlStore) -> None:
    """`3-4 of 5` needs the number of rows before the page, in both directions."""
    await fill(store, _named("a", "b", "c", "d", "e"))

    first = await _page(store)
    second = await _page(store, first.next)
    third = await _page(store, second.next)
    back = await _page(store, third.previous)

    assert [(_names(f), f.start, f.total) for f in (first, second, third, back)] == [
        ("ab", 0, 5),
        ("cd", 2, 5),
        ("e", 4, 5),
        ("cd", 2, 5),
    ]
    assert first.previous is None
    assert third.next is None
    assert back.next == second.next


async def test_the_first_page_reached_backward_starts_at_zero_though_rows_have_left(store: SqlStore) -> None:
    """The number in the button is corrected where the rows themselves tell better."""
    await fill(store, _named("a", "b", "c", "d", "e"))
    second = await _page(store, (await _page(store)).next)
    third = await _page(store, second.next)
    async with writing(store) as writer:
        await writer.mark_gone(["p-a", "p-b"], NOW)

    back = await _page(store, third.previous)

    assert (_names(back), back.start, back.previous) == ("cd", 0, None)


async def test_rows_that_came_before_the_first_page_can_be_reached(store: SqlStore) -> None:
    """A page that once was the first offers a way back when something appeared before it."""
    await fill(store, _named("b", "c", "d"))
    second = await _page(store, (await _page(store)).next)
    await fill(store, _named("a"))

    first = await _page(store, second.previous)
    before = await _page(store, first.previous)

    assert (_names(first), first.start) == ("bc", 1)
    assert (_names(before), before.start, before.previous) == ("a", 0, None)


async def test_a_page_whose_rows_have_all_left_leads_back_to_the_ones_before(store: SqlStore) -> None:
    """Nothing is skipped on the way back from an empty page, in either direction."""
    await fill(store, _named("a", "b", "c", "d"))
    first = await _page(store)
    second = await _page(store, first.next)
    async with writing(store) as writer:
        await writer.mark_gone(["p-c", "p-d"], NOW)

    empty = await _page(store, first.next)
    back = await _page(store, empty.previous)

    assert (_names(empty), empty.next) == ("", None)
    assert _names(back) == "ab"
    async with writing(store) as writer:
        await writer.mark_gone(["p-a", "p-b"], NOW)
        await writer.save(_named("c", "d"), NOW)
    empty = await _page(store, second.previous)
    assert (_names(empty), empty.previous) == ("", None)
    assert _names(await _page(store, empty.next)) == "cd"


async def test_a_list_that_became_empty_offers_no_pages(store: SqlStore) -> None:
    """With nothing left there is nowhere to go."""
    await fill(store, _named("a", "b", "c"))
    first = await _page(store)
    async with writing(store) as writer:
        await writer.mark_gone(["p-a", "p-b", "p-c"], NOW)

    found = await _page(store, first.next)

    assert found == Found(entries=(), total=0)


async def test_a_limit_ends_the_pages(store: SqlStore) -> None:
    """`limit:3` is three rows in all, not three on each page."""
    await fill(store, _named("a", "b", "c", "d", "e"))
    query = Query(limit=3)

    first = await _page(store, query=query)
    second = await _page(store, first.next, query=query)
    back = await _page(store, second.previous, query=query)

    assert [(_names(f), f.total, f.next is None) for f in (first, second, back)] == [
        ("ab", 3, False),
        ("c", 3, True),
        ("ab", 3, False),
    ]


async def test_the_place_of_a_page_is_counted_and_not_remembered(store: SqlStore) -> None:
    """`17 projects, 11–20` would be more than there are; the same holds where rows have appeared."""
    rows = _named(*(f"{number:02}" for number in range(25)))
    await fill(store, rows)
    first = await store.search(SCOPE, Query(), MOMENT, size=10)
    async with writing(store) as writer:
        await writer.mark_gone([f"p-{number:02}" for number in range(8)], NOW)

    second = await store.search(SCOPE, Query(), MOMENT, size=10, cursor=first.next)
    third = await store.search(SCOPE, Query(), MOMENT, size=10, cursor=second.next)
    back = await store.search(SCOPE, Query(), MOMENT, size=10, cursor=third.previous)
    await fill(store, rows)
    again = await store.search(SCOPE, Query(), MOMENT, size=10, cursor=back.previous)

    places = [(f.start, len(f.entries), f.total) for f in (second, third, back, again)]
    assert places == [(2, 10, 17), (12, 5, 17), (2, 10, 17), (0, 10, 25)]
    assert (third.next, again.previous) == (None, None)


async def test_a_limit_lets_everything_within_it_be_reached_though_rows_have_left(store: SqlStore) -> None:
    """What was shown before and is gone takes nobody's place."""
    await fill(store, _named(*(f"{number:02}" for number in range(25))))
    query = Query(limit=20)
    first = await store.search(SCOPE, query, MOMENT, size=10)
    async with writing(store) as writer:
        await writer.mark_gone([f"p-{number:02}" for number in range(8)], NOW)

    pages = [found async for found in _walk(store, SCOPE, query, first.next, size=10, forward=True)]

    assert [(f.start, len(f.entries), f.total) for f in pages] == [(2, 10, 17), (12, 5, 17)]
    assert pages[-1].entries[-1].project.name == "24"


async def test_a_limit_holds_though_rows_have_appeared(store: SqlStore) -> None:
    """What is no longer among the first three is not shown, and the way back leads to what is."""
    await fill(store, _named("m", "n", "o", "p"))
    query = Query(limit=3)
    first = await _page(store, query=query)
    second = await _page(store, first.next, query=query)
    await fill(store, _named("a"))

    beyond = await _page(store, first.next, query=query)
    within = await _page(store, beyond.previous, query=query)
    before = await _page(store, second.previous, query=query)

    assert [(_names(f), f.start, f.total) for f in (beyond, within, before)] == [
        ("", 3, 3),
        ("mn", 1, 3),
        ("mn", 1, 3),
    ]
    assert (beyond.next, within.next, before.next) == (None, None, None)
    assert _names(await _page(store, within.previous, query=query)) == "a"


async def test_unknown_values_come_last_in_both_directions(store: SqlStore) -> None:
    """Turning an order round does not bring the undated projects to the top."""
    await fill(store, [streampixel(name="z"), microvisualizer(name="a")])

    for reverse in (False, True):
        query = Query(order=Order("updated", reverse))
        first = await store.search(SCOPE, query, MOMENT, size=1)
        second = await store.search(SCOPE, query, MOMENT, size=1, cursor=first.next)
        back = await store.search(SCOPE, query, MOMENT, size=1, cursor=second.previous)
        assert [_names(found) for found in (first, second, back)] == ["a", "z", "a"]


@pytest.mark.parametrize(
    "key",
    [
        (),
        ("a",),
        (1, "microvisualizer", "p", 1),
        (None, "microvisualizer", "p", 1),
        ("a", "b", "c", 2**70),
        ("a", "b", "c", "d"),
    ],
)
async def test_a_cursor_of_another_order_is_refused(store: SqlStore, key: tuple[str | int | None, ...]) -> None:
    """Buttons outlive versions; one that no longer fits says so instead of showing some other page."""
    await fill(store, _named("a"))

    with pytest.raises(Expired):
        await _page(store, Cursor(forward=True, start=1, key=key))


async def test_keys_fit_into_a_button_however_long_names_and_ids_are(store: SqlStore) -> None:
    """Names are shortened in a cursor, and rows that look alike when shortened are still told apart."""
    alike = [microvisualizer(id="i" * 150 + end, name="n" * 300) for end in "abc"]
    await fill(store, alike)

    pages = [found async for found in _walk(store, SCOPE, Query(), None, size=1, forward=True)]

    assert [found.entries[0].project.id[-1] for found in pages] == ["a", "b", "c"]
    assert all(len(str(part)) <= 100 for found in pages for part in (found.next.key if found.next else ()))
