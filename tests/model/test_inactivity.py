"""How long nothing happened to a project, and whether that means anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, Sight, Sights, Signal, Silence, Viewers, WorkingDays, idle_of
from bot.views.silence import doubt
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


def test_a_project_that_could_not_be_measured_is_not_silent() -> None:
    """Its connection was seen well, and it was not: only what is certain is said."""
    failing = viewed(20, viewers=Viewers(live=0, queued=0, at=NOW - 2 * DAY))
    idle = idle_of(failing, BOTH, threshold=FORTNIGHT)

    assert (idle.silence, idle.uncounted_since) == (Silence.UNKNOWN, NOW - 2 * DAY)
    assert doubt(idle, NOW) == "its own viewers could not be counted for 2 d"
    assert idle_of(failing, BOTH, threshold=MONTH).silence is Silence.ACTIVE
    assert idle_of(replace(failing, last_viewed_at=None), BOTH, threshold=FORTNIGHT).silence is Silence.UNKNOWN


@pytest.mark.parametrize(("minutes", "silence"), [(37, Silence.INACTIVE), (38, Silence.UNKNOWN)])
def test_one_measurement_may_fail_and_two_may_not(minutes: int, silence: Silence) -> None:
    """As it is for a whole connection."""
    project = viewed(20, viewers=Viewers(live=0, queued=0, at=NOW - minutes * timedelta(minutes=1)))

    assert idle_of(project, BOTH, threshold=FORTNIGHT).silence is silence


def test_a_hole_of_the_connection_is_none_of_the_project() -> None:
    """Nobody was measured meanwhile, and the first round afterwards may miss one."""
    holed = Sights(listing=seen((400, 0)), viewers=seen((400, 1), (0, 0), every=timedelta(minutes=15)))
    project = viewed(20, viewers=Viewers(live=0, queued=0, at=NOW - DAY))

    assert idle_of(project, holed, threshold=FORTNIGHT).silence is Silence.INACTIVE


def test_who_never_could_be_measured_is_not_silent_at_the_first_measurement() -> None:
    """It counts from there, as what was seen in use before a gap of its own does."""
    first = idle_of(viewed(None, measured_since=NOW), BOTH, threshold=FORTNIGHT)
    later = idle_of(viewed(None, measured_since=NOW - 14 * DAY), BOTH, threshold=FORTNIGHT)

    assert (first.silence, first.age, doubt(first, NOW)) == (Silence.UNKNOWN, 0 * DAY, "observed for 0 s of 14 d")
    assert (later.silence, later.since, later.age) == (Silence.INACTIVE, NOW - 14 * DAY, 14 * DAY)


def test_what_happened_in_a_gap_of_its_own_nobody_knows() -> None:
    """The last viewer known is no longer the beginning of the silence; one seen since is."""
    early = idle_of(viewed(60, measured_since=NOW - 5 * DAY), BOTH, threshold=FORTNIGHT)
    late = idle_of(viewed(60, measured_since=NOW - 15 * DAY), BOTH, threshold=FORTNIGHT)
    again = idle_of(viewed(15, measured_since=NOW - 40 * DAY), BOTH, threshold=FORTNIGHT)
    recent = idle_of(viewed(6, measured_since=NOW - 5 * DAY), BOTH, threshold=FORTNIGHT)

    assert (early.silence, early.age) == (Silence.UNKNOWN, 5 * DAY)
    assert (late.silence, late.age, late.blind, late.last_at) == (
        Silence.INACTIVE, 15 * DAY, 45 * DAY, NOW - 60 * DAY,
    )  # fmt: skip
    assert (again.silence, again.age, again.blind) == (Silence.INACTIVE, 15 * DAY, 0 * DAY)
    assert (recent.silence, recent.age) == (Silence.ACTIVE, 6 * DAY)


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
