"""Watches and alerts as JSON values, for scripts. Keys stay; new ones may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from bot.answers import AlertDetails, AlertDone, AlertList, WatchDetails, WatchKept, WatchList, WatchTested
from bot.conditions import print_condition
from bot.views.sheet import record, time_of
from bot.views.watch_words import add_command

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.answers import Preview
    from bot.model import (
        Ack,
        Alert,
        AlertStep,
        Coverage,
        DigestChange,
        Entry,
        Finding,
        Idle,
        Keep,
        Moment,
        Snooze,
        Watch,
    )

WatchAnswer: TypeAlias = "WatchKept | WatchList | WatchDetails | WatchTested | AlertList | AlertDetails | AlertDone"
Json: TypeAlias = dict[str, Any]


def watches_as_json(answer: WatchAnswer) -> Json:
    """Return any answer about watches or alerts."""
    return {"command": answer.command} | _told(answer)


def _told(answer: WatchAnswer) -> Json:  # noqa: PLR0911 - one per answer
    match answer:
        case WatchKept():
            preview = None if answer.preview is None else _preview(answer.preview)
            return {
                "done": answer.deed.value,
                "watch": _watch(answer.watch),
                "defaults": list(answer.defaults),
                "ended_alerts": answer.open,
                "member": answer.place.member,
                "preview": preview,
            }
        case WatchList():
            lines = [_watch(line.watch) | {"open": line.open} for line in answer.lines]
            return {"at": time_of(answer.now), "watches": lines}
        case WatchDetails():
            alerts = [alert_as_json(each.alert) for each in answer.raised]
            changes = [_change(change) for change in answer.changes]
            return {"at": time_of(answer.now), "watch": _watch(answer.watch), "alerts": alerts, "changes": changes}
        case WatchTested():
            return {"number": answer.number, "preview": _preview(answer.preview)}
        case AlertList():
            return _alerts(answer)
        case AlertDetails():
            return _details(answer)
        case AlertDone():
            alerts = [alert_as_json(each.alert) for each in answer.raised]
            return {"done": answer.sentence or None, "stale": answer.stale or None, "alerts": alerts}


def _alerts(answer: AlertList) -> Json:
    rows = [
        alert_as_json(each.alert)
        | {
            "watch": each.watch.number,
            "project": _project(answer.entries.get(each.alert.project), answer.moment),
            "finding": _finding(answer.findings.get(each.alert.ref)),
        }
        for each in answer.raised
    ]
    outages = [{"connection": each.connection, "since": time_of(each.since)} for each in answer.outages]
    return {"at": time_of(answer.moment.now), "total": answer.total, "alerts": rows, "outages": outages}


def _details(answer: AlertDetails) -> Json:
    return {
        "at": time_of(answer.moment.now),
        "alert": alert_as_json(answer.raised.alert),
        "watch": _watch(answer.raised.watch),
        "project": _project(answer.entry, answer.moment),
        "finding": _finding(answer.finding),
        "ignored": list(answer.ignored),
        "looked_at": time_of(answer.sights.listing.until),
        "next_look_at": time_of(answer.next_look_at),
        "can_archive": answer.can_archive,
        "record": [_step(step) for step in answer.raised.steps],
    }


def _watch(watch: Watch) -> Json:
    draft = watch.draft
    return {
        "number": watch.number,
        "channel": draft.channel,
        "owner": draft.owner,
        "condition": print_condition(draft.condition),
        "filters": draft.query,
        "zone": draft.zone,
        "hours": None if draft.hours is None else f"{draft.hours.begin:%H:%M}-{draft.hours.end:%H:%M}",
        "broadcast": draft.broadcast,
        "created_at": time_of(watch.created_at),
        "paused": None if watch.pause is None else watch.pause.kind.value,
        "stored_as": add_command(draft),
    }


def alert_as_json(alert: Alert) -> Json:
    """Return an alert without its project and its watch."""
    return {
        "number": alert.number,
        "revision": alert.revision,
        "connection": alert.connection,
        "state": alert.state.value,
        "open": alert.is_open,
        "opened_at": time_of(alert.opened_at),
        "baseline": alert.baseline,
        "severity": alert.severity,
        "reason": alert.reason or None,
        "owner": alert.owner,
        "snooze": None if alert.snooze is None else _said(alert.snooze, alert.snooze.reason),
        "ack": None if alert.ack is None else _said(alert.ack, alert.ack.note),
        "keep": None if alert.keep is None else _said(alert.keep, alert.keep.reason),
        "flapping_since": time_of(alert.flapping_since),
    }


def _said(said: Snooze | Ack | Keep, words: str) -> Json:
    return {"by": said.by, "at": time_of(said.at), "until": time_of(said.until), "reason": words or None}


def _finding(found: Finding | None) -> Json | None:
    if found is None:
        return None
    return {
        "verdict": found.verdict.value,
        "since": time_of(found.since),
        "seconds": _seconds(found.age),
        "reason": found.reason or None,
        "detail": found.detail or None,
        "silence": None if found.idle is None else idle_as_json(found.idle),
    }


def idle_as_json(idle: Idle) -> Json:
    """Return the evidence of a silence."""
    return {
        "silence": idle.silence.value,
        "signal": None if idle.signal is None else idle.signal.value,
        "last_at": time_of(idle.last_at),
        "counted_seconds": _seconds(idle.age),
        "limit_seconds": _seconds(idle.threshold),
        "blind_seconds": _seconds(idle.blind),
        "observed_since": time_of(idle.since),
        "coverage": None if idle.coverage is None else _coverage(idle.coverage),
    }


def _coverage(coverage: Coverage) -> Json:
    gap = _seconds(coverage.longest_hole)
    return {"share": round(coverage.share, 4), "longest_gap_seconds": gap, "enough": coverage.enough}


def _preview(preview: Preview) -> Json:
    past = preview.backtest
    return {
        "stored_as": add_command(preview.draft),
        "matching": preview.matching,
        "firing_total": preview.firing_total,
        "firing": [
            {"project": record(each.entry, preview.moment), "finding": _finding(each.finding)}
            for each in preview.firing
        ],
        "quiet": preview.quiet_total,
        "unsure": preview.unsure_total,
        "exempt_pinned": preview.exempt_pinned,
        "concerned": preview.concerned,
        "told_before": preview.on_card,
        "next": [
            {"project": record(each.entry, preview.moment), "finding": _finding(each.finding)} for each in preview.next
        ],
        "set_aside": [
            {
                "project": record(each.entry, preview.moment),
                "until": time_of(each.until),
                "how": "kept" if each.kept else "snoozed",
            }
            for each in preview.set_aside
        ],
        "possible_at": time_of(preview.possible_at),
        "unknown_words": preview.unknown_words or None,
        "blind": list(preview.blind),
        "cards": preview.cards,
        "told_at": time_of(preview.told_at),
        "backtest": {
            "since": time_of(past.since),
            "until": time_of(past.until),
            "opened": past.opened,
            "ended": past.ended,
            "messages": past.messages,
            "per_week": round(past.per_week, 2),
            "only_projects": past.projects,
            "only_measured": past.measured,
            "only_events": past.events,
        },
    }


def _project(entry: Entry | None, moment: Moment) -> Json | None:
    return None if entry is None else dict(record(entry, moment))


def _step(step: AlertStep) -> Json:
    return {"at": time_of(step.at), "kind": step.kind.value, "by": step.by, "what": step.what}


def _change(change: DigestChange) -> Json:
    return {"at": time_of(change.at), "by": change.by, "what": change.what}


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
