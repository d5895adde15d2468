"""Five cron fields, brought into the one form in which they are stored, and the wall times they come to."""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cronsim import CronSim, CronSimError
from cronsim.cronsim import SYMBOLIC_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIELDS: Final = ("minute", "hour", "day of the month", "month", "day of the week")
HOURS: Final = range(24)
MONTHS: Final = range(1, 13)
MONTH_DAYS: Final = range(1, 32)
WEEK_DAYS: Final = range(7)
LAST: Final = CronSim.LAST
LAST_WEEKDAY: Final = CronSim.LAST_WEEKDAY

_SOME_DAY: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - wall time: where the search for a first run begins
_FIELD: Final = re.compile(r"[0-9A-Z*,/#-]{1,100}")
_DAY_NAME: Final = re.compile("|".join(SYMBOLIC_DAYS))
_LONG_NUMBER: Final = re.compile(r"[0-9]{5}")
_SHORTEST_RANGE: Final = 3


class BadField(Exception):
    """One field of a cron cannot be read.

    Args:
        number: which one, from 0.
    """

    def __init__(self, number: int) -> None:
        super().__init__(FIELDS[number])
        self.number = number


class NeverComes(Exception):
    """There is no day like that."""


def walls(cron: str, after: datetime) -> Iterator[datetime]:
    """Return the wall times of a cron later than `after`, all naive; ends if none comes for fifty years."""
    counting = copy(_parsed(cron))
    counting.dt = after.replace(microsecond=0)
    return counting


@lru_cache(maxsize=4096)
def _parsed(cron: str) -> CronSim:
    """Read a cron once; counting changes nothing in it but `dt`, so that copies may share the rest.

    https://github.com/cuu508/cronsim
    """
    return CronSim(cron, _SOME_DAY)


def canonical(fields: tuple[str, ...]) -> str:
    """Write five fields in the one way: numbers, sorted, Sunday 0, ranges from three values on, ``*/2``.

    Raises:
        BadField: a field cannot be read.
        NeverComes: there is no such day.
    """
    fields = tuple(field.upper() for field in fields)
    for number, field in enumerate(fields):
        _check(number, field)
    try:
        read = CronSim(" ".join(fields), _SOME_DAY)
        next(walls(" ".join(fields), _SOME_DAY))
    except (CronSimError, StopIteration):
        raise NeverComes from None
    minute = _write(read.minutes, range(60))
    return " ".join((minute, _write(read.hours, HOURS), *_days(fields, read)))


def _check(number: int, field: str) -> None:
    """Read one field alone, so that the one that is wrong can be named."""
    if not _FIELD.fullmatch(field) or _LONG_NUMBER.search(field):
        raise BadField(number)
    try:
        CronSim(" ".join(field if n == number else "*" for n in range(len(FIELDS))), _SOME_DAY)
    except CronSimError:
        raise BadField(number) from None


def _days(fields: tuple[str, ...], read: CronSim) -> tuple[str, str, str]:
    """Write day of the month, month and day of the week.

    Days of the month and of the week must both match if one of the two fields begins with a star, else one of them
    must; so a star is only written where there was one, or where it means the same.
    """
    month_days = _keep_star(fields[2]) or _write_month_days(read.days)
    week_days = _keep_star(fields[4]) or _write_week_days(read.weekdays)
    if read.days >= set(MONTH_DAYS):
        month_days = "*"
    if {day % 7 for day in read.weekdays if isinstance(day, int)} >= set(WEEK_DAYS):
        week_days = "*"
    if "*" in {month_days, week_days} and not read.day_and:
        month_days = week_days = "*"
    return month_days, _write(read.months, MONTHS), week_days


def _keep_star(field: str) -> str | None:
    """Return a field that begins with a star, with days as numbers; None if it does not."""
    if not field.startswith("*"):
        return None
    return _DAY_NAME.sub(lambda name: str(SYMBOLIC_DAYS.index(name[0])), field)


def _write_month_days(days: set[int]) -> str:
    special = [text for value, text in ((LAST, "L"), (LAST_WEEKDAY, "LW")) if value in days]
    return ",".join([*_ranges(sorted(day for day in days if day > 0)), *special])


def _write_week_days(days: Iterable[int | tuple[int, int]]) -> str:
    plain = sorted({day % 7 for day in days if isinstance(day, int)})
    special = sorted({(day[0] % 7, day[1]) for day in days if isinstance(day, tuple)})
    return ",".join([*_ranges(plain), *(f"{day}L" if nth == LAST else f"{day}#{nth}" for day, nth in special)])


def _write(values: set[int], whole: range) -> str:
    """Write a field that is not about days."""
    listed = sorted(values)
    if listed == list(whole):
        return "*"
    step = listed[1] - listed[0] if len(listed) > 1 else 0
    if step > 1 and listed == list(whole[::step]):
        return f"*/{step}"
    return ",".join(_ranges(listed))


def _ranges(values: list[int]) -> Iterator[str]:
    """Write sorted numbers, three or more in a row as a range."""
    while values:
        length = next((n for n, value in enumerate(values) if value != values[0] + n), len(values))
        if length < _SHORTEST_RANGE:
            length = 1
        yield str(values[0]) if length == 1 else f"{values[0]}-{values[length - 1]}"
        values = values[length:]
