"""Which projects are looked up together, and how often the database is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from bot.alerts import candidates
from bot.alerts.aims import Aim
from bot.alerts.candidates import Candidates
from bot.alerts.plans import Plan, Reach
from bot.alerts.seeing import View
from bot.model import Moment
from bot.query import Known, parse
from tests.alerts.cases import ALL, DAY, MINUTE, watch
from tests.builders import NOW, entry, fresh, microvisualizer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pytest

    from bot.model import Alert, Entry, Scope
    from bot.ports import Store, WatchLedger
    from bot.query import Query

Span = tuple["datetime | None", "datetime"]

KNOWN = Known(sources=("microvisualizer",), connections=("microvisualizer",))


@dataclass
class CountedRows:
    """Rows of which none matches; notes what it is asked."""

    by_span: dict[Span, frozenset[int]]
    looked_up: list[list[int]] = field(default_factory=list)
    asked: list[Query] = field(default_factory=list)

    async def dated(self, _workspace: str, _connection: str, spans: Sequence[Span]) -> frozenset[int]:
        """Return the projects that were given for these spans."""
        return frozenset().union(*(self.by_span[span] for span in spans))

    async def get_many(self, _scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return projects; all exist."""
        self.looked_up.append(list(refs))
        return {ref: entry(microvisualizer(id=f"m{ref}"), ref=ref) for ref in refs}

    async def matching(self, _scope: Scope, query: Query, _moment: Moment, _refs: Sequence[int]) -> frozenset[int]:
        """Note the question."""
        self.asked.append(query)
        return frozenset()


class NoAlerts:
    """A ledger without alerts."""

    async def alerts_of(self, _watch: int, _projects: Sequence[int]) -> Mapping[int, Alert]:
        """Return none."""
        return {}


def plan(words: str, span: Span, *, ref: int, concerned: bool = True) -> Plan:
    """Return a plan of a watch with filters of its own, which has looked there before."""
    aim = Aim(watch=replace(watch(), ref=ref), query=parse(words, known=KNOWN, ordered=False))
    return Plan(aim=aim, reach=Reach.CHANGED, span=span, concerned=concerned)


async def judge(rows: CountedRows, plans: Sequence[Plan], touched: frozenset[int]) -> None:
    """Judge what has changed."""
    view = View(known=fresh(), listing=True, viewers=True, sights=ALL)
    store, ledger = cast("Store", rows), cast("WatchLedger", NoAlerts())
    of_one = Candidates(store, ledger, view, Moment(now=NOW), "local")
    assert [turn async for turn in of_one.changed(plans, touched, ())] == []


async def test_what_one_watch_has_to_look_at_lies_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the projects of another watch it would be asked about once for each group of them."""
    monkeypatch.setattr(candidates, "AT_ONCE", 5)
    ours, theirs = (NOW - 31 * DAY, NOW - 30 * DAY), (NOW - 15 * DAY, NOW - 14 * DAY)
    rows = CountedRows({ours: frozenset({1, 3, 5, 7}), theirs: frozenset({2, 4, 6, 8})})
    plans = [plan("ours", ours, ref=1), plan("theirs", theirs, ref=2)]

    await judge(rows, plans, frozenset({9}))

    assert rows.looked_up == [[9, 1, 3, 5, 7], [2, 4, 6, 8]]
    assert rows.asked.count(plans[0].aim.query) == 1
    assert rows.asked.count(plans[1].aim.query) == 2


async def test_touched_projects_that_no_watch_can_match_are_not_looked_up() -> None:
    """At a connection that nobody watches everything may change."""
    span = (NOW - MINUTE, NOW)
    rows = CountedRows({span: frozenset()})

    await judge(rows, [plan("elsewhere", span, ref=1, concerned=False)], frozenset(range(10)))

    assert rows.looked_up == []
