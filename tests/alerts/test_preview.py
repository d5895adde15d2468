"""Trying a watch out over real rows: who fires now, who cannot be judged, and what the record says of the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts import history, preview
from bot.alerts.preview import MOST_SHOWN, Previewer
from bot.catalog.moments import moment_of
from bot.errors import UsageError
from bot.model import (
    Alert,
    AlertState,
    Change,
    Condition,
    ConditionKind,
    EventKind,
    Hours,
    Keep,
    Signal,
    Snooze,
    Viewers,
    WatchDraft,
)
from bot.query import Known
from tests.builders import NOW, down, fresh, microvisualizer, streampixel
from tests.store.catalogs import WORKSPACE, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.answers import Preview
    from bot.model import Freshness
    from bot.store import SqlStore

DAY = timedelta(days=1)
KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))
INACTIVE = Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY)


@pytest.fixture
def dialect() -> str:
    """Return SQLite: what is below the store has tests of its own."""
    return "sqlite"


async def tried(
    store: SqlStore,
    query: str = "",
    condition: Condition = INACTIVE,
    *freshness: Freshness,
    unable: frozenset[str] = frozenset(),
    alerts: Mapping[int, Alert] = MappingProxyType({}),
    **given: Any,
) -> Preview:
    """Try a watch out an instant after the last good look."""
    seen = freshness or (fresh(watched_since=NOW - 60 * DAY), fresh("streampixel", watched_since=NOW - 60 * DAY))
    moment = moment_of(seen, now=NOW, quiet_after=30 * DAY, zone=UTC)
    draft = WatchDraft(
        workspace=WORKSPACE, channel="C1", owner="U1", condition=condition, query=query, zone="UTC", **given
    )  # fmt: skip
    previewer = Previewer(store, KNOWN)
    return await previewer.preview(draft, freshness=seen, moment=moment, unable=unable, alerts=alerts)


def alert(project: int, **given: Any) -> Alert:
    """Return an alert of the watch."""
    return Alert(
        ref=project, watch=1, project=project, connection="microvisualizer", number=project, since=NOW, **given
    )


async def test_the_worst_come_first_and_no_more_than_fit_on_a_card(store: SqlStore) -> None:
    """All are counted."""
    await fill(store, [microvisualizer(id=f"p{n}", name=f"P{n}", idle=(20 + n) * DAY) for n in range(80)])
    found = await tried(store)

    assert (found.matching, found.firing_total, found.quiet_total, found.unsure_total) == (80, 70, 6, 0)
    assert len(found.firing) == MOST_SHOWN
    assert [judged.entry.project.name for judged in found.firing][:2] == ["P79", "P78"]
    assert [judged.finding.severity for judged in found.firing] == [2] * 10


@pytest.mark.parametrize(
    ("given", "told_at"),
    [
        ({"hours": None}, NOW + timedelta(seconds=30)),
        ({}, NOW + timedelta(seconds=30)),
        ({"hours": Hours(begin=time(8), end=time(10))}, NOW + timedelta(hours=20)),
    ],
)
async def test_it_is_known_when_the_channel_hears_of_what_fires_already(
    store: SqlStore, given: dict[str, Any], told_at: datetime
) -> None:
    """Half a minute from now, or when its hours begin: Monday noon is in the usual ones."""
    await fill(store, [microvisualizer(idle=40 * DAY), streampixel(enabled=False)])
    assert (await tried(store, **given)).told_at == told_at


async def test_there_is_one_card_for_each_connection_that_fires(store: SqlStore) -> None:
    """Where nothing fires, nothing is told."""
    await fill(store, [microvisualizer(idle=40 * DAY), streampixel(enabled=False)])
    off = Condition(kind=ConditionKind.OFF)
    assert ((await tried(store)).cards, (await tried(store, "", off)).cards) == (1, 1)
    lapsed = await tried(store, "", Condition(kind=ConditionKind.LAPSED))
    assert (lapsed.told_at, lapsed.cards) == (None, 1)


async def test_pinned_and_archived_ones_are_left_out_and_the_pinned_are_counted(store: SqlStore) -> None:
    """So that nobody wonders where they are."""
    await fill(
        store,
        [
            microvisualizer(id="a", idle=40 * DAY),
            microvisualizer(id="b", idle=40 * DAY, pinned=True),
            microvisualizer(id="c", idle=40 * DAY, archived=True),
        ],
    )
    assert (await tried(store, "-pinned:true")).exempt_pinned == 1
    everything = await tried(store)
    assert (everything.exempt_pinned, everything.firing_total) == (0, 2)


async def test_what_is_gone_is_found_although_no_list_has_it(store: SqlStore) -> None:
    """It is no matching project, and fires all the same."""
    rows = [microvisualizer(id="a"), microvisualizer(id="b", name="Lost")]
    await fill(store, rows, gone=["b"], now=NOW - 2 * DAY)
    found = await tried(store, "", Condition(kind=ConditionKind.GONE))

    assert (found.matching, found.firing_total) == (1, 1)
    assert found.firing[0].entry.project.name == "Lost"


async def test_of_a_connection_that_cannot_be_read_nothing_is_said(store: SqlStore) -> None:
    """It is named; one that the filters leave out is none of our business."""
    await fill(store, [microvisualizer(idle=40 * DAY), streampixel()])
    blind = fresh(problem=down())
    found = await tried(store, "", INACTIVE, blind, fresh("streampixel"))
    other = await tried(store, "source:streampixel", INACTIVE, blind, fresh("streampixel"))

    assert (found.blind, found.firing_total) == (("microvisualizer",), 0)
    assert other.blind == ()


async def test_projects_that_were_not_observed_are_counted_as_unsure(store: SqlStore) -> None:
    """A watch that cannot speak yet says so."""
    await fill(store, [streampixel()])
    assert (await tried(store, "source:streampixel")).unsure_total == 1


async def test_where_viewers_are_never_counted_nobody_is_unsure(store: SqlStore) -> None:
    """A source that cannot tell is no gap in what we observed."""
    await fill(store, [streampixel(), microvisualizer()])
    found = await tried(store, "", Condition(kind=ConditionKind.QUEUE, threshold=timedelta(minutes=10)))
    assert (found.matching, found.unsure_total) == (2, 1)


async def test_filters_that_cannot_be_read_any_more_are_refused(store: SqlStore) -> None:
    """A source may have been taken away since."""
    await store.register(WORKSPACE, ())
    with pytest.raises(UsageError):
        await tried(store, "source:nowhere")


async def test_what_somebody_silenced_is_no_part_of_what_would_be_told(store: SqlStore) -> None:
    """Kept and snoozed ones are named apart; what was told already is counted."""
    rows = [microvisualizer(id=name, name=name, idle=idle * DAY) for name, idle in (("a", 40), ("b", 41), ("c", 42))]
    await fill(store, rows)
    refs = {each.entry.project.name: each.entry.ref for each in (await tried(store)).firing}
    kept = Keep(by="U1", at=NOW, until=NOW + 9 * DAY)
    told = {"state": AlertState.INACTIVE, "announced_at": NOW}
    alerts = {
        refs["a"]: alert(refs["a"], state=AlertState.CLOSED, keep=kept),
        refs["b"]: alert(refs["b"], **told, snooze=Snooze(by="U1", at=NOW, until=None)),
        refs["c"]: alert(refs["c"], **told, snooze=Snooze(by="U1", at=NOW - DAY, until=NOW)),
    }
    found = await tried(store, alerts=alerts)

    assert [(each.entry.project.name, each.until, each.kept) for each in found.set_aside] == [
        ("a", NOW + 9 * DAY, True),
        ("b", None, False),
    ]
    assert [each.entry.project.name for each in found.firing] == ["c"]
    assert (found.firing_total, found.on_card, found.concerned) == (1, 1, 3)


async def test_those_that_come_next_are_named(store: SqlStore) -> None:
    """At most three, the next one first."""
    await fill(store, [microvisualizer(id=f"p{n}", name=f"P{n}", idle=n * DAY) for n in range(20, 30)])
    found = await tried(store)

    assert [each.entry.project.name for each in found.next] == ["P29", "P28", "P27"]
    assert found.quiet_total == 6


async def test_only_projects_that_the_condition_can_concern_are_counted(store: SqlStore) -> None:
    """And while none was observed for long enough, it is said when the first may fire."""
    await fill(store, [streampixel(), microvisualizer()])
    by_viewers = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.VIEWERS,))
    found = await tried(store, "", by_viewers, unable=frozenset({"microvisualizer"}))
    in_days = await tried(store, "", replace(by_viewers, working_days=True))
    builds = await tried(store, "", Condition(kind=ConditionKind.BUILD_APPROVED))

    assert (found.matching, found.concerned, found.sources, found.unsure_total) == (2, 1, 1, 1)
    assert found.possible_at is not None
    assert NOW < found.possible_at <= NOW + 14 * DAY
    assert in_days.possible_at is None
    assert (builds.concerned, builds.sources) == (2, 2)


# --- the past -----------------------------------------------------------------------------------------------------


async def test_the_past_is_counted_from_the_record(store: SqlStore) -> None:
    """An edit twenty days ago, after forty days of silence: an opening and an end."""
    known = microvisualizer(id="a", idle=70 * DAY)
    await fill(store, [known], now=NOW - 80 * DAY)
    edits = [
        Change(project_id="a", kind=EventKind.UPDATED, at=NOW - 52 * DAY),
        Change(project_id="a", kind=EventKind.UPDATED, at=NOW - 20 * DAY),
    ]
    await fill(store, [microvisualizer(id="a", idle=20 * DAY)], changes=edits)
    past = (await tried(store, "", hours=None)).backtest

    assert (past.since, past.until) == (NOW - 30 * DAY, NOW)
    assert (past.opened, past.ended, past.messages) == (1, 1, 2)


async def test_a_short_record_says_since_when_it_is(store: SqlStore) -> None:
    """Nobody takes two days for a quiet month."""
    await fill(store, [microvisualizer(idle=31 * DAY)])
    past = (await tried(store, "", INACTIVE, fresh(watched_since=NOW - 2 * DAY))).backtest
    never = (await tried(store, "", INACTIVE, fresh(watched_since=None))).backtest

    assert (past.since, past.opened, past.wanted) == (NOW - 2 * DAY, 1, 30 * DAY)
    assert (never.since, never.until) == (NOW, NOW)


async def test_with_more_events_than_are_read_the_record_begins_later(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound keeps the answer fast, and is not kept secret."""
    monkeypatch.setattr(history, "MOST_EVENTS", 2)
    monkeypatch.setattr(history, "_PAGE", 2)
    edits = [Change(project_id="a", kind=EventKind.UPDATED, at=NOW - n * DAY) for n in (9, 6, 3, 1)]
    await fill(store, [microvisualizer(id="a", idle=1 * DAY)], changes=edits)
    past = (await tried(store, "", INACTIVE)).backtest
    assert (past.since, past.events) == (NOW - 3 * DAY, 2)


async def test_only_so_many_projects_are_looked_back_at(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are judged as they are now."""
    monkeypatch.setattr(preview, "MOST_TESTED", 3)
    await fill(store, [microvisualizer(id=f"p{n}", idle=35 * DAY) for n in range(5)], now=NOW - 40 * DAY)
    found = await tried(store)
    assert (found.firing_total, found.backtest.opened, found.backtest.projects) == (5, 3, 3)
    monkeypatch.setattr(preview, "MOST_TESTED", 5)
    assert (await tried(store)).backtest.projects is None


async def test_of_only_so_many_projects_the_measurements_are_read(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that is said; where viewers do not count, nothing is missing."""
    monkeypatch.setattr(history, "MOST_SAMPLED", 1)
    await fill(store, [streampixel(id="s"), streampixel(id="t")])
    seen = {each: Viewers(live=0, queued=0, at=NOW - DAY) for each in ("s", "t")}
    await store.save_viewers(WORKSPACE, "streampixel", seen, NOW - DAY, complete=True)
    by_edits = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.EDITS,))
    assert (await tried(store)).backtest.measured == 1
    assert (await tried(store, "", by_edits)).backtest.measured is None


async def test_measurements_are_read_where_viewers_count(store: SqlStore) -> None:
    """A viewer this morning ended twenty days of nobody."""
    await fill(store, [streampixel(id="s")], now=NOW - 40 * DAY)
    for at, live in ((NOW - 35 * DAY, 0), (NOW - DAY / 2, 3)):
        measured = {"s": Viewers(live=live, queued=0, at=at)}
        await store.save_viewers(WORKSPACE, "streampixel", measured, at, complete=True)
    by_viewers = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.VIEWERS,))
    past = (await tried(store, "", by_viewers, hours=None)).backtest
    assert (past.opened, past.ended) == (1, 1)


async def test_of_queues_only_the_measurements_that_are_kept_are_known(store: SqlStore) -> None:
    """They are kept for fourteen days."""
    await fill(store, [streampixel(id="s")], now=NOW - 40 * DAY)
    for minutes in (60, 50, 40, 30):
        at = NOW - timedelta(minutes=minutes)
        measured = {"s": Viewers(live=1, queued=int(minutes > 30), at=at)}
        await store.save_viewers(WORKSPACE, "streampixel", measured, at, complete=True)
    past = (await tried(store, "", Condition(kind=ConditionKind.QUEUE, threshold=timedelta(minutes=10)))).backtest

    assert past.since == NOW - 14 * DAY
    assert (past.opened, past.ended, past.messages) == (1, 1, 2)
