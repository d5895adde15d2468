"""What numbers and times in a query stand for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Moment
from bot.query import Compare, Day, NumberSpan, TimeSpan, number_span, parse, since, time_span
from bot.query.terms import Anything
from tests.query.strategies import KNOWN

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
MOMENT = Moment(now=NOW)
STEP = timedelta(microseconds=1)


def value(text: str) -> TimeSpan:
    """Return the time that a filter's text stands for."""
    return time_span(parse(f"updated:{text}", known=KNOWN).terms[0].alternatives[0], MOMENT)


def number(text: str) -> NumberSpan:
    """Return the numbers that a filter's text stands for."""
    return number_span(parse(f"services:{text}", known=KNOWN).terms[0].alternatives[0])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("3", NumberSpan(3, 4)),
        (">3", NumberSpan(4, None)),
        (">=3", NumberSpan(3, None)),
        ("<3", NumberSpan(None, 3)),
        ("<=3", NumberSpan(None, 4)),
        ("3..5", NumberSpan(3, 6)),
        ("3..", NumberSpan(3, None)),
        ("..5", NumberSpan(None, 6)),
    ],
)
def test_numbers_become_half_open_spans(text: str, span: NumberSpan) -> None:
    """Every sign is exact at its edge."""
    assert number(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("<7d", TimeSpan(NOW - timedelta(days=7) + STEP, None)),
        ("<=7d", TimeSpan(NOW - timedelta(days=7), None)),
        (">7d", TimeSpan(None, NOW - timedelta(days=7))),
        (">=7d", TimeSpan(None, NOW - timedelta(days=7) + STEP)),
        ("7d..30d", TimeSpan(NOW - timedelta(days=30), NOW - timedelta(days=7) + STEP)),
        ("7d..", TimeSpan(None, NOW - timedelta(days=7) + STEP)),
        ("..7d", TimeSpan(NOW - timedelta(days=7), None)),
        ("2026-01-31", TimeSpan(datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))),
        (">2026-01-31", TimeSpan(datetime(2026, 2, 1, tzinfo=UTC), None)),
        ("<=2026-01-31", TimeSpan(None, datetime(2026, 2, 1, tzinfo=UTC))),
        (">=2026-01-31", TimeSpan(datetime(2026, 1, 31, tzinfo=UTC), None)),
        ("<2026-01-31", TimeSpan(None, datetime(2026, 1, 31, tzinfo=UTC))),
        ("2026-01-01..2026-01-31", TimeSpan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))),
        ("2026-01-01..", TimeSpan(datetime(2026, 1, 1, tzinfo=UTC), None)),
        ("..2026-01-01", TimeSpan(None, datetime(2026, 1, 2, tzinfo=UTC))),
        ("yesterday", TimeSpan(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))),
    ],
)
def test_younger_is_later_and_days_are_whole(text: str, span: TimeSpan) -> None:
    """`<7d` is less than seven days old; a date is the whole of its day."""
    assert value(text) == span


def test_days_are_those_of_the_zone_also_when_the_clocks_change() -> None:
    """The day on which Berlin loses an hour has 23 of them."""
    moment = Moment(now=NOW, zone=ZoneInfo("Europe/Berlin"))
    span = time_span(Compare("=", date(2026, 3, 29)), moment)
    assert span == TimeSpan(datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


def test_since_is_an_age_or_the_start_of_a_day() -> None:
    """`since:` of `changes` takes both."""
    assert since(timedelta(days=7), MOMENT) == NOW - timedelta(days=7)
    assert since(Day.TODAY, MOMENT) == datetime(2026, 3, 30, tzinfo=UTC)


def test_a_value_of_another_kind_is_our_mistake_and_loud() -> None:
    """The reader never mixes kinds; a bug there must not become a wrong answer."""
    with pytest.raises(TypeError):
        number_span(Anything())
    with pytest.raises(TypeError):
        time_span(Anything(), MOMENT)
    with pytest.raises(TypeError):
        time_span(Compare("=", 3), MOMENT)
