"""Condition to words: such that reading them gives the same condition again, and such that people see what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.model import ConditionKind, Signal

if TYPE_CHECKING:
    from bot.model import Condition

_UNITS: Final = (
    (timedelta(days=1), "d", "d"),
    (timedelta(hours=1), "h", "h"),
    (timedelta(minutes=1), "m", "min"),
    (timedelta(seconds=1), "s", "s"),
)
"""Lengths, how they are typed, and how they are shown."""

_DAY: Final = timedelta(days=1)

_SILENCE: Final[dict[tuple[Signal, ...], str]] = {
    (Signal.EDITS,): "no edits",
    (Signal.VIEWERS,): "nobody watching",
}

_AT_ONCE: Final = {
    ConditionKind.OFF: "switched off though paid for",
    ConditionKind.LAPSED: "subscription not active",
    ConditionKind.GONE: "gone from its source",
    ConditionKind.BUILD_REJECTED: "a build was rejected",
    ConditionKind.BUILD_APPROVED: "a build went live",
}

_LASTING: Final = {
    ConditionKind.QUEUE: "viewers waiting",
    ConditionKind.EMPTY: "no services",
    ConditionKind.CI_SILENT: "last edited with an API key, then nothing",
}


def print_condition(condition: Condition) -> str:
    """Write a condition as it is typed: ``inactive for 30d by viewers``."""
    words = [condition.kind.value]
    if condition.threshold is not None:
        words.append(f"for {print_wait(condition.threshold, working_days=condition.working_days)}")
    if condition.signals:
        words.append(f"by {','.join(condition.signals)}")
    return " ".join(words)


def print_wait(length: timedelta, *, working_days: bool = False) -> str:
    """Write a length of time as it is typed: ``30d``, ``90m``, ``20 working days``."""
    if working_days:
        return _working_days(length)
    unit, typed, _ = _unit(length)
    return f"{length // unit}{typed}"


def condition_words(condition: Condition) -> str:
    """Describe a condition for people: ``no edits for 30 d``, ``gone from its source``."""
    if condition.kind in _AT_ONCE:
        return _AT_ONCE[condition.kind]
    what = _LASTING.get(condition.kind) or _SILENCE.get(condition.signals, "no activity")
    return what if condition.threshold is None else f"{what} for {_shown(condition)}"


def _shown(condition: Condition) -> str:
    length = condition.threshold or timedelta()
    if condition.working_days:
        return _working_days(length)
    unit, _, shown = _unit(length)
    return f"{length // unit} {shown}"


def _working_days(length: timedelta) -> str:
    number = length // _DAY
    return f"{number} working {'day' if number == 1 else 'days'}"


def _unit(length: timedelta) -> tuple[timedelta, str, str]:
    """Return the largest unit that is exact."""
    return next((unit for unit in _UNITS if not length % unit[0]), _UNITS[-1])
