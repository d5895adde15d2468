"""Which projects of a connection are judged, and looking them up, a few at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bot.alerts.aims import at_connection
from bot.alerts.glance import Glance
from bot.alerts.judging import Looked, turns
from bot.alerts.questions import Questions
from bot.model import AlertFilter, Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from bot.alerts.judging import Turn
    from bot.alerts.plans import Plan
    from bot.alerts.seeing import View
    from bot.model import Alert, Entry, Moment
    from bot.ports import Store, WatchLedger

AT_ONCE: Final = 200
"""Projects looked up together."""

JUDGED_AT_ONCE: Final = 50
"""Projects judged before other tasks get their turn: a few milliseconds."""

PLANS_AT_ONCE: Final = 20
"""Watches for which a group of projects is looked through before other tasks get their turn."""

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

        Most of it comes to nothing: the condition does not hold, and nobody was told that it did. That takes
        microseconds to see. Only for the rest the filters are asked for, which are questions to the database.
        """
        touched = touched if any(plan.concerned for plan in plans) else frozenset()
        theirs = await self._theirs(plans, due)
        refs = [*sorted(touched), *sorted(theirs.keys() - touched)]
        for start in range(0, len(refs), AT_ONCE):
            chunk = refs[start : start + AT_ONCE]
            entries = await self._store.get_many(self._scope, chunk)
            questions = Questions(entries, await self._ledger.alerts_about(chunk))
            self._ask_for_alerts(questions, plans, touched, theirs)
            await self._ask_for_suspects(questions, plans, touched.intersection(chunk), theirs)
            async for turn in self._answered(questions):
                yield turn

    def _ask_for_alerts(
        self, questions: Questions, plans: Sequence[Plan], touched: frozenset[int], theirs: Mapping[int, set[int]]
    ) -> None:
        """Have those judged that have an alert, whatever came of their condition."""
        by_watch = {plan.aim.watch.ref: plan for plan in plans}
        for watch, ref in questions.alerts:
            if watch not in by_watch or ref in self._seen[watch]:
                continue
            if watch in theirs.get(ref, ()) or (ref in touched and by_watch[watch].concerned):
                questions.ask(by_watch[watch], ref)

    async def _ask_for_suspects(
        self, questions: Questions, plans: Sequence[Plan], touched: frozenset[int], theirs: Mapping[int, set[int]]
    ) -> None:
        """Have those judged for which a condition may hold at all: of most of them a glance tells that it does not."""
        glance = Glance(questions.entries, self._view.sights)
        alone = [(watch, ref) for ref in questions.entries.keys() - touched for watch in theirs[ref]]
        by_watch = {plan.aim.watch.ref: plan for plan in plans if plan.concerned and plan.seen}
        for watch, ref in alone:
            if watch in by_watch and glance.suspects_one(by_watch[watch].aim.watch.condition, ref):
                self._ask(questions, by_watch[watch], ref)
        if not touched:
            return
        for number, plan in enumerate(by_watch.values(), start=1):
            for ref in touched.intersection(glance.suspects(plan.aim.watch.condition)):
                self._ask(questions, plan, ref)
            if number % PLANS_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _ask(self, questions: Questions, plan: Plan, ref: int) -> None:
        if ref not in self._seen[plan.aim.watch.ref]:
            questions.ask(plan, ref)

    async def everything(self, plan: Plan) -> AsyncIterator[Turn]:
        """Judge all projects that match, and those that have an open alert although they do not match any more."""
        if plan.concerned:
            query = plan.aim.wide if plan.aim.waits_for_absence else plan.aim.query
            narrowed = at_connection(query, self._view.connection)
            batch: dict[int, Entry] = {}
            async for entry in self._store.each(self._scope, narrowed, self._moment):
                batch[entry.ref] = entry
                if len(batch) >= AT_ONCE:
                    async for turn in self._found(plan, batch):
                        yield turn
                    batch = {}
            async for turn in self._found(plan, batch):
                yield turn
        async for turn in self._left_over(plan):
            yield turn

    async def _found(self, plan: Plan, entries: Mapping[int, Entry]) -> AsyncIterator[Turn]:
        """Judge what the filters of a watch have found."""
        self._seen[plan.aim.watch.ref].update(entries)
        alerts = await self._ledger.alerts_of(plan.aim.watch.ref, list(entries))
        async for turn in self._judged(plan, Looked(entries=entries, alerts=alerts, matched=entries.keys())):
            yield turn

    async def _left_over(self, plan: Plan) -> AsyncIterator[Turn]:
        watch, seen = plan.aim.watch, self._seen[plan.aim.watch.ref]
        raised = await self._ledger.raised(watch.workspace, watch.channel, AlertFilter(watch=watch.ref), most=MOST_OPEN)
        alerts = [each.alert for each in raised if each.alert.connection == self._view.connection]
        left = {alert.project: alert for alert in alerts if alert.project not in seen}
        seen.update(left)
        for start in range(0, len(left), AT_ONCE):
            chunk = list(left)[start : start + AT_ONCE]
            entries = await self._store.get_many(self._scope, chunk)
            questions = Questions(entries, {(watch.ref, project): left[project] for project in chunk})
            for project in chunk:
                questions.ask(plan, project)
            async for turn in self._answered(questions):
                yield turn

    async def _theirs(self, plans: Sequence[Plan], due: Iterable[Alert]) -> Mapping[int, set[int]]:
        """Return which projects are to be judged for some watches alone: `Entry.ref` to `Watch.ref`."""
        theirs: dict[int, set[int]] = defaultdict(set)
        for alert in due:
            theirs[alert.project].add(alert.watch)
        spans = list(dict.fromkeys(plan.span for plan in plans if plan.span is not None))
        found = await self._store.dated(self._scope.workspace, self._view.connection, spans) if spans else ()
        dated = dict(zip(spans, found, strict=True))
        for plan in plans:
            for ref in dated[plan.span] if plan.span is not None else ():
                theirs[ref].add(plan.aim.watch.ref)
        return theirs

    async def _answered(self, questions: Questions) -> AsyncIterator[Turn]:
        async for plan, looked in questions.answered(self._store, self._scope, self._moment):
            async for turn in self._judged(plan, looked):
                yield turn

    async def _judged(self, plan: Plan, looked: Looked) -> AsyncIterator[Turn]:
        for part in looked.parts(JUDGED_AT_ONCE):
            for turn in turns(plan, self._view, part, self._moment.now):
                yield turn
            await asyncio.sleep(0)
