"""Working hours: Monday to Friday between two wall times of a zone. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.model import Hours

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
"""As `date.weekday` counts."""

_ENOUGH: Final = 8
"""Days among which there is a working day that is not over, whatever the clocks do."""


def is_open(hours: Hours | None, zone: str, at: datetime) -> bool:
    """Tell whether a channel is told now what could wait; `hours` None: it always is."""
    if hours is None:
        return True
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() < _SATURDAY and hours.begin <= local.time() < hours.end


def opens_at(hours: Hours | None, zone: str, at: datetime) -> datetime:
    """Return the first moment from `at` on at which a channel is told what could wait, aware UTC."""
    if is_open(hours, zone, at) or hours is None:
        return at
    mornings = (_wall(day, hours.begin, zone) for day in _working_days(at, zone))
    return next(morning for morning in mornings if morning > at and is_open(hours, zone, morning))


def next_working_morning(hours: Hours | None, zone: str, at: datetime) -> datetime:
    """Return when the hours begin on the first working day after today; at 9:00 where they never end."""
    today = at.astimezone(ZoneInfo(zone)).date()
    begin = (hours or Hours()).begin
    return next(_wall(day, begin, zone) for day in _working_days(at, zone) if day > today)


def working_day_before(zone: str, at: datetime) -> datetime:
    """Return the same wall time on the last working day before that of `at`, aware UTC."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() - _DAY
    while day.weekday() >= _SATURDAY:
        day -= _DAY
    return _wall(day, local.time(), zone)


def day_words(zone: str, at: datetime) -> str:
    """Write the day of a moment for people: ``Mon 3 Mar 2027``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y}"


def _working_days(at: datetime, zone: str) -> Iterator[date]:
    today = at.astimezone(ZoneInfo(zone)).date()
    days = (today + ahead * _DAY for ahead in range(_ENOUGH))
    return (day for day in days if day.weekday() < _SATURDAY)


def _wall(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
