"""A query means the same in SQL as in plain Python, for every row and on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Moment, Project, Scope, Viewers, state_of
from bot.query import Known, Pattern, Query, Term, Word, parse
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store import oracle, strategies
from tests.store.catalogs import SCOPE, fill, writing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Sights
    from bot.store import SqlStore

_numbers = count(1)
BERLIN = Moment(now=NOW, zone=ZoneInfo("Europe/Berlin"), quiet_after=timedelta(days=20))
KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    catalog=strategies.catalogs,
    queries=st.lists(strategies.queries, min_size=4, max_size=10),
    measured=st.lists(strategies.viewers, max_size=12),
    gone=st.sets(st.integers(0, 11)),
    blind=st.sampled_from([{}, {"microvisualizer": NOW - timedelta(days=9)}]),
    sights=strategies.sights,
)
async def test_search_agrees_with_the_oracle(
    store: SqlStore,
    *,
    catalog: list[Project],
    queries: list[Query],
    measured: list[Viewers],
    gone: set[int],
    blind: dict[str, datetime],
    sights: dict[str, Sights],
) -> None:
    """Rows, order, totals, hidden and left-out projects are what a second reading of the rules says."""
    scope = Scope(workspace=f"example-{next(_numbers)}")
    moment = replace(BERLIN, blind_since=blind, sights=sights)
    await fill(store, catalog, workspace=scope.workspace, gone=[p.id for i, p in enumerate(catalog) if i in gone])
    for connection in ("microvisualizer", "streampixel"):
        samples = {p.id: seen for p, seen in zip(catalog, measured, strict=False) if p.connection == connection}
        await store.save_viewers(scope.workspace, connection, samples, NOW, complete=False)
    rows = await fill(store, [], workspace=scope.workspace)
    for connection in ("microvisualizer", "streampixel"):
        async with writing(store, connection, workspace=scope.workspace) as writer:
            rows += tuple((await writer.known([p.id for p in catalog])).values())

    assert {(row.project.connection, row.project.id): row.project for row in rows} == {
        (project.connection, project.id): project for project in catalog
    }
    every_second = [entry.ref for entry in rows][::2]
    questions = [(query, every_second) for query in queries]
    answers = iter(await store.matching(scope, questions, moment))
    for query in queries:
        found = await store.search(scope, query, moment, size=100)
        wanted = oracle.expected(rows, query, moment)
        assert [entry.ref for entry in found.entries] == [entry.ref for entry in wanted], query
        assert found.total == len(wanted)
        assert found.hidden_archived == oracle.hidden_archived(rows, query, moment)
        assert {each.connection: (each.count, set(each.fields)) for each in found.left_out} == oracle.left_out(
            rows, query, moment
        ), query
        assert [entry.ref async for entry in store.each(scope, query, moment)] == [entry.ref for entry in wanted]
        matching = {entry.ref for entry in oracle.expected(rows, replace(query, limit=None), moment)}
        assert next(answers) == matching.intersection(every_second)


async def _names(store: SqlStore, text: str) -> list[str]:
    found = await store.search(SCOPE, parse(text, known=KNOWN), MOMENT, size=100)
    return [entry.project.name for entry in found.entries]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("100%", ["100% Demo"]),
        ("a_b", ["a_b"]),
        ("it's", ["it's"]),
        ('"say \\"hi\\""', ['say "hi"']),
        ("back\\\\slash", ["back\\\\slash"]),
        ("STRASSE", ["Straße 7"]),
        ("café", ["Cafe\u0301 Nord"]),
        ("i̇zmir", ["İzmir"]),
        ("no", ["Cafe\u0301 Nord"]),
        ("c*d", ["Cafe\u0301 Nord"]),
        ("name:c*d", ["Cafe\u0301 Nord"]),
        ("name:c*r", []),
        ("name:str*", ["Straße 7"]),
    ],
)
async def test_every_character_of_a_word_means_itself(store: SqlStore, text: str, names: list[str]) -> None:
    """Wildcards of LIKE, quotes and letters with several forms are found as they are written."""
    written = ["100% Demo", "100 Demo", "a_b", "axb", "it's", 'say "hi"', "back\\\\slash"]
    written += ["Straße 7", "Cafe\u0301 Nord", "İzmir"]
    await fill(store, [microvisualizer(id=f"p{n}", name=name, description="") for n, name in enumerate(written)])

    assert await _names(store, text) == names


async def test_the_parts_of_a_word_stand_in_one_of_name_id_and_description(store: SqlStore) -> None:
    """`red*car` does not find a red project whose description mentions a car."""
    await fill(
        store,
        [
            microvisualizer(id="p1", name="red", description="car"),
            microvisualizer(id="p2", name="x", description="a red and fast car"),
        ],
    )

    assert await _names(store, "red*car") == ["x"]


async def test_a_value_that_is_not_known_fails_every_comparison_and_passes_every_negated_one(store: SqlStore) -> None:
    """`updated:>1d` never shows a project without a date; `-updated:>1d` does."""
    await fill(store, [streampixel(name="undated"), microvisualizer(name="dated", idle=timedelta(days=9))])

    assert await _names(store, "updated:>1d") == ["dated"]
    assert await _names(store, "-updated:>1d") == ["undated"]


async def test_gone_projects_show_up_only_when_asked_for(store: SqlStore) -> None:
    """What left its source is not in a list, and `state:gone` finds it, archived or not."""
    await fill(
        store,
        [microvisualizer(id="p1", name="left", archived=True), microvisualizer(id="p2", name="here")],
        gone=["p1"],
    )

    assert await _names(store, "archived:any") == ["here"]
    assert await _names(store, "state:gone") == ["left"]


@pytest.mark.parametrize("idle", [timedelta(days=24), timedelta(days=30)])
@pytest.mark.parametrize("step", [timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1)])
async def test_states_change_at_the_same_microsecond_as_in_the_model(
    store: SqlStore, idle: timedelta, step: timedelta
) -> None:
    """80 % and 100 % of the threshold are the edges; SQL and `state_of` agree on both sides of them."""
    (row,) = await fill(store, [microvisualizer(idle=idle + step)])

    found = await store.search(
        SCOPE, Query().and_also(Term("state", (Pattern((state_of(row, MOMENT),)),))), MOMENT, size=5
    )

    assert [entry.ref for entry in found.entries] == [row.ref]


async def test_text_that_no_database_can_hold_is_stored_and_found_all_the_same(store: SqlStore) -> None:
    """A NUL or half a surrogate pair must not stop a whole refresh."""
    await fill(store, [microvisualizer(name="nul\x00 and \ud800half")])

    found = await store.search(SCOPE, Query(words=(Word(Pattern(("nul\x00 and",))),)), MOMENT, size=5)

    assert [entry.project.name for entry in found.entries] == ["nul\ufffd and \ufffdhalf"]


async def test_a_workspace_never_sees_the_rows_of_another(store: SqlStore) -> None:
    """Every read takes the asker's workspace."""
    await fill(store, [microvisualizer(name="theirs")], workspace="T2")
    (mine,) = await fill(store, [microvisualizer(name="mine")])

    assert await _names(store, "") == ["mine"]
    assert await store.get(Scope(workspace="T2"), mine.ref) is None
