"""Until when: ``7d``, ``tomorrow``, ``2027-01-31``, ``until it changes``, ``for ever``. Text to values; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.alerts.hours import next_working_morning
from bot.errors import UsageError
from bot.grammar import parse_age, parse_date
from bot.model import Hours

if TYPE_CHECKING:
    from bot.model import WatchDraft


class Open(Enum):
    """Ends that are no date."""

    UNTIL_IT_CHANGES = "until it changes"
    FOR_EVER = "for ever"
    TOMORROW = "tomorrow"
    """The next working morning."""


_WORDS: Final = {
    **dict.fromkeys(("it changes", "changes", "change", "something changes"), Open.UNTIL_IT_CHANGES),
    **dict.fromkeys(("ever", "forever", "good", "always", "permanently"), Open.FOR_EVER),
    **dict.fromkeys(
        ("tomorrow", "tomorrow morning", "next morning", "next working morning", "the next working morning"),
        Open.TOMORROW,
    ),
}
_LEAD: Final = re.compile(r"(?:for|until|till|to)\s+")
_AGE: Final = re.compile(r"([1-9][0-9]{0,3})\s*(hours?|days?|weeks?|h|d|w)")


@dataclass(frozen=True, slots=True)
class End:
    """When something ends, as somebody wrote it."""

    said: timedelta | date | Open

    def at(self, draft: WatchDraft, now: datetime) -> datetime | None:
        """Return the moment, on the calendar of a watch; None: it has no date."""
        match self.said:
            case timedelta():
                return now + self.said
            case date():
                begin = (draft.hours or Hours()).begin
                return datetime.combine(self.said, begin, ZoneInfo(draft.zone)).astimezone(UTC)
            case Open.TOMORROW:
                return next_working_morning(draft.hours, draft.zone, now)
            case _:
                return None


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
    age = _AGE.fullmatch(phrase)
    if age is not None:
        return End(parse_age(f"{age[1]}{age[2][0]}"))
    try:
        return End(parse_date(phrase))
    except UsageError:
        raise UsageError(
            f"I cannot read “{text}” as an end. Write it like `1d`, `7d`, `tomorrow` or `2027-01-31`."
        ) from None
