"""What each condition says of one project. Pure functions, one per kind of condition; add one here to add a condition.

Silence is judged by `bot.model.inactivity` only, as it is for the state of a project. Ages count from the last good
look at the connection, without the time in which nobody could see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.model import (
    PAID_FOR_LONG,
    QUIET_SHARE,
    ActorKind,
    Condition,
    ConditionKind,
    Days,
    Entry,
    EveryDay,
    Finding,
    Sight,
    Sights,
    Signal,
    Silence,
    Verdict,
    WorkingDays,
    idle_of,
    is_lapsed,
    is_off,
)
from bot.views.silence import doubt

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVED: Final = "it was archived"
GONE: Final = "it is gone from its source"
LAPSED: Final = "its subscription is no longer active, which is another watch's matter"
TOLD: Final = "it was told"
NOTHING_SEEN: Final = "nothing that counts as activity was ever looked at"

ABSENT_FOR: Final = timedelta(hours=6)
"""A project counts as gone when its source's list lacked it for so long, and at three good looks."""

NEWS_FOR: Final = timedelta(hours=24)
"""How long an approved build is news."""

TWICE: Final = 2
"""Times the threshold: from there on it is worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One project before one condition."""

    condition: Condition
    entry: Entry
    sights: Sights
    days: Days
    """The clock of the watch."""

    now: datetime

    @property
    def threshold(self) -> timedelta:
        """Return how long it has to hold; nothing for what holds at once."""
        return self.condition.threshold or timedelta()


Rule = Callable[[Case], Finding]


def judge(condition: Condition, entry: Entry, *, sights: Sights, zone: str, now: datetime) -> Finding:
    """Tell whether a condition holds for a project, as of the last good look at its connection.

    Args:
        condition: of a watch.
        entry: the project.
        sights: what was seen of its connection.
        zone: IANA name, of the working days.
        now: aware UTC.
    """
    case = Case(condition=condition, entry=entry, sights=sights, days=_days(condition, zone), now=now)
    return _with_its_look(_beforehand(case) or RULES[condition.kind](case), condition, sights)


def cutoff(condition: Condition, sights: Sights, zone: str, *, measures_viewers: bool) -> datetime | None:
    """Return up to which date of a project its condition may hold by now; it grows, and never moves back.

    A project whose condition begins to hold by time alone has a date between the cutoff of the last evaluation and
    this one. Of conditions that hold at once it is the last good look itself. None: nobody looked yet.

    Args:
        condition: of a watch.
        sights: what was seen of a connection.
        zone: IANA name, of the working days.
        measures_viewers: whether its source counts viewers.
    """
    seen = _concerned(condition, sights, measures_viewers=measures_viewers)
    if condition.kind is ConditionKind.GONE:
        return sights.listing.cutoff(_absence(sights.listing))
    if condition.threshold is None or condition.kind is ConditionKind.QUEUE:
        return _earliest(sight.until for sight in seen)
    days = _days(condition, zone)
    return _earliest(sight.cutoff(condition.threshold, days) for sight in seen)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the first of some moments; None if one of them is not known."""
    each = list(moments)
    known = [at for at in each if at is not None]
    return min(known) if len(known) == len(each) else None


def can_speak(condition: Condition, sights: Sights, zone: str, *, measures_viewers: bool) -> bool:
    """Tell whether the connection was seen well enough for this condition to begin to hold for any project.

    While it was not, what has changed may be judged, but the mark up to which the watch was evaluated has to wait: what
    crosses the cutoff now would be missed. Dates of a source need no regular looks; one that counts viewers has none.

    Args:
        condition: of a watch.
        sights: what was seen of a connection.
        zone: IANA name, of the working days.
        measures_viewers: whether its source counts viewers, whether or not that ever succeeded.
    """
    seen = _concerned(condition, sights, measures_viewers=measures_viewers)
    if any(sight.until is None for sight in seen):
        return False
    if condition.kind is not ConditionKind.INACTIVE or not measures_viewers:
        return True
    threshold, days = condition.threshold or timedelta(), _days(condition, zone)
    return all(sight.coverage(sight.window(threshold, days)).enough for sight in seen)


def _with_its_look(finding: Finding, condition: Condition, sights: Sights) -> Finding:
    """Say on which good look a finding rests, and when the next one is planned."""
    concerned = _concerned(condition, sights, measures_viewers=sights.viewers.until is not None)
    seen = [(each.until, each) for each in concerned if each.until is not None]
    if not seen:
        return finding
    looked_at, sight = max(seen, key=itemgetter(0))
    return replace(finding, looked_at=looked_at, next_look_at=_in(sight, timedelta()))


# --- before any rule ----------------------------------------------------------------------------------------------


def _beforehand(case: Case) -> Finding | None:
    """Judge what comes before any condition; None: it is up to the rule."""
    if case.entry.project.archived:
        return Finding(verdict=Verdict.OUT, reason=ARCHIVED)
    if case.entry.gone_at is not None:
        return _absent(case, case.entry.gone_at)
    if case.condition.kind in _NEED_SUBSCRIPTION and is_lapsed(case.entry.project):
        return Finding(verdict=Verdict.OUT, reason=LAPSED, detail=case.entry.project.subscription or "")
    return None


_NEED_SUBSCRIPTION: Final = frozenset(
    {ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT, ConditionKind.OFF}
)


def _absent(case: Case, gone_at: datetime) -> Finding:
    """Judge what its source does not list; it is believed after some looks only.

    A complete listing lacked it first. Later looks need not be complete ones: those that read only what is new compare
    the number of projects that the source says it has with ours, and read everything if these differ.
    """
    listing = case.sights.listing
    enough = _absence(listing)
    age = listing.age(gone_at)
    if age < enough:
        unsure = Finding(verdict=Verdict.UNSURE, since=gone_at, age=age, reason="its source has not listed it lately")
        return replace(unsure, changes_at=_in(listing, enough - age))
    fires = case.condition.kind is ConditionKind.GONE
    return Finding(verdict=Verdict.FIRES if fires else Verdict.GONE, since=gone_at, age=age, reason=GONE)


def _absence(listing: Sight) -> timedelta:
    """Return for how long a project has to be absent: two planned pauses after the first look make three good looks."""
    return max(ABSENT_FOR, 2 * listing.stretches[-1].every) if listing.stretches else ABSENT_FOR


# --- the rules ----------------------------------------------------------------------------------------------------


def inactive(case: Case) -> Finding:
    """Nothing happened for longer than the threshold."""
    return _silence(case, case.condition.signals)


def ci_silent(case: Case) -> Finding:
    """The last edit was made with an API key, and then nothing happened for longer than the threshold."""
    project = case.entry.project
    if project.updated_by_kind is None:
        return Finding(verdict=Verdict.OUT, reason="its source does not tell who edited it")
    if project.updated_by_kind is not ActorKind.API_KEY:
        return Finding(verdict=Verdict.CLEAR, since=project.updated_at, signal_at=project.updated_at)
    return _silence(case, (Signal.EDITS,))


def empty(case: Case) -> Finding:
    """It has had no services for longer than the threshold."""
    entry, project = case.entry, case.entry.project
    if project.service_count is None:
        return Finding(verdict=Verdict.OUT, reason="its source does not count services")
    if project.service_count > 0:
        return Finding(verdict=Verdict.CLEAR)
    # before we knew it, it was empty at least since its last edit: taking a service away is one
    since = entry.emptied_at or min(entry.first_seen_at, project.updated_at or entry.first_seen_at)
    return _timed(case, case.sights.listing, since)


def off(case: Case) -> Finding:
    """It is switched off although it is paid for."""
    entry, project = case.entry, case.entry.project
    if project.enabled is None:
        return Finding(verdict=Verdict.OUT, reason="its source does not switch projects off")
    if not is_off(project):
        return Finding(verdict=Verdict.CLEAR)
    since = entry.changed_at or entry.first_seen_at
    age = case.sights.listing.age(since)
    if age >= PAID_FOR_LONG:
        return Finding(verdict=Verdict.FIRES, since=since, age=age, severity=TWICE)
    changes_at = _in(case.sights.listing, PAID_FOR_LONG - age)
    return Finding(verdict=Verdict.FIRES, since=since, age=age, changes_at=changes_at)


def lapsed(case: Case) -> Finding:
    """Its subscription is not active."""
    project = case.entry.project
    if project.subscription is None:
        return Finding(verdict=Verdict.OUT, reason="its source has no subscription for it")
    if not is_lapsed(project):
        return Finding(verdict=Verdict.CLEAR)
    return Finding(verdict=Verdict.FIRES, since=case.entry.changed_at, detail=project.subscription)


def gone(_: Case) -> Finding:
    """It is listed, or it would not have come here: absence is judged before any rule."""
    return Finding(verdict=Verdict.CLEAR)


def queue(case: Case) -> Finding:
    """At every look for longer than the threshold somebody was waiting."""
    viewers, began = case.entry.viewers, case.entry.queued_since
    if viewers is None:
        return Finding(verdict=Verdict.UNSURE, reason="its viewers were never counted")
    if viewers.queued == 0 or began is None:
        # the next look confirms it, and may see nobody again: nothing else would call for another judgement
        next_look = _in(case.sights.viewers, timedelta())
        return Finding(verdict=Verdict.CLEAR, signal_at=viewers.at, sampled=True, changes_at=next_look)
    waited = viewers.at - began
    verdict = _past(waited, case.threshold)
    severity = TWICE if waited >= TWICE * case.threshold else 1
    return Finding(verdict=verdict, since=began, age=waited, severity=severity, sampled=True)


def build_rejected(case: Case) -> Finding:
    """The last build whose end we were told of was rejected."""
    build = case.entry.build
    if build is None:
        return Finding(verdict=Verdict.CLEAR)
    if build.approved:
        return Finding(verdict=Verdict.CLEAR, signal_at=build.at)
    return Finding(verdict=Verdict.FIRES, since=build.at, detail=build.objection or "")


def build_approved(case: Case) -> Finding:
    """A build went live within the last day."""
    build = case.entry.build
    if build is None or not build.approved:
        return Finding(verdict=Verdict.OUT, reason=TOLD)
    ends = build.at + NEWS_FOR
    if case.now >= ends:
        return Finding(verdict=Verdict.OUT, reason=TOLD)
    return Finding(verdict=Verdict.FIRES, since=build.at, changes_at=ends)


RULES: Final[Mapping[ConditionKind, Rule]] = {
    ConditionKind.INACTIVE: inactive,
    ConditionKind.OFF: off,
    ConditionKind.LAPSED: lapsed,
    ConditionKind.GONE: gone,
    ConditionKind.QUEUE: queue,
    ConditionKind.EMPTY: empty,
    ConditionKind.CI_SILENT: ci_silent,
    ConditionKind.BUILD_REJECTED: build_rejected,
    ConditionKind.BUILD_APPROVED: build_approved,
}


# --- how long -----------------------------------------------------------------------------------------------------

_VERDICTS: Final = {
    Silence.UNKNOWN: Verdict.UNSURE,
    Silence.ACTIVE: Verdict.CLEAR,
    Silence.QUIET: Verdict.QUIET,
    Silence.INACTIVE: Verdict.FIRES,
}


def _silence(case: Case, signals: tuple[Signal, ...]) -> Finding:
    idle = idle_of(case.entry, case.sights, threshold=case.threshold, signals=signals, days=case.days)
    verdict = _VERDICTS[idle.silence]
    sight = case.sights.viewers if idle.signal is Signal.VIEWERS else case.sights.listing
    worse = _worse_from(case)
    return Finding(
        verdict=verdict,
        since=idle.last_at or idle.since,
        age=idle.age,
        severity=TWICE if verdict is Verdict.FIRES and idle.age >= worse else 1,
        signal_at=idle.last_at,
        sampled=idle.signal is Signal.VIEWERS or case.entry.project.updated_at is None,
        reason=(doubt(idle, sight.until) or NOTHING_SEEN) if verdict is Verdict.UNSURE else "",
        idle=idle,
        changes_at=_next_change(sight, idle.age, case.threshold, worse),
    )


def _worse_from(case: Case) -> timedelta:
    """Return from which age on silence is worse: sooner if it is paid for all the while."""
    twice, subscription = TWICE * case.threshold, case.entry.project.subscription
    paid = subscription is not None and not is_lapsed(case.entry.project)
    return min(twice, case.threshold + PAID_FOR_LONG) if paid else twice


def _timed(case: Case, sight: Sight, since: datetime) -> Finding:
    """Judge what holds for a while already."""
    age = sight.age(since, case.days)
    verdict = _past(age, case.threshold)
    return Finding(
        verdict=verdict,
        since=since,
        age=age,
        severity=TWICE if verdict is Verdict.FIRES and age >= TWICE * case.threshold else 1,
        changes_at=_next_change(sight, age, case.threshold, TWICE * case.threshold),
    )


def _past(age: timedelta, threshold: timedelta) -> Verdict:
    if age >= threshold:
        return Verdict.FIRES
    return Verdict.QUIET if age >= threshold * QUIET_SHARE else Verdict.CLEAR


def _next_change(sight: Sight, age: timedelta, threshold: timedelta, worse: timedelta) -> datetime | None:
    """Return when the next limit is reached at the earliest: a clock may stand still meanwhile."""
    limits = (threshold * QUIET_SHARE, threshold, worse)
    left = [limit - age for limit in limits if limit > age]
    return _in(sight, min(left)) if left else None


def _in(sight: Sight, left: timedelta) -> datetime | None:
    """Return when so much time will have been seen at the earliest; that takes one more look."""
    if sight.until is None:
        return None
    return sight.until + max(left, sight.stretches[-1].every)


# --- which clock, which looks -------------------------------------------------------------------------------------


def _days(condition: Condition, zone: str) -> Days:
    return WorkingDays(zone) if condition.working_days else EveryDay()


def _concerned(condition: Condition, sights: Sights, *, measures_viewers: bool) -> tuple[Sight, ...]:
    """Return what was seen, as far as a condition depends on it."""
    if condition.kind is ConditionKind.QUEUE:
        return (sights.viewers,)
    if condition.kind is not ConditionKind.INACTIVE:
        return (sights.listing,)
    if condition.signals == (Signal.VIEWERS,):
        return (sights.viewers,)
    if condition.signals == (Signal.EDITS,) or not measures_viewers:
        return (sights.listing,)
    return sights.listing, sights.viewers
