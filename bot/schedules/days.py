"""Words for days: ``weekdays``, ``Mon,Thu``, ``Monday to Friday``, ``1st and 15th``, ``last Friday``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.schedules.words import AND, EVERY, TO, Word, skip, text_at, trouble_at

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_NAMES: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""By their number in a cron."""

ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}

NAMED: Final = {
    spelt: number
    for number, name in enumerate(DAY_NAMES)
    for spelt in (name.casefold(), f"{name.casefold()}s", name[:3].casefold())
} | {"tues": 2, "weds": 3, "thur": 4, "thurs": 4}

_SPLIT: Final = frozenset(("week", "working", "business"))
_DAY: Final = frozenset(("day", "days"))
WORKING_DAYS: Final = frozenset(("weekday", "weekdays", "workday", "workdays", "working", "business"))
WEEKENDS: Final = frozenset(("weekend", "weekends"))
DAILY: Final = frozenset(("daily", "everyday"))

LAST: Final = "last"
_BETWEEN: Final = AND | {"on", "every", "the"}
_ORDINAL: Final = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)")
_MOST_IN_MONTH: Final = 31
_MOST_WEEKS: Final = 5


@dataclass(frozen=True, slots=True)
class Days:
    """Which days, as two fields of a cron, of which one is a star."""

    month_days: str = "*"
    week_days: str = "*"


Read = tuple[Days, int]
"""What was read, and the index of the word after it."""


def read_days(words: Sequence[Word], at: int) -> Read | None:
    """Read the days that begin with this word; None if it begins none.

    Raises:
        Trouble: they begin like days, and go on wrong.
    """
    return _every_day(words, at) or _names(words, at) or _in_month(words, at)


def _every_day(words: Sequence[Word], at: int) -> Read | None:
    word = text_at(words, at)
    if word in DAILY or (word == "day" and text_at(words, at - 1) in EVERY):
        return Days(), at + 1
    return None


# by the week


def _names(words: Sequence[Word], at: int) -> Read | None:
    found: set[int] = set()
    after = at
    while (item := _name(words, skip(words, after, _BETWEEN if found else frozenset()))) is not None:
        found |= item[0]
        after = item[1]
    return (Days(week_days=",".join(map(str, sorted(found)))), after) if found else None


def _name(words: Sequence[Word], at: int) -> tuple[set[int], int] | None:
    """Read one day, a range of them, or a word for several."""
    word = text_at(words, at)
    split = text_at(words, at + 1) in _DAY
    if word in WORKING_DAYS or (word == "week" and split):
        return {1, 2, 3, 4, 5}, at + 1 + (split and word in _SPLIT)
    if word in WEEKENDS:
        return {0, 6}, at + 1 + split
    if word not in NAMED:
        return None
    first, last = NAMED[word], text_at(words, at + 2)
    if text_at(words, at + 1) in TO and last in NAMED:
        return {(first + n) % 7 for n in range((NAMED[last] - first) % 7 + 1)}, at + 3
    return {first}, at + 1


# by the month


def _in_month(words: Sequence[Word], at: int) -> Read | None:
    if text_at(words, at) == "day" and text_at(words, at + 1).isdecimal():
        return Days(month_days=str(_within_month(words[at + 1], int(words[at + 1].text[:4]), "1"))), at + 2
    found: list[tuple[str, Word]] = []
    after = at
    while (item := _ordinal(words, skip(words, after, _BETWEEN if found else frozenset()))) is not None:
        found.append((item[0], words[item[1] - 1]))
        after = item[1]
    return _of_month(words, found, after) if found else None


def _ordinal(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    word = text_at(words, at)
    if word == LAST:
        return LAST, at + 1
    if word in ORDINALS:
        return str(ORDINALS[word]), at + 1
    match = _ORDINAL.fullmatch(word)
    if match or (word.isdecimal() and word.isascii() and text_at(words, at + 1) == "of"):
        number = int(match[1] if match else word[:4])
        return str(_within_month(words[at], number)), at + 1
    return None


def _of_month(words: Sequence[Word], found: list[tuple[str, Word]], at: int) -> Read:
    word = text_at(words, at)
    if word in NAMED:
        return Days(week_days=",".join(_nth(number, NAMED[word], said) for number, said in found)), at + 1
    if word in WORKING_DAYS:
        if [number for number, _ in found] != [LAST]:
            sentence = "Of the working days I only know the last one of a month; name the day of the week instead."
            raise trouble_at(words[at], sentence, "Monday")
        return Days(month_days="LW"), at + 1 + (text_at(words, at + 1) == "day")
    if word not in {"day", "of"} and found[-1][0] == LAST:
        raise trouble_at(
            found[-1][1], "The last what? Write `last day of month` or `last Friday`.", "last day of month"
        )
    return Days(month_days=",".join("L" if number == LAST else number for number, _ in found)), at + (word == "day")


def _nth(number: str, day: int, said: Word) -> str:
    if number == LAST:
        return f"{day}L"
    if int(number) > _MOST_WEEKS:
        sentence = f"No month has so many: there is a first to fifth {DAY_NAMES[day]}, and a last."
        raise trouble_at(said, sentence, LAST)
    return f"{day}#{number}"


def _within_month(word: Word, number: int, meant: str = "1st") -> int:
    if not 1 <= number <= _MOST_IN_MONTH:
        raise trouble_at(word, f"“{word.text}” is no day of a month; they go from 1st to 31st.", meant)
    return number
