"""What sources tell of builds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.model import Build, EventKind, State, Viewers
from bot.query import Query
from tests.builders import HOSTILE, MOMENT, NOW, streampixel
from tests.store.catalogs import SCOPE, WORKSPACE, fill

if TYPE_CHECKING:
    from bot.model import Event
    from bot.store import SqlStore

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def _tell(store: SqlStore, kind: EventKind, key: str, hour: int = 0, **given: Any) -> bool:
    """Tell of a build of the one project, some hours from now."""
    at = NOW + hour * HOUR
    told: dict[str, Any] = {"project_id": streampixel().id, "now": at, "objection": None, **given}
    build = Build(approved=kind is EventKind.BUILD_APPROVED, at=at, objection=told.pop("objection"))
    project_id = told.pop("project_id")
    return await store.tell_build(WORKSPACE, "streampixel", project_id, kind, build, key=key, **told)


async def _build(store: SqlStore) -> Build | None:
    (entry,) = (await store.search(SCOPE, Query(), MOMENT, size=5)).entries
    return entry.build


async def _events(store: SqlStore) -> list[Event]:
    return list((await store.events(SCOPE, Query(), MOMENT, since=NOW - DAY, size=9)).events)


async def test_a_build_is_an_event_and_its_end_stays_with_the_project(store: SqlStore) -> None:
    """Why it was rejected is kept as it was said, and whoever judges the project is told."""
    (row,) = await fill(store, [streampixel()])
    await store.noted(await store.touched(WORKSPACE, "streampixel", most=5))

    assert await _tell(store, EventKind.BUILD_STARTED, "1")
    assert await _build(store) is None
    assert await _tell(store, EventKind.BUILD_REJECTED, "2", 1, objection=HOSTILE[0])

    assert await _build(store) == Build(approved=False, at=NOW + HOUR, objection=HOSTILE[0])
    newest, oldest = await _events(store)
    assert (newest.kind, newest.at, newest.before, newest.after) == (
        EventKind.BUILD_REJECTED, NOW + HOUR, None, HOSTILE[0],
    )  # fmt: skip
    assert (oldest.kind, oldest.after) == (EventKind.BUILD_STARTED, None)
    assert [each.ref for each in await store.touched(WORKSPACE, "streampixel", most=5)] == [row.ref]
    tally = await store.tally(SCOPE, Query(), MOMENT, since=NOW - DAY)
    assert tally.events == {EventKind.BUILD_STARTED: 1, EventKind.BUILD_REJECTED: 1}
    assert tally.states == {("streampixel", State.UNKNOWN): 1}


async def test_a_message_that_comes_twice_is_one(store: SqlStore) -> None:
    """For a month; another connection may use the same key."""
    await fill(store, [streampixel()])

    assert await _tell(store, EventKind.BUILD_APPROVED, "k")
    assert not await _tell(store, EventKind.BUILD_APPROVED, "k", 1)
    assert len(await _events(store)) == 1
    assert await _tell(store, EventKind.BUILD_APPROVED, "k", 24 * 31)
    assert await _build(store) == Build(approved=True, at=NOW + 31 * DAY)


async def test_a_build_of_a_project_that_nobody_knows_is_not_remembered(store: SqlStore) -> None:
    """Once the project is listed, the same message counts."""
    await fill(store, [])
    assert not await _tell(store, EventKind.BUILD_APPROVED, "k")

    await fill(store, [streampixel()])

    assert not await _tell(store, EventKind.BUILD_APPROVED, "k", project_id="unheard-of")
    assert await _tell(store, EventKind.BUILD_APPROVED, "k")


async def test_the_newest_end_counts_in_whatever_order_they_come(store: SqlStore) -> None:
    """An old message that arrives late is an event, and no news."""
    await fill(store, [streampixel()])

    await _tell(store, EventKind.BUILD_APPROVED, "new", 2)
    await _tell(store, EventKind.BUILD_REJECTED, "old", 1, objection="too large")

    assert await _build(store) == Build(approved=True, at=NOW + 2 * HOUR)
    assert len(await _events(store)) == 2


async def test_a_listing_and_a_measurement_keep_the_build(store: SqlStore) -> None:
    """They know nothing of builds."""
    await fill(store, [streampixel()])
    await _tell(store, EventKind.BUILD_APPROVED, "k")

    await fill(store, [streampixel(name="renamed")])
    seen = Viewers(live=1, queued=1, at=NOW)
    await store.save_viewers(WORKSPACE, "streampixel", {streampixel().id: seen}, NOW, complete=True)

    assert await _build(store) == Build(approved=True, at=NOW)
