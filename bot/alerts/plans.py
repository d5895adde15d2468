"""How much of a connection has to be judged for a watch: as little as can have changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.alerts.rules import can_speak, cutoff

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.aims import Aim
    from bot.alerts.seeing import View
    from bot.model import Condition

TIMELY_EVERY: Final = timedelta(hours=6)
"""So often filters that depend on the time are looked through completely."""

LONG_SPAN: Final = timedelta(hours=6)
LONG_SPAN_OF_WORKING_DAYS: Final = timedelta(days=4)
"""A cutoff that moved so far stood still for another reason than blindness: who knows what was not judged meanwhile.
That of working days stands still every weekend."""

_SPREAD: Final = timedelta(minutes=1)
"""By so much the complete looks of one watch lie apart from those of the next."""

_EPOCH_S: Final = TIMELY_EVERY.total_seconds()

Span = tuple["datetime | None", "datetime"]
"""Dates after the first and up to the second."""


class Reach(Enum):
    """Which projects are judged."""

    CHANGED = "those that were touched, whose time came, or whose date is in the span"
    ALL = "all that match, and all that have an open alert"
    NOT_SEEN = "the same as CHANGED, and nothing begins or ends: the mark waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done for one watch at one connection."""

    aim: Aim
    reach: Reach
    mark: datetime | None = None
    """Where the watch will have been evaluated up to; None: that stays as it is."""

    span: Span | None = None
    """The dates with which time alone can have changed something; None: none."""

    baseline: bool = False
    """Whether what holds now did so before anybody asked, and so is no news."""

    seen: bool = True
    """Whether what the condition depends on is seen clearly."""

    concerned: bool = True
    """Whether projects of this connection can match at all."""


class Planner:
    """Plans for the watches at one connection, whose listing is seen clearly.

    Args:
        view: the connection.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._reached: dict[tuple[Condition, str], tuple[datetime | None, bool]] = {}

    def plan(self, aim: Aim, *, mark: datetime | None, was_mute: bool) -> Plan:
        """Decide what has to be judged.

        Args:
            aim: the watch.
            mark: how far the watch was evaluated there; None: never.
            was_mute: whether it could not speak the last time.
        """
        if not aim.concerns(self._view.known):
            return _elsewhere(aim, self._view, mark)
        new, speaks = self._reach(aim)
        seen = self._view.shows(aim.watch.condition)
        if new is None or not seen or not speaks:
            return Plan(aim=aim, reach=Reach.NOT_SEEN, seen=seen)
        if mark is None:
            return Plan(aim=aim, reach=Reach.ALL, mark=new, baseline=True)
        if was_mute or _needs_all(aim, self._view, mark, new):
            return Plan(aim=aim, reach=Reach.ALL, mark=new)
        if new <= mark:
            return Plan(aim=aim, reach=Reach.CHANGED)
        return Plan(aim=aim, reach=Reach.CHANGED, mark=new, span=(mark, new))

    def _reach(self, aim: Aim) -> tuple[datetime | None, bool]:
        """Return how far a condition reaches by now, and whether it can speak; the same for all watches that ask so."""
        condition, zone = aim.watch.condition, aim.watch.draft.zone
        key = (condition, zone)
        if key not in self._reached:
            sights, counts = self._view.sights, self._view.known.measures_viewers
            until = cutoff(condition, sights, zone, measures_viewers=counts)
            self._reached[key] = (until, can_speak(condition, sights, zone, measures_viewers=counts))
        return self._reached[key]


def _elsewhere(aim: Aim, view: View, mark: datetime | None) -> Plan:
    """Plan for a watch that does not look here; perhaps it did before it was changed."""
    if mark is None:
        return Plan(aim=aim, reach=Reach.ALL, mark=view.sights.listing.until, concerned=False)
    return Plan(aim=aim, reach=Reach.CHANGED, concerned=False)


def _needs_all(aim: Aim, view: View, mark: datetime, new: datetime) -> bool:
    """Tell whether dates do not say which projects may have changed."""
    condition = aim.watch.condition
    began = (view.sights.listing.since, view.sights.viewers.since)
    if condition.threshold is not None and any(at is not None and mark < at <= new for at in began):
        return True  # what never happened counts from the first look, whatever the project's own dates are
    if aim.timely and _slot(aim, mark) != _slot(aim, new):
        return True
    long = LONG_SPAN_OF_WORKING_DAYS if condition.working_days else LONG_SPAN
    return condition.threshold is not None and new - mark > long


def _slot(aim: Aim, at: datetime) -> int:
    return int((at + aim.watch.ref * _SPREAD).timestamp() // _EPOCH_S)
