"""One digest of every kind and size; what they look like is kept in `golden/digest/`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.answers import (
    Difference,
    DifferenceKind,
    DigestForm,
    DigestReport,
    Lateness,
    Purpose,
    SourceTotals,
    Undelivered,
)
from bot.model import (
    DeliveryState,
    Digest,
    EmptyPolicy,
    Entry,
    LeftOut,
    Pause,
    PauseKind,
    Peak,
    Schedule,
    Slot,
    State,
    Uptime,
)
from bot.query import Pattern, Query, Term
from bot.schedules import Run
from tests.builders import HOSTILE, MOMENT, NOW, down, entry, fresh, microvisualizer, streampixel

FRIDAY = datetime(2026, 3, 27, 8, tzinfo=UTC)
TOMORROW = Run(Slot("2026-03-31T09:00", datetime(2026, 3, 31, 7, tzinfo=UTC)))

DIGEST = Digest(
    ref=7,
    workspace="local",
    channel="C0TEAM",
    number=2,
    owner="U0ANNA",
    query="",
    schedule=Schedule("0 9 * * 1-5", "Europe/Berlin"),
    empty=EmptyPolicy.SKIP,
    created_at=NOW - timedelta(days=30),
    next=TOMORROW.slot,
)
YACHT = entry(streampixel(name="Yacht", subscription="past_due"), ref=6)
OFF = entry(streampixel(name="Configurator EU", enabled=False), ref=5)
LEGACY = entry(microvisualizer(name="Legacy Checkout", idle=timedelta(days=31)), ref=4)
BILLING = entry(microvisualizer(name="Billing & Tax", idle=timedelta(days=26)), ref=3)
SHOWROOM = entry(streampixel(), ref=1, viewers=(7, 2))
FRESH_ONE = entry(microvisualizer(name="Loyalty", idle=timedelta(hours=3)), ref=11, first_seen_at=NOW)
OLD = entry(microvisualizer(name="Old Shop", archived=True), ref=8)
IDLE = tuple(
    entry(microvisualizer(name=name, idle=timedelta(days=60 + n)), ref=20 + n)
    for n, name in enumerate(("Partner Portal", "Winter Campaign", "Intranet", "Fair 2024"))
)


def difference(kind: DifferenceKind, row: Entry | None = BILLING, **given: Any) -> Difference:
    """Return what became of a project."""
    plain: dict[str, Any] = {"ref": 3, "connection": "microvisualizer", "name": "Gone Project"}
    if row is not None:
        plain = {"ref": row.ref, "connection": row.project.connection, "name": row.project.name}
    return Difference(kind=kind, entry=row, **(plain | given))


EVERY_KIND = (
    difference(DifferenceKind.LAPSED, YACHT, before="active", after="lapsed"),
    difference(DifferenceKind.OFF, OFF, before="active", after="off"),
    difference(DifferenceKind.INACTIVE, LEGACY, before="quiet", after="inactive"),
    difference(DifferenceKind.GONE, None),
    difference(DifferenceKind.QUIET, BILLING, before="active", after="quiet"),
    difference(DifferenceKind.NEW, FRESH_ONE, after="active"),
    difference(DifferenceKind.BACK, SHOWROOM, before="off", after="active"),
    difference(DifferenceKind.SUBSCRIPTION, YACHT, before="past_due", after="canceled"),
    difference(DifferenceKind.ARCHIVED, OLD, before="active", after="archived"),
    difference(DifferenceKind.SERVICES, FRESH_ONE, before="12", after="14"),
    difference(DifferenceKind.JOINED, SHOWROOM, after="active"),
    difference(DifferenceKind.LEFT, FRESH_ONE, before="active", after="active"),
)
MICRO = SourceTotals(
    connection="microvisualizer",
    title="MicroVisualizer",
    states={State.ACTIVE: 300, State.QUIET: 20, State.INACTIVE: 98},
    before={State.ACTIVE: 301, State.QUIET: 19, State.INACTIVE: 97},
    blind=False,
    read=True,
)
PIXEL = SourceTotals(
    connection="streampixel",
    title="Streampixel",
    states={State.ACTIVE: 4, State.UNKNOWN: 30, State.OFF: 5, State.LAPSED: 1},
    before={State.ACTIVE: 3, State.UNKNOWN: 31, State.OFF: 6, State.LAPSED: 0},
    blind=False,
    read=True,
    peak=Peak(ref=1, connection="streampixel", live=23, at=NOW - timedelta(hours=20)),
    peak_name="Showroom Berlin",
    peak_before=18,
)
BLIND_PIXEL = replace(PIXEL, before=None, blind=True, peak=None)
UNREAD_PIXEL = SourceTotals(
    connection="streampixel", title="Streampixel", states={}, before=None, blind=True, read=False
)
FRESH = (fresh("microvisualizer"), fresh("streampixel", rows=40))
DOWN = fresh("streampixel", rows=40, problem=down(), last_success_at=NOW - timedelta(hours=4))
UNREAD = fresh("streampixel", rows=0, problem=None, last_success_at=None)


def report(**given: Any) -> DigestReport:
    """Return a digest of a good day."""
    plain: dict[str, Any] = {
        "command": "digest preview 2",
        "freshness": FRESH,
        "moment": MOMENT,
        "digest": DIGEST,
        "query": Query(),
        "purpose": Purpose.SCHEDULED,
        "form": DigestForm.FULL,
        "since": FRIDAY,
        "slot": Slot("2026-03-30T09:00", datetime(2026, 3, 30, 7, tzinfo=UTC)),
        "next_run": TOMORROW,
        "differences": (EVERY_KIND[4], EVERY_KIND[5], EVERY_KIND[6]),
        "decisions": (YACHT, OFF, LEGACY, *IDLE[:2]),
        "decisions_total": 104,
        "totals": (MICRO, PIXEL),
        "owner_name": "Anna",
    }
    return DigestReport(**(plain | given))


ONE_SOURCE = {
    "digest": replace(DIGEST, query="source:microvisualizer updated:>20d", number=3),
    "query": Query(terms=(Term("source", (Pattern(("microvisualizer",)),)),)),
    "totals": (MICRO,),
    "decisions": (LEGACY,),
    "decisions_total": 1,
}
MANY = tuple(
    difference(kind, row, name=row.project.name, before="12", after="14")
    for n, name in enumerate(HOSTILE * 17)
    for row in [entry(microvisualizer(name=name * (300 // len(name)), updated_by=name * 20), ref=10**9 + n)]
    for kind in [list(DifferenceKind)[n % 12]]
)[:200]
HOSTILE_TITLES = tuple(
    replace(PIXEL, connection=f"c{n}", title=name, peak_name=name) for n, name in enumerate(HOSTILE * 2)
)

CASES: dict[str, DigestReport] = {
    "usual": report(),
    "every_kind": report(differences=EVERY_KIND),
    "one_source": report(**ONE_SOURCE),
    "nothing_to_decide": report(decisions=(), decisions_total=0, differences=EVERY_KIND[5:6]),
    "first": report(
        since=None,
        differences=(),
        fresh_start="first digest",
        totals=(replace(MICRO, before=None), replace(PIXEL, before=None, peak_before=None)),
    ),
    "filters_changed": report(
        since=None, differences=(), fresh_start="the filters changed", totals=(replace(MICRO, before=None),)
    ),
    "nothing_changed": report(differences=(), totals=(replace(MICRO, before=MICRO.states),)),
    "no_match": report(differences=(), decisions=(), decisions_total=0, totals=(replace(MICRO, states={}, before={}),)),
    "line": report(form=DigestForm.LINE, differences=(), decisions=(), decisions_total=0),
    "line_not_compared": report(
        form=DigestForm.LINE,
        differences=(),
        totals=(MICRO, BLIND_PIXEL),
        not_compared=("Streampixel",),
        freshness=(FRESH[0], DOWN),
    ),
    "blind": report(
        totals=(MICRO, BLIND_PIXEL),
        not_compared=("Streampixel",),
        freshness=(FRESH[0], DOWN),
        decisions=(LEGACY, *IDLE),
        decisions_total=98,
        moment=replace(MOMENT, blind_since={"streampixel": NOW - timedelta(hours=4)}),
    ),
    "blind_nothing_else": report(
        differences=(),
        decisions=(),
        decisions_total=0,
        totals=(replace(MICRO, states={}, before={}), UNREAD_PIXEL),
        not_compared=("Streampixel",),
        freshness=(FRESH[0], UNREAD),
    ),
    "blind_before": report(
        totals=(MICRO, replace(PIXEL, before=None)), not_compared=("Streampixel",), differences=EVERY_KIND[4:5]
    ),
    "source_added": report(
        totals=(MICRO, replace(PIXEL, before=None)),
        not_compared=("Streampixel",),
        fresh_start="Streampixel was not there then",
    ),
    "late": report(
        lateness=Lateness(
            planned_at=datetime(2026, 3, 30, 7, tzinfo=UTC),
            sent_at=NOW,
            absences=(Uptime(NOW - timedelta(hours=5, minutes=20), NOW - timedelta(minutes=2)),),
        ),
        merged=2,
    ),
    "undelivered": report(
        undelivered=(
            Undelivered(planned_at=NOW - timedelta(hours=29), state=DeliveryState.FAILED),
            Undelivered(planned_at=NOW - timedelta(hours=5), state=DeliveryState.UNKNOWN),
        ),
        compared_since={"Streampixel": FRIDAY - timedelta(days=1)},
    ),
    "preview_unavailable": report(
        purpose=Purpose.PREVIEW,
        form=DigestForm.UNAVAILABLE,
        slot=None,
        differences=(),
        decisions=(),
        decisions_total=0,
        totals=(replace(MICRO, blind=True, before=None),),
        freshness=(replace(FRESH[0], problem=down()),),
    ),
    "as_last_time": report(
        differences=EVERY_KIND[4:5],
        totals=(replace(MICRO, before=MICRO.states), replace(PIXEL, before=PIXEL.states, peak_before=23)),
    ),
    "many_sources": report(
        totals=tuple(replace(PIXEL, connection=f"c{n}", title=f"Account {n}") for n in range(4)),
    ),
    "preview": report(purpose=Purpose.PREVIEW, slot=None),
    "manual_while_paused": report(
        purpose=Purpose.MANUAL,
        slot=None,
        next_run=None,
        digest=replace(DIGEST, pause=Pause(kind=PauseKind.PERSON, at=NOW, reason="", by="U1"), owner=None),
        owner_name="",
    ),
    "unavailable": report(
        form=DigestForm.UNAVAILABLE,
        differences=(),
        decisions=(),
        decisions_total=0,
        totals=(replace(MICRO, blind=True, before=None), UNREAD_PIXEL),
        freshness=(replace(FRESH[0], problem=down()), UNREAD),
    ),
    "clocks_change": report(
        next_run=replace(TOMORROW, note="clocks in Europe/Berlin went forward 1 hour on 29 Mar"),
        hidden_archived=12,
        left_out=(LeftOut(connection="streampixel", title="Streampixel", fields=("updated",), count=40),),
    ),
    "long_filters": report(digest=replace(DIGEST, query="name:" + "x" * 90 + " source:microvisualizer")),
    "many": report(differences=EVERY_KIND * 17, decisions_total=1204),
    "hostile": report(
        differences=MANY,
        decisions=tuple(each.entry for each in MANY[-5:] if each.entry),
        totals=HOSTILE_TITLES,
        not_compared=tuple(HOSTILE),
        fresh_start=HOSTILE[0],
        owner_name=HOSTILE[3] * 9,
        freshness=tuple(
            replace(fresh(), connection=f"c{n}", title=name, problem=down(detail=name) if n % 2 else None)
            for n, name in enumerate(HOSTILE)
        ),
        digest=replace(DIGEST, query='name:"<!channel>" ' + "y" * 300),
        lateness=Lateness(
            planned_at=NOW - timedelta(days=9),
            sent_at=NOW,
            absences=tuple(Uptime(NOW - timedelta(hours=n), NOW) for n in range(9, 1, -1)),
        ),
    ),
}
