"""Which projects of a connection are judged, and looking them up, a few at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from bot.alerts.aims import at_connection
from bot.alerts.judging import Looked, turns
from bot.model import AlertFilter, Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.alerts.judging import Turn
    from bot.alerts.plans import Plan, Span
    from bot.alerts.seeing import View
    from bot.model import Alert, Entry, Moment
    from bot.ports import Store, WatchLedger
    from bot.query import Query

AT_ONCE: Final = 200
"""Projects looked up together."""

JUDGED_AT_ONCE: Final = 50
"""Projects judged before other tasks get their turn: a few milliseconds."""

MOST_OPEN: Final = 100_000
"""Open alerts of one watch that a complete look goes through."""


class Candidates:
    """Judges what may have changed at one connection.

    Args:
        store: has the projects.
        ledger: has the alerts.
        view: the connection.
        moment: under which filters are understood.
        workspace: whose.
    """

    def __init__(self, store: Store, ledger: WatchLedger, view: View, moment: Moment, workspace: str) -> None:
        self._store = store
        self._ledger = ledger
        self._view = view
        self._moment = moment
        self._scope = Scope(workspace=workspace)
        self._seen: dict[int, set[int]] = defaultdict(set)

    async def changed(
        self, plans: Sequence[Plan], touched: frozenset[int], due: Iterable[Alert]
    ) -> AsyncIterator[Turn]:
        """Judge what was touched, what has come due, and what has a date in a plan's span.

        What all watches have to look at comes first, then what each has for itself: so every watch asks about few
        groups of projects.
        """
        touched = touched if any(plan.concerned for plan in plans) else frozenset()
        theirs = await self._theirs(plans, due)
        refs = list(dict.fromkeys(chain(sorted(touched), *(sorted(mine) for mine in theirs.values()))))
        for start in range(0, len(refs), AT_ONCE):
            chunk = refs[start : start + AT_ONCE]
            entries = await self._store.get_many(self._scope, chunk)
            matching = _Matching(self._store, self._scope, self._moment, entries)
            for plan in plans:
                for_all, mine = touched if plan.concerned else frozenset(), theirs[plan.aim.watch.ref]
                done = self._seen[plan.aim.watch.ref]
                wanted = [ref for ref in chunk if (ref in for_all or ref in mine) and ref not in done]
                async for turn in self._judged(plan, wanted, entries, matching):
                    yield turn

    async def everything(self, plan: Plan) -> AsyncIterator[Turn]:
        """Judge all projects that match, and those that have an open alert although they do not match any more."""
        seen = self._seen[plan.aim.watch.ref]
        if plan.concerned:
            query = plan.aim.wide if plan.aim.waits_for_absence else plan.aim.query
            narrowed = at_connection(query, self._view.connection)
            batch: dict[int, Entry] = {}
            async for entry in self._store.each(self._scope, narrowed, self._moment):
                batch[entry.ref] = entry
                seen.add(entry.ref)
                if len(batch) >= AT_ONCE:
                    async for turn in self._judged(plan, list(batch), batch):
                        yield turn
                    batch = {}
            async for turn in self._judged(plan, list(batch), batch):
                yield turn
        async for turn in self._left_over(plan):
            yield turn

    async def _left_over(self, plan: Plan) -> AsyncIterator[Turn]:
        watch, seen = plan.aim.watch, self._seen[plan.aim.watch.ref]
        wanted = AlertFilter(watch=watch.ref)
        raised = await self._ledger.raised(watch.workspace, watch.channel, wanted, most=MOST_OPEN)
        left = [each.alert.project for each in raised if each.alert.connection == self._view.connection]
        left = [project for project in left if project not in seen]
        seen.update(left)
        for start in range(0, len(left), AT_ONCE):
            chunk = left[start : start + AT_ONCE]
            entries = await self._store.get_many(self._scope, chunk)
            matching = _Matching(self._store, self._scope, self._moment, entries)
            async for turn in self._judged(plan, chunk, entries, matching):
                yield turn

    async def _theirs(self, plans: Sequence[Plan], due: Iterable[Alert]) -> Mapping[int, set[int]]:
        """Return `Watch.ref` to the projects to be judged for it alone, without those that `everything` has judged."""
        theirs: dict[int, set[int]] = {plan.aim.watch.ref: set() for plan in plans}
        for alert in due:
            theirs.setdefault(alert.watch, set()).add(alert.project)
        dated: dict[Span, frozenset[int]] = {}
        for plan in plans:
            if plan.span is not None and plan.span not in dated:
                dated[plan.span] = await self._dated(plan.span)
        for plan in plans:
            mine = theirs[plan.aim.watch.ref]
            mine |= dated[plan.span] if plan.span is not None else frozenset()
            mine -= self._seen[plan.aim.watch.ref]
        return theirs

    async def _dated(self, span: Span) -> frozenset[int]:
        return await self._store.dated(self._scope.workspace, self._view.connection, [span])

    async def _judged(
        self, plan: Plan, refs: Sequence[int], entries: Mapping[int, Entry], matching: _Matching | None = None
    ) -> AsyncIterator[Turn]:
        """Judge some projects for one watch; without `matching` they were found by its filters."""
        if not refs:
            return
        matched = frozenset(refs) if matching is None else await matching.of(plan)
        alerts = await self._ledger.alerts_of(plan.aim.watch.ref, refs)
        for part in _parts(refs):
            looked = Looked(
                entries={ref: entries[ref] for ref in part if ref in entries},
                alerts={ref: alerts[ref] for ref in part if ref in alerts},
                matched=matched,
            )
            for turn in turns(plan, self._view, looked, self._now):
                yield turn
            await asyncio.sleep(0)

    @property
    def _now(self) -> datetime:
        return self._moment.now


class _Matching:
    """Which of a few projects match, asked once for all watches with the same filters."""

    def __init__(self, store: Store, scope: Scope, moment: Moment, entries: Mapping[int, Entry]) -> None:
        self._store = store
        self._scope = scope
        self._moment = moment
        self._listed = [ref for ref, entry in entries.items() if entry.gone_at is None]
        self._gone = [ref for ref, entry in entries.items() if entry.gone_at is not None]
        self._answers: dict[tuple[Query, bool], frozenset[int]] = {}

    async def of(self, plan: Plan) -> frozenset[int]:
        """Return those that are a watch's matter; gone ones only if it waits for that."""
        if not plan.concerned:
            return frozenset()
        listed = await self._ask(plan.aim.query, self._listed, gone=False)
        if not plan.aim.waits_for_absence:
            return listed
        return listed | await self._ask(plan.aim.wide, self._gone, gone=True)

    async def _ask(self, query: Query, refs: Sequence[int], *, gone: bool) -> frozenset[int]:
        if not refs:
            return frozenset()
        key = (query, gone)
        if key not in self._answers:
            self._answers[key] = await self._store.matching(self._scope, query, self._moment, refs)
        return self._answers[key]


def _parts(refs: Sequence[int]) -> Iterator[Sequence[int]]:
    each = iter(refs)
    while part := tuple(islice(each, JUDGED_AT_ONCE)):
        yield part
