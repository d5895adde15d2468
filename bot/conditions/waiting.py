"""How long a condition has to hold: ``for 30d``, ``for 20 working days``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.conditions.printer import print_wait
from bot.grammar import read_length

if TYPE_CHECKING:
    from bot.conditions.kinds import Wait
    from bot.conditions.words import Trouble, Word, Words

_DAY: Final = timedelta(days=1)
_ABOUT: Final = 4
"""Words of a length at most, and one more."""

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
    counted = count is not None and (not count[2] or read_length([word.text]) is not None)
    return word.text == "for" or led or counted or _length(words, 0) is not None


def read_wait(words: Words, wait: Wait, *, bare: bool = False) -> tuple[timedelta, bool]:
    """Read how long, and whether only working days count.

    Args:
        words: those that are left.
        wait: how long it may be.
        bare: whether it may stand without ``for``.

    Raises:
        Trouble: it cannot be read, or is too short or too long.
    """
    first = words.next
    if first is not None and first.text == "for":
        words.take()
    elif not bare:
        raise _no_for(words, wait)
    number = words.next
    if number is None:
        raise words.missing(f"For how long? Write it like `for {print_wait(wait.usual)}`.", print_wait(wait.usual))
    working = _working_days(words, wait)
    if working is not None:
        return working, True
    found = _length(words, 0)
    if found is None:
        raise _no_age(words, number, wait)
    length, taken = found
    last = words.ahead(taken - 1) or number
    _check(words, number, length, wait, last)
    for _ in range(taken):
        words.take()
    return length, False


def _length(words: Words, skip: int) -> tuple[timedelta, int] | None:
    """Read a length, and how many words it takes; a unit behind ``30d`` is one word too many, and taken with it."""
    ahead = [word.text for number in range(_ABOUT) if (word := words.ahead(skip + number)) is not None]
    found = read_length(ahead)
    if found is None:
        return None
    length, taken = found
    twice = taken == 1 and len(ahead) > 1 and read_length(["1", ahead[1]]) is not None
    return length, taken + (twice and len(ahead[1]) > 1)


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


def _check(words: Words, number: Word, length: timedelta, wait: Wait, last: Word) -> None:
    if not wait.shortest <= length <= wait.longest:
        sentence = f"This waits for {print_wait(wait.shortest)} to {print_wait(wait.longest)}."
        raise words.wrong(number, sentence, print_wait(_within(length, wait)), until=last)


def _no_for(words: Words, wait: Wait) -> Trouble:
    """Say that the length has no ``for`` before it, or another word."""
    leading = 0
    while (word := words.ahead(leading)) is not None and word.text in _FOR_MEANT:
        leading += 1
    first, last = words.take(), words.ahead(leading - 1)
    counted = _counted(words, leading - 1)
    meant, last = counted or (_with_unit(first, wait), last or first)
    example = meant or print_wait(wait.usual)
    fixed = None if meant is None else f"for {meant}"
    return words.wrong(first, f"How long is written with `for`, like `for {example}`.", fixed, until=last)


def _with_unit(number: Word, wait: Wait) -> str | None:
    """Give a number the unit that is usual; None if it is none, or that would not do: nobody guesses at a number."""
    if not (number.text.isdecimal() and number.text.isascii()):
        return None
    meant = f"{int(number.text[:5])}{print_wait(wait.usual)[-1]}"
    found = read_length([meant])
    return meant if found is not None and wait.shortest <= found[0] <= wait.longest else None


def _no_age(words: Words, number: Word, wait: Wait) -> Trouble:
    usual = print_wait(wait.usual)
    if (counted := _counted(words, 0)) is not None:
        meant, last = counted
        said = words.text[number.start : last.end]
        sentence = f"I cannot read “{said}” as a length of time. Write it like `for {meant}`."
        return words.wrong(number, sentence, meant, until=last)
    if number.text.isdecimal():
        fixed = _with_unit(number, wait)
        sentence = f"{number.text[:9]} of what? Write the unit too, like `for {fixed or usual}`."
        return words.wrong(number, sentence, fixed)
    said = words.text[number.start : number.end]
    return words.wrong(number, f"I cannot read “{said}” as a length of time. Write it like `for {usual}`.")


def _counted(words: Words, skip: int) -> tuple[str, Word] | None:
    """Read ``30 days``, ``a month``, ``month`` or ``20 working``: how that is written, and its last word.

    None: it is no length.
    """
    number, behind = words.ahead(skip), words.ahead(skip + 1)
    if number is None:
        return None
    if behind is not None and behind.text in _WORKING | _WORKDAYS and _COUNT.fullmatch(number.text):
        days = words.ahead(skip + 2)
        split = behind.text in _WORKING and days is not None and days.text in _DAYS
        return f"{number.text[:4]} working days", days if split and days is not None else behind
    found = _length(words, skip)
    if found is not None:
        return print_wait(found[0]), words.ahead(skip + found[1] - 1) or number
    one = read_length(["1", number.text]) if len(number.text) > 1 else None
    return None if one is None else (print_wait(one[0]), number)


def _within(length: timedelta, wait: Wait) -> timedelta:
    return min(max(length, wait.shortest), wait.longest)
