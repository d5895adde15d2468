"""Finding what is needed to speak of alerts: their projects, and what their conditions say of them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.alerts.rules import judge
from bot.model import AlertState, ConditionKind, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.model import Entry, Finding, Freshness, Moment, Raised, Scope
    from bot.ports import Store

_OVER: Final = (AlertState.CLOSED, AlertState.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What some alerts rest on."""

    entries: dict[int, Entry]
    """`Entry.ref` to row; a project that left the database is missing."""

    findings: dict[int, Finding]
    """`Alert.ref` to what its condition says now."""


async def gather(store: Store, scope: Scope, raised: Iterable[Raised], moment: Moment) -> Evidence:
    """Load the projects of some alerts, and judge them.

    Raises:
        StoreError: our database could not be used.
    """
    alerts = tuple(raised)
    wanted = sorted({each.alert.project for each in alerts})
    entries = dict(await store.get_many(scope, wanted)) if wanted else {}
    findings = {
        each.alert.ref: finding_of(each, entries[each.alert.project], moment)
        for each in alerts
        if each.alert.project in entries
    }
    return Evidence(entries=entries, findings=findings)


def finding_of(raised: Raised, entry: Entry, moment: Moment) -> Finding:
    """Return what the condition of an alert's watch says of its project now."""
    sights = moment.sights_of(entry.project.connection)
    return judge(raised.watch.condition, entry, sights=sights, zone=raised.watch.draft.zone, now=moment.now)


def people_in(raised: Iterable[Raised]) -> list[str | None]:
    """Return the Slack ids of everybody that answers about these alerts may name, the most telling ones first."""
    alerts = tuple(raised)
    said = [one.by for each in alerts for one in (each.alert.snooze, each.alert.ack, each.alert.keep) if one]
    steps = [step.by for each in alerts for step in each.steps]
    return [*(each.alert.owner for each in alerts), *said, *(each.watch.draft.owner for each in alerts), *steps]


def ignored(raised: Raised, entry: Entry) -> tuple[str, ...]:
    """Say what was not counted as activity, each in a few words."""
    condition = raised.watch.condition
    if condition.kind is ConditionKind.CI_SILENT:
        return ("viewers (only edits count)",) if entry.viewers else ()
    if condition.kind is not ConditionKind.INACTIVE:
        return ()
    if condition.signals == (Signal.EDITS,) and entry.viewers is not None:
        return ("viewers (this watch counts edits)",)
    if condition.signals == (Signal.VIEWERS,):
        return ("edits (this watch counts viewers)",)
    return ()


def next_look_at(raised: Raised, finding: Finding, known: Freshness | None, now: datetime) -> datetime | None:
    """Return when an alert is judged again at the latest; None: its watch rests, or nobody looks regularly.

    What is found at the next look at its connection is judged then; before that nothing can change but by time.
    """
    if raised.watch.pause is not None or raised.alert.state in _OVER:
        return None
    sights = known.sights if known is not None else None
    looks = sights.listing.stretches if sights is not None else ()
    coming = [looks[-1].until + looks[-1].every] if looks else []
    coming += [at for at in (raised.alert.next_at, finding.changes_at) if at is not None]
    return max(min(coming), now) if coming else None


def worst_first(raised: Iterable[Raised]) -> list[Raised]:
    """Sort alerts: higher severity first, then the longest open."""
    return sorted(raised, key=_badness)


def _badness(raised: Raised) -> tuple[int, datetime, int]:
    alert = raised.alert
    return -alert.severity, alert.opened_at or alert.since, alert.ref
