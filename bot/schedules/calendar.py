"""Which moments a schedule comes to, through every change of clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model import Schedule, Slot
from bot.schedules.clocks import ClockChange, Sight, clock_changes, moment
from bot.schedules.cron import walls

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_NAMED = 2
"""So many clock changes before one run are named one by one: a year's."""


@dataclass(frozen=True, slots=True)
class Run:
    """A slot to come, and what is odd about it."""

    slot: Slot
    note: str = ""
    """Set if clocks change since the run before it, or this minute is skipped or shown twice; a sentence of ours."""


def slots(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Yield the slots of a schedule later than `after`, aware UTC; each later than the one before.

    A wall time that the clocks skip comes with the first minute after the jump, one that they show twice comes the
    first time. Of two that fall on one moment only the later wall time is a slot. Ends only with a schedule that does
    not come for fifty years.
    """
    zone = ZoneInfo(schedule.zone)
    held: Slot | None = None
    # The first showing of a wall time is never earlier than that of an earlier wall time, so what the clocks show at
    # `after` is where to begin; in an hour shown twice that finds minutes whose first time has passed.
    for wall in walls(schedule.cron, after.astimezone(zone).replace(tzinfo=None)):
        at, sight = moment(wall, zone)
        if at <= after:
            continue
        if held is not None and held.at < at:
            yield held
        slot = Slot(wall.isoformat(timespec="minutes"), at)
        held = slot if sight is Sight.NEVER else None
        if held is None:
            yield slot
    # nothing is held here: a day that comes at all comes again within forty years, and the search goes on for fifty


def slot_after(schedule: Schedule, after: datetime) -> Slot:
    """Return the first slot later than `after`, aware UTC.

    Raises:
        ValueError: there is none within fifty years; `read_schedule` refuses such schedules.
    """
    for slot in slots(schedule, after):
        return slot
    raise ValueError(f"never comes: {schedule.cron}")


def runs(schedule: Schedule, *, after: datetime, count: int = 3) -> tuple[Run, ...]:
    """Return the next `count` slots later than `after`, aware UTC, with the clock changes on the way named."""
    found: list[Run] = []
    since = after
    for slot in islice(slots(schedule, after), count):
        found.append(Run(slot, _note(schedule, since, slot, after)))
        since = slot.at
    return tuple(found)


def _note(schedule: Schedule, since: datetime, slot: Slot, now: datetime) -> str:
    zone = ZoneInfo(schedule.zone)
    changes = clock_changes(zone, since, slot.at)
    return "; ".join(part for part in (_changed(changes, zone, now), _odd(slot, zone, now)) if part)


def _changed(changes: tuple[ClockChange, ...], zone: ZoneInfo, now: datetime) -> str:
    if not changes:
        return ""
    jumps = [_jump(change, zone, now) for change in changes]
    if len(jumps) <= _MOST_NAMED:
        return f"clocks in {zone.key} go {' and '.join(jumps)}, before this run"
    return f"clocks in {zone.key} change {len(jumps)} times before this run; the last time they go {jumps[-1]}"


def _jump(change: ClockChange, zone: ZoneInfo, now: datetime) -> str:
    direction = "forward" if change.by > timedelta(0) else "back"
    # the day on which people change their clocks is that of the old time: midnight belongs to the day it begins
    day = (change.at - timedelta(seconds=1)).astimezone(zone) + timedelta(seconds=1)
    return f"{direction} {_length(abs(change.by))} on {_day(day, now)}"


def _length(length: timedelta) -> str:
    hours, seconds = divmod(int(length.total_seconds()), 3600)
    minutes = seconds // 60
    parts = [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{number} {unit}{'s' * (number != 1)}" for number, unit in parts if number)


def _odd(slot: Slot, zone: ZoneInfo, now: datetime) -> str:
    wall = datetime.fromisoformat(slot.local)
    _, sight = moment(wall, zone)
    day = _day(wall, now)
    if sight is Sight.TWICE:
        return f"{wall:%H:%M} comes twice on {day}, and this is the first time"
    if sight is Sight.NEVER:
        real = slot.at.astimezone(zone)
        elsewhere = f" on {_day(real, now)}" if real.date() != wall.date() else ""
        return f"{wall:%H:%M} does not exist on {day}, so it runs at {real:%H:%M}{elsewhere}"
    return ""


def _day(day: datetime, now: datetime) -> str:
    year = f" {day.year}" if day.year != now.astimezone(UTC).year else ""
    return f"{day.day} {day:%b}{year}"
