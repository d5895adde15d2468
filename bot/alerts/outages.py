"""When a connection that cannot be read is worth telling of, and when that is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.alerts.seeing import GRACE, OF_VIEWERS, is_of_viewers
from bot.model import Outage, ProblemKind, Sights
from bot.model.sight import is_enough

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Freshness, Problem

FAILURES: Final = 3
"""So many attempts in a row that fail are told."""

OPENS_AFTER: Final = timedelta(minutes=15)
"""So long without a good one, too."""


class Turned(Enum):
    """What became of an outage in one evaluation."""

    NOTHING = "nothing that anybody is told"
    OPENED = "it is told of"
    CHANGED = "it has another cause than before"
    ENDED = "it is over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An outage as it shall be, and what is told of that."""

    outage: Outage
    turned: Turned = Turned.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one process remembers between two evaluations; whoever takes over begins anew, which only takes longer."""

    attempt: datetime | None = None
    """By which the last failed attempt is told from the next one."""

    back_since: datetime | None = None
    """The first good look after the trouble."""

    good_at: datetime | None = None
    """The last one."""

    looks: int = 0
    """How many good looks after the trouble are known here."""


def trouble_of(known: Freshness) -> Problem | None:
    """Return what is wrong with a connection; that viewers cannot be counted is less than that nothing can be read."""
    if known.problem is not None:
        return known.problem
    problem = known.viewers_problem
    return None if problem is None else replace(problem, detail=f"{OF_VIEWERS} ({problem.detail})")


def failing(outage: Outage | None, known: Freshness, problem: Problem, trace: Trace, *, workspace: str) -> Verdict:
    """Go on with an outage while there is trouble; see `opened` for when it is told.

    Args:
        outage: the one under way; None: this is its beginning.
        known: what is known of the connection.
        problem: see `trouble_of`.
        trace: what this process remembers.
        workspace: whose connection it is.
    """
    if outage is None:
        return Verdict(outage=_begin(known, problem, workspace))
    again = trace.attempt is not None and attempt_of(problem) != trace.attempt
    told = replace(outage, failures=outage.failures + again, kind=problem.kind, detail=problem.detail)
    changed = outage.opened_at is not None and outage.kind is not problem.kind
    return Verdict(outage=told, turned=Turned.CHANGED if changed else Turned.NOTHING)


def _begin(known: Freshness, problem: Problem, workspace: str) -> Outage:
    good = known.last_success_at if known.problem is not None else known.viewers_at
    return Outage(
        workspace=workspace,
        connection=known.connection,
        kind=problem.kind,
        detail=problem.detail,
        since=min(good or problem.since, problem.since),
    )


def opened(verdict: Verdict, problem: Problem, now: datetime) -> Verdict:
    """Decide that it is told: after some failures or some time, or at once if waiting cannot help."""
    outage = verdict.outage
    if outage.opened_at is not None:
        return verdict
    refused = problem.kind is ProblemKind.REFUSED
    if not refused and outage.failures < FAILURES and now - problem.since < OPENS_AFTER:
        return verdict
    return Verdict(outage=replace(outage, opened_at=now), turned=Turned.OPENED)


def recovering(outage: Outage, known: Freshness, trace: Trace, now: datetime) -> Verdict:
    """Go on with an outage once there is no trouble any more: two good looks and a while make an end.

    It lasted until the first of these looks: the rest is our caution, and no trouble of the source. One that was never
    told of ends at once, and leaves nothing.
    """
    if outage.opened_at is None:
        return Verdict(outage=replace(outage, ended_at=now))
    job = _job(outage, known)
    back = trace.back_since
    if job.good_at is None or back is None or not job.settled:
        return Verdict(outage=outage)
    if not is_enough(job.good_at - back, trace.looks, every=job.every, grace=GRACE):
        return Verdict(outage=outage)
    return Verdict(outage=replace(outage, ended_at=back), turned=Turned.ENDED)


def traced(trace: Trace, outage: Outage | None, known: Freshness, problem: Problem | None) -> Trace:
    """Return what is remembered until the next evaluation."""
    if problem is not None:
        return Trace(attempt=attempt_of(problem))
    if outage is None:
        return Trace()
    good, back = _job(outage, known).good_at, trace.back_since
    if back is None or (good is not None and good < back):
        return Trace(back_since=good, good_at=good, looks=int(good is not None))
    return replace(trace, attempt=None, good_at=good, looks=trace.looks + (good != trace.good_at))


def attempt_of(problem: Problem) -> datetime:
    """Return by what one failed attempt is told from the next: when we may ask again moves with each."""
    return problem.retry_at or problem.since


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """How well that goes again which an outage is of."""

    good_at: datetime | None
    every: timedelta
    settled: bool


def _job(outage: Outage, known: Freshness) -> _Job:
    sights = known.sights or Sights()
    good_at, sight = (
        (known.viewers_at, sights.viewers) if is_of_viewers(outage) else (known.last_success_at, sights.listing)
    )
    every = sight.stretches[-1].every if sight.stretches else timedelta()
    return _Job(good_at=good_at, every=every, settled=not sight.stretches or sight.settled(GRACE))
