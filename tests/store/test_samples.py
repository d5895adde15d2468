"""Measurements for the record, their sums by day, and how long somebody waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Sample, SampleDay, Viewers
from tests.builders import streampixel
from tests.store.catalogs import SCOPE, WORKSPACE, fill

if TYPE_CHECKING:
    from bot.store import SqlStore

MIDNIGHT = datetime(2026, 3, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVER = MIDNIGHT - 999 * DAY


async def _measure(
    store: SqlStore,
    at: datetime,
    live: int = 0,
    queued: int = 0,
    *,
    complete: bool = False,
    every: timedelta | None = None,
) -> None:
    """Measure project ``a``."""
    seen = {"a": Viewers(live=live, queued=queued, at=at)}
    await store.save_viewers(WORKSPACE, "streampixel", seen, at, complete=complete, every=every)


async def _finish(store: SqlStore, at: datetime) -> None:
    """End a round without a measurement."""
    await store.save_viewers(WORKSPACE, "streampixel", {}, at, complete=True)


@pytest.fixture
async def ref(store: SqlStore) -> int:
    """Return the number of a project ``a``."""
    row, _ = await fill(store, [streampixel(id="a"), streampixel(id="b")])
    return row.ref


async def test_every_measurement_is_kept_as_it_was(store: SqlStore, ref: int) -> None:
    """Also one that arrives late, and one that found nobody; twice the same is one."""
    for minutes, live, queued in ((5, 0, 0), (15, 2, 1), (10, 1, 0), (15, 9, 9)):
        await _measure(store, MIDNIGHT + minutes * MINUTE, live, queued)
    await store.save_viewers(
        WORKSPACE, "streampixel", {"b": Viewers(live=5, queued=0, at=MIDNIGHT)}, MIDNIGHT, complete=False
    )

    kept = await store.samples(ref, since=EVER)

    assert kept == (
        Sample(at=MIDNIGHT + 5 * MINUTE, live=0, queued=0),
        Sample(at=MIDNIGHT + 10 * MINUTE, live=1, queued=0),
        Sample(at=MIDNIGHT + 15 * MINUTE, live=2, queued=1),
    )
    assert await store.samples(ref, since=MIDNIGHT + 10 * MINUTE) == kept[1:]


async def test_days_that_are_over_are_summed_up(store: SqlStore, ref: int) -> None:
    """By the next round that ends; today is not over."""
    for at, live, queued in (
        (MIDNIGHT - DAY, 1, 0),
        (MIDNIGHT - timedelta(microseconds=1), 0, 3),
        (MIDNIGHT - HOUR, 0, 0),
        (MIDNIGHT - DAY - MINUTE, 4, 0),
        (MIDNIGHT, 8, 8),
    ):
        await _measure(store, at, live, queued)
    assert await store.sample_days(ref, since=EVER) == ()

    await _finish(store, MIDNIGHT + MINUTE)

    days = await store.sample_days(ref, since=EVER)
    assert days == (
        SampleDay(day=MIDNIGHT - 2 * DAY, samples=1, seen=1, peak_live=4, peak_queued=0),
        SampleDay(day=MIDNIGHT - DAY, samples=3, seen=2, peak_live=1, peak_queued=3),
    )
    assert await store.sample_days(ref, since=MIDNIGHT - DAY) == days[1:]


async def test_a_measurement_that_arrives_after_midnight_is_in_the_sums_of_its_day(store: SqlStore, ref: int) -> None:
    """The last day is summed up again, an hour later; the days before it are left alone."""
    await _measure(store, MIDNIGHT - DAY, 1)
    await _finish(store, MIDNIGHT)
    await _measure(store, MIDNIGHT - MINUTE, 5)

    await _finish(store, MIDNIGHT + HOUR - MINUTE)
    assert [each.samples for each in await store.sample_days(ref, since=EVER)] == [1]
    await _finish(store, MIDNIGHT + HOUR)

    assert [(each.samples, each.peak_live) for each in await store.sample_days(ref, since=EVER)] == [(2, 5)]


async def test_measurements_and_sums_become_old(store: SqlStore, ref: int) -> None:
    """Two weeks as they were, over a year by day; nothing is lost of what was never summed up."""
    for days in (401, 400, 16, 15, 14, 1):
        await _measure(store, MIDNIGHT - days * DAY, days)

    await _finish(store, MIDNIGHT)

    assert [each.live for each in await store.samples(ref, since=EVER)] == [14, 1]
    assert [each.peak_live for each in await store.sample_days(ref, since=EVER)] == [400, 16, 15, 14, 1]
    await _finish(store, MIDNIGHT + 20 * DAY)
    assert await store.samples(ref, since=EVER) == ()
    assert [each.peak_live for each in await store.sample_days(ref, since=EVER)] == [16, 15, 14, 1]


async def _waiting(store: SqlStore, ref: int) -> datetime | None:
    found = await store.get(SCOPE, ref)
    assert found is not None
    return found.queued_since


async def test_a_wait_began_with_the_first_of_the_looks_that_saw_it(store: SqlStore, ref: int) -> None:
    """It ends when nobody waits any more; who is served waits no longer."""
    seen = []
    for minutes, live, queued in ((0, 3, 0), (10, 3, 1), (20, 0, 4), (30, 9, 0), (40, 0, 1)):
        await _measure(store, MIDNIGHT + minutes * MINUTE, live, queued)
        seen.append(await _waiting(store, ref))

    ten = MIDNIGHT + 10 * MINUTE
    assert seen == [None, ten, ten, None, MIDNIGHT + 40 * MINUTE]


@pytest.mark.parametrize(("every", "longest"), [(None, 40 * MINUTE), (10 * MINUTE, 25 * MINUTE)])
async def test_nobody_knows_whether_a_wait_went_on_through_a_hole(
    store: SqlStore, ref: int, every: timedelta | None, longest: timedelta
) -> None:
    """Then it began with the first look after it."""
    await _measure(store, MIDNIGHT, queued=1, every=every)
    await _measure(store, MIDNIGHT + longest, queued=1, every=every)
    assert await _waiting(store, ref) == MIDNIGHT
    later = MIDNIGHT + 2 * longest + timedelta(microseconds=1)

    await _measure(store, later, queued=1, every=every)

    assert await _waiting(store, ref) == later


async def test_an_older_measurement_that_arrives_late_ends_no_wait(store: SqlStore, ref: int) -> None:
    """The newest one counts."""
    await _measure(store, MIDNIGHT + HOUR, queued=1)
    await _measure(store, MIDNIGHT, queued=0)

    assert await _waiting(store, ref) == MIDNIGHT + HOUR


async def _measured_since(store: SqlStore, ref: int) -> datetime | None:
    found = await store.get(SCOPE, ref)
    assert found is not None
    return found.measured_since


async def _round(store: SqlStore, at: datetime, *, without: bool = False) -> None:
    """Count regularly, at every project or at all but one."""
    viewers = {} if without else {"a": Viewers(live=0, queued=0, at=at)}
    await store.save_viewers(WORKSPACE, "streampixel", viewers, at, complete=True, every=10 * MINUTE)


async def test_a_project_is_measured_since_its_own_last_gap(store: SqlStore, ref: int) -> None:
    """Rounds that went on without it are such a gap; one that failed is none."""
    seen = []
    for minutes in range(0, 110, 10):
        await _round(store, MIDNIGHT + minutes * MINUTE, without=minutes in (20, 50, 60, 70))
        seen.append(await _measured_since(store, ref))

    assert seen == [MIDNIGHT] * 8 + [MIDNIGHT + 80 * MINUTE] * 3


async def test_a_hole_of_the_connection_is_no_gap_of_its_projects(store: SqlStore, ref: int) -> None:
    """Nothing was counted at all: that is what its stretches tell."""
    for minutes in (0, 10, 20, 300, 310):
        await _round(store, MIDNIGHT + minutes * MINUTE, without=minutes == 300)

    assert await _measured_since(store, ref) == MIDNIGHT
