"""Words for times: ``9:00``, ``9am and 5pm``, ``at 9``, ``noon``, ``hourly``, ``every 2 hours``, ``:15``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.schedules.words import AND, EVERY, TO, Trouble, Word, skip, text_at, trouble_at

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS: Final = (1, 2, 3, 4, 6, 8, 12)
"""Every so many hours comes at the same times each day."""

Time = tuple[int, int]
"""Hour and minute of a wall clock."""

_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})|h)?(?P<half>am|pm|a\.m|p\.m)?")
_MINUTE: Final = re.compile(r":(?P<minute>[0-9]{2})")
_NAMED: Final = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
_HALVES: Final = frozenset(("am", "pm", "a.m", "p.m"))
_MINUTES: Final = frozenset(("minute", "minutes", "min", "mins"))
_AT: Final = frozenset(("at", "@"))
_LATER: Final = frozenset((("in", "the", "afternoon"), ("in", "the", "evening")))
_NOON: Final = 12


def read_times(words: Sequence[Word], at: int) -> tuple[list[Time], int] | None:
    """Read the times of day that begin with this word; None if it begins none.

    Raises:
        Trouble: no clock shows that.
    """
    found: list[Time] = []
    bare = text_at(words, at - 1) in _AT
    after = begin = at
    while (item := _time(words, begin, bare=bare)) is not None:
        found.append(item[0])
        after = item[1]
        begin = _next_time(words, after)
        bare = (bare and begin > after) or text_at(words, begin - 1) in _AT
    return (found, after) if found else None


def _next_time(words: Sequence[Word], at: int) -> int:
    following = skip(words, at, AND)
    return skip(words, following, _AT) if following > at else at


def _time(words: Sequence[Word], at: int, *, bare: bool) -> tuple[Time, int] | None:
    """Read one time; a `bare` number is an hour, too: people write ``at 9 and 17``."""
    word, following = text_at(words, at), text_at(words, at + 1)
    if word in _NAMED:
        return _NAMED[word], at + 1
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    half = match["half"] or (following if following in _HALVES else "")
    oclock = following.replace("'", "") == "oclock"
    if not half and not oclock and word.isdecimal() and not (bare and _is_hour(words, at)):
        return None
    after = at + 1 + (oclock or (bool(half) and not match["half"]))
    hour, minute = _checked(words[at], words[after - 1].end, match, half)
    if not half and tuple(text_at(words, after + n) for n in range(3)) in _LATER:
        return (hour + _NOON if 0 < hour < _NOON else hour, minute), after + 3
    return (hour, minute), after


def _is_hour(words: Sequence[Word], at: int) -> bool:
    """Tell whether a number behind ``at`` is a whole time, and not half of ``9 30`` or of ``9 to 17``.

    Raises:
        Trouble: it is an hour with its minutes behind a blank.
    """
    word, following = words[at], text_at(words, at + 1)
    if re.fullmatch(r"[0-5][0-9]", following):
        meant = f"{int(word.text)}:{following}"
        end = words[at + 1].end
        raise Trouble(f"Write the time in one word: `{meant}`.", word.start, end, (word.start, end, meant))
    return not following.isdecimal() and following not in TO


def _checked(word: Word, end: int, match: re.Match[str], half: str) -> Time:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    shown = f"{hour}:{minute:02}"
    if half and _NOON < hour < 24 and minute < 60:  # noqa: PLR2004 - a clock of a whole day
        sentence = f"“{word.text}” is both of 24 hours and of 12; write `{shown}`."
        raise Trouble(sentence, word.start, end, (word.start, end, shown))
    if hour > 23 or minute > 59:  # noqa: PLR2004 - as above
        meant = "0:00" if shown == "24:00" else "9:00"
        sentence = f"No clock shows “{word.text}”. Write a time like `9:00`, `17:30` or `9am`."
        raise Trouble(sentence, word.start, end, (word.start, end, meant))
    if half:
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    return hour, minute


def bare_number(word: Word) -> Trouble:
    """Ask what a number without minutes means."""
    hour = int(word.text) if word.text.isascii() and len(word.text) <= 2 else 24  # noqa: PLR2004 - digits of an hour
    if not 0 <= hour <= 23:  # noqa: PLR2004 - a clock of a whole day
        return trouble_at(word, f"I cannot read “{word.text}” as a time. Write it like `9:00`.", "9:00")
    other = f", or `{hour + 12}:00` for the evening" if 0 < hour < _NOON else ""
    return trouble_at(word, f"Write the time with its minutes: `{hour}:00`{other}.", f"{hour}:00")


def read_hourly(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Read ``hourly`` or ``every 2 hours`` as hours between two runs; None if it is something else.

    Raises:
        Trouble: a step that does not come at the same times each day, or comes too often.
    """
    word, unit = text_at(words, at), text_at(words, at + 1)
    if word == "hourly" or (word == "hour" and text_at(words, at - 1) in EVERY):
        return 1, at + 1
    several = word in {"other", "second"} or (word.isdecimal() and word.isascii())
    if word in _MINUTES or (several and unit in _MINUTES):
        last = words[at] if word in _MINUTES else words[at + 1]
        sentence = "A channel gets at most one digest an hour. Choose `hourly`, or `every 2 hours`."
        raise Trouble(sentence, words[at].start, last.end, (_every(words, at), last.end, "hourly"))
    if unit not in {"hour", "hours"} or not several:
        return None
    step = int(word[:3]) if word.isdecimal() else 2
    if step not in STEPS:
        meant = max(choice for choice in STEPS if choice <= max(step, 1))
        listed = ", ".join(map(str, STEPS[1:-1]))
        sentence = f"Every {step} hours would come at other times each day. Choose {listed} or {STEPS[-1]} hours."
        raise trouble_at(words[at], sentence, str(meant))
    return step, at + 2


def _every(words: Sequence[Word], at: int) -> int:
    """Return where the phrase begins, an ``every`` before it included."""
    return words[at - 1].start if text_at(words, at - 1) in EVERY else words[at].start


def read_minute(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Read ``:15``, the minute of hourly runs; None if it is something else.

    Raises:
        Trouble: no clock shows that.
    """
    match = _MINUTE.fullmatch(text_at(words, at))
    if match is None:
        return None
    if int(match["minute"]) > 59:  # noqa: PLR2004 - minutes of an hour
        raise trouble_at(words[at], "An hour has minutes `:00` to `:59`.", ":00")
    return int(match["minute"]), at + 1
