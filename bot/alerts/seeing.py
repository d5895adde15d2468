"""What of a connection is seen clearly enough to judge its projects now. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.model import Condition, ConditionKind, Sights, Signal
from bot.model.sight import LOOKS_WITHOUT_HOLE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Freshness, Outage, Problem, Sight

GRACE: Final = timedelta(minutes=10)
"""After blindness nothing is judged until there were two good looks, and this much longer."""


OF_VIEWERS: Final = "viewers cannot be counted; the list can be read"
"""How the details of an outage begin that concerns nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How well a connection is seen at one moment."""

    known: Freshness
    listing: bool
    """Whether its list can be believed now; if not, all of its projects stay as they are."""

    viewers: bool
    """Whether the counts of viewers can be believed now."""

    sights: Sights = field(default_factory=Sights)

    @property
    def connection(self) -> str:
        """Name of the connection."""
        return self.known.connection

    @property
    def looked_at(self) -> datetime | None:
        """The good look up to which everything is known that is seen; while viewers are not, that of the list."""
        looks = [self.sights.listing.until, self.sights.viewers.until if self.viewers else None]
        return min((at for at in looks if at is not None), default=None)

    def shows(self, condition: Condition) -> bool:
        """Tell whether what a condition depends on is seen clearly."""
        return self.listing and (self.viewers or not self._counts_for(condition))

    def _counts_for(self, condition: Condition) -> bool:
        """Tell whether viewers decide about a condition here."""
        if not self.known.measures_viewers:
            return False
        if condition.kind is ConditionKind.INACTIVE:
            return not condition.signals or Signal.VIEWERS in condition.signals
        return condition.kind is ConditionKind.QUEUE


def view_of(known: Freshness, now: datetime, outage: Outage | None = None) -> View:
    """Tell what is seen of a connection.

    Args:
        known: what is known of it.
        now: aware UTC.
        outage: one that was told, and whose end was not yet.
    """
    sights = known.sights or Sights()
    only_viewers = outage is not None and is_of_viewers(outage)
    return View(
        known=known,
        listing=(outage is None or only_viewers) and _clear(sights.listing, known.problem, now),
        viewers=outage is None and _clear(sights.viewers, known.viewers_problem, now),
        sights=sights,
    )


def is_of_viewers(outage: Outage) -> bool:
    """Tell whether it is only that viewers cannot be counted."""
    return outage.detail.startswith(OF_VIEWERS)


def _clear(sight: Sight, problem: Problem | None, now: datetime) -> bool:
    """Tell whether the last look was a good one, young, and not one of the first after a hole.

    A look in the future is none: a clock was set forward, and back.
    """
    if problem is not None or sight.until is None:
        return False
    young = sight.stretches[-1].every * LOOKS_WITHOUT_HOLE
    return abs(now - sight.until) <= young and sight.settled(GRACE)
