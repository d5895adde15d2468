"""What becomes of the alerts of one watch, for some projects that were looked up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.alerts import machine
from bot.alerts.plans import Reach
from bot.alerts.rules import judge
from bot.alerts.storm import QUIET_OR_GONE
from bot.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from bot.alerts.plans import Plan
    from bot.alerts.seeing import View
    from bot.model import Alert, Entry, Watch
    from bot.ports.watches import AlertChange

NO_MATCH: Final = Finding(verdict=Verdict.OUT, reason="it no longer matches the filters")
FORGOTTEN: Final = "we know it no longer"
BLIND: Final = Finding(verdict=Verdict.UNSURE, reason="its source cannot be read")
NOT_COUNTED: Final = Finding(verdict=Verdict.UNSURE, reason="its viewers cannot be counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One alert that is to be written."""

    project: int
    """`Entry.ref`."""

    change: AlertChange
    opens: bool = False
    """Whether it opens, and this is news; not what held before anybody asked."""

    begins: bool = False
    """Whether it opens, news or not."""

    leaves: bool = False
    """Whether it ends because its project is gone."""

    quiet_or_gone: bool = False
    """Whether it is silence or absence that its watch waits for, see `bot.alerts.storm`."""

    @property
    def can_be_held(self) -> bool:
        """Whether it waits while so much turns that it is probably a fault of the source."""
        return (self.begins and self.quiet_or_gone) or self.leaves

    @property
    def counts(self) -> bool:
        """Whether it is one of those that turn inactive or gone."""
        return (self.opens and self.quiet_or_gone) or self.leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Some projects, as far as one watch is concerned."""

    entries: Mapping[int, Entry]
    alerts: Mapping[int, Alert] = field(default_factory=dict)
    """By `Entry.ref`."""

    matched: Collection[int] = ()
    """Those that the filters let through."""

    def parts(self, size: int) -> Iterator[Looked]:
        """Yield the same in pieces of at most so many projects."""
        refs = sorted(self.entries.keys() | self.alerts.keys())
        for start in range(0, len(refs), size):
            part = refs[start : start + size]
            yield replace(
                self,
                entries={ref: self.entries[ref] for ref in part if ref in self.entries},
                alerts={ref: self.alerts[ref] for ref in part if ref in self.alerts},
            )


def turns(plan: Plan, view: View, looked: Looked, now: datetime) -> Iterator[Turn]:
    """Yield the alerts that change.

    Args:
        plan: of the watch at this connection.
        view: the connection.
        looked: the projects.
        now: aware UTC.
    """
    for project in looked.entries.keys() | looked.alerts.keys():
        alert, entry = looked.alerts.get(project), looked.entries.get(project)
        if entry is None:
            if alert is not None:
                yield Turn(project=project, change=machine.end(alert, FORGOTTEN, now))
            continue
        finding = _finding(plan, view, entry, matches=project in looked.matched, now=now)
        if alert is None and finding.verdict is not Verdict.FIRES:
            continue
        since_ever = plan.reach is Reach.ALL and alert is None and _since_ever(view, entry, finding)
        turn = _turn(plan.aim.watch, alert, finding, entry, now=now, baseline=plan.baseline or since_ever)
        if turn is not None:
            yield turn


def overlay_turn(alert: Alert, entry: Entry, watch: Watch, now: datetime) -> Turn | None:
    """Let time pass for what people said of an alert whose project cannot be judged now."""
    change = machine.step(alert, BLIND, watch=watch, entry=entry, now=now)
    return None if change is None else Turn(project=alert.project, change=change)


def _finding(plan: Plan, view: View, entry: Entry, *, matches: bool, now: datetime) -> Finding:
    """Judge one project; what is gone or archived matches no filter any more, so its own reason comes first."""
    watch = plan.aim.watch
    hidden = entry.gone_at is not None or entry.project.archived
    if not matches and not hidden:
        return NO_MATCH
    finding = judge(watch.condition, entry, sights=view.sights, zone=watch.draft.zone, now=now)
    if hidden:
        return NO_MATCH if finding.verdict is Verdict.FIRES and not matches else finding
    if not plan.seen and finding.verdict is not Verdict.OUT:
        return NOT_COUNTED
    return finding


def _turn(
    watch: Watch, alert: Alert | None, finding: Finding, entry: Entry, *, now: datetime, baseline: bool
) -> Turn | None:
    change = machine.step(alert, finding, watch=watch, entry=entry, now=now, baseline=baseline)
    if change is None:
        return None
    was_open = alert is not None and alert.is_open
    begins = change.alert.is_open and not was_open
    return Turn(
        project=entry.ref,
        change=change,
        begins=begins,
        opens=begins and not change.alert.baseline,
        leaves=finding.verdict is Verdict.GONE and was_open and not change.alert.is_open,
        quiet_or_gone=watch.condition.kind in QUIET_OR_GONE,
    )


def _since_ever(view: View, entry: Entry, finding: Finding) -> bool:
    """Tell whether nothing happened since we began to look, at a project that was there by then: no news either."""
    began, idle = view.sights.listing.since, finding.idle
    return idle is not None and idle.last_at is None and began is not None and entry.first_seen_at <= began
