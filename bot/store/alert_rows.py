"""Alerts and their record to rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.model import Ack, Alert, AlertState, AlertStep, Keep, Snooze, StepKind, Telling

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def read_alert(row: RowMapping) -> Alert:
    """Read a row of `watch_tables.alert`."""
    return Alert(
        ref=row["ref"],
        watch=row["watch"],
        project=row["project"],
        connection=row["connection"],
        number=row["number"],
        state=AlertState(row["state"]),
        since=row["since"],
        version=row["version"],
        revision=row["revision"],
        next_at=row["next_at"],
        opened_at=row["opened_at"],
        baseline=row["baseline"],
        severity=row["severity"],
        signal_at=row["signal_at"],
        confirmed_at=row["confirmed_at"],
        detail=row["detail"],
        card=row["card"],
        announced_at=row["announced_at"],
        repeats=row["repeats"],
        repeated_at=row["repeated_at"],
        reason=row["reason"],
        snooze=_read_snooze(row),
        ack=_read_ack(row),
        keep=_read_keep(row),
        owner=row["owner"],
        flips=tuple(datetime.fromisoformat(each) for each in row["flips"].split()),
        flapping_since=row["flapping_since"],
    )


def _read_snooze(row: RowMapping) -> Snooze | None:
    if row["snoozed_at"] is None:
        return None
    return Snooze(
        by=row["snoozed_by"],
        at=row["snoozed_at"],
        until=row["snoozed_until"],
        reason=row["snooze_reason"],
        noted=row["snooze_noted"],
    )


def _read_ack(row: RowMapping) -> Ack | None:
    if row["acked_at"] is None:
        return None
    return Ack(by=row["acked_by"], at=row["acked_at"], until=row["acked_until"], note=row["ack_note"])


def _read_keep(row: RowMapping) -> Keep | None:
    if row["kept_at"] is None:
        return None
    return Keep(
        by=row["kept_by"],
        at=row["kept_at"],
        until=row["kept_until"],
        reason=row["keep_reason"],
        asked=row["keep_asked"],
    )


def alert_row(alert: Alert, entries: int) -> dict[str, object]:
    """Write down what may change of an alert, and is under its version; its record gets so many entries more."""
    snooze, ack, keep = alert.snooze, alert.ack, alert.keep
    return {
        "state": alert.state,
        "since": alert.since,
        "version": alert.version + 1,
        "revision": alert.revision + entries,
        "next_at": alert.next_at,
        "opened_at": alert.opened_at,
        "baseline": alert.baseline,
        "severity": alert.severity,
        "signal_at": alert.signal_at,
        "confirmed_at": alert.confirmed_at,
        "detail": alert.detail,
        "repeats": alert.repeats,
        "repeated_at": alert.repeated_at,
        "reason": alert.reason,
        "snoozed_by": snooze and snooze.by,
        "snoozed_at": snooze and snooze.at,
        "snoozed_until": snooze and snooze.until,
        "snooze_reason": snooze and snooze.reason,
        "snooze_noted": snooze and snooze.noted,
        "acked_by": ack and ack.by,
        "acked_at": ack and ack.at,
        "acked_until": ack and ack.until,
        "ack_note": ack and ack.note,
        "kept_by": keep and keep.by,
        "kept_at": keep and keep.at,
        "kept_until": keep and keep.until,
        "keep_reason": keep and keep.reason,
        "keep_asked": keep and keep.asked,
        "owner": alert.owner,
        "flips": " ".join(each.isoformat() for each in alert.flips),
        "flapping_since": alert.flapping_since,
    }


def read_step(row: RowMapping) -> AlertStep:
    """Read a row of `watch_tables.alert_step`."""
    return AlertStep(
        ref=row["ref"],
        alert=row["alert"],
        kind=StepKind(row["kind"]),
        at=row["at"],
        by=row["by"],
        what=row["what"],
        telling=Telling(row["telling"]),
        person=row["person"],
        told=row["told"],
    )


def step_row(workspace: str, alert: int, step: AlertStep) -> dict[str, object]:
    """Write down one entry of an alert's record."""
    return {
        "workspace": workspace,
        "alert": alert,
        "kind": step.kind,
        "at": step.at,
        "by": step.by,
        "what": step.what,
        "telling": step.telling,
        "person": step.person,
        "told": step.told,
    }
