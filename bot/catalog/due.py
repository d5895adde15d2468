"""When a connection should be asked again. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Problem, ProblemKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.errors import SourceError
    from bot.model import Freshness

FORCED_AT_MOST_EVERY = timedelta(seconds=3)
"""How often Refresh may really ask: a thumb on the button is no reason to hammer a source."""

FULL_EVERY = timedelta(hours=6)
"""How old the last complete listing may be: what moves no date (a pin, a deletion undone) is noticed at least then."""

HOLD: dict[ProblemKind, timedelta] = {
    ProblemKind.BUSY: timedelta(seconds=30),
    ProblemKind.DOWN: timedelta(seconds=15),
    ProblemKind.GARBLED: timedelta(minutes=1),
    ProblemKind.REFUSED: timedelta(minutes=2),
    ProblemKind.SUSPICIOUS: timedelta(minutes=2),
}
"""How long a failed attempt keeps us from asking again by ourselves, unless the source named a time."""


def listing_due(known: Freshness, now: datetime, *, fresh_for: timedelta, force: bool) -> bool:
    """Tell whether the projects of a connection should be read now."""
    return _due(known.last_success_at, known.problem, now, fresh_for=fresh_for, force=force)


def viewers_due(known: Freshness, now: datetime, *, fresh_for: timedelta, force: bool) -> bool:
    """Tell whether the viewers of a connection should be counted now; never where the source has none."""
    if not known.measures_viewers:
        return False
    return _due(known.viewers_at, known.viewers_problem, now, fresh_for=fresh_for, force=force)


def _due(
    success_at: datetime | None,
    problem: Problem | None,
    now: datetime,
    *,
    fresh_for: timedelta,
    force: bool,
) -> bool:
    if problem is not None and problem.retry_at is not None and now < problem.retry_at:
        return force and problem.kind is not ProblemKind.BUSY
    if problem is not None or success_at is None or success_at > now:  # a clock that was set back
        return True
    return now - success_at >= (min(FORCED_AT_MOST_EVERY, fresh_for) if force else fresh_for)


def full_due(known: Freshness, now: datetime) -> bool:
    """Tell whether only a complete listing will do."""
    return known.newest_at is None or known.last_full_at is None or now - known.last_full_at >= FULL_EVERY


def problem_of(error: SourceError, now: datetime) -> Problem:
    """Turn a failure into what is stored and shown."""
    kind = ProblemKind(error.kind)
    return Problem(kind=kind, detail=error.detail, since=now, retry_at=error.free_at or now + HOLD[kind])
