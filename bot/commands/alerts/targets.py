"""Which alerts are meant: ``12``, ``12@7,13@4``, ``watch:2``, a project's name; and why, after ``because``.

Buttons about very many say ``card:17@1774339200``: those of a card that had opened by then, in seconds since 1970.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts.desk import LISTING, UNSEEN, Target
from bot.commands.alerts.called import called_so
from bot.commands.alerts.ends import read_end
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.commands.alerts.ends import End
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Alert

LONGEST_REASON: Final = 200
"""Characters that a person may give as a reason."""

MOST_AT_ONCE: Final = 500
"""Alerts of a card that one press is about; what was done about them is not done again by the next press."""

_ONE: Final = r"#?[0-9]{1,6}(?:@[0-9]{1,9})?"
_NUMBERS: Final = re.compile(rf"{_ONE}(?:\s*,\s*{_ONE})*,?(?!\S)")
_WATCH: Final = re.compile(r"watch:#?(?P<number>[0-9]{1,6})(?!\S)", re.IGNORECASE)
_CARD: Final = re.compile(r"card:(?P<card>[0-9]{1,9})@(?P<until>[0-9]{1,11})(?!\S)", re.IGNORECASE)
_EACH: Final = re.compile(r"(?P<number>[0-9]+)(?:@(?P<revision>[0-9]+))?")
_TOKEN: Final = re.compile(r"\S+")
_BECAUSE: Final = re.compile(r"(?:^|(?<=\s))because(?:[:,]?\s+|$)", re.IGNORECASE)


async def targets(context: Context, asked: Asked) -> tuple[tuple[Target, ...], int]:
    """Read which alerts are meant, each once; return them, and where the rest begins.

    Raises:
        NoSuchWatch: there is no such watch.
        UsageError: none are named, or the watch or card has none that is open.
    """
    card = _CARD.match(asked.text, asked.start)
    if card is not None:
        return await _drawn_ones(context, asked, card), card.end()
    watch = _WATCH.match(asked.text, asked.start)
    if watch is not None:
        return await _open_ones(context, asked, watch), watch.end()
    numbers = _NUMBERS.match(asked.text, asked.start)
    if numbers is None:
        called = await called_so(context, asked)
        if called is None:
            raise _nothing_named(asked)
        return (Target(number=called[0]),), called[1]
    found: dict[int, Target] = {}
    for each in _EACH.finditer(numbers[0]):
        revision = int(each["revision"]) if each["revision"] else None
        found.setdefault(int(each["number"]), Target(number=int(each["number"]), revision=revision))
    return tuple(found.values()), numbers.end()


async def one_target(context: Context, asked: Asked) -> tuple[Target, int]:
    """Read which one alert is meant.

    Raises:
        UsageError: as `targets`, or there are several.
    """
    found, end = await targets(context, asked)
    if len(found) > 1:
        number = found[0].number
        sentence = f"`alerts {asked.word}` takes one alert at a time."
        rest = asked.text[end:].strip()
        raise asked.refusal(sentence, asked.start, end, f"alerts {asked.word} {number} {rest}".strip())
    return found[0], end


def split_reason(asked: Asked, start: int) -> tuple[str, str]:
    """Return what stands after `start`, and the reason after ``because``; either may be empty.

    Raises:
        UsageError: the reason is too long.
    """
    found = _BECAUSE.search(asked.text, start)
    if found is None:
        return asked.text[start:].strip(), ""
    return asked.text[start : found.start()].strip(), short(asked, found.end())


def because(reason: str) -> str:
    """Write a reason behind a command."""
    return f" because {reason}" if reason else ""


def read_end_of(asked: Asked, start: int, typed: str) -> End:
    """Read until when, and point at what cannot be read; nobody guesses at a date.

    Args:
        asked: the question.
        start: where the part after the numbers begins.
        typed: that part, without a reason.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return read_end(typed)
    except UsageError as refusal:
        at = asked.text.index(typed, start)
        raise asked.refusal(refusal.sentence, at, at + len(typed), None) from None


def short(asked: Asked, start: int) -> str:
    """Return what a person wrote from `start` to the end.

    Raises:
        UsageError: it is too long.
    """
    said = asked.text[start:].strip()
    if len(said) > LONGEST_REASON:
        sentence = f"Please say it in {LONGEST_REASON} characters."
        raise asked.refusal(sentence, start, len(asked.text), asked.text[: start + LONGEST_REASON].rstrip())
    return said


async def _open_ones(context: Context, asked: Asked, found: re.Match[str]) -> tuple[Target, ...]:
    watch = await context.watches.book.numbered(asked.channel, int(found["number"]))
    raised = await context.watches.desk.open_of(watch)
    if not raised:
        sentence = f"Watch {watch.number} has no open alert."
        raise asked.refusal(sentence, found.start(), found.end(), LISTING)
    return tuple(Target(number=each.alert.number or 0) for each in raised)


async def _drawn_ones(context: Context, asked: Asked, found: re.Match[str]) -> tuple[Target, ...]:
    """Return what a card showed when its button was drawn, and what it did not, as such.

    What somebody has silenced already stays as they said, unless that is so of all.
    """
    there = await context.watches.desk.open_on(asked.channel, int(found["card"]))
    if not there:
        raise asked.refusal("No alert of that card is open any more.", found.start(), found.end(), LISTING)
    seen = [alert for alert in there if _opened_s(alert) <= int(found["until"])]
    fresh = [alert for alert in seen if not _has(alert, asked.word)] or seen
    unseen = [alert for alert in there if _opened_s(alert) > int(found["until"])]
    return (
        *(Target(number=alert.number or 0) for alert in fresh[:MOST_AT_ONCE]),
        *(Target(number=alert.number or 0, revision=UNSEEN) for alert in unseen[:MOST_AT_ONCE]),
    )


def _opened_s(alert: Alert) -> int:
    return int((alert.opened_at or alert.since).timestamp())


def _has(alert: Alert, word: str) -> bool:
    """Tell whether what a word does was done to an alert."""
    return (word == "ack" and alert.ack is not None) or (word == "snooze" and alert.snooze is not None)


def _nothing_named(asked: Asked) -> UsageError:
    typed = _TOKEN.match(asked.text, asked.start)
    if typed is None:
        sentence = f"Which alert? Write its number, like `alerts {asked.word} 12`; `alerts` shows them."
        return asked.refusal(sentence, 0, len(asked.text), LISTING)
    sentence = (
        f"“{typed[0]}” is no number of an alert, and no project of one is called so. Write it like `12` or `12,13`, "
        "or `watch:2` for all of a watch."
    )
    return asked.refusal(sentence, typed.start(), typed.end(), LISTING)
