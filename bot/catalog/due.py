"""When a connection should be asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Problem, ProblemKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.errors import SourceError
    from bot.model import Freshness

FORCED_AT_MOST_EVERY = timedelta(seconds=3)
"""How often Refresh may really ask: a thumb on the button is no reason to hammer a source."""

FORCED_IN_TROUBLE: dict[ProblemKind, timedelta] = {
    ProblemKind.REFUSED: timedelta(seconds=10),
    ProblemKind.SUSPICIOUS: timedelta(seconds=30),
}
"""The same for troubles that asking does not mend, or that cost a complete listing."""

FULL_EVERY = timedelta(hours=6)
"""How old the last complete listing may be: what moves no date (a pin, a deletion undone) is noticed at least then."""

ROUND_SHARE = timedelta(seconds=2)
"""Counting takes about a second a project; counts stay fresh for twice as long, or a large source never rests."""

HOLD: dict[ProblemKind, timedelta] = {
    ProblemKind.BUSY: timedelta(seconds=30),
    ProblemKind.DOWN: timedelta(seconds=15),
    ProblemKind.GARBLED: timedelta(minutes=1),
    ProblemKind.REFUSED: timedelta(minutes=2),
    ProblemKind.SUSPICIOUS: timedelta(minutes=2),
}
"""How long a failed attempt keeps us from asking again by ourselves, unless the source named a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How old what we know may become."""

    listing: timedelta
    viewers: timedelta | None
    """None: viewers are nobody's concern now."""


def listing_due(known: Freshness, now: datetime, *, fresh_for: timedelta, force: bool) -> bool:
    """Tell whether the projects of a connection should be read now."""
    problem = known.problem
    if problem is None:
        return _old(known.last_success_at, now, min(FORCED_AT_MOST_EVERY, fresh_for) if force else fresh_for)
    if force and problem.kind is not ProblemKind.BUSY:
        return _old(known.last_attempt_at, now, FORCED_IN_TROUBLE.get(problem.kind, FORCED_AT_MOST_EVERY))
    return problem.retry_at is None or now >= problem.retry_at


def viewers_due(known: Freshness, now: datetime, *, fresh_for: timedelta, force: bool) -> bool:  # noqa: ARG001 - as its twin
    """Tell whether the viewers of a connection should be counted now; never where the source has none.

    Insisting changes nothing: a round is many requests, one for each project.
    """
    if not known.measures_viewers:
        return False
    problem = known.viewers_problem
    if problem is not None:
        return problem.retry_at is None or now >= problem.retry_at
    return _old(known.viewers_at, now, viewers_fresh_for(known, fresh_for))


def viewers_fresh_for(known: Freshness, fresh_for: timedelta) -> timedelta:
    """Return how old counts may be: the more projects, the older."""
    return max(fresh_for, known.rows * ROUND_SHARE)


def viewers_every(known: Freshness, regular: Ages | None) -> timedelta | None:
    """Return the planned pause between two rounds of counting; None where nobody looks regularly."""
    return viewers_fresh_for(known, regular.viewers) if regular is not None and regular.viewers is not None else None


def _old(at: datetime | None, now: datetime, age: timedelta) -> bool:
    """Tell whether something is at least so old; what never was is, and what a clock set back left in the future."""
    return at is None or at > now or now - at >= age


def full_due(known: Freshness, now: datetime) -> bool:
    """Tell whether only a complete listing will do."""
    return known.newest_at is None or known.last_full_at is None or now - known.last_full_at >= FULL_EVERY


def problem_of(error: SourceError, now: datetime) -> Problem:
    """Turn a failure into what is stored and shown."""
    kind = ProblemKind(error.kind)
    return Problem(kind=kind, detail=error.detail, since=now, retry_at=error.free_at or now + HOLD[kind])
