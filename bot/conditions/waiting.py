"""How long a condition has to hold: ``for 30d``, ``for 20 working days``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.conditions.printer import print_wait
from bot.errors import UsageError
from bot.grammar import parse_age

if TYPE_CHECKING:
    from bot.conditions.kinds import Wait
    from bot.conditions.words import Trouble, Word, Words

_DAY: Final = timedelta(days=1)
_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}
_LONG: Final = {**dict.fromkeys(("month", "months"), 30), **dict.fromkeys(("year", "years"), 365)}
"""Days of what the calendar calls differently long."""

_ONE: Final = frozenset({"a", "an", "one"})
_FOR_MEANT: Final = frozenset({"since", "over", "after", "within", "in", "longer", "more", "than", "during", ">"})
_COUNT: Final = re.compile(r"([0-9]{1,4})([a-z]*)")
_WORKING: Final = frozenset({"working", "work", "business"})
_WORKDAYS: Final = frozenset({"workday", "workdays", "weekday", "weekdays"})
_DAYS: Final = frozenset({"day", "days"})


def begins_wait(words: Words) -> bool:
    """Tell whether what follows says how long, right or wrong."""
    word = words.next
    if word is None:
        return False
    behind = words.ahead(1)
    led = word.text in _FOR_MEANT and behind is not None and bool(_counted(words, 1) or behind.text in _FOR_MEANT)
    count = _COUNT.fullmatch(word.text)
    return word.text == "for" or led or (count is not None and (not count[2] or count[2] in _UNITS | _LONG))


def read_wait(words: Words, wait: Wait) -> tuple[timedelta, bool]:
    """Read how long, and whether only working days count.

    Raises:
        Trouble: it cannot be read, or is too short or too long.
    """
    first = words.next
    if first is None or first.text != "for":
        raise _no_for(words, wait)
    words.take()
    number = words.next
    if number is None:
        raise words.missing(f"For how long? Write it like `for {print_wait(wait.usual)}`.", print_wait(wait.usual))
    working = _working_days(words, wait)
    if working is not None:
        return working, True
    try:
        length = parse_age(number.text)
    except UsageError:
        raise _no_age(words, number, wait) from None
    spelt = _unit_behind(words)
    words.take()
    _check(words, number, length, wait, spelt)
    return length, False


def _working_days(words: Words, wait: Wait) -> timedelta | None:
    number, behind, days = words.ahead(0), words.ahead(1), words.ahead(2)
    if number is None or behind is None or not number.text.isdecimal() or not number.text.isascii():
        return None
    two = behind.text in _WORKING and days is not None and days.text in _DAYS
    if not two and behind.text not in _WORKDAYS:
        return None
    last = days if two and days is not None else behind
    length = int(number.text[:5]) * _DAY
    if not wait.working_days:
        usual = print_wait(wait.usual)
        raise words.wrong(number, f"This does not wait for days. Write it like `for {usual}`.", usual, until=last)
    if not wait.shortest <= length <= wait.longest:
        meant = print_wait(max(_within(length, wait), _DAY), working_days=True)
        sentence = f"This waits for 1 to {wait.longest // _DAY} working days."
        raise words.wrong(number, sentence, meant, until=last)
    for _ in range(3 if two else 2):
        words.take()
    return length


def _check(words: Words, number: Word, length: timedelta, wait: Wait, spelt: Word | None) -> None:
    if spelt is not None:
        raise words.wrong(number, f"Write it in one word: `for {number.text}`.", number.text, until=spelt)
    if not wait.shortest <= length <= wait.longest:
        sentence = f"This waits for {print_wait(wait.shortest)} to {print_wait(wait.longest)}."
        raise words.wrong(number, sentence, print_wait(_within(length, wait)))


def _unit_behind(words: Words) -> Word | None:
    """Return a unit that stands behind an age that has one already."""
    behind = words.ahead(1)
    return behind if behind is not None and behind.text in _UNITS and len(behind.text) > 1 else None


def _no_for(words: Words, wait: Wait) -> Trouble:
    """Say that the length has no ``for`` before it, or another word."""
    leading = 0
    while (word := words.ahead(leading)) is not None and word.text in _FOR_MEANT:
        leading += 1
    first, last = words.take(), words.ahead(leading - 1)
    meant, last = _counted(words, leading - 1) or (_bare(first, wait), last or first)
    return words.wrong(first, f"How long is written with `for`, like `for {meant}`.", f"for {meant}", until=last)


def _bare(number: Word, wait: Wait) -> str:
    """Give a number the unit that is usual."""
    usual = print_wait(wait.usual)
    return f"{int(number.text[:4]) or 1}{usual[-1]}" if number.text.isdecimal() and number.text.isascii() else usual


def _no_age(words: Words, number: Word, wait: Wait) -> Trouble:
    if (counted := _counted(words, 0)) is not None:
        meant, last = counted
    else:
        meant, last = _bare(number, wait), number
        if number.text.isdecimal():
            sentence = f"{number.text[:9]} of what? Write the unit too, like `for {meant}`."
            return words.wrong(number, sentence, meant)
    said = words.text[number.start : last.end]
    return words.wrong(
        number, f"I cannot read “{said}” as a length of time. Write it like `for {meant}`.", meant, until=last
    )


def _counted(words: Words, skip: int) -> tuple[str, Word] | None:
    """Read ``30 days``, ``30days``, ``a month`` or ``30d`` generously.

    Returns how that is written, and its last word; None if it is no length.
    """
    number, behind = words.ahead(skip), words.ahead(skip + 1)
    if number is None:
        return None
    match = _COUNT.fullmatch(number.text)
    if match is None or match[2]:
        unit = match[2] if match else number.text
        if number.text in _ONE:
            return None if behind is None else _written(1, behind.text, behind)
        return _written(int(match[1]) if match else 1, unit, number) if len(number.text) > 1 else None
    if behind is None:
        return None
    if behind.text in _WORKING | _WORKDAYS:
        days = words.ahead(skip + 2)
        split = behind.text in _WORKING and days is not None and days.text in _DAYS
        return f"{int(match[1])} working days", days if split and days is not None else behind
    return _written(int(match[1]), behind.text, behind)


def _written(number: int, unit: str, last: Word) -> tuple[str, Word] | None:
    """Write a length as an age; None if the unit is none."""
    if not number:
        return None
    if unit in _LONG:
        return f"{number * _LONG[unit]}d", last
    return (f"{number}{_UNITS[unit]}", last) if unit in _UNITS else None


def _within(length: timedelta, wait: Wait) -> timedelta:
    return min(max(length, wait.shortest), wait.longest)
