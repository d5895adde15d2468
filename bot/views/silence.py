"""Words for how long nothing happened, and for how well that was observed. Plain text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Signal
from bot.views.blocks import clip, one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.model import Coverage, Entry, Idle

PERSON_WIDTH = 30
_SECOND, _MINUTE, _HOUR, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_SIGNAL_WORDS = {Signal.EDITS: "last edit", Signal.VIEWERS: "last viewer seen"}
_NOTHING_WORDS = {Signal.EDITS: "no change seen", Signal.VIEWERS: "nobody seen"}


def age(length: timedelta) -> str:
    """Write a length of time: ``40 s``, ``5 min``, ``3 h``, ``47 d``; days stay days, as thresholds are in days."""
    if length < _MINUTE:
        return f"{max(int(length.total_seconds()), 0)} s"
    if length < _HOUR:
        return f"{length // _MINUTE} min"
    if length < 2 * _DAY:
        return f"{length // _HOUR} h"
    return f"{length // _DAY} d"


def counted_age(length: timedelta, *, working_days: bool) -> str:
    """Write a length of time on the clock of a rule: ``51 d``, ``36 working days``."""
    if not working_days or length < 2 * _DAY:
        return age(length)
    return f"{length // _DAY} working days"


def limit(length: timedelta, *, working_days: bool = False) -> str:
    """Write a threshold exactly: ``30 d``, ``90 min``, ``20 working days``."""
    unit, word = next(
        pair for pair in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")) if length % pair[0] < _SECOND
    )
    number = length // unit
    if working_days and unit == _DAY:
        return f"{number} working {'day' if number == 1 else 'days'}"
    return f"{number} {word}"


def day(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Write a day on the calendar of a zone: ``3 Oct``; another year than this one is said."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {local:%b}{year}"


def last_sign(entry: Entry, idle: Idle, zone: tzinfo, now: datetime) -> str:
    """Say what the last activity was and when: ``last edit 3 Oct by anna``."""
    if idle.last_at is None or idle.signal is None:
        return _never(entry, idle, zone, now)
    project = entry.project
    edited = idle.signal is Signal.EDITS and idle.last_at == project.updated_at
    words = _SIGNAL_WORDS[idle.signal] if edited or idle.signal is Signal.VIEWERS else "last change seen"
    by = f" by {clip(one_line(project.updated_by), PERSON_WIDTH)}" if edited and project.updated_by else ""
    return f"{words} {day(idle.last_at, zone, now)}{by}"


def _never(entry: Entry, idle: Idle, zone: tzinfo, now: datetime) -> str:
    what = _NOTHING_WORDS[Signal.VIEWERS if entry.viewers is not None else Signal.EDITS]
    return f"{what} since {day(idle.since, zone, now)}, when I began to look" if idle.since else f"{what} yet"


def blind_words(idle: Idle) -> str:
    """Say how much time is missing in an age, if that can be noticed; else nothing."""
    if age(idle.age) == age(idle.age + idle.blind):
        return ""
    return f"not counting {age(idle.blind)} when I could not look"


def doubt(idle: Idle, until: datetime | None) -> str:
    """Say why not enough is known: ``observed for 9 d of 30 d``; nothing if that is not the reason.

    Args:
        idle: the evidence.
        until: the last good look.
    """
    if idle.coverage is None or idle.since is None or until is None:
        return ""
    if idle.uncounted_since is not None:
        return f"its own viewers could not be counted for {age(until - idle.uncounted_since)}"
    seen = until - idle.since
    if seen < idle.threshold:
        return f"observed for {age(seen)} of {limit(idle.threshold)}"
    return "" if idle.coverage.enough else coverage_words(idle.coverage, only="only ")


def coverage_words(coverage: Coverage, *, only: str = "") -> str:
    """Say how well a window was observed: ``looked at 97 % of the planned times in 14 d, longest gap 2 h``."""
    gap = f", longest gap {age(coverage.longest_hole)}" if coverage.longest_hole else ""
    return f"looked at {only}{int(coverage.share * 100)} % of the planned times in {limit(coverage.window)}{gap}"
