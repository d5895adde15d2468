"""What changed about a project between two looks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Change, EventKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry, Project


def changes_of(before: Entry | None, after: Project, *, since: datetime, now: datetime) -> list[Change]:
    """Compare a row with what its source says now.

    Args:
        before: the row; None if there is none.
        after: the same project as listed now.
        since: when the connection was last read well; what happened earlier cannot be news.
        now: when this listing was read.

    An edit that shows in a more telling event is not reported again as `UPDATED`.
    """
    if before is None or before.gone_at is not None:
        return [Change(project_id=after.id, kind=EventKind.APPEARED, at=_within(after.created_at, since, now))]
    at = _within(after.updated_at, since, now)
    told = [
        Change(project_id=after.id, kind=kind, at=at, before=old, after=new)
        for kind, old, new in _differences(before.project, after)
    ]
    if told or not _edited(before.project, after):
        return told
    return [_update(before.project, after, at)]


def vanished(project_id: str, now: datetime) -> Change:
    """Describe a project that a complete listing lacks."""
    return Change(project_id=project_id, kind=EventKind.VANISHED, at=now)


def _differences(before: Project, after: Project) -> list[tuple[EventKind, str | None, str | None]]:
    found: list[tuple[EventKind, str | None, str | None]] = []
    if before.name != after.name:
        found.append((EventKind.RENAMED, before.name, after.name))
    if before.archived != after.archived:
        found.append((EventKind.ARCHIVED if after.archived else EventKind.UNARCHIVED, None, after.updated_by))
    if None not in (before.enabled, after.enabled) and before.enabled != after.enabled:
        found.append((EventKind.ENABLED if after.enabled else EventKind.DISABLED, None, None))
    if before.subscription != after.subscription:
        found.append((EventKind.SUBSCRIPTION, before.subscription, after.subscription))
    return found


def _edited(before: Project, after: Project) -> bool:
    return after.updated_at is not None and before.updated_at is not None and after.updated_at > before.updated_at


def _update(before: Project, after: Project, at: datetime) -> Change:
    old, new = before.service_count, after.service_count
    if old is not None and new is not None and old != new:
        return Change(
            project_id=after.id, kind=EventKind.UPDATED, at=at, before=f"{old} services", after=f"{new} services"
        )
    return Change(project_id=after.id, kind=EventKind.UPDATED, at=at, after=after.updated_by)


def _within(at: datetime | None, since: datetime, now: datetime) -> datetime:
    """Believe the source's date only if it lies between our two looks; else the news is as old as our noticing it."""
    return at if at is not None and since <= at <= now else now
