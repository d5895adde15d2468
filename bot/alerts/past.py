"""When a condition held in the past, reconstructed from what was recorded of one project. Pure.

It is an estimate. What was not recorded counts as it does at present: who made the last edit but one, filters, and what
was archived or unpaid meanwhile. What was never seen before the first event counts from the first look at the project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.alerts.pace import CONFIRM
from bot.alerts.rules import ABSENT_FOR
from bot.model import (
    HEALTHY_SUBSCRIPTION,
    ActorKind,
    ConditionKind,
    EventKind,
    EveryDay,
    Signal,
    WorkingDays,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.model import Condition, Days, Entry, Event, Sample, SampleDay, Sight, Sights

_EDITS: Final = frozenset(
    {
        EventKind.UPDATED,
        EventKind.RENAMED,
        EventKind.ARCHIVED,
        EventKind.UNARCHIVED,
        EventKind.ENABLED,
        EventKind.DISABLED,
        EventKind.SUBSCRIPTION,
    }
)
"""What happened to a project because somebody changed it."""

_DAY: Final = timedelta(days=1)
_SAMPLE_GAP: Final = timedelta(minutes=40)
"""Two measurements further apart than this say nothing of the time between them."""

_SERVICES: Final = re.compile(r"(\d+) services")
_MOST_STEPS: Final = 60
"""Of a clock that stands still at times; far more than there are holes in a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was recorded of one project."""

    entry: Entry
    events: tuple[Event, ...] = ()
    """Oldest first."""

    samples: tuple[Sample, ...] = ()
    days: tuple[SampleDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From when an alert would have been open until when."""

    opens: datetime
    ends: datetime | None
    """None: it would still be open, or it is news that never ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    past: Past
    condition: Condition
    sights: Sights
    days: Days
    until: datetime

    @property
    def threshold(self) -> timedelta:
        return self.condition.threshold or timedelta()


def spans_of(condition: Condition, past: Past, *, sights: Sights, zone: str, until: datetime) -> tuple[Span, ...]:
    """Return when an alert would have been open, oldest first.

    Args:
        condition: of the watch.
        past: what was recorded.
        sights: what was seen of the project's connection; holes stop the clocks, as they do now.
        zone: IANA name, of the working days.
        until: aware UTC; what would open later does not.
    """
    days = WorkingDays(zone) if condition.working_days else EveryDay()
    case = _Case(past=past, condition=condition, sights=sights, days=days, until=until)
    return tuple(span for span in _PASTS[condition.kind](case) if span.opens <= until)


# --- silence ------------------------------------------------------------------------------------------------------


def _silent(case: _Case) -> Iterator[Span]:
    activity = sorted({at for at in _activity(case) if at <= case.until})
    sight = case.sights.viewers if _counts(case, Signal.VIEWERS) else case.sights.listing
    for last, following in pairwise([*activity, None]):
        if last is not None:
            yield from _held(case, sight, last, following, CONFIRM)


def _activity(case: _Case) -> Iterator[datetime]:
    """Yield every sign of life that the condition counts, and from where silence counts if there was none before."""
    entry = case.past.entry
    edits, viewers = _counts(case, Signal.EDITS), _counts(case, Signal.VIEWERS)
    if edits:
        dates = (entry.project.updated_at, entry.changed_at)
        yield from (at for at in dates if at is not None)
        yield from (event.at for event in case.past.events if event.kind in _EDITS)
    if viewers:
        yield from _seen(case.past)
        if case.sights.viewers.since is not None:
            yield max(entry.first_seen_at, case.sights.viewers.since)
    dated = edits and entry.project.updated_at is not None
    if (edits or viewers) and not (dated and entry.project.updated_at <= entry.first_seen_at):  # type: ignore[operator]
        yield entry.first_seen_at


def _counts(case: _Case, signal: Signal) -> bool:
    """Tell whether a signal counts and is told at all, as `bot.model.inactivity` decides."""
    entry, wanted = case.past.entry, case.condition.signals
    if wanted and signal not in wanted:
        return False
    if signal is Signal.VIEWERS:
        return entry.viewers is not None
    return entry.project.updated_at is not None or bool(wanted) or entry.viewers is not None


def _seen(past: Past) -> Iterator[datetime]:
    """Yield when somebody was there; of a day that was summed up both its ends."""
    if past.entry.last_viewed_at is not None:
        yield past.entry.last_viewed_at
    for sample in past.samples:
        if sample.live or sample.queued:
            yield sample.at
    for day in past.days:
        if day.seen:
            yield day.day
            yield day.day + _DAY - timedelta.resolution


def _ci_silent(case: _Case) -> Iterator[Span]:
    """Only of the last edit it is known who made it."""
    project = case.past.entry.project
    if project.updated_by_kind is ActorKind.API_KEY and project.updated_at is not None:
        yield from _held(case, case.sights.listing, project.updated_at, None, CONFIRM)


# --- what is so, or is not ----------------------------------------------------------------------------------------


def _off(case: _Case) -> Iterator[Span]:
    return _while(case, lambda state: state.enabled is False and not state.lapsed)


def _lapsed(case: _Case) -> Iterator[Span]:
    return _while(case, lambda state: state.lapsed)


def _gone(case: _Case) -> Iterator[Span]:
    for since, until in _holding(case, lambda state: not state.listed):
        yield from _held(case, case.sights.listing, since, until, ABSENT_FOR, threshold=timedelta())


def _empty(case: _Case) -> Iterator[Span]:
    for since, until in _holding(case, lambda state: state.services == 0):
        yield from _held(case, case.sights.listing, since, until, CONFIRM)


@dataclass(frozen=True, slots=True)
class _State:
    """What a project was for a while."""

    listed: bool
    enabled: bool | None
    subscription: str | None
    services: int | None

    @property
    def lapsed(self) -> bool:
        return self.subscription is not None and self.subscription.casefold() != HEALTHY_SUBSCRIPTION


def _while(case: _Case, holds: Callable[[_State], bool]) -> Iterator[Span]:
    for since, until in _holding(case, holds):
        yield from _held(case, case.sights.listing, since, until, CONFIRM)


def _holding(case: _Case, holds: Callable[[_State], bool]) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when until when something was so, oldest first."""
    began: datetime | None = None
    for since, state in _states(case.past):
        if holds(state) and began is None:
            began = since
        elif not holds(state) and began is not None:
            yield began, since
            began = None
    if began is not None:
        yield began, None


def _states(past: Past) -> list[tuple[datetime, _State]]:
    """Return what the project was, and from when on: from what it is now backwards, oldest first."""
    project = past.entry.project
    state = _State(past.entry.gone_at is None, project.enabled, project.subscription, project.service_count)
    found: list[tuple[datetime, _State]] = []
    for event in reversed(past.events):
        found.append((event.at, state))
        state = _before(state, event)
    found.append((past.entry.first_seen_at, state))
    return found[::-1]


def _before(state: _State, event: Event) -> _State:
    """Return what a project was before an event."""
    listed, enabled, subscription, services = state.listed, state.enabled, state.subscription, state.services
    match event.kind:
        case EventKind.VANISHED:
            listed = True
        case EventKind.APPEARED:
            listed = False
        case EventKind.ENABLED:
            enabled = False
        case EventKind.DISABLED:
            enabled = True
        case EventKind.SUBSCRIPTION:
            subscription = event.before
        case EventKind.UPDATED if told := _SERVICES.fullmatch(event.before or ""):
            services = int(told[1])
        case _:
            pass
    return _State(listed, enabled, subscription, services)


# --- what is told by itself ---------------------------------------------------------------------------------------


def _queue(case: _Case) -> Iterator[Span]:
    """Find the runs of measurements without a hole at which somebody was waiting."""
    run: list[Sample] = []
    for sample in (*case.past.samples, None):
        broken = sample is None or (bool(run) and sample.at - run[-1].at > _SAMPLE_GAP)
        if run and (broken or (sample is not None and not sample.queued)):
            yield from _waited(case, run, None if sample is None else sample.at)
            run = []
        if sample is not None and sample.queued:
            run.append(sample)


def _waited(case: _Case, run: list[Sample], ended: datetime | None) -> Iterator[Span]:
    reached = next((sample.at for sample in run if sample.at - run[0].at >= case.threshold), None)
    if reached is not None and len(run) > 1:
        yield Span(reached, ended)


def _rejected(case: _Case) -> Iterator[Span]:
    opened: datetime | None = None
    for event in case.past.events:
        if event.kind is EventKind.BUILD_REJECTED and opened is None:
            opened = event.at
        elif event.kind is EventKind.BUILD_APPROVED and opened is not None:
            yield Span(opened, event.at)
            opened = None
    if opened is not None:
        yield Span(opened, None)


def _approved(case: _Case) -> Iterator[Span]:
    return (Span(event.at, None) for event in case.past.events if event.kind is EventKind.BUILD_APPROVED)


# --- how long -----------------------------------------------------------------------------------------------------


def _held(
    case: _Case,
    sight: Sight,
    since: datetime,
    until: datetime | None,
    confirm: timedelta,
    *,
    threshold: timedelta | None = None,
) -> Iterator[Span]:
    """Yield the alert about what held for a while, if it held for long enough."""
    length = case.threshold if threshold is None else threshold
    opens = _reached(case, sight, since, length) + confirm
    if until is None or opens < until:
        yield Span(opens, until)


def _reached(case: _Case, sight: Sight, since: datetime, length: timedelta) -> datetime:
    """Return when so much time had been seen to pass on the clock of the watch, or a moment after the end."""
    at = since + length
    for _ in range(_MOST_STEPS):
        blind = sum((case.days.between(*hole) for hole in sight.blind(since, at)), timedelta())
        left = length - (case.days.between(since, at) - blind)
        if left <= timedelta() or at > case.until:
            break
        at += left
    return at


_PASTS: Final[Mapping[ConditionKind, Callable[[_Case], Iterable[Span]]]] = {
    ConditionKind.INACTIVE: _silent,
    ConditionKind.OFF: _off,
    ConditionKind.LAPSED: _lapsed,
    ConditionKind.GONE: _gone,
    ConditionKind.QUEUE: _queue,
    ConditionKind.EMPTY: _empty,
    ConditionKind.CI_SILENT: _ci_silent,
    ConditionKind.BUILD_REJECTED: _rejected,
    ConditionKind.BUILD_APPROVED: _approved,
}
