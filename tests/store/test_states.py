"""The database and the model agree on what a project is, whatever was seen of its source."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Moment, Project, Scope, Sight, Sights, State, Stretch, Viewers, state_of
from bot.query import Query
from bot.store.states import state
from bot.store.tables import project
from tests.builders import NOW, microvisualizer, streampixel
from tests.store import strategies
from tests.store.catalogs import SCOPE, WORKSPACE, fill

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry
    from bot.store import SqlStore

_numbers = count(1)
DAY = timedelta(days=1)
DAYS = st.sampled_from((0, 1, 4, 10, 15, 16, 17, 19, 20, 21, 30, 60))
HALF = timedelta(days=0.5)


async def _entries(store: SqlStore, scope: Scope) -> dict[int, Entry]:
    async with store._database.reading("test") as connection:
        chosen = sa.select(project.c.ref).where(project.c.workspace == scope.workspace)
        refs = (await connection.execute(chosen)).scalars().all()
    return dict(await store.get_many(scope, refs))


async def _states(store: SqlStore, scope: Scope, moment: Moment) -> dict[int, str]:
    async with store._database.reading("test") as connection:
        chosen = sa.select(project.c.ref, state(moment)).where(project.c.workspace == scope.workspace)
        return {row[0]: row[1] for row in await connection.execute(chosen)}


async def _begin_anew(store: SqlStore, scope: Scope, one: Project, at: datetime) -> None:
    """Have a project measured without a gap since then only."""
    ours = sa.and_(project.c.workspace == scope.workspace, project.c.project_id == one.id)
    async with store._database.changing("test") as connection:
        await connection.execute(sa.update(project).where(ours).values(measured_since=at))


def _plain(given: Project) -> Project:
    """Leave only silence to decide."""
    return replace(given, archived=False, subscription=None, enabled=None)


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    catalog=strategies.catalogs,
    plain=st.booleans(),
    seen=st.lists(DAYS, min_size=12, max_size=12),
    measured=st.lists(st.none() | st.tuples(DAYS, st.booleans(), DAYS, st.none() | DAYS), min_size=12, max_size=12),
    sights=st.lists(strategies.sights, min_size=5, max_size=5),
    blind=st.sampled_from([{}, {"streampixel": NOW - timedelta(days=9)}]),
)
async def test_states_are_those_of_the_model(
    store: SqlStore,
    *,
    catalog: list[Project],
    plain: bool,
    seen: list[int],
    measured: list[tuple[int, bool, int, int | None] | None],
    sights: list[dict[str, Sights]],
    blind: dict[str, object],
) -> None:
    """Found at some time, changed at another, measured or not, with holes of a source and of one project."""
    scope = Scope(workspace=f"example-{next(_numbers)}")
    for given_one, days, sample in zip(catalog, seen, measured, strict=False):
        one = _plain(given_one) if plain else given_one
        before = replace(one, pinned=None if one.pinned is None else not one.pinned)
        await fill(store, [before], workspace=scope.workspace, now=NOW - days * DAY)
        await fill(store, [one], workspace=scope.workspace, now=NOW - days * HALF)
        if sample is not None:
            first, somebody, last, since = sample
            for ago, live in ((first, int(somebody)), (last, 0)):
                viewers = Viewers(live=live, queued=0, at=NOW - ago * DAY)
                await store.save_viewers(scope.workspace, one.connection, {one.id: viewers}, NOW, complete=False)
            if since is not None:
                await _begin_anew(store, scope, one, NOW - since * DAY)
    entries = await _entries(store, scope)

    for each in sights:
        moment = Moment(now=NOW, quiet_after=timedelta(days=20), blind_since=dict(blind), sights=each)  # type: ignore[arg-type]  # of moments
        wanted = {ref: state_of(entry, moment).value for ref, entry in entries.items()}
        assert await _states(store, scope, moment) == wanted, each


def _looked(*, days: int, until: timedelta = timedelta()) -> Sights:
    """Return the sights of somebody who looked every hour, up to some time ago."""
    end = NOW - until
    stretch = Stretch(since=end - days * DAY, until=end, looks=days * 24 + 1, every=timedelta(hours=1))
    return Sights(listing=Sight((stretch,)), viewers=Sight((stretch,)))


async def test_a_project_that_was_measured_and_never_used_is_inactive_only_where_we_looked_enough(
    store: SqlStore,
) -> None:
    """Nobody was there the whole time, or nobody looked: the database tells these apart, too."""
    await fill(store, [streampixel()], now=NOW - 60 * DAY)
    for at in (NOW - 60 * DAY, NOW):
        nobody = {streampixel().id: Viewers(live=0, queued=0, at=at)}
        await store.save_viewers(WORKSPACE, "streampixel", nobody, at, complete=True)

    found = {}
    for days in (0, 25, 28, 31):
        seen = {"streampixel": _looked(days=days)} if days else {}
        found[days] = (await store.tally(SCOPE, Query(), Moment(now=NOW, sights=seen), since=NOW)).states

    assert [Counter(state for _, state in states) for states in found.values()] == [
        {State.UNKNOWN: 1},
        {State.UNKNOWN: 1},
        {State.UNKNOWN: 1},
        {State.INACTIVE: 1},
    ]


async def test_a_change_that_we_saw_ourselves_says_nothing_where_we_did_not_look_enough(store: SqlStore) -> None:
    """Viewers were counted the whole time, but there may have been another change that nobody saw."""
    await fill(store, [streampixel(pinned=False)], now=NOW - 60 * DAY)
    await fill(store, [streampixel(pinned=True)], now=NOW - 50 * DAY)
    for at in (NOW - 60 * DAY, NOW):
        nobody = {streampixel().id: Viewers(live=0, queued=0, at=at)}
        await store.save_viewers(WORKSPACE, "streampixel", nobody, at, complete=True)

    found = []
    for days in (20, 31):
        sights = Sights(listing=_looked(days=days).listing, viewers=_looked(days=60).viewers)
        seen = await store.tally(SCOPE, Query(), Moment(now=NOW, sights={"streampixel": sights}), since=NOW)
        found.append(seen.states)

    assert found == [{("streampixel", State.UNKNOWN): 1}, {("streampixel", State.INACTIVE): 1}]


async def test_a_project_grows_no_older_after_the_last_good_look(store: SqlStore) -> None:
    """Whoever looks regularly knows until when; whoever does not counts up to now."""
    await fill(store, [microvisualizer(idle=31 * DAY)])
    blind = {"microvisualizer": _looked(days=9, until=2 * DAY)}

    looked = await store.tally(SCOPE, Query(), Moment(now=NOW, sights=blind), since=NOW)
    failed = await store.tally(
        SCOPE, Query(), Moment(now=NOW, blind_since={"microvisualizer": NOW - 2 * DAY}), since=NOW
    )
    asked = await store.tally(SCOPE, Query(), Moment(now=NOW), since=NOW)

    assert looked.states == failed.states == {("microvisualizer", State.QUIET): 1}
    assert asked.states == {("microvisualizer", State.INACTIVE): 1}


async def test_viewers_are_judged_by_the_looks_at_viewers(store: SqlStore) -> None:
    """The listing may be read for long after the counting broke; clocks stop one by one."""
    await fill(store, [streampixel()], now=NOW - 60 * DAY)
    for days, live in ((31, 1), (0, 0)):
        viewers = Viewers(live=live, queued=0, at=NOW - days * DAY)
        await store.save_viewers(WORKSPACE, "streampixel", {streampixel().id: viewers}, NOW, complete=True)

    found = []
    for broken in (0, 2, 10):
        counting = _looked(days=40, until=broken * DAY).viewers
        seen = {"streampixel": Sights(listing=_looked(days=60).listing, viewers=counting)}
        found.append((await store.tally(SCOPE, Query(), Moment(now=NOW, sights=seen), since=NOW)).states)

    assert [state for states in found for _, state in states] == [State.INACTIVE, State.QUIET, State.ACTIVE]
