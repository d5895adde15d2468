"""What a listing shows only to those who remember the one before: that a project was changed, or emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.store.tables import project

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, Row

    from bot.model import Project

_SIGNS: Final = ("service_count", "pinned", "enabled", "subscription")
"""What somebody changed if it differs, named as in `Project` and as in the table."""

COMPARED: Final[tuple[Column[Any], ...]] = (*(project.c[name] for name in _SIGNS), project.c.emptied_at)
"""What `noticed` needs of a row."""


def noticed(before: Row[Any], after: Project, now: datetime) -> dict[str, datetime | None]:
    """Return the columns that change because something differs from what was known.

    A value that appears or disappears is no sign: rather its source began or ceased to tell it, of all projects.
    """
    columns: dict[str, datetime | None] = {}
    known = [(getattr(before, name), getattr(after, name)) for name in _SIGNS]
    if any(old is not None and new is not None and old != new for old, new in known):
        columns["changed_at"] = now
    if after.service_count == 0 and before.service_count:
        columns["emptied_at"] = now
    elif after.service_count and before.emptied_at is not None:
        columns["emptied_at"] = None
    return columns
