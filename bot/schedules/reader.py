"""Text to schedule. Reads it or refuses with the place, the reason and, where it can be guessed, a correction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.errors import UsageError
from bot.model import Schedule
from bot.schedules.cron import canonical
from bot.schedules.judge import EXAMPLE, Reading, doubt, judge
from bot.schedules.phrase import Phrase, cron_of, read_phrase
from bot.schedules.typed_cron import read_cron
from bot.schedules.words import Trouble, Word, words_of
from bot.schedules.zones import guess_zone, is_zone_attempt

_CLOSING: Final = {'"': re.compile('"'), "'": re.compile(r"'(?!\w)"), "`": re.compile("`")}
"""Quotes, and what closes them; not what stands in ``9 o'clock``."""

_FILTER: Final = re.compile(r'(?:^|(?<=\s))(?:-?[A-Za-z][A-Za-z_-]*:(?!//)|-(?=[^\s-])|-?\S*")')
"""Where words end and filters begin: ``key:``, ``-word``, or anything quoted."""

_MOST_STEPS: Final = 3
"""A correction may need one itself: a day that was mistyped, and then has no time."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of the text that may be a schedule."""

    start: int
    stop: int
    end: int | None
    """Where the text goes on, behind a closing quote; None: wherever the schedule ends."""


def read_schedule(text: str, *, start: int = 0, zone: str) -> tuple[Schedule, int]:
    """Read the schedule that begins at `start`, and return it with the index of what follows it.

    In quotes it ends with them. Without, it ends with the last word that belongs to it, and before the first
    ``key:value``; words behind it are left alone, unless they look like a part of it.

    Args:
        text: the whole command, typography already undone; what stands before `start` is only quoted in errors.
        start: where the schedule begins.
        zone: IANA name of the zone that counts if none is written.

    Raises:
        UsageError: it cannot be read; with the position, and a corrected command wherever one can be guessed.
    """
    try:
        return _read(text, start, zone)
    except Trouble as trouble:
        raise UsageError(
            trouble.sentence,
            text=text,
            position=trouble.start,
            length=trouble.end - trouble.start,
            correction=_correction(text, start, zone, trouble),
        ) from None


def begins_schedule(text: str, start: int = 0) -> bool:
    """Tell whether what begins here is meant as a schedule, right or wrong, rather than as a word to look for."""
    try:
        return _reading(text, _stretch(text, start), "UTC").phrase.begun
    except Trouble:
        return True


def resembles_schedule(text: str, start: int = 0) -> bool:
    """Tell whether what begins here is a mistyped word of schedules, or names one day only: `read_schedule` says so."""
    try:
        doubt(_reading(text, _stretch(text, start), "UTC"))
    except Trouble:
        return True
    return False


def zone_alone(text: str, start: int = 0) -> tuple[str, int] | None:
    """Return the zone that stands here without days and times, and where the rest begins; None if there is none.

    Of what can only be meant as a zone, and is no name of one, it is the zone that was probably meant.
    """
    try:
        stretch = _stretch(text, start)
        reading = _reading(text, stretch, "UTC")
    except Trouble:
        return None
    if reading.phrase.begun:
        return None
    if reading.phrase.zone is not None:
        return reading.phrase.zone, reading.end if stretch.end is None else stretch.end
    word = reading.words[reading.left] if reading.left < len(reading.words) else None
    name = text[word.start : word.end] if word else ""
    meant = guess_zone(name, "UTC") if is_zone_attempt(name) else None
    return (meant, word.end if stretch.end is None else stretch.end) if word and meant else None


def written_zone(text: str, start: int = 0) -> str | None:
    """Return the zone that the schedule beginning at `start` names itself; None if it names none, or cannot be read."""
    try:
        return _reading(text, _stretch(text, start), "UTC").phrase.zone
    except Trouble:
        return None


def _correction(text: str, start: int, zone: str, trouble: Trouble) -> str | None:
    """Put in what was probably meant, and offer it only if it reads."""
    for _ in range(_MOST_STEPS):
        if not trouble.swaps:
            return None
        for begin, end, meant in reversed(trouble.swaps):
            text = text[:begin] + meant + text[end:]
        text = text.rstrip()
        try:
            _read(text, start, zone)
        except Trouble as next_one:
            trouble = next_one
        else:
            return text
    return None


def _read(text: str, start: int, zone: str) -> tuple[Schedule, int]:
    stretch = _stretch(text, start)
    reading = _reading(text, stretch, zone)
    judge(reading)
    phrase = reading.phrase
    cron = " ".join(phrase.cron) if phrase.cron else canonical(cron_of(phrase))
    return Schedule(cron, phrase.zone or zone), reading.end if stretch.end is None else stretch.end


def _stretch(text: str, start: int) -> _Stretch:
    begin = start + len(text[start:]) - len(text[start:].lstrip())
    if begin < len(text) and text[begin] in _CLOSING:
        close = _CLOSING[text[begin]].search(text, begin + 1)
        if close is None:
            raise _unclosed(text, begin)
        return _Stretch(begin + 1, close.start(), close.end())
    found = _FILTER.search(text, begin)
    return _Stretch(begin, found.start() if found else len(text), None)


def _unclosed(text: str, begin: int) -> Trouble:
    found = _FILTER.search(text, begin + 1)
    stop = len(text[: found.start() if found else len(text)].rstrip())
    swap = (stop, stop, text[begin]) if stop > begin + 1 else (begin, begin + 1, f'"{EXAMPLE}" ')
    return Trouble("A quote is opened here and never closed.", begin, begin + 1, swap)


def _reading(text: str, stretch: _Stretch, zone: str) -> Reading:
    """Read as much as can be read."""
    cron = read_cron(text, stretch.start, stretch.stop)
    phrase = Phrase(cron=cron[0] if cron else ())
    words = words_of(text, cron[1] if cron else stretch.start, stretch.stop)
    used = read_phrase(words, phrase)
    if cron:
        words, used = [Word("", stretch.start, cron[1]), *words], used + 1
    quoted = stretch.end is not None
    return Reading(text, stretch.start, stretch.stop, quoted, zone, tuple(words), used, phrase)
