"""Working hours, through weekends and changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.hours import day_words, is_open, next_working_morning, opens_at, working_day_before
from bot.alerts.pace import group_interval, group_wait
from bot.model import ConditionKind, Hours

BERLIN = "Europe/Berlin"
NINE_TO_FIVE = Hours()
moments = st.integers(0, 1_500_000).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
zones = st.sampled_from([BERLIN, "UTC", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "Pacific/Auckland"])


def at(text: str, zone: str = BERLIN) -> datetime:
    """Return a wall time as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-30 08:59", False),
        ("2026-03-30 09:00", True),
        ("2026-03-30 16:59", True),
        ("2026-03-30 17:00", False),
        ("2026-03-28 12:00", False),
    ],
)
def test_hours_are_open_on_working_days(wall: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """The first moment belongs to them, the last does not."""
    assert is_open(NINE_TO_FIVE, BERLIN, at(wall)) is expected
    assert is_open(None, BERLIN, at(wall))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-30 07:00", "2026-03-30 09:00"),
        ("2026-03-30 10:00", "2026-03-30 10:00"),
        ("2026-03-30 17:00", "2026-03-31 09:00"),
        ("2026-03-27 18:00", "2026-03-30 09:00"),
    ],
)
def test_what_waits_is_told_when_they_open(wall: str, expected: str) -> None:
    """Clocks go forward between that Friday and that Monday."""
    assert opens_at(NINE_TO_FIVE, BERLIN, at(wall)) == at(expected)
    assert opens_at(None, BERLIN, at(wall)) == at(wall)


@given(moment=moments, zone=zones, begin=st.integers(0, 22), length=st.integers(1, 23))
def test_they_are_open_when_they_open_and_not_a_minute_before(
    moment: datetime, zone: str, begin: int, length: int
) -> None:
    """Whatever the zone and its clocks do."""
    hours = Hours(begin=time(begin), end=time(min(begin + length, 23)))

    opening = opens_at(hours, zone, moment)

    assert opening >= moment
    assert is_open(hours, zone, opening)
    assert opening == moment or not is_open(hours, zone, opening - timedelta(minutes=1))


def test_the_next_working_morning_is_never_today() -> None:
    """Tomorrow, and on a Friday after the weekend."""
    assert next_working_morning(NINE_TO_FIVE, BERLIN, at("2026-03-30 03:00")) == at("2026-03-31 09:00")
    assert next_working_morning(Hours(begin=time(7, 30)), BERLIN, at("2026-03-27 12:00")) == at("2026-03-30 07:30")
    assert next_working_morning(None, BERLIN, at("2026-03-28 12:00")) == at("2026-03-30 09:00")


def test_the_working_day_before_has_the_same_wall_time() -> None:
    """Before a Monday comes a Friday, also when clocks change between them."""
    assert working_day_before(BERLIN, at("2026-03-31 14:00")) == at("2026-03-30 14:00")
    assert working_day_before(BERLIN, at("2026-03-30 14:00")) == at("2026-03-27 14:00")
    assert working_day_before(BERLIN, at("2026-03-29 14:00")) == at("2026-03-27 14:00")


def test_a_day_is_written_for_people() -> None:
    """In their zone."""
    assert day_words(BERLIN, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "Fri 1 Jan 2027"


def test_what_is_urgent_waits_less() -> None:
    """Silence is slow, and a queue is not."""
    assert group_wait(ConditionKind.QUEUE) < group_wait(ConditionKind.INACTIVE)
    assert group_interval(ConditionKind.BUILD_REJECTED) < group_interval(ConditionKind.GONE)
