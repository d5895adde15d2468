"""What a number or a time in a query stands for: a half-open stretch.

Integers and microseconds are both discrete, so `>` and `<=` need no flags: the end is moved by one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.query.terms import Alternative, Between, Compare, Day, Operand

if TYPE_CHECKING:
    from bot.model import Moment

_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """``low <= value < high``; None is an open end."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """``since <= value < until``, aware UTC; None is an open end."""

    since: datetime | None = None
    until: datetime | None = None


def number_span(value: Alternative) -> NumberSpan:
    """Return the numbers that `value` (of a number field) stands for."""
    match value:
        case Compare(sign, int(n)):
            return {
                "=": NumberSpan(n, n + 1),
                "<": NumberSpan(None, n),
                "<=": NumberSpan(None, n + 1),
                ">": NumberSpan(n + 1, None),
                ">=": NumberSpan(n, None),
            }[sign]
        case Between(low, high):
            return NumberSpan(low if isinstance(low, int) else None, high + 1 if isinstance(high, int) else None)
        case _:
            raise TypeError(f"{value!r} is not of a number field")


def time_span(value: Alternative, moment: Moment) -> TimeSpan:
    """Return the times that `value` (of a time field) stands for, seen from `moment`."""
    match value:
        case Compare(sign, timedelta() as age):
            return _age_span(sign, moment.now - age)
        case Compare(sign, operand):
            return _day_span(sign, _day(operand, moment), moment)
        case Between(low, high) if isinstance(low, timedelta) or isinstance(high, timedelta):
            return TimeSpan(
                moment.now - high if isinstance(high, timedelta) else None,
                moment.now - low + _STEP if isinstance(low, timedelta) else None,
            )
        case Between(low, high):
            return TimeSpan(
                None if low is None else _start(_day(low, moment), moment),
                None if high is None else _start(_day(high, moment) + timedelta(days=1), moment),
            )
        case _:
            raise TypeError(f"{value!r} is not of a time field")


def since(value: timedelta | date | Day, moment: Moment) -> datetime:
    """Return the moment that ``since:7d`` or ``since:2026-01-01`` names."""
    return moment.now - value if isinstance(value, timedelta) else _start(_day(value, moment), moment)


def _age_span(sign: str, at: datetime) -> TimeSpan:
    """Younger than an age is later than a moment."""
    return {
        "<": TimeSpan(at + _STEP, None),
        "<=": TimeSpan(at, None),
        ">": TimeSpan(None, at),
        ">=": TimeSpan(None, at + _STEP),
    }[sign]


def _day_span(sign: str, day: date, moment: Moment) -> TimeSpan:
    start, end = _start(day, moment), _start(day + timedelta(days=1), moment)
    return {
        "=": TimeSpan(start, end),
        "<": TimeSpan(None, start),
        "<=": TimeSpan(None, end),
        ">": TimeSpan(end, None),
        ">=": TimeSpan(start, None),
    }[sign]


def _day(operand: Operand, moment: Moment) -> date:
    if isinstance(operand, Day):
        today = moment.now.astimezone(moment.zone).date()
        return today if operand is Day.TODAY else today - timedelta(days=1)
    if isinstance(operand, date):
        return operand
    raise TypeError(f"{operand!r} is not a day")


def _start(day: date, moment: Moment) -> datetime:
    return datetime.combine(day, time.min, tzinfo=moment.zone).astimezone(UTC)
