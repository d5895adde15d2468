"""Text to values: what the filter language, the verbs and the settings share. Pure and total.

Anything a person types is either read or refused with a `UsageError` that shows what would have worked.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

AGE_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
"""How ages are written, in settings as in commands."""

LONGEST_AGE = timedelta(weeks=10_000)
"""From here on a length would lead out of the calendar."""

FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Dates outside are typing mistakes, and some of them overflow when a zone is applied."""

_UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), AGE_UNITS["s"]),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), AGE_UNITS["m"]),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), AGE_UNITS["h"]),
    **dict.fromkeys(("d", "day", "days"), AGE_UNITS["d"]),
    **dict.fromkeys(("w", "week", "weeks"), AGE_UNITS["w"]),
    **dict.fromkeys(("month", "months"), timedelta(days=30)),
    **dict.fromkeys(("year", "years"), timedelta(days=365)),
}
"""What people write for a unit; a month and a year are always equally long here."""

_HALVES = _UNIT_WORDS | {"year": timedelta(days=360)}
"""What ``half a …`` halves: half a year is six months."""

_SPELT_OUT = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_NUMBER_WORDS = {
    **{word: number for number, word in enumerate(_SPELT_OUT.split(), start=1)},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), start=3)},
    **dict.fromkeys(("a", "an"), 1),
}
_COUNTED = re.compile(r"([1-9][0-9]{0,3})([a-z]*)", re.ASCII)

_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\t\r\n\v\f\x85\u2028\u2029"
)
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\x00"
_TYPOGRAPHY = {
    **dict.fromkeys(map(ord, "“”„‟«»″"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-"),
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
    ord("…"): "...",
    ord("："): ":",
}
"""What keyboards, phones and Slack clients make of plain characters, undone."""

_SLACK_TOKEN = re.compile(r"<(?P<sigil>[@#!]|(?=https?:|mailto:|tel:))(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_SLACK_SPECIAL = re.compile(r"^(?:subteam\^\w+|date\^.*)$")


def plain(text: str) -> str:
    """Undo typography: curly quotes, long dashes, blanks of every width and invisible characters."""
    return text.translate(_TYPOGRAPHY).strip()


def undo_slack(text: str) -> str:
    """Undo what Slack does to the text of a command with ``should_escape``, and to the text of a message.

    ``<@U1|ann>`` becomes ``@ann`` (``@U1`` without a label), ``<#C1|ops>`` ``#ops``, ``<https://x.y|x.y>`` ``x.y``,
    and the three entities become characters again, each once.
    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    text = _SLACK_TOKEN.sub(_as_typed, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _as_typed(token: re.Match[str]) -> str:
    sigil, target, label = token["sigil"], token["target"], token["label"]
    if sigil == "@":
        return f"@{label or target}"
    if sigil == "#":
        return f"#{label or target}"
    if sigil == "!":
        return label if label and _SLACK_SPECIAL.match(target) else f"@{label or target}"
    return label or target.removeprefix("mailto:")


def mentioned(text: str) -> tuple[tuple[str, str], ...]:
    """Return the people whom Slack itself found in a text: what `undo_slack` leaves after the ``@``, and their id.

    What somebody types that only looks like a mention is none: Slack escapes it.
    https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
    """
    found = (token for token in _SLACK_TOKEN.finditer(text) if token["sigil"] == "@")
    return tuple((token["label"] or token["target"], token["target"]) for token in found)


def fold(text: str) -> str:
    """Bring text into the form in which it is compared.

    Typography is undone as in what people type, case is dropped for all of Unicode, blanks become one, characters are
    composed.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.translate(_TYPOGRAPHY)).casefold())
    return " ".join(folded.split())


def read_length(words: list[str]) -> tuple[timedelta, int] | None:
    """Read the length of time with which words begin: ``30d``, ``30 days``, ``a month``, ``thirty days``.

    The one place that knows how people write one, for every verb.

    Args:
        words: in small letters.

    Returns:
        the length, and how many words it took; None if they begin with none, or it is `LONGEST_AGE` or longer.
    """
    found = _half(words) or _counted_length(words)
    return found if found is not None and found[0] < LONGEST_AGE else None


def _half(words: list[str]) -> tuple[timedelta, int] | None:
    """Read ``half a year``, ``half an hour``."""
    if words[:2] not in (["half", "a"], ["half", "an"]):
        return None
    whole = _HALVES.get(words[2]) if len(words) > 2 else None  # noqa: PLR2004 - the unit is the third word
    return (whole / 2, 3) if whole else None


def _counted_length(words: list[str]) -> tuple[timedelta, int] | None:
    counted = _COUNTED.fullmatch(words[0]) if words else None
    if counted is not None and counted[2]:
        unit = _UNIT_WORDS.get(counted[2])
        return (int(counted[1]) * unit, 1) if unit else None
    number = int(counted[1]) if counted else _NUMBER_WORDS.get(words[0]) if words else None
    unit = _UNIT_WORDS.get(words[1]) if len(words) > 1 else None
    return (number * unit, 2) if number and unit else None


def parse_age(text: str) -> timedelta:
    """Read ``30s``, ``5m``, ``1h``, ``30d`` or ``2w``, and what else `read_length` knows.

    Raises:
        UsageError: anything else; the message shows what would have worked.
    """
    words = text.lower().split()
    found = read_length(words)
    if found is None or found[1] != len(words):
        raise UsageError(f"I cannot read “{text}” as an age. Write it like `36h`, `7d` or `2w`.")
    return found[0]


def print_age(age: timedelta) -> str:
    """Write an age the way `parse_age` reads it, in the largest unit that is exact."""
    seconds = int(age.total_seconds())
    for unit in "wdhms":
        whole, rest = divmod(seconds, int(AGE_UNITS[unit].total_seconds()))
        if rest == 0 and (unit != "w" or whole > 1) and whole <= 9999:  # noqa: PLR2004 - four digits are read back
            return f"{whole}{unit}"
    return f"{seconds}s"


def parse_date(text: str) -> date:
    """Read ``2026-01-31``.

    Raises:
        UsageError: anything else, or a day that does not exist.
    """
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
            raise ValueError(text)  # noqa: TRY301 - one refusal for both kinds of mistake
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"I cannot read “{text}” as a date. Write it like `2026-01-31`.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"Dates reach from {FIRST_YEAR} to {LAST_YEAR}; “{text}” is outside.")
    return day


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that was probably meant, or None if nothing is close."""
    listed = list(choices)
    wanted = word.casefold()
    if len(wanted) > 1:
        begun = [choice for choice in listed if choice.startswith(wanted)]
        if len(begun) == 1:
            return begun[0]
    close = difflib.get_close_matches(wanted, listed, n=1, cutoff=0.65)
    return close[0] if close else None
