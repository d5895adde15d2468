"""Tallies and events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Change, EventKind, FoundEvents, LeftOut, State, Tally, Viewers
from bot.query import Known, parse
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store.catalogs import SCOPE, WORKSPACE, fill

if TYPE_CHECKING:
    from bot.model import Cursor
    from bot.store import SqlStore

KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))
WEEK_AGO = NOW - timedelta(days=7)


def _change(project_id: str, days: int, kind: EventKind = EventKind.UPDATED) -> Change:
    return Change(project_id=project_id, kind=kind, at=NOW - timedelta(days=days), before="a", after="b")


async def _tally(store: SqlStore, text: str = "") -> Tally:
    return await store.tally(SCOPE, parse(text, known=KNOWN), MOMENT, since=WEEK_AGO)


async def _events(
    store: SqlStore, text: str = "", *, size: int = 10, cursor: Cursor | None = None, ref: int | None = None
) -> FoundEvents:
    query = parse(text, known=KNOWN)
    return await store.events(SCOPE, query, MOMENT, since=WEEK_AGO, size=size, cursor=cursor, ref=ref)


async def test_a_tally_counts_archived_projects_and_no_gone_ones(store: SqlStore) -> None:
    """The summary is about everything that is there."""
    await fill(
        store,
        [
            microvisualizer(id="p1"),
            microvisualizer(id="p2", archived=True),
            microvisualizer(id="p3"),
            streampixel(id="s1", subscription="past_due"),
            streampixel(id="s2", enabled=False),
            streampixel(id="s3"),
        ],
        gone=["p3"],
        changes=[_change("p1", 1), _change("p2", 2), _change("p3", 3, EventKind.VANISHED), _change("p1", 8)],
    )
    samples = {"s1": Viewers(live=2, queued=1, at=NOW), "s2": Viewers(live=0, queued=0, at=NOW)}
    await store.save_viewers(WORKSPACE, "streampixel", samples, NOW, complete=True)

    counted = await _tally(store)

    assert counted == Tally(
        states={
            ("microvisualizer", State.ACTIVE): 1,
            ("microvisualizer", State.ARCHIVED): 1,
            ("streampixel", State.LAPSED): 1,
            ("streampixel", State.OFF): 1,
            ("streampixel", State.UNKNOWN): 1,
        },
        subscriptions={("streampixel", "past_due"): 1, ("streampixel", "active"): 2},
        events={EventKind.UPDATED: 2, EventKind.VANISHED: 1},
        live=2,
        queued=1,
        measured=2,
        measurable=3,
    )


async def test_viewers_are_unknown_where_nothing_was_measured(store: SqlStore) -> None:
    """Zero viewers is a claim; nobody looked, so none is made."""
    await fill(store, [streampixel()])

    counted = await _tally(store, "source:streampixel")

    assert (counted.live, counted.queued, counted.measured, counted.measurable) == (None, None, 0, 1)


async def test_a_tally_says_what_it_could_not_judge(store: SqlStore) -> None:
    """Archived projects are considered here, too."""
    await fill(store, [microvisualizer(), streampixel(id="s1"), streampixel(id="s2", archived=True)])

    counted = await _tally(store, "updated:<7d")

    assert counted.left_out == (LeftOut(connection="streampixel", title="Streampixel", fields=("updated",), count=2),)
    assert (await _tally(store, "nothing")).states == {}


async def test_events_come_newest_first_with_their_projects(store: SqlStore) -> None:
    """Archived and gone projects have a history as well; what is older than asked for is not shown."""
    rows = await fill(
        store,
        [microvisualizer(id="p1", name="one", archived=True), microvisualizer(id="p2", name="two")],
        gone=["p2"],
        changes=[_change("p1", 3), _change("p2", 1, EventKind.VANISHED), _change("p1", 7), _change("p1", 8)],
    )

    found = await _events(store)

    assert [(event.kind, event.entry.project.name) for event in found.events] == [
        (EventKind.VANISHED, "two"),
        (EventKind.UPDATED, "one"),
        (EventKind.UPDATED, "one"),
    ]
    assert found.total == 3
    first = found.events[0]
    assert (first.at, first.seen_at, first.before, first.after) == (NOW - timedelta(days=1), NOW, "a", "b")
    assert [event.entry.ref for event in (await _events(store, ref=rows[0].ref)).events] == [rows[0].ref] * 2
    assert (await _events(store, "name:two")).total == 1


async def test_events_of_one_moment_are_told_apart_by_their_order(store: SqlStore) -> None:
    """Paging goes through a thousand changes noticed at once, and back."""
    await fill(store, [microvisualizer(id=f"p{n}") for n in range(5)], changes=[_change(f"p{n}", 1) for n in range(5)])

    pages = [await _events(store, size=2)]
    while pages[-1].next:
        pages.append(await _events(store, size=2, cursor=pages[-1].next))
    back = await _events(store, size=2, cursor=pages[-1].previous)

    ids = [event.entry.project.id for page in pages for event in page.events]
    assert ids == ["p4", "p3", "p2", "p1", "p0"]
    assert (back.events, back.start) == (pages[1].events, 2)
    assert (await _events(store, "limit:3")).total == 3


async def test_events_that_could_not_be_judged_are_counted_by_their_projects(store: SqlStore) -> None:
    """Only projects to which something happened are missed in a list of events."""
    await fill(
        store,
        [streampixel(id="s1"), streampixel(id="s2")],
        changes=[_change("s1", 1, EventKind.DISABLED), _change("s1", 2, EventKind.ENABLED), _change("s2", 9)],
    )

    found = await _events(store, "updated-by:ben")

    assert found.left_out == (LeftOut(connection="streampixel", title="Streampixel", fields=("updated-by",), count=1),)
    assert (await _tally(store)).events == {EventKind.DISABLED: 1, EventKind.ENABLED: 1}
