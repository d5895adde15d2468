"""Digests as JSON values, for scripts. Keys stay; new ones may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.answers import DigestDetails, DigestDone, DigestList
from bot.schedules import print_schedule
from bot.views.digest_words import add_command
from bot.views.sheet import record, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers import Difference, DigestKept, DigestReport, SourceTotals
    from bot.model import Delivery, Digest, DigestChange, Pause
    from bot.schedules import Run


def digests_as_json(answer: DigestList | DigestDetails | DigestDone) -> dict[str, Any]:
    """Return a list of digests, one of them, or what was done to one."""
    match answer:
        case DigestList():
            told: dict[str, Any] = {"digests": [_digest(digest) for digest in answer.digests]}
            return {"command": answer.command, "at": time_of(answer.now)} | told
        case DigestDetails():
            return {
                "command": answer.command,
                "at": time_of(answer.now),
                "digest": _digest(answer.digest),
                "next_runs": _runs(answer.runs),
                "deliveries": [_delivery(delivery) for delivery in answer.deliveries],
                "changes": [_change(change) for change in answer.changes],
            }
        case DigestDone():
            told = {"done": answer.sentence, "digest": _digest(answer.digest), "next_runs": _runs(answer.runs)}
            return {"command": answer.command} | told


def kept_as_json(answer: DigestKept) -> dict[str, Any]:
    """Return what was stored."""
    return {
        "done": answer.what,
        "digest": _digest(answer.digest),
        "zone_from": answer.zone_from or None,
        "warning": answer.warning or None,
        "next_runs": _runs(answer.runs),
        "matching": answer.matching,
        "hidden_archived": answer.hidden_archived,
        "member": answer.place.member,
    }


def report_as_json(answer: DigestReport) -> dict[str, Any]:
    """Return what a digest says."""
    return {
        "digest": _digest(answer.digest),
        "purpose": answer.purpose.value,
        "form": answer.form.value,
        "since": time_of(answer.since),
        "differences": [_difference(difference) for difference in answer.differences],
        "not_compared": list(answer.not_compared),
        "decisions": [record(entry, answer.moment) for entry in answer.decisions],
        "decisions_total": answer.decisions_total,
        "totals": [_totals(totals) for totals in answer.totals],
        "hidden_archived": answer.hidden_archived,
    }


def _digest(digest: Digest) -> dict[str, Any]:
    return {
        "number": digest.number,
        "channel": digest.channel,
        "owner": digest.owner,
        "schedule": print_schedule(digest.schedule, zone=False),
        "cron": digest.schedule.cron,
        "zone": digest.schedule.zone,
        "filters": digest.query,
        "empty": digest.empty.value,
        "created_at": time_of(digest.created_at),
        "next_at": time_of(digest.next.at if digest.next else None),
        "pause": None if digest.pause is None else _pause(digest.pause),
        "last": None if digest.last is None else _delivery(digest.last),
        "stored_as": add_command(digest),
    }


def _pause(pause: Pause) -> dict[str, Any]:
    return {"kind": pause.kind.value, "at": time_of(pause.at), "reason": pause.reason, "by": pause.by}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "kind": delivery.kind.value,
        "slot": delivery.slot,
        "planned_at": time_of(delivery.planned_at),
        "state": delivery.state.value,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "merged": delivery.merged,
        "by": delivery.by,
        "finished_at": time_of(delivery.finished_at),
        "message": None if delivery.posted is None else {"channel": delivery.posted.channel, "ts": delivery.posted.ts},
    }


def _change(change: DigestChange) -> dict[str, Any]:
    return {"at": time_of(change.at), "by": change.by, "what": change.what}


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    return [{"at": time_of(run.slot.at), "local": run.slot.local, "note": run.note or None} for run in runs]


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind.value,
        "ref": difference.ref,
        "connection": difference.connection,
        "name": difference.name,
        "before": difference.before,
        "after": difference.after,
    }


def _totals(totals: SourceTotals) -> dict[str, Any]:
    """Return one connection's numbers; one that was never read has none."""
    before = None if totals.before is None else {state.value: number for state, number in totals.before.items()}
    return {
        "connection": totals.connection,
        "blind": totals.blind,
        "states": {state.value: number for state, number in totals.states.items()} if totals.read else None,
        "before": before,
        "peak": None if totals.peak is None else {"live": totals.peak.live, "at": time_of(totals.peak.at)},
    }
