"""Which of a few projects match the filters of watches: each different filter is one question to the database."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bot.alerts.judging import Looked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from bot.alerts.plans import Plan
    from bot.model import Alert, Entry, Moment, Scope
    from bot.ports import Store
    from bot.query import Query


class Questions:
    """Collects who has to be judged for which watch, and finds out who matches.

    Args:
        entries: the projects, by `Entry.ref`; what is missing is known no longer.
        alerts: of these projects, by ``(Watch.ref, Entry.ref)``.
    """

    def __init__(self, entries: Mapping[int, Entry], alerts: Mapping[tuple[int, int], Alert]) -> None:
        self.entries = entries
        self.alerts = alerts
        self._plans: dict[int, Plan] = {}
        self._refs: dict[int, set[int]] = defaultdict(set)

    def ask(self, plan: Plan, ref: int) -> None:
        """Have a project judged for a watch."""
        self._plans[plan.aim.watch.ref] = plan
        self._refs[plan.aim.watch.ref].add(ref)

    async def answered(self, store: Store, scope: Scope, moment: Moment) -> AsyncIterator[tuple[Plan, Looked]]:
        """Yield the watches with their projects."""
        asked = [(query, sorted(refs)) for query, refs in self._questions().items()]
        found = await store.matching(scope, asked, moment) if asked else ()
        answers = {query: matched for (query, _), matched in zip(asked, found, strict=True)}
        for watch, plan in self._plans.items():
            refs = sorted(self._refs[watch])
            yield (
                plan,
                Looked(
                    entries={ref: self.entries[ref] for ref in refs if ref in self.entries},
                    alerts={ref: self.alerts[watch, ref] for ref in refs if (watch, ref) in self.alerts},
                    matched=frozenset().union(*(answers[query].intersection(mine) for query, mine in self._of(plan))),
                ),
            )

    def _questions(self) -> Mapping[Query, set[int]]:
        """Return what is to be asked, with the projects of all watches that ask the same."""
        questions: dict[Query, set[int]] = defaultdict(set)
        for plan in self._plans.values():
            for query, refs in self._of(plan):
                questions[query].update(refs)
        return questions

    def _of(self, plan: Plan) -> Iterable[tuple[Query, set[int]]]:
        """Yield the questions of one watch: gone projects are its matter only if it waits for that."""
        if not plan.concerned:
            return
        refs = {ref for ref in self._refs[plan.aim.watch.ref] if ref in self.entries}
        gone = {ref for ref in refs if self.entries[ref].gone_at is not None}
        if refs - gone:
            yield plan.aim.query, refs - gone
        if gone and plan.aim.waits_for_absence:
            yield plan.aim.wide, gone
