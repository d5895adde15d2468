"""A phrase put together: days, times and a zone, each once, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.schedules.days import Days, read_days
from bot.schedules.hours import read_hourly, read_minute, read_times
from bot.schedules.rare import refuse_rare
from bot.schedules.words import EVERY, FILLERS, Trouble, Word, skip, text_at
from bot.schedules.zones import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.schedules.hours import Time

_SUFFIX: Final = ("months", "that", "have")


@dataclass(slots=True)
class Phrase:
    """What has been read of a phrase so far."""

    cron: tuple[str, ...] = ()
    """Five fields, if it is written as a cron: then there are no days and times."""

    days: Days | None = None
    times: tuple[Time, ...] = ()
    step: int | None = None
    """Hours between two runs."""

    minute: int | None = None
    monthly: Word | None = None
    weekly: Word | None = None
    zone: str | None = None
    days_end: int = 0
    """Where in the text the days, or the last words about them, end."""

    times_at: tuple[int, int] = (0, 0)
    minute_at: tuple[int, int] = (0, 0)

    @property
    def begun(self) -> bool:
        """Whether anything was read."""
        return bool(self.cron or self.days or self.times or self.step or self.monthly or self.weekly)

    @property
    def complete(self) -> bool:
        """Whether it says when."""
        return bool(self.cron or self.step or (self.days is not None and self.times)) and self.lacking is None

    @property
    def lacking(self) -> Word | None:
        """The word for a month or a week that does not say which day of it."""
        if self.monthly and (self.days is None or not is_monthly(self.days)):
            return self.monthly
        return self.weekly if self.weekly and (self.days is None or self.days.week_days == "*") else None


def is_monthly(days: Days) -> bool:
    """Tell whether these days are of the month, not of every week."""
    return days.month_days != "*" or "#" in days.week_days or "L" in days.week_days


def read_phrase(words: Sequence[Word], phrase: Phrase) -> int:
    """Read parts into `phrase` as long as there are some that it has not; returns how many words that were.

    Raises:
        Trouble: a part begins well and goes on wrong.
    """
    used = 0
    while (after := read_part(words, skip(words, used, FILLERS), phrase)) is not None:
        used = after
    return used


def read_part(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    """Read the part that begins with this word; the index of the word after it, or None.

    Raises:
        Trouble: a part begins well and goes on wrong.
    """
    if at >= len(words):
        return None
    return next((after for read in _PARTS if (after := read(words, at, phrase)) is not None), None)


def _read_zone(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    name = zone_named(text_at(words, at))
    if name is None or phrase.zone is not None:
        return None
    phrase.zone = name
    after = at + 1 + (text_at(words, at + 1) == "time")
    return after + (text_at(words, at - 1) == "(" and text_at(words, after) == ")")


def _read_unit(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    """Read ``monthly``, ``of the month``, ``weekly``, ``once a week``.

    ``in the morning`` and ``in months that have one`` say nothing more, and are passed over.
    """
    word, said = text_at(words, at), text_at(words, at - 1)
    if phrase.cron:
        return None
    if tuple(text_at(words, at + n) for n in range(3)) == _SUFFIX and phrase.days is not None:
        phrase.days_end = words[min(at + 3, len(words) - 1)].end
        return min(at + 4, len(words))
    if word == "morning" and said == "the":
        return at + 1
    if word == "monthly" or (word == "month" and said in EVERY | {"the", "of"}):
        phrase.monthly = words[at]
    elif word == "weekly" or (word == "week" and said in EVERY and not text_at(words, at + 1).startswith("day")):
        phrase.weekly = words[at]
    else:
        return None
    phrase.days_end = words[at].end
    return at + 1


def _read_hourly(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    if phrase.step is not None or phrase.cron or (read := read_hourly(words, at)) is None:
        return None
    phrase.step, after = read
    return after


def _read_minute(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    if phrase.minute is not None or phrase.cron or (read := read_minute(words, at)) is None:
        return None
    phrase.minute, after = read
    phrase.minute_at = words[at].start, words[at].end
    return after


def _read_days(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    refuse_rare(words, at)
    if phrase.days is not None or phrase.cron or (read := read_days(words, at)) is None:
        return None
    phrase.days, after = read
    phrase.days_end = words[after - 1].end
    return after


def _read_times(words: Sequence[Word], at: int, phrase: Phrase) -> int | None:
    if phrase.times or phrase.cron or (read := read_times(words, at)) is None:
        return None
    times, after = read
    phrase.times = tuple(sorted(set(times)))
    phrase.times_at = words[at].start, words[after - 1].end
    if len({minute for _, minute in phrase.times}) > 1:
        hour, minute = times[0]
        sentence = "One digest comes at the same minute of each hour; add a second digest for the other time."
        raise Trouble(sentence, *phrase.times_at, (*phrase.times_at, f"{hour}:{minute:02}"))
    return after


_PARTS: Final[tuple[Callable[[Sequence[Word], int, Phrase], int | None], ...]] = (
    _read_zone,
    _read_unit,
    _read_hourly,
    _read_minute,
    _read_days,
    _read_times,
)


def cron_of(phrase: Phrase) -> tuple[str, str, str, str, str]:
    """Return the five fields of a complete phrase; they are valid, but not yet canonical."""
    days = phrase.days or Days()
    if phrase.step is not None:
        minute, hour = str(phrase.minute or 0), f"*/{phrase.step}"
    else:
        minute, hour = str(phrase.times[0][1]), ",".join(str(hour) for hour, _ in phrase.times)
    return minute, hour, days.month_days, "*", days.week_days
