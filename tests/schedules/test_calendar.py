"""A year of slots against another calendar, which knows nothing of crons and walks through the zone itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Schedule, Slot
from bot.schedules import slot_after, slots
from tests.schedules.strategies import CRONS, ZONES

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = timedelta(minutes=15)
"""All clocks of these zones, their jumps and the schedules below stand on quarters of an hour."""


def at(text: str) -> datetime:
    """Write a moment shortly."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walk(zone: ZoneInfo, begin: datetime, end: datetime) -> dict[datetime, datetime]:
    """Return what the clocks should have shown, and when: first times only, skipped times at the jump."""
    shown: dict[datetime, datetime] = {}
    before = begin.astimezone(zone).replace(tzinfo=None)
    now = begin
    while (now := now + STEP) <= end:
        wall = now.astimezone(zone).replace(tzinfo=None)
        skipped = before + STEP
        while skipped < wall:
            shown.setdefault(skipped, now)
            skipped += STEP
        shown.setdefault(wall, now)
        before = wall
    return shown


def every_day(_: datetime) -> bool:
    """Tell that any day will do."""
    return True


def by_time_of_day(shown: dict[datetime, datetime]) -> dict[time, list[tuple[datetime, datetime]]]:
    """Group what `walk` returns, so that a schedule looks at its own times only."""
    grouped: defaultdict[time, list[tuple[datetime, datetime]]] = defaultdict(list)
    for wall, moment in shown.items():
        grouped[wall.time()].append((wall, moment))
    return grouped


def is_last_of_its_kind(day: datetime) -> bool:
    """Tell whether the same day of the next week is in another month."""
    return (day + timedelta(days=7)).month != day.month


PLANS: dict[str, tuple[tuple[time, ...], Callable[[datetime], bool]]] = {
    "0 9 * * 1-5": ((time(9),), lambda day: day.isoweekday() <= 5),
    "30 2 * * *": ((time(2, 30),), every_day),
    "0 0 * * *": ((time(0),), every_day),
    "0 * * * *": (tuple(time(hour) for hour in range(24)), every_day),
    "15 */2 * * 0": (tuple(time(hour, 15) for hour in range(0, 24, 2)), lambda day: day.isoweekday() == 7),
    "45 1 * * 0,6": ((time(1, 45),), lambda day: day.isoweekday() >= 6),
    "0 9 31 * *": ((time(9),), lambda day: day.day == 31),
    "30 0 1 * *": ((time(0, 30),), lambda day: day.day == 1),
    "0 16 * * 5L": ((time(16),), lambda day: day.isoweekday() == 5 and is_last_of_its_kind(day)),
    "0 9 * * 1#1": ((time(9),), lambda day: day.isoweekday() == 1 and day.day <= 7),
}
"""The times of the day at which each comes, and the days."""


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Europe/Berlin", 2026),
        ("America/New_York", 2026),
        ("Australia/Lord_Howe", 2026),
        ("Asia/Kathmandu", 2026),
        ("America/Sao_Paulo", 2026),
        ("America/Sao_Paulo", 2018),
        ("Africa/Casablanca", 2026),
        ("Pacific/Apia", 2011),
    ],
)
def test_a_year_of_slots(name: str, year: int) -> None:
    """Every schedule comes exactly when a walk through the year says, both changes of clocks included."""
    begin, end = at(f"{year}-01-01"), at(f"{year + 1}-01-01")
    shown = by_time_of_day(walk(ZoneInfo(name), begin, end))

    for cron, (times, is_wanted) in PLANS.items():
        walls = sorted((wall, moment) for start in times for wall, moment in shown[start] if is_wanted(wall))
        # of two wall times at one moment the later one counts, so it may overwrite
        by_moment = {moment: wall for wall, moment in walls}
        expected = [Slot(wall.isoformat(timespec="minutes"), moment) for moment, wall in sorted(by_moment.items())]

        found = list(takewhile(lambda slot: slot.at <= end, slots(Schedule(cron, name), begin)))

        assert found == expected, cron


@pytest.mark.parametrize(
    ("zone", "cron", "after", "expected"),
    [
        # skipped: the first minute after the jump
        ("Europe/Berlin", "30 2 * * *", "2026-03-28T12:00", ["2026-03-29T02:30 01:00", "2026-03-30T02:30 00:30"]),
        ("America/New_York", "30 2 * * *", "2026-03-07T12:00", ["2026-03-08T02:30 07:00", "2026-03-09T02:30 06:30"]),
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00", ["2026-10-04T02:15 15:30", "2026-10-05T02:15 15:15"]),
        ("America/Sao_Paulo", "30 0 * * *", "2018-11-03T12:00", ["2018-11-04T00:30 03:00", "2018-11-05T00:30 02:30"]),
        ("Pacific/Apia", "0 9 * * *", "2011-12-29T20:00", ["2011-12-30T09:00 10:00", "2011-12-31T09:00 19:00"]),
        # shown twice: the first time
        ("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00", ["2026-10-25T02:30 00:30", "2026-10-26T02:30 01:30"]),
        ("America/New_York", "30 1 * * *", "2026-10-31T12:00", ["2026-11-01T01:30 05:30", "2026-11-02T01:30 06:30"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00", ["2026-04-05T01:45 14:45", "2026-04-06T01:45 15:15"]),
        ("America/Sao_Paulo", "30 23 * * *", "2018-02-17T12:00", ["2018-02-17T23:30 01:30", "2018-02-18T23:30 02:30"]),
        # two at one moment: the later
        ("Europe/Berlin", "0 1-3 * * *", "2026-03-28T12:00", ["2026-03-29T01:00 00:00", "2026-03-29T03:00 01:00"]),
        # an hour that comes twice runs once
        ("Europe/Berlin", "0 * * * *", "2026-10-24T23:30", ["2026-10-25T02:00 00:00", "2026-10-25T03:00 02:00"]),
        # asked in the second showing
        ("Europe/Berlin", "0,30 * * * *", "2026-10-25T01:10", ["2026-10-25T03:00 02:00", "2026-10-25T03:30 02:30"]),
        # clocks that stay
        ("Asia/Kathmandu", "0 9 * * *", "2026-03-28T12:00", ["2026-03-29T09:00 03:15", "2026-03-30T09:00 03:15"]),
        ("America/Sao_Paulo", "30 0 * * *", "2026-11-03T12:00", ["2026-11-04T00:30 03:30", "2026-11-05T00:30 03:30"]),
    ],
)
def test_clock_changes(zone: str, cron: str, after: str, expected: list[str]) -> None:
    """Each kind of change by its date: planned wall time, and the moment in UTC."""
    found = islice(slots(Schedule(cron, zone), at(after)), 2)

    assert [f"{slot.local} {slot.at:%H:%M}" for slot in found] == expected


@settings(deadline=None)
@given(
    CRONS,
    st.sampled_from(ZONES),
    st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - Hypothesis adds the zone
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_it_does_not_matter_where_counting_begins(
    fields: tuple[str, ...], zone: str, begin: datetime, later: timedelta
) -> None:
    """Slots only go forward, and a restart in between finds the same ones."""
    schedule = Schedule(" ".join(fields), zone)
    try:
        found = list(islice(slots(schedule, begin.replace(tzinfo=UTC)), 30))
    except Exception:  # noqa: BLE001 - a cron that never comes; the reader refuses it
        return
    after = begin.replace(tzinfo=UTC) + later
    rest = [slot for slot in found if slot.at > after]

    assert all(slot.at > begin.replace(tzinfo=UTC) for slot in found)
    assert all(sooner.at < next_one.at and sooner.local < next_one.local for sooner, next_one in pairwise(found))
    assert list(islice(slots(schedule, after), len(rest))) == rest
    assert not rest or slot_after(schedule, after) == rest[0]


def test_a_schedule_that_never_comes_does_not_search_for_ever() -> None:
    """The reader refuses it, but a hand may have written one: the last working day is never a Sunday."""
    never = Schedule("0 9 LW * */7", "UTC")

    assert list(slots(never, at("2026-01-01"))) == []
    with pytest.raises(ValueError, match="never comes"):
        slot_after(never, at("2026-01-01"))


def test_a_skipped_slot_is_found_though_the_next_is_far() -> None:
    """Whether the next falls on the same moment has to be looked up, for years if need be."""
    only = Schedule("30 2 29 3 *", "Europe/Berlin")

    assert slot_after(only, at("2026-01-01")).local == "2026-03-29T02:30"
