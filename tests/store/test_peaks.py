"""Peaks of viewers, and many rows at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.model import Peak, Scope, Viewers
from bot.query import Known, parse
from bot.store.digest_tables import viewer_peak
from tests.builders import MOMENT, NOW, microvisualizer, streampixel
from tests.store.catalogs import SCOPE, STREAMPIXEL, WORKSPACE, fill

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.store import SqlStore

KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def _measure(store: SqlStore, at: datetime, *, complete: bool = False, **live: int) -> None:
    measured = {identity: Viewers(live=number, queued=0, at=at) for identity, number in live.items()}
    await store.save_viewers(WORKSPACE, "streampixel", measured, at, complete=complete)


async def _peaks(
    store: SqlStore, since: datetime, until: datetime, text: str = "", scope: Scope = SCOPE
) -> Mapping[str, Peak]:
    return await store.peaks(scope, parse(text, known=KNOWN), MOMENT, since=since, until=until)


async def test_the_peak_is_the_highest_number_at_one_project_at_once(store: SqlStore) -> None:
    """Not the last one, and not the sum."""
    one, other = await fill(store, [streampixel(id="a"), streampixel(id="b")])
    for minutes, a, b in ((0, 3, 1), (5, 8, 2), (10, 2, 7)):
        await _measure(store, NOW + timedelta(minutes=minutes), a=a, b=b)
    await _measure(store, NOW + 2 * HOUR, a=1, b=9)

    assert await _peaks(store, NOW, NOW + HOUR) == {
        "streampixel": Peak(ref=one.ref, connection="streampixel", live=8, at=NOW + timedelta(minutes=5))
    }
    assert (await _peaks(store, NOW, NOW + DAY))["streampixel"] == Peak(
        ref=other.ref, connection="streampixel", live=9, at=NOW + 2 * HOUR
    )


async def test_a_measurement_that_comes_late_raises_the_peak_of_its_own_time(store: SqlStore) -> None:
    """The newest measurement stays the newest; the peak is about what happened."""
    await fill(store, [streampixel(id="a")])
    await _measure(store, NOW + HOUR, a=1)

    await _measure(store, NOW, a=5)

    assert (await _peaks(store, NOW, NOW + DAY))["streampixel"].live == 5
    assert (await store.get(SCOPE, 1)).viewers == Viewers(live=1, queued=0, at=NOW + HOUR)  # type: ignore[union-attr]


async def test_what_was_before_or_after_a_stretch_is_not_in_it(store: SqlStore) -> None:
    """To the second: the peak of the last digest must not be in this one too."""
    await fill(store, [streampixel(id="a")])
    at = NOW + timedelta(minutes=13)
    await _measure(store, at, a=4)

    assert (await _peaks(store, at, NOW + DAY))["streampixel"] == Peak(ref=1, connection="streampixel", live=4, at=at)
    assert (await _peaks(store, NOW - DAY, at + timedelta(seconds=1)))["streampixel"].live == 4
    assert await _peaks(store, NOW - DAY, at) == {}
    assert await _peaks(store, at + timedelta(seconds=1), NOW + DAY) == {}


async def test_a_higher_peak_before_a_stretch_hides_none_in_it(store: SqlStore) -> None:
    """As far as they are ten minutes apart."""
    await fill(store, [streampixel(id="a")])
    await _measure(store, NOW + timedelta(minutes=5), a=9)
    await _measure(store, NOW + timedelta(minutes=20), a=3)

    assert (await _peaks(store, NOW + timedelta(minutes=10), NOW + DAY))["streampixel"].live == 3


async def test_only_projects_that_match_count(store: SqlStore) -> None:
    """Hidden ones do not, nor those of other workspaces or of connections that are no longer configured."""
    await fill(store, [streampixel(id="a", name="Berlin"), streampixel(id="b", name="Paris", archived=True)])
    await _measure(store, NOW, a=2, b=6)

    assert (await _peaks(store, NOW, NOW + DAY))["streampixel"].live == 2
    assert (await _peaks(store, NOW, NOW + DAY, "archived:true"))["streampixel"].live == 6
    assert await _peaks(store, NOW, NOW + DAY, "rome") == {}
    assert await _peaks(store, NOW, NOW + DAY, scope=Scope(workspace="other")) == {}
    await store.register(WORKSPACE, [])
    assert await _peaks(store, NOW, NOW + DAY) == {}


async def test_hours_with_nobody_are_no_peaks_and_take_no_rows(store: SqlStore) -> None:
    """Most projects have nobody most of the time; a queue without a viewer is no viewer."""
    await fill(store, [streampixel(id="a"), streampixel(id="b")])
    await _measure(store, NOW, a=0, unknown=5)
    waiting = {"b": Viewers(live=0, queued=3, at=NOW)}
    await store.save_viewers(WORKSPACE, "streampixel", waiting, NOW, complete=True)

    assert await _peaks(store, NOW, NOW + DAY) == {}
    assert await _rows(store) == 1


async def _rows(store: SqlStore) -> int:
    async with store._database.reading("test") as connection:
        counted: int = (await connection.execute(sa.select(sa.func.count()).select_from(viewer_peak))).scalar_one()
    return counted


async def test_peaks_of_over_a_month_ago_are_forgotten(store: SqlStore) -> None:
    """No digest looks back further; a round that ends cleans up."""
    await fill(store, [streampixel(id="a")])
    await _measure(store, NOW - 36 * DAY, a=1)
    await _measure(store, NOW - 34 * DAY, a=2)
    assert await _rows(store) == 2

    await _measure(store, NOW, complete=True, a=3)

    assert await _rows(store) == 2
    assert (await _peaks(store, NOW - 99 * DAY, NOW - DAY))["streampixel"].live == 2


async def test_many_rows_are_read_at_once(store: SqlStore) -> None:
    """As many as there are in this workspace: gone and archived ones too, and those of what was configured once."""
    rows = await fill(
        store, [streampixel(id="a"), microvisualizer(id="b", archived=True), microvisualizer(id="c")], gone=["c"]
    )
    (foreign,) = await fill(store, [streampixel(id="x")], workspace="other")
    refs = [row.ref for row in rows]

    found = await store.get_many(SCOPE, [*refs, *refs, foreign.ref, *range(5000, 6200)])

    assert found == {row.ref: row for row in rows}
    assert await store.get_many(SCOPE, []) == {}
    await store.register(WORKSPACE, [STREAMPIXEL])
    assert set(await store.get_many(SCOPE, refs)) == set(refs)
