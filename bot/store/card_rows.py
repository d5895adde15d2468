"""Cards, outages and holds to rows and back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from bot.model import Card, CardKind, Hold, Outage, Posted, ProblemKind, Sending, SendingKind

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def read_card(row: RowMapping) -> Card:
    """Read a row of `watch_tables.card`."""
    return Card(
        ref=row["ref"],
        workspace=row["workspace"],
        channel=row["channel"],
        kind=CardKind(row["kind"]),
        connection=row["connection"],
        watch=row["watch"],
        subject=row["subject"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        posted=None if row["posted_ts"] is None else Posted(row["posted_channel"], row["posted_ts"]),
        posted_at=row["posted_at"],
        told_at=row["told_at"],
        edited_at=row["edited_at"],
        drawn=row["drawn"],
        end_told=row["end_told"],
        after=row["after"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        lease_until=row["lease_until"],
        sending=None if row["sending"] is None else _read_sending(row["sending"]),
        failures=row["failures"],
        reason=row["reason"],
    )


def card_row(card: Card) -> dict[str, object]:
    """Write down a card that nobody has worked on."""
    return {
        "workspace": card.workspace,
        "channel": card.channel,
        "kind": card.kind,
        "connection": card.connection,
        "watch": card.watch,
        "subject": card.subject,
        "opened_at": card.opened_at,
        "drawn": "",
        "end_told": False,
        "after": card.after,
        "due_at": card.due_at,
        "attempts": 0,
        "failures": 0,
        "reason": "",
    }


def sending_text(sending: Sending) -> str:
    """Write down what is on its way, as JSON."""
    return json.dumps(
        {
            "kind": sending.kind,
            "key": sending.key,
            "at": sending.at.isoformat(),
            "alerts": sending.alerts,
            "steps": sending.steps,
            "ends": sending.ends,
        }
    )


def _read_sending(text: str) -> Sending:
    read = json.loads(text)
    return Sending(
        kind=SendingKind(read["kind"]),
        key=read["key"],
        at=datetime.fromisoformat(read["at"]),
        alerts=tuple(read["alerts"]),
        steps=tuple(read["steps"]),
        ends=read["ends"],
    )


def read_outage(row: RowMapping) -> Outage:
    """Read a row of `watch_tables.outage`."""
    return Outage(
        ref=row["ref"],
        workspace=row["workspace"],
        connection=row["connection"],
        kind=ProblemKind(row["kind"]),
        detail=row["detail"],
        since=row["since"],
        failures=row["failures"],
        opened_at=row["opened_at"],
        ended_at=row["ended_at"],
        missed=row["missed"],
        version=row["version"],
    )


def outage_row(outage: Outage) -> dict[str, object]:
    """Write down an outage, with its next version."""
    return {
        "workspace": outage.workspace,
        "connection": outage.connection,
        "kind": outage.kind,
        "detail": outage.detail,
        "since": outage.since,
        "failures": outage.failures,
        "opened_at": outage.opened_at,
        "ended_at": outage.ended_at,
        "missed": outage.missed,
        "version": outage.version + 1,
    }


def read_hold(row: RowMapping) -> Hold:
    """Read a row of `watch_tables.hold`."""
    return Hold(
        ref=row["ref"],
        workspace=row["workspace"],
        connection=row["connection"],
        since=row["since"],
        projects=row["projects"],
        of=row["of"],
        looks=row["looks"],
        looked_at=row["looked_at"],
        released_at=row["released_at"],
        released_by=row["released_by"],
        let_through_at=row["let_through_at"],
        version=row["version"],
    )


def hold_row(hold: Hold) -> dict[str, object]:
    """Write down a hold, with its next version."""
    return {
        "workspace": hold.workspace,
        "connection": hold.connection,
        "since": hold.since,
        "projects": hold.projects,
        "of": hold.of,
        "looks": hold.looks,
        "looked_at": hold.looked_at,
        "released_at": hold.released_at,
        "released_by": hold.released_by,
        "let_through_at": hold.let_through_at,
        "version": hold.version + 1,
    }
