"""Watches to rows and back."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from bot.model import Condition, ConditionKind, Hours, Signal, Watch, WatchDraft
from bot.store.digest_rows import read_pause

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def read_watch(row: RowMapping) -> Watch:
    """Read a row of `watch_tables.watch`."""
    return Watch(
        ref=row["ref"],
        number=row["number"],
        draft=WatchDraft(
            workspace=row["workspace"],
            channel=row["channel"],
            owner=row["owner"],
            condition=_read_condition(row),
            query=row["query"],
            zone=row["zone"],
            hours=None if row["hours"] is None else _read_hours(row["hours"]),
            broadcast=row["broadcast"],
        ),
        created_at=row["created_at"],
        version=row["version"],
        asked_at=row["asked_at"],
        pause=read_pause(row),
    )


def _read_condition(row: RowMapping) -> Condition:
    return Condition(
        kind=ConditionKind(row["kind"]),
        threshold=None if row["threshold_s"] is None else timedelta(seconds=row["threshold_s"]),
        signals=tuple(Signal(word) for word in row["signals"].split(",") if word),
        working_days=row["working_days"],
    )


def _read_hours(text: str) -> Hours:
    begin, _, end = text.partition("-")
    return Hours(begin=time.fromisoformat(begin), end=time.fromisoformat(end))


def watch_row(draft: WatchDraft) -> dict[str, object]:
    """Write down what a watch says; where it lives and whose it is does not change with that."""
    condition, hours = draft.condition, draft.hours
    return {
        "kind": condition.kind,
        "threshold_s": None if condition.threshold is None else condition.threshold // timedelta(seconds=1),
        "signals": ",".join(condition.signals),
        "working_days": condition.working_days,
        "query": draft.query,
        "zone": draft.zone,
        "hours": None if hours is None else f"{hours.begin:%H:%M}-{hours.end:%H:%M}",
        "broadcast": draft.broadcast,
    }
