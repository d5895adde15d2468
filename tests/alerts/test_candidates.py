"""Which projects are looked up together, and how often the database is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from bot.alerts.aims import Aim
from bot.alerts.candidates import Candidates
from bot.alerts.plans import Plan, Reach
from bot.alerts.seeing import View
from bot.model import Moment
from bot.query import Known, parse
from tests.alerts.cases import ALL, DAY, MINUTE, opened, watch
from tests.builders import NOW, entry, fresh, microvisualizer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.alerts.judging import Turn
    from bot.model import Alert, Entry, Scope
    from bot.ports import Store, WatchLedger
    from bot.query import Query

Span = tuple["datetime | None", "datetime"]

KNOWN = Known(sources=("microvisualizer",), connections=("microvisualizer",))


@dataclass
class CountedRows:
    """Rows of which none matches, each idle for as many days as its number; notes what it is asked."""

    by_span: dict[Span, frozenset[int]]
    looked_up: list[list[int]] = field(default_factory=list)
    asked: list[tuple[Query, list[int]]] = field(default_factory=list)

    async def dated(self, _workspace: str, _connection: str, spans: Sequence[Span]) -> tuple[frozenset[int], ...]:
        """Return the projects that were given for these spans."""
        return tuple(self.by_span[span] for span in spans)

    async def get_many(self, _scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return projects; all exist."""
        self.looked_up.append(list(refs))
        return {ref: entry(microvisualizer(id=f"m{ref}", idle=ref * DAY), ref=ref) for ref in refs}

    async def matching(
        self, _scope: Scope, questions: Sequence[tuple[Query, Sequence[int]]], _moment: Moment
    ) -> tuple[frozenset[int], ...]:
        """Note the questions."""
        self.asked += [(query, list(refs)) for query, refs in questions]
        return (frozenset(),) * len(questions)


@dataclass
class FewAlerts:
    """A ledger with these alerts."""

    alerts: Mapping[tuple[int, int], Alert]

    async def alerts_about(self, projects: Sequence[int]) -> Mapping[tuple[int, int], Alert]:
        """Return those of some projects."""
        return {pair: alert for pair, alert in self.alerts.items() if pair[1] in projects}


def plan(words: str, span: Span, *, ref: int, concerned: bool = True) -> Plan:
    """Return a plan of a watch with filters of its own, which has looked there before."""
    aim = Aim(watch=replace(watch(), ref=ref), query=parse(words, known=KNOWN, ordered=False))
    return Plan(aim=aim, reach=Reach.CHANGED, span=span, concerned=concerned)


async def judge(
    rows: CountedRows, plans: Sequence[Plan], touched: frozenset[int], *alerts: Alert
) -> list[Turn]:  # fmt: skip
    """Judge what has changed."""
    view = View(known=fresh(), listing=True, viewers=True, sights=ALL)
    store, ledger = (
        cast("Store", rows),
        cast("WatchLedger", FewAlerts({(each.watch, each.project): each for each in alerts})),
    )
    of_one = Candidates(store, ledger, view, Moment(now=NOW), "local")
    return [turn async for turn in of_one.changed(plans, touched, ())]


async def test_filters_are_asked_for_only_where_the_condition_holds() -> None:
    """A question to the database costs a hundred times what it costs to see that nothing can come of a project."""
    span = (NOW - 31 * DAY, NOW - 30 * DAY)
    rows = CountedRows({span: frozenset({1, 2, 40})})
    plans = [plan("ours", span, ref=1), plan("theirs", span, ref=2), plan("theirs", span, ref=3)]

    assert await judge(rows, plans, frozenset({3, 41})) == []

    assert rows.looked_up == [[3, 41, 1, 2, 40]]
    assert rows.asked == [(plans[0].aim.query, [40, 41]), (plans[1].aim.query, [40, 41])]


async def test_what_has_an_alert_is_asked_about_although_nothing_holds() -> None:
    """It may have to end."""
    span = (NOW - 31 * DAY, NOW - 30 * DAY)
    rows = CountedRows({span: frozenset({1, 2})})

    (turn,) = await judge(rows, [plan("ours", span, ref=7)], frozenset(), opened(watch=7, project=2))

    assert [refs for _, refs in rows.asked] == [[2]]
    assert turn.change.alert.reason == "it no longer matches the filters"


async def test_touched_projects_that_no_watch_can_match_are_not_looked_up() -> None:
    """At a connection that nobody watches everything may change."""
    span = (NOW - MINUTE, NOW)
    rows = CountedRows({span: frozenset()})

    await judge(rows, [plan("elsewhere", span, ref=1, concerned=False)], frozenset(range(10)))

    assert rows.looked_up == []
