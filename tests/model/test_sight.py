"""Ages without blind time, cutoffs, coverage: what looking regularly is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Days, EveryDay, Sight, Stretch, WorkingDays
from bot.model.sight import APART, LOOKS_WITHOUT_HOLE

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday; clocks change in Berlin, New York and Cairo within some weeks
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = 10 * MINUTE
BERLIN = WorkingDays("Europe/Berlin")

clocks = st.sampled_from(
    [EveryDay(), BERLIN, WorkingDays("UTC"), WorkingDays("Africa/Cairo"), WorkingDays("America/New_York")]
)
minutes = st.integers(-20_000, 130_000).map(lambda count: BEGIN + count * MINUTE)


@st.composite
def sights(draw: st.DrawFn) -> Sight:
    """Stretches with holes between them, or adjoining ones."""
    at, stretches = BEGIN, []
    for _ in range(draw(st.integers(1, 6))):
        looks = draw(st.integers(1, 2_000))
        until = at + (looks - 1) * EVERY
        stretches.append(Stretch(since=at, until=until, looks=looks, every=EVERY))
        at = until + draw(st.sampled_from([0, 0, 1, 6, 60])) * 8 * HOUR
    return Sight(tuple(stretches))


# --- clocks -------------------------------------------------------------------------------------------------------


def berlin(text: str) -> datetime:
    """Return a wall time in Berlin as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-03-02 09:00", "2026-03-02 17:00", 8 * HOUR),
        ("2026-03-06 12:00", "2026-03-09 12:00", DAY),
        ("2026-03-07 03:00", "2026-03-08 22:00", 0 * HOUR),
        ("2026-03-02 00:00", "2026-03-30 00:00", 20 * DAY),
        ("2026-03-27 12:00", "2026-03-30 12:00", DAY),
        ("2026-10-23 12:00", "2026-10-26 12:00", DAY),
        ("2026-03-09 12:00", "2026-03-06 12:00", 0 * HOUR),
    ],
)
def test_weekends_do_not_count(since: str, until: str, expected: timedelta) -> None:
    """Nor does the hour that a Sunday has more or less."""
    assert BERLIN.between(berlin(since), berlin(until)) == expected


def test_a_working_day_that_clocks_change_counts_a_day() -> None:
    """Clocks in Cairo change on Fridays, which work there is not our business."""
    cairo = WorkingDays("Africa/Cairo")
    there = ZoneInfo("Africa/Cairo")
    friday, saturday = (datetime(2026, 4, day, tzinfo=there).astimezone(UTC) for day in (24, 25))

    assert saturday - friday == 23 * HOUR
    assert cairo.between(friday, saturday) == DAY
    assert cairo.before(saturday, HOUR) < saturday
    assert cairo.between(cairo.before(saturday, 30 * MINUTE), saturday) >= 30 * MINUTE


@given(days=clocks, moments=st.tuples(minutes, minutes, minutes))
def test_a_clock_adds_up(days: Days, moments: tuple[datetime, datetime, datetime]) -> None:
    """It never goes back, and never faster than time but for the hour that clocks skip."""
    first, second, third = sorted(moments)

    assert days.between(first, third) == days.between(first, second) + days.between(second, third)
    assert timedelta() <= days.between(first, second) <= second - first + HOUR


@given(days=clocks, until=minutes, length=st.integers(1, 60_000).map(lambda count: count * MINUTE))
def test_before_is_the_latest_moment_so_long_ago(days: Days, until: datetime, length: timedelta) -> None:
    """A microsecond later would be too late."""
    at = days.before(until, length)

    assert days.between(at, until) >= length
    assert days.between(at + timedelta.resolution, until) < length


# --- ages ---------------------------------------------------------------------------------------------------------


@given(sight=sights(), days=clocks, at=minutes, age=st.integers(1, 60_000).map(lambda count: count * MINUTE))
def test_age_and_cutoff_are_two_sides_of_one_thing(sight: Sight, days: Days, at: datetime, age: timedelta) -> None:
    """What is at least so old is what is not younger than the cutoff, and nothing else."""
    cutoff = sight.cutoff(age, days)

    assert cutoff is not None
    assert (sight.age(at, days) >= age) == (at <= cutoff)


@given(
    sight=sights(),
    days=clocks,
    age=st.integers(1, 60_000).map(lambda count: count * MINUTE),
    pause=st.integers(1, 10_000).map(lambda count: count * MINUTE),
)
def test_a_cutoff_never_moves_back(sight: Sight, days: Days, age: timedelta, pause: timedelta) -> None:
    """Neither with the next look nor with the first one after a hole."""
    *older, last = sight.stretches
    until = last.until + pause
    longer = Sight((*older, replace(last, until=until, looks=last.looks + 1)))
    holed = Sight((*sight.stretches, Stretch(since=until, until=until, looks=1, every=EVERY)))

    before = sight.cutoff(age, days)

    assert before is not None
    for grown in (longer, holed):
        after = grown.cutoff(age, days)
        assert after is not None
        assert after >= before
    assert holed.cutoff(age, days) == before


@given(sight=sights(), days=clocks, at=minutes)
def test_blind_time_never_adds_to_an_age(sight: Sight, days: Days, at: datetime) -> None:
    """An age is what the clock moved, less what it moved while we were blind."""
    end = sight.until
    assert end is not None

    age = sight.age(at, days)

    assert timedelta() <= age <= days.between(at, end)
    if isinstance(days, EveryDay) and at <= end:
        assert age + sight.blind_time(at, end) == end - at


def test_what_was_never_looked_at_has_no_age() -> None:
    """And nothing follows from that."""
    sight = Sight()

    assert (sight.since, sight.until, sight.unbroken_since) == (None, None, None)
    assert sight.age(BEGIN) == timedelta()
    assert sight.cutoff(DAY) is None
    assert sight.window(DAY) == DAY
    assert not sight.settled(HOUR)
    assert not sight.coverage(DAY).enough


# --- coverage -----------------------------------------------------------------------------------------------------


@given(
    pattern=st.lists(st.tuples(st.booleans(), st.integers(1, 40)), min_size=1, max_size=12),
    window=st.integers(20, 300),
)
def test_coverage_is_the_share_of_planned_looks_that_were_good(pattern: list[tuple[bool, int]], window: int) -> None:
    """As if each planned look were counted; a hole is where nobody looked for too long."""
    good = [0, *(at for at, works in enumerate(_flat(pattern), 1) if works)]
    sight, end = _seen(good), good[-1]

    coverage = sight.coverage(window * EVERY)

    counted = [at for at in good if end - window < at <= end and _follows(at, good)]
    assert coverage.share == pytest.approx(len(counted) / window, abs=_clipping(good, end - window) / window)
    gaps = [later - max(at, end - window) for at, later in pairwise(good) if later > end - window]
    holes = [gap for gap, whole in zip(gaps, _wholes(good, end - window), strict=True) if whole > LOOKS_WITHOUT_HOLE]
    assert coverage.longest_hole == max((*holes, window - end, 0)) * EVERY


def _flat(pattern: list[tuple[bool, int]]) -> list[bool]:
    return [works for works, count in pattern for _ in range(count)]


def _follows(at: int, good: list[int]) -> bool:
    """Tell whether a look has one before it without a hole; the first of a stretch accounts for nothing."""
    place = good.index(at)
    return place > 0 and at - good[place - 1] <= LOOKS_WITHOUT_HOLE


def _wholes(good: list[int], start: int) -> list[int]:
    return [later - at for at, later in pairwise(good) if later > start]


def _clipping(good: list[int], start: int) -> float:
    """Return by how many looks the stretch that is clipped may be misjudged: it counts in proportion."""
    inside = [at for at in good if at <= start]
    run = len(inside) > 0 and any(at > start for at in good)
    return len(good) / 2 + 1 if run else 0.001


def _seen(good: list[int]) -> Sight:
    """Build what good looks at these planned times make, as the database does."""
    stretches: list[Stretch] = []
    for at in good:
        moment = BEGIN + at * EVERY
        last = stretches[-1] if stretches else None
        if last is not None and moment - last.until <= LOOKS_WITHOUT_HOLE * EVERY:
            stretches[-1] = replace(last, until=moment, looks=last.looks + 1)
        else:
            stretches.append(Stretch(since=moment, until=moment, looks=1, every=EVERY))
    return Sight(tuple(stretches))


@given(sight=sights(), window=st.integers(1, 40).map(lambda days: days * DAY))
def test_cutting_a_stretch_in_two_changes_nothing(sight: Sight, window: timedelta) -> None:
    """The database does so at midnight; the look at the cut belongs to both."""
    cut = Sight(tuple(half for each in sight.stretches for half in _halves(each)))

    whole, parts = sight.coverage(window), cut.coverage(window)

    assert parts.longest_hole == whole.longest_hole
    assert parts.share == pytest.approx(whole.share)
    assert cut.settled(HOUR) == sight.settled(HOUR)
    assert cut.unbroken_since == sight.unbroken_since


def _halves(stretch: Stretch) -> tuple[Stretch, ...]:
    first = (stretch.looks + 1) // 2
    if first in {1, stretch.looks}:
        return (stretch,)
    at = stretch.since + (first - 1) * stretch.every
    return replace(stretch, until=at, looks=first), replace(stretch, since=at, looks=stretch.looks - first + 1)


@pytest.mark.parametrize(
    ("looks", "hole", "enough"), [(1.0, 0, True), (0.8, 0, True), (0.79, 0, False), (1.0, 1, True), (1.0, 1.1, False)]
)
def test_enough_is_four_fifths_without_a_long_hole(looks: float, hole: float, enough: bool) -> None:  # noqa: FBT001 - a table
    """Of ten days a hole of one is the most."""
    end, length = BEGIN + 20 * DAY, 5 * DAY
    planned = round(looks * length / EVERY)
    sight = Sight(
        (
            Stretch(
                since=BEGIN,
                until=end - length - hole * DAY,
                looks=round((15 - hole) * DAY * looks / EVERY) + 1,
                every=EVERY,
            ),
            Stretch(since=end - length, until=end, looks=planned + 1, every=EVERY),
        )
    )

    assert sight.coverage(10 * DAY).enough is enough


# --- after a hole -------------------------------------------------------------------------------------------------


def test_after_a_hole_two_looks_and_some_grace_are_needed() -> None:
    """One good listing may be chance."""
    before = Stretch(since=BEGIN, until=BEGIN + DAY, looks=145, every=EVERY)
    back = BEGIN + 2 * DAY

    def after(looks: int) -> Sight:
        until = back + (looks - 1) * EVERY
        return Sight((before, Stretch(since=back, until=until, looks=looks, every=EVERY)))

    assert Sight((before,)).settled(10 * MINUTE)
    assert [after(looks).settled(10 * MINUTE) for looks in (1, 2, 3)] == [False, False, True]
    assert after(2).unbroken_since == back


def test_who_looks_more_often_than_planned_sees_clearly_after_one_look_more_and_half_an_hour() -> None:
    """Waiting for another half a day would tell nothing more."""
    seldom = timedelta(hours=12)
    before = Stretch(since=BEGIN, until=BEGIN + 10 * DAY, looks=21, every=seldom)
    back = BEGIN + 13 * DAY

    def again(looks: int, after: timedelta) -> bool:
        return Sight((before, Stretch(since=back, until=back + after, looks=looks, every=seldom))).settled(10 * MINUTE)

    assert again(3, APART + 10 * MINUTE)
    assert not again(3, APART)
    assert not again(2, seldom)
    assert again(2, seldom + 10 * MINUTE)
