"""Until when: ``7d``, ``friday``, ``2027-01-31``, ``until it changes``, ``for ever``. Text to values; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.alerts.hours import next_working_morning
from bot.errors import UsageError
from bot.grammar import parse_date, read_length
from bot.model import Hours

if TYPE_CHECKING:
    from bot.model import WatchDraft


_WEEK: Final = 7


class Open(Enum):
    """Ends that are no date."""

    UNTIL_IT_CHANGES = "until it changes"
    FOR_EVER = "for ever"
    TOMORROW = "tomorrow"
    """The next working morning."""


class Weekday(IntEnum):
    """The next day of that name, not today."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


_WORDS: Final = {
    **dict.fromkeys(("it changes", "changes", "change", "something changes"), Open.UNTIL_IT_CHANGES),
    **dict.fromkeys(("ever", "forever", "good", "always", "permanently"), Open.FOR_EVER),
    **dict.fromkeys(
        ("tomorrow", "tomorrow morning", "next morning", "next working morning", "the next working morning"),
        Open.TOMORROW,
    ),
}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS: Final = {
    **{day: Weekday(number) for number, day in enumerate(_DAYS)},
    **{day[:3]: Weekday(number) for number, day in enumerate(_DAYS)},
    "next week": Weekday.MONDAY,
}
_LEAD: Final = re.compile(r"(?:for|until|till|to|in)\s+")
_NEXT: Final = re.compile(r"(?:next|this|on)\s+(?=(?:mon|tue|wed|thu|fri|sat|sun))")
_DATED: Final = re.compile(r"(?:until|till|for)\s+", re.IGNORECASE)
_WORD: Final = re.compile(r"\S+")
_MOST_WORDS: Final = 4
"""Words of an end at most: ``the next working morning``."""

_SHORTEST: Final = timedelta(hours=1)
"""Nobody ends anything within minutes."""


@dataclass(frozen=True, slots=True)
class End:
    """When something ends, as somebody wrote it."""

    said: timedelta | date | Weekday | Open

    def at(self, draft: WatchDraft, now: datetime) -> datetime | None:
        """Return the moment, on the calendar of a watch; None: it has no date."""
        match self.said:
            case timedelta():
                return now + self.said
            case Weekday():
                today = now.astimezone(ZoneInfo(draft.zone)).date()
                ahead = (self.said - today.weekday()) % _WEEK or _WEEK
                return _beginning(today + timedelta(days=ahead), draft)
            case date():
                return _beginning(self.said, draft)
            case Open.TOMORROW:
                return next_working_morning(draft.hours, draft.zone, now)
            case _:
                return None

    def is_beyond(self, longest: timedelta, now: datetime) -> bool:
        """Tell whether it surely lies further ahead than that, on any calendar."""
        if isinstance(self.said, timedelta):
            return self.said > longest
        return isinstance(self.said, date) and self.said > (now + longest).date() + timedelta(days=1)


def _beginning(day: date, draft: WatchDraft) -> datetime:
    """Return when the hours of a watch begin on a day."""
    begin = (draft.hours or Hours()).begin
    return datetime.combine(day, begin, ZoneInfo(draft.zone)).astimezone(UTC)


def read_end(text: str) -> End:
    """Read when something ends.

    Raises:
        UsageError: it cannot be read.
    """
    phrase = " ".join(text.lower().split())
    lead = _LEAD.match(phrase)
    phrase = phrase[lead.end() :] if lead else phrase
    if phrase in _WORDS:
        return End(_WORDS[phrase])
    weekday = _WEEKDAYS.get(_NEXT.sub("", phrase))
    if weekday is not None:
        return End(weekday)
    words = phrase.split()
    found = read_length(words)
    if found is not None and found[1] == len(words) and found[0] >= _SHORTEST:
        return End(found[0])
    try:
        return End(parse_date(phrase))
    except UsageError:
        raise UsageError(
            f"I cannot read “{text}” as an end. Write it like `7d`, `tomorrow`, `friday` or `2027-01-31`."
        ) from None


def leading_end(text: str, start: int) -> tuple[End, int] | None:
    """Read an end with a date with which a note begins, after ``until`` or ``for``, and where the rest begins.

    None: it begins with none, such as ``for now``.
    """
    lead = _DATED.match(text, start)
    words = list(_WORD.finditer(text, lead.end()))[:_MOST_WORDS] if lead else []
    for last in reversed(words):
        try:
            end = read_end(text[words[0].start() : last.end()])
        except UsageError:
            continue
        if end.said not in {Open.UNTIL_IT_CHANGES, Open.FOR_EVER}:
            return end, last.end()
    return None
