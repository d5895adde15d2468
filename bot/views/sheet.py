"""Projects as flat records: CSV for spreadsheets, and the same columns as JSON. Pure."""

from __future__ import annotations

import csv
import io
from datetime import UTC
from typing import TYPE_CHECKING

from bot.model import state_of
from bot.views.difference_lines import link_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.answers import Difference
    from bot.model import Entry, Moment

Cell = str | int | bool | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula. https://owasp.org/www-community/attacks/CSV_Injection"""

COLUMNS = (
    "source", "connection", "id", "name", "state", "archived", "status", "subscription", "services", "viewers", "queue",
    "measured_at", "pinned", "mine", "created_at", "created_by", "updated_at", "updated_by", "first_seen_at", "gone_at",
    "url", "description",
)  # fmt: skip
"""Named like the filters where there is one; times are ISO 8601 in UTC."""

CHANGE_COLUMNS = ("kind", "project", "source", "before", "after", "link")
"""Of what became of projects since the last digest."""


def record(entry: Entry, moment: Moment) -> dict[str, Cell]:
    """Return one project as a flat record, keys in the order of `COLUMNS`; None is not known."""
    project, seen = entry.project, entry.viewers
    return {
        "source": project.source,
        "connection": project.connection,
        "id": project.id,
        "name": project.name,
        "state": state_of(entry, moment).value,
        "archived": project.archived,
        "status": None if project.enabled is None else "on" if project.enabled else "off",
        "subscription": project.subscription,
        "services": project.service_count,
        "viewers": seen.live if seen else None,
        "queue": seen.queued if seen else None,
        "measured_at": time_of(seen.at if seen else None),
        "pinned": project.pinned,
        "mine": project.is_owner,
        "created_at": time_of(project.created_at),
        "created_by": project.created_by,
        "updated_at": time_of(project.updated_at),
        "updated_by": project.updated_by,
        "first_seen_at": time_of(entry.first_seen_at),
        "gone_at": time_of(entry.gone_at),
        "url": project.url,
        "description": project.description,
    }


def csv_of(entries: Iterable[Entry], moment: Moment) -> str:
    """Write projects as CSV with a header line; a text that would run as a formula gets an apostrophe in front."""
    return _csv(COLUMNS, (record(entry, moment) for entry in entries))


def csv_of_changes(differences: Iterable[Difference]) -> str:
    """Write differences as CSV, in the same way."""
    return _csv(CHANGE_COLUMNS, map(_change, differences))


def _change(difference: Difference) -> dict[str, Cell]:
    return {
        "kind": difference.kind.value,
        "project": difference.name,
        "source": difference.connection,
        "before": difference.before,
        "after": difference.after,
        "link": link_of(difference.entry),
    }


def _csv(columns: Sequence[str], records: Iterable[Mapping[str, Cell]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _safe(cell) for key, cell in each.items()} for each in records)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def time_of(at: datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
