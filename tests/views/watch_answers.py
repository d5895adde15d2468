"""Answers about watches and alerts, of every kind and size."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from bot.answers import (
    AlertDetails,
    AlertDone,
    AlertList,
    Backtest,
    CardLine,
    Judged,
    Preview,
    SetAside,
    WatchDeed,
    WatchDetails,
    WatchKept,
    WatchLine,
    WatchList,
    WatchTested,
)
from bot.model import (
    AlertState,
    Condition,
    ConditionKind,
    DigestChange,
    Finding,
    Hours,
    Raised,
    Sight,
    Sights,
    StepKind,
    Stretch,
    Verdict,
)
from bot.ports import Place
from tests.builders import HOSTILE, MOMENT, NOW, down, entry, fresh, microvisualizer
from tests.views.watch_cases import (
    ACKED,
    ARCHIVED,
    DAY,
    HOSTILE_LINES,
    KEPT,
    KINDS,
    OUTAGE,
    PAUSED,
    PEOPLE,
    SNOOZED,
    THREE,
    WELL,
    alert,
    draft,
    finding,
    idle,
    line,
    quiet,
    step,
    unwatched,
    watch,
)

if TYPE_CHECKING:
    from bot.answers import Answer

HERE = Place(member=True, name="team")
SIGHTS = Sights(
    listing=Sight((Stretch(since=NOW - 90 * DAY, until=NOW - timedelta(minutes=1), looks=9000, every=DAY / 96),))
)
TITLES = {"microvisualizer": "MicroVisualizer", "streampixel": "Streampixel"}
LAPSED = Condition(kind=ConditionKind.LAPSED)


def backtest(days: float = 30, **given: Any) -> Backtest:
    """Return what a watch would have sent in so many days."""
    plain: dict[str, Any] = {
        "since": NOW - days * DAY,
        "until": NOW,
        "opened": 6,
        "ended": 3,
        "messages": 9,
        "wanted": 30 * DAY,
    }
    return Backtest(**(plain | given))


def judged(*lines: CardLine) -> tuple[Judged, ...]:
    """Return the projects of these lines as a preview has them."""
    return tuple(Judged(entry=each.entry, finding=each.finding) for each in lines if each.entry and each.finding)


def preview(*lines: CardLine, **given: Any) -> Preview:
    """Return what a watch does now."""
    plain: dict[str, Any] = {
        "draft": draft(),
        "matching": 320,
        "firing": judged(*lines),
        "firing_total": len(lines),
        "quiet_total": 4,
        "unsure_total": 0,
        "exempt_pinned": 2,
        "backtest": backtest(),
        "moment": MOMENT,
        "freshness": (fresh(),),
        "titles": TITLES,
        "told_at": NOW + timedelta(seconds=30),
    }
    return Preview(**(plain | given))


def kept(deed: WatchDeed = WatchDeed.ADDED, **given: Any) -> WatchKept:
    """Return what was stored."""
    plain: dict[str, Any] = {
        "command": "watch show 2",
        "deed": deed,
        "watch": watch(),
        "preview": preview(*THREE),
        "place": HERE,
        "defaults": (
            "No length was typed, so it is 30 d.",
            "Pinned projects are left out; type `pinned:any` to have them.",
        ),
    }
    return WatchKept(**(plain | given))


def alerts(*lines: CardLine, **given: Any) -> AlertList:
    """Return a list of these alerts."""
    plain: dict[str, Any] = {
        "command": "alerts",
        "raised": tuple(each.raised for each in lines),
        "total": len(lines),
        "entries": {each.entry.ref: each.entry for each in lines if each.entry},
        "findings": {each.raised.alert.ref: each.finding for each in lines if each.finding},
        "titles": TITLES,
        "moment": MOMENT,
        "freshness": (fresh(),),
        "people": PEOPLE,
    }
    return AlertList(**(plain | given))


RECORD = (
    step(StepKind.SNOOZED, "is snoozed until Thu 2 Apr 2026: launch is in May", by="U0ANNA"),
    step(StepKind.ASSIGNED, "is assigned", by="U0ANNA", person="U0BEN", at=NOW - DAY),
    step(StepKind.OPENED, "went quiet: no edit for 31 d (limit 30 d)", at=NOW - 3 * DAY),
)


def why(about: CardLine, *steps: Any, **given: Any) -> AlertDetails:
    """Return everything about one alert."""
    plain: dict[str, Any] = {
        "command": "alerts why 12",
        "raised": replace(about.raised, steps=steps or RECORD),
        "entry": about.entry,
        "finding": about.finding or Finding(verdict=Verdict.CLEAR),
        "sights": SIGHTS,
        "title": "MicroVisualizer",
        "moment": MOMENT,
        "freshness": fresh(),
        "next_look_at": NOW + timedelta(minutes=14),
        "people": PEOPLE,
        "ignored": ("pins", "viewers (the watch counts edits)"),
    }
    return AlertDetails(**(plain | given))


def done(sentence: str, *lines: CardLine, **given: Any) -> AlertDone:
    """Return what was done about alerts."""
    plain: dict[str, Any] = {
        "command": "alerts why 12",
        "sentence": sentence,
        "raised": tuple(each.raised for each in lines),
        "entries": {each.entry.ref: each.entry for each in lines if each.entry},
        "moment": MOMENT,
        "people": PEOPLE,
    }
    return AlertDone(**(plain | given))


CHANGES = (
    DigestChange(at=NOW - 2 * DAY, by="U0BEN", what="changed the filters from `` to `source:microvisualizer`"),
    DigestChange(at=NOW - 60 * DAY, by="U0ANNA", what="added it"),
)
LISTED = (
    WatchLine(watch=watch(), open=3, worst=THREE[0].raised),
    WatchLine(watch=watch(LAPSED, number=3, query=""), open=0, worst=None),
    WatchLine(watch=watch(number=4, pause=PAUSED, owner=None), open=0, worst=None),
)
DETAILS = WatchDetails(
    command="watch show 2",
    watch=watch(),
    raised=tuple(each.raised for each in THREE),
    entries={each.entry.ref: each.entry for each in THREE if each.entry},
    changes=CHANGES,
    place=HERE,
    now=NOW,
    people=PEOPLE,
    findings={each.raised.alert.ref: each.finding for each in THREE if each.finding},
)
MANY = tuple(quiet(100 + n, f"Project {n}", 200 - n) for n in range(60))
HALF_SEEN = finding(
    9,
    verdict=Verdict.UNSURE,
    reason="observed for 9 d of 14 d",
    idle=idle(
        9,
        threshold=14 * DAY,
        last_at=None,
        signal=None,
        since=NOW - 9 * DAY,
        coverage=replace(WELL, share=0.62, longest_hole=5 * DAY),
        blind=timedelta(hours=30),
    ),
)

WATCH_ANSWERS: dict[str, Answer] = {
    "watches_none": WatchList(command="watch list", lines=(), place=HERE, now=NOW),
    "watches": WatchList(command="watch list", lines=LISTED, place=HERE, now=NOW, people=PEOPLE),
    "watches_many": WatchList(
        command="watch list",
        lines=tuple(
            WatchLine(watch=watch(number=n, query=f"name:{'wide*' * 30}"), open=n, worst=THREE[0].raised)
            for n in range(1, 26)
        ),
        place=HERE,
        now=NOW,
    ),
    "watches_hostile": WatchList(
        command="watch list",
        lines=tuple(
            WatchLine(watch=watch(number=n, query=f"name:{name!r}"), open=0, worst=None)
            for n, name in enumerate(HOSTILE)
        ),
        place=HERE,
        now=NOW,
        people={"U0ANNA": HOSTILE[0]},
    ),
    "watches_details": DETAILS,
    "watches_details_resting": replace(
        DETAILS,
        watch=watch(pause=PAUSED, broadcast=True, hours=Hours(begin=time(8, 30), end=time(18)), query=""),
        raised=(),
        entries={},
    ),
    "watches_details_many": replace(
        DETAILS,
        raised=tuple(each.raised for each in HOSTILE_LINES * 5),
        entries={each.entry.ref: each.entry for each in HOSTILE_LINES if each.entry},
        changes=tuple(replace(CHANGES[0], what=f"changed {name * 3}") for name in HOSTILE),
    ),
    "watches_kept": kept(),
    "watches_kept_uninvited": kept(place=Place(member=False), preview=preview(matching=0), defaults=()),
    "watches_kept_archived": kept(WatchDeed.RESUMED, place=Place(member=False, archived=True)),
    "watches_kept_changed": kept(
        WatchDeed.CHANGED, open=3, preview=preview(firing_total=0, backtest=backtest(12, messages=1, opened=1, ended=0))
    ),
    "watches_kept_paused": kept(WatchDeed.PAUSED, preview=None, open=3),
    "watches_kept_removed": kept(WatchDeed.REMOVED, preview=None, open=1),
    "watches_kept_hostile": kept(preview=preview(*HOSTILE_LINES[:10], firing_total=190), defaults=(HOSTILE[1],)),
    "watches_tested": WatchTested(
        command="watch test 2", preview=preview(*THREE, firing_total=14, unsure_total=5), number=2
    ),
    "watches_tested_only_thought_of": WatchTested(
        command="watch test inactive for 30d",
        preview=preview(
            *THREE[:1], backtest=backtest(0), blind=("streampixel",), freshness=(fresh("streampixel", problem=down()),)
        ),
    ),
    "watches_tested_silent": WatchTested(
        command="watch test gone",
        preview=preview(backtest=backtest(opened=0, ended=0, messages=0), quiet_total=0, exempt_pinned=0),
    ),
    "watches_tested_unmeant": WatchTested(
        command="watch test gone seit 30 Tagen",
        preview=preview(matching=0, concerned=0, unknown_words=HOSTILE[1], quiet_total=0),
    ),
    "watches_kept_with_silenced": kept(
        WatchDeed.RESUMED,
        preview=preview(
            *HOSTILE_LINES[:3],
            next=judged(*HOSTILE_LINES[3:6]),
            set_aside=tuple(
                SetAside(entry=each.entry, until=NOW + timedelta(days=9), kept=kept)
                for each in HOSTILE_LINES[6:8]
                for kept in (True, False)
                if each.entry
            ),
            on_card=1,
            sources=2,
        ),
    ),
    "alerts_none": alerts(),
    "alerts": alerts(*THREE, unwatched(17), quiet(18, keep=KEPT, state=AlertState.CLOSED), ARCHIVED),
    "alerts_many": alerts(*MANY, total=160, outages=(OUTAGE,)),
    "alerts_hostile": alerts(*HOSTILE_LINES, people={"U0EVIL": HOSTILE[1]}),
    "alerts_why": why(quiet(owner="U0BEN", snooze=SNOOZED, ack=ACKED), can_archive=True),
    "alerts_why_archived": why(
        line(alert(state=AlertState.CLOSED, reason="it was archived"), entry(microvisualizer(archived=True)), None),
        can_archive=True,
    ),
    "alerts_why_unsure": why(
        replace(unwatched(), finding=HALF_SEEN), title="Streampixel", ignored=(), next_look_at=None
    ),
    "alerts_why_queue": why(KINDS["queue"], title="Streampixel", sights=Sights()),
    "alerts_why_kept": why(quiet(keep=KEPT, state=AlertState.CLOSED, reason="it is kept as it is", baseline=True)),
    "alerts_why_forgotten": why(
        CardLine(raised=Raised(alert=alert(number=None), watch=watch()), entry=None, finding=None), freshness=None
    ),
    "alerts_why_hostile": why(
        HOSTILE_LINES[0],
        *(step(StepKind.SNOOZED, f"is snoozed: {name}", by="U0EVIL") for name in HOSTILE),
        title=HOSTILE[0],
    ),
    "alerts_done": done(
        "Snoozed until Mon 6 Apr.", quiet(snooze=SNOOZED), next=("alerts unsnooze 12@8", "alerts why 12", "help alerts")
    ),
    "alerts_done_many": done("Acknowledged 60 alerts.", *MANY),
    "alerts_done_partly": done(
        "Alert 13 is acknowledged until Mon 13 Apr.",
        quiet(snooze=SNOOZED),
        quiet(13, ack=ACKED),
        stale="Alert 12 is snoozed until Thursday (Anna, 2 min ago), after this button was drawn.",
        next=("alerts unack 13", "alerts why 13"),
    ),
    "alerts_done_stale": done(
        "", quiet(snooze=SNOOZED), stale="Anna snoozed it until Thursday 2 minutes ago.", next=("alerts why 12",)
    ),
    "alerts_done_hostile": done(f"Kept `{HOSTILE[0]}`.", *HOSTILE_LINES),
}
