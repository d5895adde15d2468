"""Schedule to plain words, such that reading them gives the same schedule again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cronsim import CronSim

from bot.schedules.days import DAY_NAMES, ORDINALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Schedule

_MOST_TIMES: Final = 4
_MOST_DAYS: Final = 5
_SURE_DAYS: Final = 28
"""Every month has so many days."""

_SURE_WEEKS: Final = 4
_STEPS: Final = {"*": "hourly", **{f"*/{step}": f"every {step} hours" for step in (2, 3, 4, 6, 8, 12)}}
_WEEKS: Final = {"*": "daily", "1-5": "weekdays", "0,6": "weekends"}
_NTH: Final = {str(number): word for word, number in ORDINALS.items()}
_NTH_DAY: Final = re.compile(r"(?P<day>[0-6])(?:#(?P<nth>[1-5])|(?P<last>L))")
_MONTH_DAY: Final = {"L": "last day", "LW": "last weekday"}
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)
_SUNDAY_LAST: Final = "1234560"
_SOME_DAY: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - wall time: nothing is counted from it


def print_schedule(schedule: Schedule, *, zone: bool = True) -> str:
    """Write a schedule in plain words that `read_schedule` reads back; a cron without words stays one."""
    words = _in_words(schedule.cron) or schedule.cron
    return f"{words} {schedule.zone}" if zone else words


def explain(schedule: Schedule) -> str:
    """Say in an English sentence what the cron of a schedule means, for those that have no plain words."""
    return CronSim(schedule.cron, _SOME_DAY).explain()


def _in_words(cron: str) -> str | None:
    minute, hour, month_day, month, week_day = cron.split()
    days = _week(week_day) if month_day == "*" else _month(month_day) if week_day == "*" else None
    if days is None or month != "*" or not minute.isdecimal():
        return None
    if hour in _STEPS:
        at = "" if minute == "0" else f" at :{int(minute):02}"
        return _STEPS[hour] + at + ("" if days == "daily" else f" on {days.removeprefix('every ')}")
    times = _times(minute, hour)
    return None if times is None else f"{days} at {times}"


def _times(minute: str, hour: str) -> str | None:
    hours = _numbers(hour)
    if hours is None or len(hours) > _MOST_TIMES:
        return None
    return _listed([f"{number:02}:{int(minute):02}" for number in hours])


def _week(field: str) -> str | None:
    if field in _WEEKS:
        return _WEEKS[field]
    if "#" in field or "L" in field:
        return _nth(field.split(","))
    days = _numbers(field)
    if days is None:
        return None
    if len(days) == 1:
        return f"every {DAY_NAMES[days[0]]}"
    return _listed([DAY_NAMES[int(day)] for day in _SUNDAY_LAST if int(day) in days])


def _nth(parts: Sequence[str]) -> str | None:
    """Write the first, third or last of one day of the week."""
    found = [match for part in parts if (match := _NTH_DAY.fullmatch(part))]
    days = {match["day"] for match in found}
    if len(found) < len(parts) or len(days) > 1:
        return None
    # what is stored has the last one in front, as its number is the smallest
    ordered = sorted(found, key=lambda match: match["nth"] or "L")
    names = [_NTH[match["nth"]] if match["nth"] else "last" for match in ordered]
    rare = any(int(match["nth"] or 0) > _SURE_WEEKS for match in found)
    return f"{_listed(names)} {DAY_NAMES[int(days.pop())]} of the month{_rarely(rare, names)}"


def _month(field: str) -> str | None:
    if field in _MONTH_DAY:
        return f"{_MONTH_DAY[field]} of the month"
    begun, _, last = field.partition(",L")
    days = _numbers(begun)
    if days is None or len(days) > _MOST_DAYS or last:
        return None
    names = [_ordinal(day) for day in days]
    if begun != field:
        return f"{_listed([*names, 'last'])} day of the month" if days[-1] <= _SURE_DAYS else None
    return f"{_listed(names)} of the month{_rarely(days[-1] > _SURE_DAYS, names)}"


def _rarely(rare: bool, names: Sequence[str]) -> str:  # noqa: FBT001 - the one thing that it depends on
    if not rare:
        return ""
    return f", in months that have {'one' if len(names) == 1 else 'them'},"


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _ENDINGS.get(number % 10, 'th')}"


def _numbers(field: str) -> list[int] | None:
    """Return the numbers of a list with ranges; None if there is more in it."""
    if not re.fullmatch(r"[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*", field):
        return None
    spans = [part.partition("-")[::2] for part in field.split(",")]
    return [number for low, high in spans for number in range(int(low), int(high or low) + 1)]


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
