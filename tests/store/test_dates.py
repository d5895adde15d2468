"""Which projects have a date in a span: what an evaluation looks at because time passed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Build, EventKind, Viewers
from tests.builders import NOW, microvisualizer, streampixel
from tests.store.catalogs import WORKSPACE, fill

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store import SqlStore

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
WHEN = {
    "created": -9, "edited": -8, "viewed": -3, "measured": -4, "first seen": -7, "changed": -6, "emptied": -6,
    "gone": -5, "built": -4.5,
}  # fmt: skip
"""Of what there is a date, and how many days from now."""


async def _dated(store: SqlStore, *spans: tuple[datetime | None, datetime]) -> frozenset[int]:
    return frozenset().union(*await store.dated(WORKSPACE, "streampixel", spans))


@pytest.fixture
async def ref(store: SqlStore) -> int:
    """Return the number of a project that has all dates, beside one of another connection that has them, too."""
    given: dict[str, Any] = {"id": "a", "created_at": NOW - 9 * DAY, "updated_at": NOW - 8 * DAY}
    full, empty = ([make(**given, service_count=count) for make in (streampixel, microvisualizer)] for count in (2, 0))
    await fill(store, full, now=NOW - 7 * DAY)
    await fill(store, empty, now=NOW - 6 * DAY)
    rows = await fill(store, empty, now=NOW - 5 * DAY, gone=["a"])
    build = Build(approved=True, at=NOW - 4.5 * DAY)
    await store.tell_build(WORKSPACE, "streampixel", "a", EventKind.BUILD_APPROVED, build, key="k", now=NOW)
    for days, live in ((4, 0), (3, 1)):
        seen = Viewers(live=live, queued=0, at=NOW - days * DAY)
        await store.save_viewers(WORKSPACE, "streampixel", {"a": seen}, NOW, complete=False)
    return next(row.ref for row in rows if row.project.connection == "streampixel")


@pytest.mark.parametrize("days", WHEN.values(), ids=WHEN)
async def test_each_date_is_found_in_its_span(store: SqlStore, ref: int, days: float) -> None:
    """To the microsecond: after the last cutoff, up to the new one."""
    at = NOW + days * DAY

    assert await _dated(store, (at - INSTANT, at)) == {ref}
    assert await _dated(store, (at, at + INSTANT)) == frozenset()
    assert await _dated(store, (at - 2 * INSTANT, at - INSTANT)) == frozenset()


async def test_spans_may_be_open_many_none_or_empty(store: SqlStore, ref: int) -> None:
    """A watch that was never evaluated has no last cutoff."""
    first = NOW - 9 * DAY

    assert await _dated(store) == frozenset()
    assert await _dated(store, (None, first - INSTANT)) == frozenset()
    assert await _dated(store, (None, first)) == {ref}
    assert await _dated(store, (NOW, NOW + DAY), (first, first), (NOW - 4 * DAY, NOW - 3 * DAY)) == {ref}


async def test_each_span_has_its_own_answer(store: SqlStore, ref: int) -> None:
    """Watches with other thresholds look at other dates, however many they are."""
    never = (NOW + DAY, NOW + 2 * DAY)
    spans = [never, *[(NOW - 4 * DAY, NOW - 3 * DAY)] * 3, *[never] * 500, (None, NOW)]

    found = await store.dated(WORKSPACE, "streampixel", spans)

    assert [place for place, refs in enumerate(found) if refs == {ref}] == [1, 2, 3, 504]
    assert set(found) == {frozenset(), frozenset({ref})}
