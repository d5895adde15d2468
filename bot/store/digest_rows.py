"""Digests and deliveries to rows and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
)

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def read_digest(row: RowMapping, last: Delivery | None = None) -> Digest:
    """Read a row of `digest_tables.digest`."""
    return Digest(
        ref=row["ref"],
        workspace=row["workspace"],
        channel=row["channel"],
        number=row["number"],
        owner=row["owner"],
        query=row["query"],
        schedule=Schedule(row["cron"], row["zone"]),
        empty=EmptyPolicy(row["empty"]),
        created_at=row["created_at"],
        version=row["version"],
        next=None if row["next_local"] is None else Slot(row["next_local"], row["next_at"]),
        pause=read_pause(row),
        last=last,
    )


def read_pause(row: RowMapping) -> Pause | None:
    """Read the columns of a pause, here or in `watch_tables.watch`."""
    if row["pause_kind"] is None:
        return None
    return Pause(kind=PauseKind(row["pause_kind"]), at=row["pause_at"], reason=row["pause_reason"], by=row["pause_by"])


def pause_row(pause: Pause | None) -> dict[str, object]:
    """Write down that a digest or a watch rests, or that it does not."""
    return {
        "pause_kind": pause and pause.kind,
        "pause_at": pause and pause.at,
        "pause_reason": pause and pause.reason,
        "pause_by": pause and pause.by,
    }


def next_row(slot: Slot | None) -> dict[str, object]:
    """Write down the next slot."""
    return {"next_local": slot and slot.local, "next_at": slot and slot.at}


def read_change(row: RowMapping) -> DigestChange:
    """Read a row of `digest_tables.digest_change` or `watch_tables.watch_change`."""
    return DigestChange(at=row["at"], by=row["by"], what=row["what"])


def read_delivery(row: RowMapping) -> Delivery:
    """Read a row of `digest_tables.delivery`."""
    return Delivery(
        ref=row["ref"],
        digest=row["digest"],
        kind=DeliveryKind(row["kind"]),
        slot=row["slot"],
        planned_at=row["planned_at"],
        due_at=row["due_at"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        lease_until=row["lease_until"],
        retry_at=row["retry_at"],
        reason=row["reason"],
        merged=row["merged"],
        by=row["by"],
        posted=None if row["posted_ts"] is None else Posted(row["posted_channel"], row["posted_ts"]),
        finished_at=row["finished_at"],
    )


def delivery_row(workspace: str, digest: int, delivery: Delivery) -> dict[str, object]:
    """Write down a delivery that nobody has worked on."""
    return {
        "workspace": workspace,
        "digest": digest,
        "kind": delivery.kind,
        "slot": delivery.slot,
        "planned_at": delivery.planned_at,
        "due_at": delivery.due_at,
        "state": delivery.state,
        "attempts": 0,
        "reason": delivery.reason,
        "merged": delivery.merged,
        "by": delivery.by,
        "finished_at": delivery.finished_at,
    }
