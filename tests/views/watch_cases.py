"""Watches, alerts and cards of every kind and size, for the tests of what people see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.answers import CardLine, CardReport, HoldReport, OutageReport, StepLine
from bot.model import (
    Ack,
    Alert,
    AlertState,
    AlertStep,
    Card,
    CardKind,
    Condition,
    ConditionKind,
    Coverage,
    Entry,
    Finding,
    Hold,
    Idle,
    Keep,
    Outage,
    Pause,
    PauseKind,
    Posted,
    ProblemKind,
    Raised,
    Signal,
    Silence,
    Snooze,
    StepKind,
    Telling,
    Verdict,
    Watch,
    WatchDraft,
    usual_hours,
)
from tests.builders import HOSTILE, MOMENT, NOW, down, entry, fresh, microvisualizer, streampixel

DAY = timedelta(days=1)
PEOPLE = {"U0ANNA": "anna", "U0BEN": "ben"}
INACTIVE = Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY, signals=(Signal.EDITS,))
UNWATCHED = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.VIEWERS,))
WELL = Coverage(share=0.971, longest_hole=timedelta(hours=2), window=14 * DAY)


def draft(condition: Condition = INACTIVE, **given: Any) -> WatchDraft:
    """Return what a person asked for."""
    plain: dict[str, Any] = {
        "workspace": "local",
        "channel": "C0TEAM",
        "owner": "U0ANNA",
        "condition": condition,
        "query": "source:microvisualizer -pinned:true",
        "zone": "Europe/Berlin",
    }
    return WatchDraft(**(plain | given))


def watch(condition: Condition = INACTIVE, **given: Any) -> Watch:
    """Return watch 2 of the channel."""
    drafted = {key: given.pop(key) for key in ("query", "zone", "hours", "broadcast", "owner") if key in given}
    plain: dict[str, Any] = {"ref": 7, "number": 2, "draft": draft(condition, **drafted), "created_at": NOW - 60 * DAY}
    return Watch(**(plain | given))


def alert(number: int | None = 12, **given: Any) -> Alert:
    """Return an alert that opened three days ago."""
    plain: dict[str, Any] = {
        "ref": number or 1,
        "watch": 7,
        "project": number or 1,
        "connection": "microvisualizer",
        "number": number,
        "state": AlertState.INACTIVE,
        "since": NOW - 3 * DAY,
        "opened_at": NOW - 3 * DAY,
        "announced_at": NOW - 3 * DAY,
        "version": 9,
        "revision": 7,
        "next_at": NOW + 27 * DAY,
    }
    return Alert(**(plain | given))


def idle(days: float = 51, **given: Any) -> Idle:
    """Return evidence of silence since so many days."""
    plain: dict[str, Any] = {
        "silence": Silence.INACTIVE,
        "threshold": 30 * DAY,
        "age": days * DAY,
        "last_at": NOW - days * DAY,
        "signal": Signal.EDITS,
        "since": None,
        "coverage": None,
    }
    return Idle(**(plain | given))


def finding(days: float = 51, **given: Any) -> Finding:
    """Return what an inactive condition says of a project without an edit for so many days."""
    plain: dict[str, Any] = {
        "verdict": Verdict.FIRES,
        "since": NOW - days * DAY,
        "age": days * DAY,
        "signal_at": NOW - days * DAY,
        "idle": idle(days),
    }
    return Finding(**(plain | given))


def quiet(number: int = 12, name: str = "Checkout", days: float = 51, **given: Any) -> CardLine:
    """Return the line of an inactive project; `given` is of its alert."""
    row = entry(microvisualizer(name=name, idle=days * DAY, updated_by="anna"), ref=number)
    return line(alert(number, **given), row, finding(days))


def unwatched(number: int = 12, **given: Any) -> CardLine:
    """Return the line of a project that nobody was ever seen at."""
    seen = idle(19, threshold=14 * DAY, last_at=None, signal=None, since=NOW - 19 * DAY, coverage=WELL)
    row = entry(streampixel(name="Yacht configurator"), ref=number, viewers=(0, 0))
    return line(
        alert(number, connection="streampixel", **given),
        row,
        finding(19, idle=seen),
        watch(UNWATCHED, query="source:streampixel"),
    )


def line(of: Alert, row: Entry | None, found: Finding | None, by: Watch | None = None, *steps: AlertStep) -> CardLine:
    """Return a line of a card."""
    return CardLine(raised=Raised(alert=of, watch=by or watch(), steps=steps), entry=row, finding=found)


def step(kind: StepKind = StepKind.OPENED, what: str = "went quiet: last edit 31 d ago", **given: Any) -> AlertStep:
    """Return an entry of an alert's record."""
    plain: dict[str, Any] = {"ref": 1, "alert": 12, "kind": kind, "at": NOW - timedelta(hours=2), "what": what}
    return AlertStep(**(plain | given))


def over(
    number: int, name: str, what: str, *, state: AlertState = AlertState.ACTIVE, by: Watch | None = None
) -> CardLine:
    """Return the line of an alert that ended."""
    kind = StepKind.BACK if state is AlertState.ACTIVE else StepKind.CLOSED
    row = entry(microvisualizer(name=name), ref=number)
    return line(alert(number, state=state), row, None, by, step(kind, what))


def card(**given: Any) -> Card:
    """Return the card of watch 2 at MicroVisualizer."""
    plain: dict[str, Any] = {
        "ref": 3,
        "workspace": "local",
        "channel": "C0TEAM",
        "kind": CardKind.WATCH,
        "connection": "microvisualizer",
        "watch": 7,
        "opened_at": NOW - 3 * DAY,
        "posted": Posted("C0TEAM", "1774857600.000100"),
    }
    return Card(**(plain | given))


def report(*lines: CardLine, ended: tuple[CardLine, ...] = (), **given: Any) -> CardReport:
    """Return what a card of these open alerts is drawn from."""
    every = (*lines, *ended)
    plain: dict[str, Any] = {
        "card": card(),
        "watch": every[0].raised.watch if every else watch(),
        "title": "MicroVisualizer",
        "open": lines,
        "ended": ended,
        "ended_total": len(ended),
        "moment": MOMENT,
        "known": fresh(),
        "people": PEOPLE,
    }
    return CardReport(**(plain | given))


def told(of: AlertStep, about: CardLine) -> StepLine:
    """Return a step that is to be told."""
    return StepLine(step=of, line=about)


SNOOZED = Snooze(by="U0ANNA", at=NOW - DAY, until=NOW + 3 * DAY, reason="launch is in May")
ACKED = Ack(by="U0BEN", at=NOW - DAY, until=NOW + 13 * DAY, note="asked sales")
KEPT = Keep(by="U0ANNA", at=NOW - DAY, until=NOW + 89 * DAY, reason="reference project")
BACK = over(13, "Billing & Tax", "is back: edited by anna, after 34 d of silence")
ARCHIVED = over(14, "Legacy", "is closed: it was archived", state=AlertState.CLOSED)
THREE = (
    quiet(12, "Checkout", 71, owner="U0BEN", severity=2),
    quiet(15, "Warehouse map", 44, snooze=SNOOZED),
    quiet(16, "Loyalty", 33, ack=ACKED, state=AlertState.RECOVERING),
)
OUTAGE = Outage(
    ref=4,
    workspace="local",
    connection="microvisualizer",
    kind=ProblemKind.DOWN,
    detail="HTTP 503",
    since=NOW - timedelta(hours=1, minutes=20),
    failures=7,
    opened_at=NOW - timedelta(hours=1),
)
HOSTILE_LINES = tuple(
    quiet(
        900 + n,
        name,
        owner="U0EVIL",
        snooze=replace(SNOOZED, by="U0EVIL", reason=name),
        ack=replace(ACKED, note=name),
        severity=2,
        flapping_since=NOW - DAY,
        revision=10**6,
    )
    for n, name in enumerate(HOSTILE)
)


def other(kind: ConditionKind, row: Entry, threshold: timedelta | None = None, **given: Any) -> CardLine:
    """Return the line of another kind of watch."""
    found = Finding(verdict=Verdict.FIRES, since=NOW - 12 * DAY, age=12 * DAY, **given)
    return line(
        alert(12, connection=row.project.connection),
        row,
        found,
        watch(Condition(kind=kind, threshold=threshold), hours=usual_hours(kind)),
    )


KINDS = {
    "off": other(ConditionKind.OFF, entry(streampixel(enabled=False))),
    "lapsed": other(ConditionKind.LAPSED, entry(streampixel(subscription="past_due"))),
    "gone": other(ConditionKind.GONE, entry(gone_at=NOW - 12 * DAY)),
    "queue": replace(
        other(ConditionKind.QUEUE, entry(streampixel(), viewers=(7, 3)), timedelta(minutes=10)),
        finding=Finding(verdict=Verdict.FIRES, since=NOW - timedelta(minutes=14), age=timedelta(minutes=14)),
    ),
    "empty": other(ConditionKind.EMPTY, entry(microvisualizer(service_count=0)), 14 * DAY),
    "ci_silent": other(
        ConditionKind.CI_SILENT, entry(microvisualizer(idle=12 * DAY)), 7 * DAY, idle=idle(12, threshold=7 * DAY)
    ),
    "rejected": other(
        ConditionKind.BUILD_REJECTED,
        entry(streampixel()),
        detail="Unreal project <b>missing</b>, see https://files.example/secret.zip",
    ),
    "approved": other(ConditionKind.BUILD_APPROVED, entry(streampixel())),
}

CARDS: dict[str, CardReport] = {
    "one": report(quiet(), can_archive=True),
    "one_silenced": report(quiet(owner="U0BEN", snooze=SNOOZED, ack=ACKED), can_archive=True),
    "three": report(*THREE, ended=(BACK, ARCHIVED)),
    "unwatched": report(unwatched(), title="Streampixel", known=fresh("streampixel", rows=40, viewers_at=NOW)),
    "many": report(*(quiet(100 + n, f"Project {n}", 200 - n) for n in range(120)), ended=(BACK,) * 10, ended_total=34),
    "baseline": report(*(quiet(100 + n, f"Project {n}", 90 - n, baseline=True) for n in range(14))),
    "blind": report(
        quiet(12, days=37, owner="U0BEN"),
        outage=OUTAGE,
        known=fresh(problem=down(), last_success_at=NOW - timedelta(minutes=80)),
    ),
    "blind_time": report(
        line(
            alert(),
            entry(microvisualizer(idle=44 * DAY)),
            finding(44, idle=idle(37, last_at=NOW - 44 * DAY, blind=7 * DAY)),
        )
    ),
    "all_back": report(ended=(BACK, over(15, "Loyalty", "is back: edited by ben, after 31 d of silence"))),
    "one_back": report(ended=(BACK,)),
    "one_archived": report(ended=(ARCHIVED,)),
    "all_over": report(ended=(BACK, ARCHIVED)),
    "continued": report(*THREE, continued=True),
    "continues": report(*THREE[:2], previous="https://team.slack.com/archives/C0TEAM/p1774857600000100"),
    "watch_removed": report(ended=(ARCHIVED,), watch=None),
    "working_days": report(
        line(
            alert(),
            entry(microvisualizer(idle=51 * DAY)),
            finding(51, idle=idle(36, last_at=NOW - 51 * DAY, threshold=20 * DAY)),
            watch(replace(INACTIVE, threshold=20 * DAY, working_days=True), query="", hours=None),
        )
    ),
    "flapping": report(quiet(flips=(NOW,) * 4, flapping_since=NOW - DAY)),
    "hostile": report(*HOSTILE_LINES[:10], ended=(BACK,), title=HOSTILE[0], people={"U0EVIL": HOSTILE[1]}),
    **{f"kind_{name}": report(each, title="Streampixel") for name, each in KINDS.items()},
}
"""Cards of watches."""

ENDED_OUTAGE = replace(OUTAGE, ended_at=NOW - timedelta(minutes=2), missed=12)


def outage(of: Outage = OUTAGE, *, operators: bool = True, **given: Any) -> OutageReport:
    """Return what the card of an outage is drawn from."""
    plain: dict[str, Any] = {
        "card": card(kind=CardKind.OUTAGE, watch=None, subject=4),
        "outage": of,
        "title": "MicroVisualizer",
        "now": NOW,
        "for_operators": operators,
        "held": 14,
        "watches": 3,
        "known": fresh(problem=down(), last_success_at=OUTAGE.since),
    }
    return OutageReport(**(plain | given))


REFUSED = replace(OUTAGE, kind=ProblemKind.REFUSED, detail="HTTP 401")
OUTAGES: dict[str, OutageReport] = {
    "operators": outage(),
    "channel": outage(operators=False),
    "channel_one": outage(operators=False, held=0, watches=1),
    "refused": outage(REFUSED),
    "forbidden": outage(replace(REFUSED, detail="HTTP 403")),
    "busy": outage(replace(OUTAGE, kind=ProblemKind.BUSY, detail="HTTP 429")),
    "garbled": outage(replace(OUTAGE, kind=ProblemKind.GARBLED, detail="no JSON")),
    "suspicious": outage(replace(OUTAGE, kind=ProblemKind.SUSPICIOUS, detail="3 of 40")),
    "ended": outage(ENDED_OUTAGE),
    "ended_channel": outage(ENDED_OUTAGE, operators=False),
    "ended_nothing": outage(replace(ENDED_OUTAGE, missed=0), operators=False),
    "hostile": outage(replace(OUTAGE, detail=HOSTILE[0]), title=HOSTILE[1]),
}
"""Cards of sources that cannot be read."""

HOLD = Hold(
    ref=5, workspace="local", connection="streampixel", since=NOW - timedelta(minutes=12), projects=23, of=40, looks=1,
    looked_at=NOW,
)  # fmt: skip


def hold(of: Hold = HOLD, **given: Any) -> HoldReport:
    """Return what the card of a mass change is drawn from."""
    plain: dict[str, Any] = {
        "card": card(kind=CardKind.MASS, watch=None, subject=5),
        "hold": of,
        "title": "Streampixel",
        "now": NOW,
        "people": PEOPLE,
    }
    return HoldReport(**(plain | given))


HOLDS: dict[str, HoldReport] = {
    "held": hold(),
    "released_by_ben": hold(replace(HOLD, released_at=NOW, released_by="U0BEN")),
    "released": hold(replace(HOLD, released_at=NOW, looks=3)),
    "hostile": hold(title=HOSTILE[0]),
}
"""Cards of mass changes."""

EVERYTHING = (
    told(step(), THREE[1]),
    told(step(StepKind.BACK, "is back: edited by anna, after 34 d of silence"), BACK),
    told(step(StepKind.CLOSED, "is closed: it was archived"), ARCHIVED),
    told(step(StepKind.WORSE, "got worse: nothing for 71 d (limit 30 d)"), THREE[0]),
    told(step(StepKind.SNOOZE_ENDED, "is still quiet; the snooze by U0ANNA is over", by="U0ANNA"), THREE[1]),
    told(step(StepKind.REPEATED, "is still quiet after 44 d"), THREE[1]),
    told(step(StepKind.FLAPPING, "keeps changing: 4 times in 7 days"), THREE[2]),
    told(step(StepKind.ASSIGNED, "is assigned", by="U0ANNA", person="U0BEN", telling=Telling.THREAD), THREE[0]),
)
REPLIES: dict[str, tuple[tuple[StepLine, ...], CardReport]] = {
    "two_more": (tuple(told(step(), each) for each in THREE[1:]), CARDS["three"]),
    "one_more": ((told(step(), THREE[1]),), CARDS["three"]),
    "back": ((told(step(StepKind.BACK, "is back: edited by anna, after 34 d of silence"), BACK),), CARDS["three"]),
    "everything": (EVERYTHING, CARDS["three"]),
    "many": (tuple(told(step(), quiet(100 + n, f"Project {n}")) for n in range(60)), CARDS["many"]),
    "hostile": (
        tuple(told(step(StepKind.CLOSED, HOSTILE[n], by="U0EVIL"), each) for n, each in enumerate(HOSTILE_LINES)),
        CARDS["hostile"],
    ),
}

PERSONS: dict[str, StepLine] = {
    "snooze_ends": told(step(StepKind.SNOOZE_ENDS_SOON, "is snoozed until Thu 2 Apr 2026", person="U0ANNA"), THREE[1]),
    "keep_ends": told(step(StepKind.KEEP_ENDS_SOON, "is kept until Thu 2 Apr 2026", person="U0ANNA"), quiet(keep=KEPT)),
    "hostile": told(step(StepKind.SNOOZE_ENDS_SOON, HOSTILE[0], person="U0EVIL"), HOSTILE_LINES[0]),
}

PAUSED = Pause(kind=PauseKind.PERSON, at=NOW - DAY, reason="", by="U0BEN")
LONG_AGO = datetime(2025, 10, 3, 12, tzinfo=UTC)
