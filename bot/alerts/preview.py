"""What a watch would do, before it does it: who fires now, and what the last weeks would have sent."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.alerts.aims import with_gone
from bot.alerts.backtest import WANTED, Stretch, backtest
from bot.alerts.history import Reader
from bot.alerts.hours import opens_at
from bot.alerts.pace import GROUP_WAIT_URGENT
from bot.alerts.rules import judge
from bot.answers import Judged, Preview, SetAside
from bot.model import MOMENTARY, ConditionKind, Scope, Signal, Verdict
from bot.query import Flag, Term, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.answers import Backtest
    from bot.model import Alert, Condition, Entry, Finding, Freshness, Moment, WatchDraft
    from bot.ports import Store
    from bot.query import Known, Query

MOST_SHOWN: Final = 10
MOST_NEXT: Final = 3
"""Projects that come next, and are named."""

MOST_TESTED: Final = 2_000
"""Projects whose past is looked at."""

_BREATH: Final = 100
"""Projects that are judged before others get their turn."""

_NO_TIME: Final = timedelta()
_Rank = tuple[int, timedelta, int]

NOT_PINNED: Final = Term("pinned", (Flag(value=True),), negated=True)
"""What leaves pinned projects alone, where nobody said anything of pins."""


class Previewer:
    """Tries watches out. Nothing is stored.

    Args:
        store: the rows.
        known: names of sources and connections.
    """

    def __init__(self, store: Store, known: Known) -> None:
        self._store = store
        self._known = known

    async def preview(
        self,
        draft: WatchDraft,
        *,
        freshness: tuple[Freshness, ...],
        moment: Moment,
        unable: frozenset[str] = frozenset(),
        alerts: Mapping[int, Alert] = MappingProxyType({}),
    ) -> Preview:
        """Say what a watch does now and would have done.

        Args:
            draft: the watch, kept or only thought of.
            freshness: of all connections.
            moment: now, with what was seen of them.
            unable: connections at which its condition can never hold.
            alerts: what is open, kept or snoozed of the watch, by `Entry.ref`.

        Raises:
            UsageError: its filters cannot be read any more.
            StoreError: our database could not be used.
        """
        query = parse(draft.query, known=self._known, ordered=False)
        scope = Scope(workspace=draft.workspace, channel=draft.channel)
        blind = tuple(sorted(_unreadable(freshness, query)))
        wide = with_gone(query) if draft.condition.kind is ConditionKind.GONE else query
        mute = _mute(freshness, draft.condition)
        round_ = _Round(
            draft=draft, moment=moment, silent=mute.union(blind), unable=unable | mute, alerts=alerts
        )  # fmt: skip
        async for entry in self._store.each(scope, wide, moment):
            round_.see(entry)
            if round_.seen % _BREATH == 0:
                await asyncio.sleep(0)
        past = await self._past(draft, query, round_, freshness)
        return Preview(
            draft=draft,
            matching=round_.listed,
            firing=tuple(judged for _, judged in round_.worst),
            firing_total=round_.verdicts[Verdict.FIRES],
            quiet_total=round_.verdicts[Verdict.QUIET],
            unsure_total=round_.verdicts[Verdict.UNSURE],
            exempt_pinned=await self._pinned(scope, query, moment),
            backtest=past,
            moment=moment,
            freshness=freshness,
            titles={each.connection: each.title for each in freshness},
            blind=blind,
            cards=max(len(round_.firing), 1),
            told_at=_told_at(draft, moment.now) if round_.firing else None,
            concerned=round_.concerned,
            sources=max(sum(_concerns(each, query) and each.connection not in unable for each in freshness), 1),
            next=tuple(judged for _, judged in round_.next),
            set_aside=tuple(round_.set_aside),
            on_card=round_.on_card,
            possible_at=round_.possible_at,
        )

    async def _past(
        self, draft: WatchDraft, query: Query, round_: _Round, freshness: tuple[Freshness, ...]
    ) -> Backtest:
        now = round_.moment.now
        since = max(now - WANTED, _record_begins(freshness, query, now))
        scope = Scope(workspace=draft.workspace, channel=draft.channel)
        reader = Reader(store=self._store, scope=scope, query=query, moment=round_.moment)
        history = await reader.read(draft.condition, round_.sample, since)
        names = {entry.project.connection for entry in round_.sample}
        sights = {name: round_.moment.sights_of(name) for name in names}
        past = await asyncio.to_thread(
            backtest, draft, history.pasts, sights, Stretch(since=min(history.since, now), until=now)
        )
        projects = len(round_.sample) if len(round_.sample) < round_.seen else None
        return replace(past, projects=projects, measured=history.measured, events=history.events)

    async def _pinned(self, scope: Scope, query: Query, moment: Moment) -> int:
        """Count the projects that are left out only because they are pinned."""
        if NOT_PINNED not in query.terms:
            return 0
        others = tuple(term for term in query.terms if term != NOT_PINNED)
        pinned = replace(query, terms=(*others, replace(NOT_PINNED, negated=False)))
        return (await self._store.search(scope, pinned, moment, size=1)).total


@dataclass(slots=True, kw_only=True)
class _Round:
    """What is noted of every project that matches, while they pass by one at a time."""

    draft: WatchDraft
    moment: Moment
    silent: frozenset[str]
    """Connections of whose projects nothing is said."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    worst: list[tuple[_Rank, Judged]] = field(default_factory=list)
    sample: list[Entry] = field(default_factory=list)
    """Those whose past is looked at."""

    firing: set[str] = field(default_factory=set)
    """Connections of those that fire."""

    unable: frozenset[str] = frozenset()
    """Connections at which the condition can never hold."""

    alerts: Mapping[int, Alert] = field(default_factory=dict)
    next: list[tuple[_Rank, Judged]] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    on_card: int = 0
    seen: int = 0
    listed: int = 0
    """Those that are not gone."""

    concerned: int = 0
    """Those for which the condition can hold."""

    soonest: timedelta | None = None
    """How long the one that was observed for longest has to be observed still."""

    def see(self, entry: Entry) -> None:
        """Note one project."""
        self.seen += 1
        self.listed += entry.gone_at is None
        if len(self.sample) < MOST_TESTED:
            self.sample.append(entry)
        if entry.project.connection in self.silent:
            return
        finding = self._judged(self.draft.condition, entry)
        self.concerned += self._can_concern(entry, finding)
        if finding.verdict is Verdict.FIRES and (aside := self._put_aside(entry)) is not None:
            self.set_aside.append(aside)
            return
        self.verdicts[finding.verdict] += 1
        if finding.verdict is Verdict.FIRES:
            self.firing.add(entry.project.connection)
            alert = self.alerts.get(entry.ref)
            self.on_card += alert is not None and alert.is_open and alert.announced_at is not None
            _note(self.worst, entry, finding, most=MOST_SHOWN)
        elif finding.verdict is Verdict.QUIET:
            _note(self.next, entry, finding, most=MOST_NEXT)
        elif finding.verdict is Verdict.UNSURE:
            self._expect(finding)

    @property
    def possible_at(self) -> datetime | None:
        """Return when something can fire at the earliest, if nothing was observed for long enough yet."""
        early = self.verdicts[Verdict.FIRES] or self.verdicts[Verdict.QUIET] or self.set_aside
        return None if early or self.soonest is None else self.moment.now + self.soonest

    def _can_concern(self, entry: Entry, finding: Finding) -> bool:
        out = finding.verdict is Verdict.OUT and self.draft.condition.kind not in MOMENTARY
        return entry.project.connection not in self.unable and not out

    def _put_aside(self, entry: Entry) -> SetAside | None:
        """Tell whether somebody said that nothing is to be told of a project for a while."""
        alert = self.alerts.get(entry.ref)
        if alert is None:
            return None
        said, now = alert.keep or alert.snooze, self.moment.now
        if said is None or (said.until is not None and said.until <= now):
            return None
        return SetAside(entry=entry, until=said.until, kept=alert.keep is not None)

    def _expect(self, finding: Finding) -> None:
        """Note how long a project has to be observed still; working days are not counted in advance."""
        condition = self.draft.condition
        if condition.threshold is None or condition.working_days:
            return
        left = max(condition.threshold - (finding.age or _NO_TIME), _NO_TIME)
        self.soonest = left if self.soonest is None else min(self.soonest, left)

    def _judged(self, condition: Condition, entry: Entry) -> Finding:
        sights = self.moment.sights_of(entry.project.connection)
        return judge(condition, entry, sights=sights, zone=self.draft.zone, now=self.moment.now)


def _told_at(draft: WatchDraft, now: datetime) -> datetime:
    """Return when the channel is told of what fires already as a watch begins."""
    return opens_at(draft.hours, draft.zone, now + GROUP_WAIT_URGENT)


def _note(ranked: list[tuple[_Rank, Judged]], entry: Entry, finding: Finding, *, most: int) -> None:
    """Put a project in its place among the worst."""
    insort(ranked, (_rank(entry, finding), Judged(entry=entry, finding=finding)), key=itemgetter(0))
    del ranked[most:]


def _concerns(known: Freshness, query: Query) -> bool:
    return query.concerns(known.source, known.connection)


def _rank(entry: Entry, finding: Finding) -> _Rank:
    """Sort the worst first: higher severity, then the longest."""
    return -finding.severity, -(finding.age or _NO_TIME), entry.ref


def _unreadable(freshness: tuple[Freshness, ...], query: Query) -> set[str]:
    """Return the connections that matter and cannot be read now."""
    return {
        each.connection
        for each in freshness
        if query.concerns(each.source, each.connection) and (each.problem is not None or each.last_success_at is None)
    }


def _mute(freshness: tuple[Freshness, ...], condition: Condition) -> frozenset[str]:
    """Return the connections where only viewers could tell, and are not counted: their projects are not unsure."""
    viewers_only = condition.kind is ConditionKind.QUEUE or condition.signals == (Signal.VIEWERS,)
    return frozenset(each.connection for each in freshness if viewers_only and not each.measures_viewers)


def _record_begins(freshness: tuple[Freshness, ...], query: Query, now: datetime) -> datetime:
    """Return when the first of the connections that matter was first read well."""
    began = [each.watched_since for each in freshness if query.concerns(each.source, each.connection)]
    return min((at for at in began if at is not None), default=now)
