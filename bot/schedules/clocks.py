"""Wall time and moments: where the clocks of a zone jump, and what becomes of the minutes they skip or show twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_STRIDE = timedelta(days=7)
"""Two changes of one zone's clocks are farther apart than that: the closest, around Ramadan, are four weeks."""


class Sight(StrEnum):
    """How often the clocks of a zone show one minute of one day."""

    ONCE = "once"
    NEVER = "never"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One jump of a zone's clocks."""

    at: datetime
    """The first moment of the new time, aware UTC."""

    by: timedelta
    """How far forward they go; negative: back."""


def moment(wall: datetime, zone: ZoneInfo) -> tuple[datetime, Sight]:
    """Return when the clocks of a zone show a wall time, aware UTC, and how often they do.

    What is shown twice is its first time; what is skipped is the first moment after the jump.

    Args:
        wall: a naive wall time.
        zone: whose clocks.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return first, Sight.ONCE
    if first < second:
        return first, Sight.TWICE
    # PEP 495: for a skipped time fold 0 reads the offset before the jump and so lands behind it, fold 1 the reverse
    return _jump(second, first, zone), Sight.NEVER


def clock_changes(zone: ZoneInfo, after: datetime, until: datetime) -> tuple[ClockChange, ...]:
    """Return the jumps of a zone's clocks later than `after` and not later than `until`, in order."""
    found: list[ClockChange] = []
    while after < until:
        ahead = min(after + _STRIDE, until)
        by = _offset(ahead, zone) - _offset(after, zone)
        if by:
            found.append(ClockChange(_jump(after, ahead, zone), by))
        after = ahead
    return tuple(found)


def _jump(before: datetime, behind: datetime, zone: ZoneInfo) -> datetime:
    """Find the first moment with the offset of `behind`; the clocks jump once between the two."""
    target = _offset(behind, zone)
    low, high = 0, int((behind - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == target:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
