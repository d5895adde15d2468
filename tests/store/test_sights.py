"""What is kept of good looks: stretches, holes between them, cuts at midnight, and how old they may become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Scope, Sight, Sights, Stretch
from bot.store import sights
from tests.store.catalogs import BOTH, SCOPE, WORKSPACE, writing

if TYPE_CHECKING:
    import pytest

    from bot.model import Freshness
    from bot.store import SqlStore

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_numbers = count(1)


async def _look(
    store: SqlStore, *at: datetime, every: timedelta | None = 10 * MINUTE, workspace: str = WORKSPACE
) -> Sights | None:
    """Read the listing well at some moments; return what is known of that in the end."""
    await store.register(workspace, BOTH)
    for each in at:
        async with writing(store, workspace=workspace) as writer:
            await writer.succeeded(each, full=False, quota=None, every=every)
    return (await _known(store, workspace)).sights


async def _known(store: SqlStore, workspace: str = WORKSPACE) -> Freshness:
    return (await store.freshness(Scope(workspace=workspace)))[0]


def _stretch(since: datetime, until: datetime, looks: int, every: timedelta = 10 * MINUTE) -> Stretch:
    return Stretch(since=since, until=until, looks=looks, every=every)


def _listing(*stretches: Stretch) -> Sights:
    return Sights(listing=Sight(stretches))


async def test_looks_that_follow_each_other_are_one_stretch(store: SqlStore) -> None:
    """Two and a half pauses are still no hole: one look may fail."""
    first = await _look(store, NOON)
    assert first == _listing(_stretch(NOON, NOON, 1))

    seen = await _look(store, NOON + 10 * MINUTE, NOON + 35 * MINUTE)

    assert seen == _listing(_stretch(NOON, NOON + 35 * MINUTE, 3))


async def test_a_longer_pause_leaves_a_hole(store: SqlStore) -> None:
    """What happened there in between, nobody saw."""
    back = NOON + 25 * MINUTE + timedelta(microseconds=1)

    seen = await _look(store, NOON, back, back + 10 * MINUTE)

    assert seen == _listing(_stretch(NOON, NOON, 1), _stretch(back, back + 10 * MINUTE, 2))
    assert seen is not None
    assert seen.listing.blind_time(NOON - DAY, NOON + DAY) == back - NOON


async def test_a_look_that_nobody_planned_is_none(store: SqlStore) -> None:
    """A person who asks once proves no regular watching."""
    assert await _look(store, NOON, NOON + 10 * MINUTE, every=None) is None


async def test_a_look_from_before_the_last_one_changes_nothing(store: SqlStore) -> None:
    """A slow process comes late; twice the same moment is one look."""
    seen = await _look(store, NOON, NOON + 5 * MINUTE, NOON - 20 * MINUTE, NOON, NOON + 5 * MINUTE)

    assert seen == _listing(_stretch(NOON, NOON + 5 * MINUTE, 2))


async def test_a_clock_that_was_ahead_for_a_while_blinds_nobody(store: SqlStore) -> None:
    """What was seen in a time to come is forgotten; looking goes on where it was."""
    ahead = NOON + 30 * DAY
    await _look(store, NOON, NOON + 10 * MINUTE, ahead, ahead + 10 * MINUTE, ahead + DAY)

    seen = await _look(store, NOON + 20 * MINUTE, NOON + 30 * MINUTE)

    assert seen == _listing(_stretch(NOON, NOON + 30 * MINUTE, 4))


async def test_the_time_in_which_a_clock_was_ahead_is_a_hole(store: SqlStore) -> None:
    """Nobody knows any more what was seen in it, and when."""
    await _look(store, NOON, NOON + 10 * MINUTE, NOON + 3 * HOUR, NOON + 4 * HOUR)

    seen = await _look(store, NOON + HOUR)

    assert seen == _listing(_stretch(NOON, NOON + 10 * MINUTE, 2), _stretch(NOON + HOUR, NOON + HOUR, 1))


async def test_a_stretch_that_reaches_into_the_time_to_come_is_cut(store: SqlStore) -> None:
    """The clock ran away in small steps; of its looks a share is left."""
    await _look(store, *(NOON + number * 10 * MINUTE for number in range(13)))

    cut = await _look(store, NOON + HOUR)
    seen = await _look(store, NOON + HOUR + 10 * MINUTE)

    assert cut == _listing(_stretch(NOON, NOON + HOUR, 7))
    assert seen == _listing(_stretch(NOON, NOON + HOUR + 10 * MINUTE, 8))


async def test_a_clock_that_went_back_behind_everything_begins_anew(store: SqlStore) -> None:
    """Nothing is left that could be true."""
    seen = await _look(store, NOON, NOON + 10 * MINUTE, NOON - DAY, NOON - DAY + 10 * MINUTE)

    assert seen == _listing(_stretch(NOON - DAY, NOON - DAY + 10 * MINUTE, 2))


async def test_a_clock_that_is_years_ahead_for_an_hour_makes_nobody_forget(store: SqlStore) -> None:
    """Else all that was seen so far would be very old."""
    await _look(store, NOON, NOON + 10 * MINUTE, NOON + 900 * DAY, NOON + 901 * DAY)

    seen = await _look(store, NOON + 20 * MINUTE)

    assert seen == _listing(_stretch(NOON, NOON + 20 * MINUTE, 3))


async def test_a_stretch_is_cut_at_midnight(store: SqlStore) -> None:
    """The new row begins with the last look of the old day, so that no hole comes to be."""
    midnight = NOON + 12 * HOUR
    at = [midnight + minutes * MINUTE for minutes in (-25, -15, -5, 5, 15)]

    seen = await _look(store, *at)

    assert seen == _listing(_stretch(at[0], at[2], 3), _stretch(at[2], at[4], 3))
    assert seen is not None
    assert seen.listing.blind_time(NOON, NOON + DAY) == timedelta()


async def test_a_day_that_begins_with_its_only_look_is_not_cut(store: SqlStore) -> None:
    """A stretch of one look has no length to be cut."""
    late = NOON + 12 * HOUR - MINUTE

    seen = await _look(store, late, late + 10 * MINUTE, late + 20 * MINUTE)

    assert seen == _listing(_stretch(late, late + 20 * MINUTE, 3))


async def test_another_plan_begins_another_stretch(store: SqlStore) -> None:
    """Looks are worth the pause that was planned; a tenth more or less is the same plan."""
    await _look(store, NOON, NOON + 10 * MINUTE)
    await _look(store, NOON + 20 * MINUTE, every=11 * MINUTE)
    seen = await _look(store, NOON + 40 * MINUTE, every=20 * MINUTE)

    assert seen == _listing(
        _stretch(NOON, NOON + 20 * MINUTE, 3), _stretch(NOON + 20 * MINUTE, NOON + 40 * MINUTE, 2, 20 * MINUTE)
    )


async def test_a_complete_round_of_measurements_is_a_look_at_the_viewers(store: SqlStore) -> None:
    """A part of a round is none, nor is one that somebody just wanted to see."""
    await store.register(WORKSPACE, BOTH)
    for minutes, complete, every in ((0, False, HOUR), (1, True, None), (2, True, HOUR), (62, True, HOUR)):
        now = NOON + minutes * MINUTE
        await store.save_viewers(WORKSPACE, "streampixel", {}, now, complete=complete, every=every)

    microvisualizer, streampixel = await store.freshness(SCOPE)
    assert microvisualizer.sights is None
    assert streampixel.sights == Sights(
        viewers=Sight((_stretch(NOON + 2 * MINUTE, NOON + 62 * MINUTE, 2, HOUR),)), listing=Sight()
    )


async def test_what_others_saw_is_not_ours(store: SqlStore) -> None:
    """Connections may have the same name in two workspaces."""
    await _look(store, NOON, workspace="T2")

    assert await _look(store, NOON + DAY) == _listing(_stretch(NOON + DAY, NOON + DAY, 1))


async def test_old_cuts_are_mended_and_old_holes_are_not(store: SqlStore) -> None:
    """What is older than five weeks is one stretch from hole to hole, with all its looks."""
    every = 12 * HOUR
    first, second, lone = NOON, NOON + 10 * DAY, NOON + 15 * DAY
    at = [first + number * every for number in range(11)] + [second + number * every for number in range(5)]
    at += [lone] + [lone + 2 * DAY + number * every for number in range(81)]

    seen = await _look(store, *at, every=every)

    assert seen is not None
    kept = seen.listing.stretches
    assert kept[:3] == (
        _stretch(first, first + 5 * DAY, 11, every),
        _stretch(second, second + 2 * DAY, 5, every),
        _stretch(lone, lone, 1, every),
    )
    assert kept[3].since == lone + 2 * DAY
    assert 34 <= len(kept) - 3 <= 37
    assert sum(each.looks - 1 for each in kept[3:]) == 80


async def test_stretches_of_over_a_year_ago_are_forgotten(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """No threshold looks back further; but a few are kept whatever the clock says."""
    monkeypatch.setattr(sights, "_ALWAYS_KEPT", 2)
    seen = await _look(store, NOON - DAY, NOON, NOON + DAY, NOON + 401 * DAY)

    assert seen == _listing(_stretch(NOON + DAY, NOON + DAY, 1), _stretch(NOON + 401 * DAY, NOON + 401 * DAY, 1))


async def test_asking_for_everything_is_forgotten_with_the_next_complete_reading(store: SqlStore) -> None:
    """Whoever doubts what was read has it read again."""
    await store.register(WORKSPACE, BOTH)
    for asked in (False, True):
        async with writing(store) as writer:
            await writer.succeeded(NOON, full=True, quota=None)
        assert (await _known(store)).last_full_at == NOON
        if asked:
            await store.ask_all(WORKSPACE, "microvisualizer")

    known = await _known(store)
    assert (known.last_full_at, known.last_success_at) == (None, NOON)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pauses=st.lists(st.sampled_from((1, 6, 6, 6, 6, 6, 15, 16, 24 * 3)), min_size=1, max_size=120))
async def test_what_is_kept_tells_the_same_as_all_looks_together(store: SqlStore, pauses: list[int]) -> None:
    """Over months: the cuts come and go, holes and looks stay as they were."""
    every, at = 6 * HOUR, [NOON]
    for pause in pauses:
        at.append(at[-1] + pause * HOUR)
    gaps = [(one, two) for one, two in pairwise(at) if two - one > 15 * HOUR]

    seen = await _look(store, *at, every=every, workspace=f"example-{next(_numbers)}")

    assert seen is not None
    sight, stretches = seen.listing, seen.listing.stretches
    assert (sight.since, sight.until) == (at[0], at[-1])
    assert list(sight.blind(at[0], at[-1])) == gaps
    assert sum(each.looks - 1 for each in stretches) == len(pauses) - len(gaps)
    assert all(one.until <= two.since for one, two in pairwise(stretches))
    assert all(_fits(each, at[-1]) for each in stretches)
    assert len(stretches) <= 37 + 2 * len(gaps)


def _fits(stretch: Stretch, newest: datetime) -> bool:
    """Tell whether a stretch is no longer than a day and the pause before it, unless it is old."""
    return stretch.until < newest - 34 * DAY or stretch.until - stretch.since <= DAY + 15 * HOUR
