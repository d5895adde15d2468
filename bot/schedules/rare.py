"""Rhythms that five cron fields cannot say, and what comes nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.schedules.days import DAY_NAMES, NAMED
from bot.schedules.words import EVERY, Trouble, skip, text_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.schedules.words import Word

_FORTNIGHTLY: Final = frozenset(("biweekly", "fortnightly", "fortnight"))
_SPANS: Final = frozenset(("day", "days", "week", "weeks", "month", "months"))
_DAYS: Final = frozenset(("day", "days"))
_AMBIGUOUS: Final = {"second": "second", "2nd": "second", "third": "third", "3rd": "third", "fourth": "fourth"}
_SELDOM: Final = {
    "quarterly": "0 9 1 1,4,7,10 *",
    "quarter": "0 9 1 1,4,7,10 *",
    "yearly": "0 9 1 1 *",
    "annually": "0 9 1 1 *",
    "year": "0 9 1 1 *",
}
_ON: Final = frozenset(("on", "at", "every", "a"))


def refuse_rare(words: Sequence[Word], at: int) -> None:
    """Refuse a rhythm that leaves out weeks, days or months, or comes by the year.

    Raises:
        Trouble: it does.
    """
    word, unit, every = text_at(words, at), text_at(words, at + 1), text_at(words, at - 1) in EVERY
    if word in _FORTNIGHTLY:
        raise _left_out(words, at - every, at)
    if every and word == "other" and (unit in _SPANS or unit in NAMED):
        raise _left_out(words, at - 1, at + (unit in _SPANS))
    if word.isdecimal() and unit in _SPANS:
        raise _left_out(words, at - every, at + 1)
    if every and word in _AMBIGUOUS and unit in NAMED and text_at(words, at + 2) not in {"of", "in", "each", "every"}:
        raise _ambiguous(words, at)
    if word in _SELDOM:
        cron = _SELDOM[word]
        start = words[at - every].start
        sentence = f"I know no “{word}”, but a cron can say it: `{cron}`."
        raise Trouble(sentence, start, words[at].end, (start, words[at].end, cron))


def _left_out(words: Sequence[Word], begin: int, last: int) -> Trouble:
    """Offer two weeks of the month, for the day that is named behind, if one is."""
    sentence = "I cannot leave out days, weeks or months. Choose days of the week, or two of a month."
    day = skip(words, last + 1, _ON)
    named = text_at(words, day) in NAMED
    if text_at(words, last) in _DAYS:
        meant = "Mon,Wed,Fri"
    else:
        meant = f"first and third {DAY_NAMES[NAMED[words[day].text] if named else 1]}"
    start, end = words[begin].start, words[day if named else last].end
    return Trouble(sentence, start, words[last].end, (start, end, meant))


def _ambiguous(words: Sequence[Word], at: int) -> Trouble:
    meant = f"{_AMBIGUOUS[words[at].text]} {DAY_NAMES[NAMED[words[at + 1].text]]} of month"
    start, end = words[at - 1].start, words[at + 1].end
    return Trouble(f"I cannot leave out weeks. For one of a month, write `{meant}`.", start, end, (start, end, meant))
