"""For which of many projects a condition can hold at all: told by a few dates, without a judgement. Pure.

A judgement of `bot.alerts.rules` takes fifty microseconds and a filter a question to the database, and of a thousand
projects before five hundred watches nearly all come to nothing. What is told here errs on one side only: whatever a
rule says of a project that is no suspect, it is not that its condition holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.model import Condition, ConditionKind, Entry, Signal, is_lapsed, is_off

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Sights

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)

Since = Callable[[Condition, Entry], datetime | None]
"""Since when a condition may hold for a project that is neither archived nor gone; None: it does not."""


class Glance:
    """Some projects of a connection, to be looked at for many conditions.

    Args:
        entries: the projects, by `Entry.ref`.
        sights: what was seen of their connection.
    """

    def __init__(self, entries: Mapping[int, Entry], sights: Sights) -> None:
        self._entries = entries
        looks = [sights.listing.until, sights.viewers.until]
        self._until = max((at for at in looks if at is not None), default=None)
        self._since: dict[tuple[ConditionKind, tuple[Signal, ...]], list[tuple[datetime, int]]] = {}

    def suspects(self, condition: Condition) -> Sequence[int]:
        """Return the projects for which a condition may hold."""
        since = self._of(condition)
        return [ref for _, ref in since[: bisect_right(since, self._latest(condition), key=_moment)]]

    def suspects_one(self, condition: Condition, ref: int) -> bool:
        """Tell whether this is one of them."""
        entry = self._entries.get(ref)
        since = None if entry is None else may_hold_since(condition, entry)
        return since is not None and since <= self._latest(condition)

    def _latest(self, condition: Condition) -> datetime:
        """Return since when a condition has to hold at the latest: no clock of ours runs faster than the time."""
        if condition.threshold is None or condition.kind not in _TIMED or self._until is None:
            return _NEVER
        return self._until - condition.threshold

    def _of(self, condition: Condition) -> list[tuple[datetime, int]]:
        """Return since when a condition may hold for which project, the longest first, whatever its threshold."""
        key = (condition.kind, condition.signals)
        if key not in self._since:
            known = [(may_hold_since(condition, entry), ref) for ref, entry in self._entries.items()]
            self._since[key] = sorted((at, ref) for at, ref in known if at is not None)
        return self._since[key]


def _moment(row: tuple[datetime, int]) -> datetime:
    return row[0]


def may_hold_since(condition: Condition, entry: Entry) -> datetime | None:
    """Return since when a condition may hold for a project; None: it does not.

    Args:
        condition: of a watch.
        entry: the project.
    """
    if entry.project.archived:
        return None
    if entry.gone_at is not None:
        return entry.gone_at if condition.kind is ConditionKind.GONE else None
    return SINCE[condition.kind](condition, entry)


def _silent(condition: Condition, entry: Entry) -> datetime | None:
    if is_lapsed(entry.project):
        return None
    dates = []
    if condition.signals != (Signal.VIEWERS,):
        dates += [entry.project.updated_at, entry.changed_at]
    if condition.signals != (Signal.EDITS,) and condition.kind is ConditionKind.INACTIVE:
        dates.append(entry.last_viewed_at)
    return max((at for at in dates if at is not None), default=_EVER)


def _empty(_: Condition, entry: Entry) -> datetime | None:
    return None if entry.project.service_count != 0 else entry.emptied_at or _EVER


def _off(_: Condition, entry: Entry) -> datetime | None:
    return _EVER if is_off(entry.project) else None


def _lapsed(_: Condition, entry: Entry) -> datetime | None:
    return _EVER if is_lapsed(entry.project) else None


def _never(_: Condition, __: Entry) -> datetime | None:
    return None


def _queue(_: Condition, entry: Entry) -> datetime | None:
    return entry.queued_since


def _build(_: Condition, entry: Entry) -> datetime | None:
    return None if entry.build is None else entry.build.at


SINCE: Final[Mapping[ConditionKind, Since]] = {
    ConditionKind.INACTIVE: _silent,
    ConditionKind.OFF: _off,
    ConditionKind.LAPSED: _lapsed,
    ConditionKind.GONE: _never,
    ConditionKind.QUEUE: _queue,
    ConditionKind.EMPTY: _empty,
    ConditionKind.CI_SILENT: _silent,
    ConditionKind.BUILD_REJECTED: _build,
    ConditionKind.BUILD_APPROVED: _build,
}

_TIMED: Final = frozenset({ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT})
"""Whose clocks end at a good look; a queue has its own."""
