"""Whether a phrase, as far as it was read, will do; and if not, what to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.grammar import nearest
from bot.schedules.days import DAILY, NAMED, ORDINALS, WEEKENDS, WORKING_DAYS
from bot.schedules.hours import bare_number
from bot.schedules.phrase import Phrase, read_part, read_phrase
from bot.schedules.words import AND, EVERY, FILLERS, TO, Swap, Trouble, Word, skip, text_at, trouble_at
from bot.schedules.zones import city_zone, guess_zone, is_zone_attempt, zone_named

EXAMPLE: Final = "weekdays at 9:00"
_EXAMPLES: Final = "`weekdays at 9:00`, `Mon,Thu 17:00`, `1st of month 9:00` or `hourly`"
_HALVES: Final = frozenset(("working", "business"))
_KNOWN: Final = tuple(
    sorted(
        {*NAMED, *ORDINALS, *WORKING_DAYS - _HALVES, *WEEKENDS, *DAILY, "hourly", "weekly", "monthly", "last", "noon"}
    )
)
_ONCE: Final = {
    "today": "daily",
    "tonight": "daily",
    "tomorrow": "daily",
    "next": "every",
    "this": "every",
    "coming": "every",
}
"""What names one day only, and what comes nearest that comes again."""

_SHORTEST_TYPO: Final = 4
_LONGEST_CITY: Final = 3
"""Words: Port of Spain."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of one stretch of the text."""

    text: str
    """The whole command."""

    start: int
    stop: int
    quoted: bool
    zone: str
    """The writer's own."""

    words: tuple[Word, ...]
    used: int
    """How many of the words were read."""

    phrase: Phrase

    @property
    def left(self) -> int:
        """Index of the next word that was not read and says something."""
        return skip(self.words, self.used, FILLERS | AND)

    @property
    def end(self) -> int:
        """Where in the text the last word that was read ends."""
        return self.words[self.used - 1].end if self.used else self.start


def judge(reading: Reading) -> None:
    """Accept a complete schedule with nothing doubtful behind it.

    Raises:
        Trouble: something is missing, or is there twice, or cannot be understood.
    """
    _clash(reading)
    if not reading.phrase.complete:
        doubt(reading)
        raise _missing(reading)
    if reading.left < len(reading.words):
        _wrong_zone(reading)
        _second(reading)
        _far_zone(reading)
        if reading.quoted:
            raise _stranger(reading)


# what contradicts itself


def _clash(reading: Reading) -> None:
    phrase = reading.phrase
    if phrase.step is not None and phrase.times:
        _some_hours(reading)
        typed = reading.text[slice(*phrase.times_at)]
        minute = f":{int(typed) if typed.isdecimal() else phrase.times[0][1]:02}"
        sentence = f"Hourly runs have a minute, but no hour; write `hourly at {minute}`."
        raise Trouble(sentence, *phrase.times_at, (*phrase.times_at, minute))
    if phrase.minute is not None and phrase.step is None and not phrase.cron:
        time = f"9:{phrase.minute:02}"
        sentence = f"A minute alone goes with `hourly`; otherwise write the whole time, like `{time}`."
        raise Trouble(sentence, *phrase.minute_at, (*phrase.minute_at, time))


def _some_hours(reading: Reading) -> None:
    if text_at(reading.words, reading.used) in TO and reading.used + 1 < len(reading.words):
        start, end = reading.phrase.times_at[0], reading.words[reading.used + 1].end
        sentence = "For some hours of the day write a cron, like `0 9-17 * * 1-5`."
        raise Trouble(sentence, start, end, (start, end, ":00"))


# what is missing


def _missing(reading: Reading) -> Trouble:
    phrase, words = reading.phrase, reading.words
    if phrase.lacking is not None:
        return _which_day(reading, phrase.lacking)
    if phrase.days is not None:
        return _what_time(reading)
    if phrase.times:
        sentence = "On which days? Write `daily`, `weekdays` or `Mon,Thu` with the time."
        return Trouble(sentence, words[0].start, reading.end, (words[0].start, words[0].start, "daily "))
    return _no_schedule(reading)


def _which_day(reading: Reading, word: Word) -> Trouble:
    at = reading.words.index(word)
    start = reading.words[at - 1].start if text_at(reading.words, at - 1) in EVERY else word.start
    month = word is reading.phrase.monthly
    weekly = [before for before in reading.words[:at] if before.text in NAMED]
    if month and weekly:
        sentence = "Which one of the month? Write it like `first Monday of month` or `last Monday of month`."
        return Trouble(sentence, weekly[-1].start, word.end, (weekly[-1].start, weekly[-1].start, "first "))
    meant = "1st of month" if month else "every Monday"
    sentence = f"On which day of the {'month' if month else 'week'}? Write it like `{meant} 9:00`."
    return Trouble(sentence, start, word.end, (start, word.end, meant))


def _what_time(reading: Reading) -> Trouble:
    if reading.left < len(reading.words):
        word = reading.words[reading.left]
        if word.text.isdecimal():
            return bare_number(word)
        if word.text[:1].isdecimal():
            return trouble_at(word, f"I cannot read “{word.text}” as a time. Write it like `9:00`.", "9:00")
    here = end = reading.phrase.days_end
    for word in reading.words:
        if word.start >= end and word.text in {"at", "on"}:
            end = word.end
    sentence = "At what time? Write it behind the days, like `at 9:00`."
    return Trouble(sentence, reading.words[0].start, here, (here, end, " at 9:00"))


def _no_schedule(reading: Reading) -> Trouble:
    begin = reading.start
    if not reading.words:
        sentence = f"When should it come? Write {_EXAMPLES}."
        meant = EXAMPLE if reading.quoted else f'"{EXAMPLE}" '
        return Trouble(sentence, begin, begin + 1, (begin, begin, meant))
    word = reading.words[min(reading.left, len(reading.words) - 1)]
    sentence = f"I cannot read “{_shown(reading, word)}” as a schedule. Write {_EXAMPLES}."
    if reading.quoted and not reading.phrase.zone:
        return Trouble(sentence, word.start, word.end, (begin, reading.stop, EXAMPLE))
    meant = f"{EXAMPLE} " if reading.phrase.zone else f'"{EXAMPLE}" '
    return Trouble(sentence, word.start, word.end, (begin, begin, meant))


# what is left


def doubt(reading: Reading) -> None:
    """Refuse a next word that is a mistyped word of schedules, or names one day only.

    Raises:
        Trouble: it is.
    """
    if reading.left == len(reading.words):
        return
    word = reading.words[reading.left]
    _once(reading, word)
    plain = word.text.isalpha() and len(word.text) >= _SHORTEST_TYPO and word.text not in _KNOWN
    meant = nearest(word.text, _KNOWN) if plain else None
    if meant is not None:
        meant = meant.capitalize() if meant in NAMED else meant
        raise trouble_at(word, f"I cannot read “{_shown(reading, word)}”. Did you mean `{meant}`?", meant)


def _once(reading: Reading, word: Word) -> None:
    meant = _ONCE.get(word.text)
    named = text_at(reading.words, reading.left + 1) in NAMED
    if meant is None or (meant == "every" and not named):
        return
    last = reading.words[reading.left + 1] if meant == "every" else word
    example = "every Monday 9:00" if meant == "every" else "daily 9:00"
    said = reading.text[word.start : last.end]
    sentence = f"“{said}” is one day, and a digest comes again and again. Write it like `{example}`."
    raise Trouble(sentence, word.start, last.end, (word.start, word.end, meant))


def _wrong_zone(reading: Reading) -> None:
    """Refuse what can only be meant as a zone, or is the city of one, and is no name of a zone."""
    if reading.phrase.zone is not None:
        return
    words, at = reading.words, reading.left
    for count in range(min(_LONGEST_CITY, len(words) - at), 0, -1):
        start, end = words[at].start, words[at + count - 1].end
        name = reading.text[start:end]
        attempt = count == 1 and is_zone_attempt(name)
        meant = guess_zone(name, reading.zone) if attempt else zone_named("_".join(name.split())) or city_zone(name)
        if attempt or meant is not None:
            raise _no_zone(reading, start, end, meant)


def _far_zone(reading: Reading) -> None:
    """Refuse what stands where a zone would, behind ``in`` or in quotes, and is near one."""
    if reading.phrase.zone is not None:
        return
    word = reading.words[reading.left]
    said = text_at(reading.words, reading.left - 1) in {"in", "("}
    meant = guess_zone(_shown(reading, word), reading.zone) if said or reading.quoted else None
    if said or meant is not None:
        raise _no_zone(reading, word.start, word.end, meant)


def _no_zone(reading: Reading, start: int, end: int, meant: str | None) -> Trouble:
    hint = f"Did you mean `{meant}`?" if meant else "They are written like `Europe/Paris`, or `UTC`."
    other = "" if reading.quoted else " To look for the word itself, put the schedule into quotes."
    sentence = f"“{reading.text[start:end]}” is no name of a time zone. {hint}{other}"
    if meant is not None:
        return Trouble(sentence, start, end, (start, end, meant))
    return Trouble(sentence, start, end, *(() if reading.quoted else _quotes_around(reading)))


def _quotes_around(reading: Reading) -> tuple[Swap, ...]:
    return (reading.start, reading.start, '"'), (reading.end, reading.end, '"')


def _second(reading: Reading) -> None:
    """Refuse a second set of days, times or zone, which would else be words to look for."""
    at = reading.left
    more = Phrase()
    try:
        after = read_part(reading.words, at, more)
        if after is None:
            return
        after += read_phrase(reading.words[after:], more)
    except Trouble:
        if reading.quoted:
            raise
        after = at + 1
    name = reading.text[reading.words[at].start : reading.words[after - 1].end]
    sentence = f"“{name}” would be a second schedule. One digest has one; add another digest for the other."
    joined = text_at(reading.words, reading.used) in AND
    if reading.quoted or joined:
        cut = (reading.end, reading.words[after - 1].end, "")
        raise Trouble(sentence, reading.words[at].start, reading.words[after - 1].end, cut)
    sentence += " To look for the words themselves, put the schedule into quotes."
    raise Trouble(sentence, reading.words[at].start, reading.words[after - 1].end, *_quotes_around(reading))


def _stranger(reading: Reading) -> Trouble:
    """Refuse what stands in the quotes and is no part of a schedule: perhaps it belongs behind them."""
    word = reading.words[reading.left]
    sentence = f"I cannot read “{_shown(reading, word)}” in a schedule. Filters go behind the closing quote."
    quote = reading.text[reading.stop]
    swaps = (reading.end, word.start, f"{quote} "), (reading.stop, reading.stop + 1, "")
    return Trouble(sentence, word.start, word.end, *swaps)


def _shown(reading: Reading, word: Word) -> str:
    return reading.text[word.start : word.end]
