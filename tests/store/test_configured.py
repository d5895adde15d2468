"""A connection that is no longer configured is not spoken of, and not forgotten either."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Change, EventKind, Scope, State, Viewers
from bot.query import Known, Query, parse
from bot.store import open_store
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store.catalogs import BOTH, MICROVISUALIZER, SCOPE, STREAMPIXEL, WORKSPACE, fill

if TYPE_CHECKING:
    from bot.model import Entry
    from bot.store import SqlStore

KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))
LONG_AGO = NOW - timedelta(days=99)


async def _fill(store: SqlStore) -> Entry:
    """Save one live project of each connection, an archived and a gone one, and their events; return Streampixel's."""
    projects = [
        microvisualizer(id="m1", name="Demo one"),
        microvisualizer(id="m2", name="Demo two"),
        streampixel(id="s1", name="Demo three"),
        streampixel(id="s2", name="Demo four", archived=True),
        streampixel(id="s3", name="Demo past"),
    ]
    changes = [Change(project_id=each, kind=EventKind.APPEARED, at=NOW) for each in ("m1", "s1")]
    rows = await fill(store, projects, gone=["s3"], changes=changes)
    measured = {"s1": Viewers(live=3, queued=1, at=NOW)}
    await store.save_viewers(WORKSPACE, "streampixel", measured, NOW, complete=True)
    return next(row for row in rows if row.project.id == "s1")


async def _told(store: SqlStore, row: Entry) -> dict[str, object]:
    """Ask everything that a store can be asked."""
    demo, undated = parse("demo", known=KNOWN), parse("updated:<7d", known=KNOWN)
    tally = await store.tally(SCOPE, Query(), MOMENT, since=LONG_AGO)
    judged = await store.tally(SCOPE, undated, MOMENT, since=LONG_AGO)
    bare = await store.search(SCOPE, Query(), MOMENT, size=9)
    found = await store.search(SCOPE, demo, MOMENT, size=9)
    dated = await store.search(SCOPE, undated, MOMENT, size=9)
    events = await store.events(SCOPE, Query(), MOMENT, since=LONG_AGO, size=9)
    doubted = await store.events(SCOPE, undated, MOMENT, since=LONG_AGO, size=9)
    return {
        "freshness": [known.connection for known in await store.freshness(SCOPE)],
        "bare": ([entry.project.id for entry in bare.entries], bare.total, bare.hidden_archived),
        "found": ([entry.project.id for entry in found.entries], found.total, found.hidden_archived),
        "left out": [[(out.connection, out.count) for out in each.left_out] for each in (dated, judged, doubted)],
        "each": [entry.project.id async for entry in store.each(SCOPE, Query(), MOMENT)],
        "find": (await store.find(SCOPE, "three", Query(), MOMENT, size=9)).total,
        "find gone": (await store.find(SCOPE, "past", Query(), MOMENT, size=9)).total,
        "get": await store.get(SCOPE, row.ref),
        "states": tally.states,
        "viewers": (tally.live, tally.queued, tally.measured, tally.measurable),
        "kinds": tally.events,
        "events": ([event.entry.project.id for event in events.events], events.total),
        "history": (await store.events(SCOPE, Query(), MOMENT, since=LONG_AGO, size=9, ref=row.ref)).total,
        "due": await store.viewers_due(WORKSPACE, "streampixel", NOW + timedelta(minutes=1)),
    }


async def test_no_answer_speaks_of_a_connection_that_is_no_longer_configured(store: SqlStore) -> None:
    """Its key was removed: rows that nobody refreshes would stay in every answer, without an age."""
    row = await _fill(store)

    await store.register(WORKSPACE, [MICROVISUALIZER])

    assert await _told(store, row) == {
        "freshness": ["microvisualizer"],
        "bare": (["m1", "m2"], 2, 0),
        "found": (["m1", "m2"], 2, 0),
        "left out": [[], [], []],
        "each": ["m1", "m2"],
        "find": 0,
        "find gone": 0,
        "get": None,
        "states": {("microvisualizer", State.ACTIVE): 2},
        "viewers": (None, None, 0, 0),
        "kinds": {EventKind.APPEARED: 1},
        "events": (["m1"], 1),
        "history": 0,
        "due": (),
    }


async def test_what_was_told_of_a_project_can_be_ended_by_its_name(store: SqlStore) -> None:
    """Alerts know projects by their numbers, and their last word comes after the key was removed."""
    row = await _fill(store)

    await store.register(WORKSPACE, [MICROVISUALIZER])

    assert {ref: entry.project.name for ref, entry in (await store.get_many(SCOPE, [row.ref])).items()} == {
        row.ref: "Demo three"
    }
    assert await store.matching(SCOPE, [(Query(), [row.ref])], MOMENT) == (frozenset(),)


async def test_a_connection_that_is_configured_again_is_back_with_all_its_rows(store: SqlStore) -> None:
    """Nothing was deleted: numbers that people type, measurements and history are what they were."""
    row = await _fill(store)
    before, known = await _told(store, row), await store.freshness(SCOPE)

    await store.register(WORKSPACE, [])
    assert (await store.freshness(SCOPE), await store.get(SCOPE, row.ref)) == ((), None)
    await store.register(WORKSPACE, BOTH)

    assert (await _told(store, row), await store.freshness(SCOPE)) == (before, known)
    assert before["bare"] == (["m1", "s1", "m2"], 3, 1)
    assert before["left out"] == [[("streampixel", 1)], [("streampixel", 2)], [("streampixel", 1)]]


async def test_a_command_that_lacks_a_key_hides_nothing_from_the_server(store: SqlStore) -> None:
    """The terminal may have fewer keys than the process that keeps everything fresh."""
    await store.register(WORKSPACE, BOTH)
    await store.register(WORKSPACE, [MICROVISUALIZER], complete=False)

    assert [known.connection for known in await store.freshness(SCOPE)] == ["microvisualizer", "streampixel"]


async def test_a_workspace_decides_for_itself_only(store: SqlStore) -> None:
    """Registering in one leaves the connections of another as they are."""
    await fill(store, [streampixel()], workspace="T2")

    await store.register(WORKSPACE, [])

    elsewhere = Scope(workspace="T2")
    assert len(await store.freshness(elsewhere)) == len(BOTH)
    assert (await store.search(elsewhere, Query(), MOMENT, size=9)).total == 1


async def test_of_processes_that_register_at_once_one_decides_entirely(database_url: str) -> None:
    """Replicas with different keys neither block each other nor leave a mixture behind."""
    only = ([MICROVISUALIZER], [STREAMPIXEL])
    async with open_store(database_url) as one, open_store(database_url) as two:
        await one.register(WORKSPACE, BOTH)
        for _ in range(10):
            await asyncio.gather(
                *(store.register(WORKSPACE, each) for store, each in zip((one, two), only, strict=True))
            )
            assert len(await one.freshness(SCOPE)) == 1
