"""What our own calls leave at a source: they are no sign of life. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry, Project


def without_ours(before: Entry | None, project: Project, *, own_at: datetime | None = None) -> Project:
    """Return what a source says of a project with the last edit that was not ours, as far as the newest one is.

    Args:
        before: its row; None: it is new.
        project: as the source has it now.
        own_at: the date that our change has there; by default that of the last one that we know of.
    """
    if before is None or project.updated_at is None or project.updated_at != (own_at or before.own_at):
        return project
    known = before.project
    return replace(
        project, updated_at=known.updated_at, updated_by=known.updated_by, updated_by_kind=known.updated_by_kind
    )
