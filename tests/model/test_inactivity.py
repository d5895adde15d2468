"""How long nothing happened to a project, and whether that means anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, Sight, Sights, Signal, Silence, WorkingDays, idle_of
from tests.alerts.cases import ALL, BOTH, DAY, seen
from tests.builders import NOW, entry, microvisualizer, streampixel

MONTH, FORTNIGHT = 30 * DAY, 14 * DAY
VIEWERS, EDITS = (Signal.VIEWERS,), (Signal.EDITS,)


def viewed(days: float | None, **given: Any) -> Entry:
    """Return a Streampixel project last seen in use so long ago."""
    at = None if days is None else NOW - days * DAY
    return replace(entry(streampixel(), viewers=(0, 0)), last_viewed_at=at, **given)


def test_dates_of_a_source_are_believed_from_before_we_looked() -> None:
    """And need no coverage."""
    idle = idle_of(entry(microvisualizer(idle=40 * DAY)), Sights(listing=seen((1, 0))), threshold=MONTH)

    assert (idle.silence, idle.age, idle.signal) == (Silence.INACTIVE, 40 * DAY, Signal.EDITS)
    assert (idle.coverage, idle.since, idle.enough) == (None, None, True)


def test_a_change_that_we_noticed_is_an_edit_too() -> None:
    """Pinning moves no date of the source."""
    project = entry(microvisualizer(idle=40 * DAY), changed_at=NOW - DAY)

    assert idle_of(project, ALL, threshold=MONTH).silence is Silence.ACTIVE


def test_the_newest_of_all_signals_counts() -> None:
    """Or only those that were asked for."""
    project = viewed(20, changed_at=NOW - 2 * DAY)

    both = idle_of(project, BOTH, threshold=FORTNIGHT)
    viewers = idle_of(project, BOTH, threshold=FORTNIGHT, signals=VIEWERS)
    edits = idle_of(project, BOTH, threshold=FORTNIGHT, signals=EDITS)

    assert (both.silence, both.signal) == (Silence.ACTIVE, Signal.EDITS)
    assert (viewers.silence, viewers.age) == (Silence.INACTIVE, 20 * DAY)
    assert edits.last_at == NOW - 2 * DAY


def test_what_was_never_seen_counts_from_the_first_look() -> None:
    """Of us at the source, or of the project in its list."""
    young = idle_of(viewed(None, first_seen_at=NOW - 9 * DAY), BOTH, threshold=FORTNIGHT)
    late = Sights(listing=seen((400, 0)), viewers=seen((20, 0)))
    old = idle_of(viewed(None), late, threshold=FORTNIGHT)

    assert (young.silence, young.since, young.age) == (Silence.UNKNOWN, NOW - 9 * DAY, 9 * DAY)
    assert (old.silence, old.since, old.last_at) == (Silence.INACTIVE, NOW - 20 * DAY, None)


def test_an_edit_that_never_came_counts_where_it_was_asked_for() -> None:
    """Hardly anybody changes a subscription every month, so it is no signal otherwise."""
    asked = idle_of(viewed(1), BOTH, threshold=FORTNIGHT, signals=EDITS)
    unasked = idle_of(viewed(1), BOTH, threshold=FORTNIGHT)

    assert (asked.silence, asked.last_at) == (Silence.INACTIVE, None)
    assert unasked.silence is Silence.ACTIVE


@pytest.mark.parametrize(
    ("project", "signals"),
    [
        (entry(microvisualizer()), VIEWERS),
        (entry(streampixel()), ()),
        (entry(streampixel()), VIEWERS),
    ],
)
def test_a_project_of_which_nothing_is_known_is_unknown(project: Entry, signals: tuple[Signal, ...]) -> None:
    """Never inactive."""
    assert idle_of(project, BOTH, threshold=FORTNIGHT, signals=signals).silence is Silence.UNKNOWN


def test_nothing_is_known_before_the_first_look() -> None:
    """However old a date is."""
    assert idle_of(entry(microvisualizer(idle=90 * DAY)), Sights(), threshold=MONTH).silence is Silence.UNKNOWN


def test_silence_needs_coverage_and_activity_does_not() -> None:
    """Who was there was there."""
    thin = Sights(listing=seen((400, 0)), viewers=seen((400, 0), share=0.5))

    assert idle_of(viewed(20), thin, threshold=FORTNIGHT).silence is Silence.UNKNOWN
    assert not idle_of(viewed(20), thin, threshold=FORTNIGHT).enough
    assert idle_of(viewed(1), thin, threshold=FORTNIGHT).silence is Silence.ACTIVE


def test_a_window_of_working_days_is_longer_by_the_calendar() -> None:
    """Ten of them are two weeks, in which a hole of a day is no long one."""
    holed = Sights(listing=seen((400, 0)), viewers=seen((400, 7), (5.8, 0)))

    idle = idle_of(viewed(40), holed, threshold=10 * DAY, days=WorkingDays("UTC"))

    assert idle.coverage is not None
    assert idle.coverage.window == 14 * DAY
    assert idle.silence is Silence.INACTIVE


def test_blind_time_is_told() -> None:
    """An age does not hold it."""
    idle = idle_of(entry(microvisualizer(idle=40 * DAY)), Sights(listing=seen((400, 20), (18, 0))), threshold=MONTH)

    assert (idle.age, idle.blind) == (38 * DAY, 2 * DAY)


@given(
    idle=st.integers(0, 100_000).map(lambda count: timedelta(minutes=count)),
    days=st.sampled_from([MONTH, FORTNIGHT, DAY]),
    hole=st.floats(0.1, 30),
)
def test_blindness_never_makes_a_project_more_silent(idle: timedelta, days: timedelta, hole: float) -> None:
    """It can only make it less so, or unknown."""
    order = [Silence.UNKNOWN, Silence.ACTIVE, Silence.QUIET, Silence.INACTIVE]
    sight = seen((400, 0))
    blind = Sight((replace(sight.stretches[0], until=NOW - (hole + 0.01) * DAY), *seen((0.01, 0)).stretches))
    project = entry(microvisualizer(updated_at=NOW - idle))

    with_sight, with_hole = (idle_of(project, Sights(listing=each), threshold=days).silence for each in (sight, blind))

    assert order.index(with_hole) <= order.index(with_sight)
