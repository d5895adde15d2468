"""Answers about digests, of every kind and size: lists, details, what was stored, what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.answers import (
    DigestDetails,
    DigestDone,
    DigestForm,
    DigestKept,
    DigestList,
    DigestReport,
    Purpose,
    SourceTotals,
)
from bot.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestChange,
    EmptyPolicy,
    Pause,
    PauseKind,
    Posted,
    Schedule,
    Slot,
    State,
)
from bot.ports import Place
from bot.query import Query
from bot.schedules import Run
from bot.views.digest_words import edit_hint
from tests.builders import HOSTILE, MOMENT, NOW, fresh

if TYPE_CHECKING:
    from bot.answers import Answer

TOMORROW = Slot("2026-03-31T09:00", datetime(2026, 3, 31, 7, tzinfo=UTC))
CHANGE_OF_CLOCKS = "clocks in Europe/Berlin go back 1 hour on 25 Oct, before this run"
RUNS = (
    Run(TOMORROW),
    Run(Slot("2026-04-01T09:00", datetime(2026, 4, 1, 7, tzinfo=UTC))),
    Run(Slot("2026-10-26T09:00", datetime(2026, 10, 26, 8, tzinfo=UTC)), CHANGE_OF_CLOCKS),
)
REASONS = {
    DeliveryState.LATE: "sent 10:20, Rollcall did not run from 08:40 to 10:15",
    DeliveryState.SKIPPED: "nothing changed",
    DeliveryState.FAILED: "I am not in the channel, or it is gone",
    DeliveryState.UNKNOWN: "Slack's answer was lost, and I may not look whether the message is there",
    DeliveryState.PLANNED: "Slack asked to wait",
}


def delivery(state: DeliveryState, *, days: int = 3, **given: Any) -> Delivery:
    """Return what became of the slot so many days ago, at 09:00 in Berlin."""
    local = datetime(2026, 3, 30, 9, tzinfo=ZoneInfo("Europe/Berlin")) - timedelta(days=days)
    at = local.astimezone(UTC)
    sent = state in {DeliveryState.POSTED, DeliveryState.LATE}
    plain: dict[str, Any] = {
        "ref": days,
        "digest": 7,
        "kind": DeliveryKind.SLOT,
        "slot": f"{local:%Y-%m-%dT%H:%M}",
        "planned_at": at,
        "due_at": at,
        "state": state,
        "attempts": 1,
        "reason": REASONS.get(state, ""),
        "posted": Posted("C0TEAM", "1774857600.000100") if sent else None,
        "finished_at": None if state is DeliveryState.PLANNED else at + timedelta(seconds=42),
    }
    return Delivery(**(plain | given))


def digest(number: int = 2, **given: Any) -> Digest:
    """Return a digest of the channel."""
    plain: dict[str, Any] = {
        "ref": 7,
        "workspace": "local",
        "channel": "C0TEAM",
        "number": number,
        "owner": "U0ANNA",
        "query": "source:streampixel -state:archived",
        "schedule": Schedule("0 9 * * 1-5", "Europe/Berlin"),
        "empty": EmptyPolicy.SKIP,
        "created_at": NOW - timedelta(days=30),
        "next": TOMORROW,
        "last": delivery(DeliveryState.POSTED),
    }
    return Digest(**(plain | given))


BY_BEN = Pause(kind=PauseKind.PERSON, at=NOW - timedelta(days=1), reason="", by="U0BEN")
BY_CHANNEL = Pause(kind=PauseKind.CHANNEL, at=NOW - timedelta(days=1), reason="the channel is archived")
EVERY_STATE = (
    digest(1, query="", last=None, empty=EmptyPolicy.FULL),
    *(digest(2 + n, last=delivery(state)) for n, state in enumerate(DeliveryState) if n > 2),  # the finished ones
    digest(10, pause=BY_BEN, next=None, owner=None),
    digest(11, pause=BY_CHANNEL, next=None, query="name:show*"),
)
HOSTILE_ONES = tuple(
    digest(n, query=f"name:{name!r}", last=delivery(DeliveryState.FAILED, reason=name))
    for n, name in enumerate(HOSTILE, start=1)
)
TWENTY_FIVE = tuple(digest(n, query=f"name:{'wide*' * 30} services:>{n}") for n in range(101, 126))
DELIVERIES = (
    delivery(DeliveryState.PLANNED, days=0, attempts=2),
    delivery(DeliveryState.POSTED, days=0, kind=DeliveryKind.MANUAL, slot="run-2026-03-30T07:00Z", by="U0BEN"),
    *(
        delivery(state, days=n)
        for n, state in enumerate((s for s in DeliveryState if s is not DeliveryState.PLANNED), start=1)
    ),
)
CHANGES = (
    DigestChange(at=NOW - timedelta(hours=5), by=None, what="resumed it because the channel is back"),
    DigestChange(at=NOW - timedelta(days=2), by="U0BEN", what="changed the filters from `` to `source:streampixel`"),
    DigestChange(at=NOW - timedelta(days=30), by="U0ANNA", what="added it"),
)
DETAILS = DigestDetails(
    digest=digest(), runs=RUNS, deliveries=DELIVERIES, changes=CHANGES, now=NOW, command="digest show 2"
)
REPORT = DigestReport(
    command="digest preview 2",
    freshness=(fresh("streampixel", rows=40),),
    moment=MOMENT,
    digest=digest(),
    query=Query(),
    purpose=Purpose.PREVIEW,
    form=DigestForm.FULL,
    since=None,
    slot=None,
    next_run=RUNS[0],
    totals=(
        SourceTotals(
            connection="streampixel",
            title="Streampixel",
            states={State.UNKNOWN: 40},
            before=None,
            blind=False,
            read=True,
        ),
    ),
    fresh_start="first digest",
)
KEPT = DigestKept(
    what="Added digest 2",
    digest=digest(last=None),
    runs=RUNS,
    matching=40,
    hidden_archived=3,
    example=REPORT,
    place=Place(member=True),
    zone_from="your time zone at Slack",
    command="digest show 2",
    freshness=REPORT.freshness,
    moment=MOMENT,
)

BOOK_CASES: dict[str, Answer] = {
    "digests_none": DigestList(digests=(), now=NOW),
    "digests_every_state": DigestList(digests=EVERY_STATE, now=NOW),
    "digests_hostile": DigestList(digests=HOSTILE_ONES, now=NOW),
    "digests_many": DigestList(digests=TWENTY_FIVE, now=NOW),
    "digests_details": DETAILS,
    "digests_details_new": replace(DETAILS, digest=digest(last=None), deliveries=(), changes=CHANGES[-1:]),
    "digests_details_resting": replace(
        DETAILS, digest=digest(pause=BY_BEN, next=None, owner=None), runs=(), hint=edit_hint(digest())
    ),
    "digests_details_hostile": replace(
        DETAILS,
        digest=digest(query=f"name:{HOSTILE[7]}"),
        deliveries=tuple(
            delivery(DeliveryState.FAILED, days=n, reason=HOSTILE[n % len(HOSTILE)] * 5) for n in range(20)
        ),
        changes=tuple(DigestChange(at=NOW, by="U0BEN", what=f"changed the filters to `{name}`") for name in HOSTILE),
    ),
    "digests_kept": KEPT,
    "digests_kept_uninvited": replace(KEPT, place=Place(member=False), what="Changed digest 2", zone_from=""),
    "digests_kept_resting": replace(
        KEPT, digest=digest(pause=BY_CHANNEL, next=None), runs=(), place=Place(member=True, archived=True)
    ),
    "digests_done": DigestDone(
        digest=digest(),
        sentence="Digest 2 runs again. What it missed while it was paused is not posted.",
        runs=RUNS,
        offers=(("Pause", "digest pause 2"), ("Run now", "digest run 2"), ("Remove", "digest remove 2")),
        command="digest show 2",
    ),
    "digests_done_hostile": DigestDone(digest=digest(), sentence=f"Removed `{HOSTILE[7]}{HOSTILE[0]}`."),
}
