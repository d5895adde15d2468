"""What we really saw of a connection, and what that is worth: ages without blind time, coverage, holes. Pure.

What we know ends at the last good look. Before the first one, what a source dates itself is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOKS_WITHOUT_HOLE: Final = 2.5
"""Two good looks further apart than so many planned pauses have a hole between them: one may fail, two may not."""

ENOUGH_SHARE: Final = 0.8
"""Of the planned looks in a window so many have to be good before silence in it means anything."""

LONGEST_HOLE_SHARE: Final = 0.1
"""No hole in a window may be longer than this share of it."""

APART: Final = timedelta(minutes=30)
"""One good look more than needed, and all of them over so long a time, are no chance either: whoever looks more often
than planned need not wait for the planned pause."""

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()
_WEEKEND: Final = 5
"""`date.weekday` from here on is Saturday and Sunday."""

_SOME_MONDAY: Final = date(2001, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time in which we looked regularly; from its first good look to its last."""

    since: datetime
    until: datetime
    looks: int
    """Good looks, the first one included, also where that was the last of the stretch before."""

    every: timedelta
    """The planned pause between two looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well a window was observed."""

    share: float
    """Of the planned looks the good ones, 0 to 1."""

    longest_hole: timedelta
    window: timedelta

    @property
    def enough(self) -> bool:
        """Whether silence in this window means anything."""
        return self.share >= ENOUGH_SHARE and self.longest_hole <= self.window * LONGEST_HOLE_SHARE


@dataclass(frozen=True, slots=True)
class EveryDay:
    """A clock that always runs."""

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Return how far the clock moves between two moments; nothing if they stand the other way round."""
        return max(until - since, _NOTHING)

    def before(self, until: datetime, length: timedelta) -> datetime:
        """Return the latest moment from which the clock moves so far until then."""
        return until - length


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A clock that runs from Monday to Friday in one zone, 24 hours a day.

    A day that clocks change counts 24 hours, too: the missing hour is over at once, the doubled one stands still.
    """

    zone: str
    """IANA name."""

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Return how far the clock moves between two moments; nothing if they stand the other way round."""
        return max(self._reading(until) - self._reading(since), _NOTHING)

    def before(self, until: datetime, length: timedelta) -> datetime:
        """Return the latest moment from which the clock moves so far until then."""
        days, rest = divmod(self._reading(until) - length, _DAY)
        weeks, weekday = divmod(days, _WEEKEND)
        start, end = self._bounds(_SOME_MONDAY + timedelta(days=7 * weeks + weekday))
        return start if not rest else min(start + rest, end - timedelta.resolution)

    def _bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the first moment of a day, and the first after it, UTC."""
        midnights = (datetime.combine(each, time(), ZoneInfo(self.zone)) for each in (day, day + _DAY))
        start, end = (each.astimezone(UTC) for each in midnights)
        return start, end

    def _reading(self, at: datetime) -> timedelta:
        """Return what the clock shows: how far it moved since a Monday long ago."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        weeks, weekday = divmod((day - _SOME_MONDAY).days, 7)
        whole = timedelta(days=weeks * _WEEKEND + min(weekday, _WEEKEND))
        return whole if weekday >= _WEEKEND else whole + min(at - self._bounds(day)[0], _DAY)


Days = EveryDay | WorkingDays


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything we saw of one connection in one way: its listing, or its viewers.

    `stretches` are oldest first and do not overlap; one may begin where the one before it ended.
    """

    stretches: tuple[Stretch, ...] = ()
    _holes: tuple[tuple[datetime, datetime], ...] = field(init=False, repr=False, compare=False)
    """From the end of one stretch to the beginning of the next; there are few, and every age asks for them."""

    def __post_init__(self) -> None:
        pairs = zip(self.stretches, self.stretches[1:], strict=False)
        holes = tuple((before.until, after.since) for before, after in pairs if before.until < after.since)
        object.__setattr__(self, "_holes", holes)

    @property
    def since(self) -> datetime | None:
        """The first good look; None if there was none."""
        return self.stretches[0].since if self.stretches else None

    @property
    def until(self) -> datetime | None:
        """The last good look; None if there was none."""
        return self.stretches[-1].until if self.stretches else None

    def blind(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the holes between two moments, oldest first; before the first look and after the last are none."""
        for began, ended in self._holes:
            start, end = max(began, since), min(ended, until)
            if start < end:
                yield start, end

    def blind_time(self, since: datetime, until: datetime) -> timedelta:
        """Return how long we saw nothing between two moments."""
        return sum((end - start for start, end in self.blind(since, until)), _NOTHING)

    def age(self, at: datetime, days: Days = EveryDay()) -> timedelta:
        """Return how long ago something was at the last good look, without the time in which we were blind."""
        end = self.until
        if end is None:
            return _NOTHING
        lost = sum((days.between(start, stop) for start, stop in self.blind(at, end)), _NOTHING)
        return days.between(at, end) - lost

    def cutoff(self, age: timedelta, days: Days = EveryDay()) -> datetime | None:
        """Return the latest moment that is at least so old; it never moves back. None if there was no good look."""
        end = self.until
        if end is None:
            return None
        left = age
        for before, after in zip(self.stretches[-2::-1], self.stretches[:0:-1], strict=False):
            seen = days.between(after.since, end)
            if seen >= left:
                break
            left -= seen
            end = before.until
        return days.before(end, left)

    def window(self, length: timedelta, days: Days = EveryDay()) -> timedelta:
        """Return how long the clock took, by the calendar, to move so far until the last good look."""
        return length if self.until is None else self.until - days.before(self.until, length)

    def coverage(self, window: timedelta) -> Coverage:
        """Tell how well the window was observed that ends with the last good look."""
        end = self.until
        if end is None or window <= _NOTHING:
            return Coverage(share=0.0, longest_hole=window, window=window)
        start = end - window
        good = sum((_good(each, start) for each in self.stretches), _NOTHING)
        holes = [stop - begin for begin, stop in self.blind(start, end)]
        first = self.stretches[0].since
        if first > start:
            holes.append(first - start)
        return Coverage(share=min(good / window, 1.0), longest_hole=max(holes, default=_NOTHING), window=window)

    @property
    def missed_before(self) -> datetime | None:
        """Whatever was not looked at since then was left out, while we looked at the rest; None: too early to say.

        A hole leaves out everything at once, and is no fault of a single project.
        """
        if not self.stretches:
            return None
        at = self.cutoff(self.stretches[-1].every * LOOKS_WITHOUT_HOLE)
        return at if at is not None and self.stretches[0].since <= at else None

    def settled(self, grace: timedelta, looks: int = 2) -> bool:
        """Tell whether we see clearly again after the last hole: so many good looks, and this long since the second.

        Where looks are planned far apart, one more of them within less time will do; see `APART`. True if there
        never was a hole: the first looks of all end no blindness.
        """
        run = list(self._last_run())
        if len(run) == len(self.stretches):
            return bool(run)
        good = 1 + sum(each.looks - 1 for each in run)
        return is_enough(run[-1].until - run[0].since, good, every=run[-1].every, grace=grace, looks=looks)

    @property
    def unbroken_since(self) -> datetime | None:
        """The first good look after the last hole; None if there was no look."""
        run = list(self._last_run())
        return run[0].since if run else None

    def _last_run(self) -> Iterator[Stretch]:
        """Yield the last stretches that follow each other without a hole, oldest first."""
        run: list[Stretch] = []
        for each in reversed(self.stretches):
            if run and each.until != run[-1].since:
                break
            run.append(each)
        return reversed(run)


def is_enough(span: timedelta, good: int, *, every: timedelta, grace: timedelta, looks: int = 2) -> bool:
    """Tell whether so many good looks over such a time end a blindness; see `Sight.settled`."""
    as_planned = good >= looks and span >= grace + every * (looks - 1)
    return as_planned or (good > looks and span >= grace + APART)


def _good(stretch: Stretch, start: datetime) -> timedelta:
    """Return the part of a stretch after `start` that its good looks account for."""
    length = stretch.until - stretch.since
    inside = stretch.until - max(stretch.since, start)
    if inside <= _NOTHING or length <= _NOTHING:
        return _NOTHING
    accounted = min(max(stretch.looks - 1, 0) * stretch.every, length)
    return accounted * (inside / length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """What we saw of one connection."""

    listing: Sight = field(default_factory=Sight)
    viewers: Sight = field(default_factory=Sight)
