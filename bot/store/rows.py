"""Nouns to rows and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.grammar import fold
from bot.model import ActorKind, Build, Entry, Event, EventKind, Problem, ProblemKind, Project, Viewers, is_lapsed
from bot.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

_P: Final = tables.project.c

ENTRY_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    _P.ref,
    _P.source,
    _P.connection,
    _P.project_id,
    _P.name,
    _P.description,
    _P.archived,
    _P.enabled,
    _P.subscription,
    _P.service_count,
    _P.pinned,
    _P.is_owner,
    _P.created_at,
    _P.updated_at,
    _P.created_by,
    _P.updated_by,
    _P.created_by_kind,
    _P.updated_by_kind,
    _P.url,
    _P.first_seen_at,
    _P.gone_at,
    _P.live,
    _P.queued,
    _P.viewers_at,
    _P.last_viewed_at,
    _P.queued_since,
    _P.measured_since,
    _P.changed_at,
    _P.emptied_at,
    _P.own_at,
    _P.build_approved,
    _P.build_at,
    _P.build_objection,
)
"""What `read_entry` needs; the columns that are only searched stay in the database."""

_E: Final = tables.event.c

EVENT_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    _E.ref.label("event_ref"),
    _E.kind,
    _E.at,
    _E.seen_at,
    _E.before,
    _E.after,
)


def project_row(workspace: str, project: Project) -> dict[str, object]:
    """Write down what a source said, with everything that is searched or sorted by."""
    name, identity = fold(project.name), fold(project.id)
    return {
        "workspace": workspace,
        "connection": project.connection,
        "project_id": project.id,
        "source": project.source,
        "archived": project.archived,
        "enabled": project.enabled,
        "lapsed": is_lapsed(project),
        "pinned": project.pinned,
        "is_owner": project.is_owner,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
        "service_count": project.service_count,
        "subscription": project.subscription,
        "subscription_folded": _folded(project.subscription),
        "created_by": project.created_by,
        "created_by_folded": _folded(project.created_by),
        "created_by_kind": project.created_by_kind,
        "updated_by": project.updated_by,
        "updated_by_folded": _folded(project.updated_by),
        "updated_by_kind": project.updated_by_kind,
        "name_key": name[: tables.KEY_LENGTH],
        "id_key": project.id[: tables.KEY_LENGTH],
        "name_folded": name,
        "id_folded": identity,
        "search_text": f"{name}\n{identity}\n{fold(project.description or '')}",
        "name": project.name,
        "description": project.description,
        "url": project.url,
    }


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def read_entry(row: Row[Any]) -> Entry:
    """Read a row that has `ENTRY_COLUMNS`."""
    return Entry(
        ref=row.ref,
        project=_read_project(row),
        first_seen_at=row.first_seen_at,
        gone_at=row.gone_at,
        viewers=None if row.viewers_at is None else Viewers(live=row.live, queued=row.queued, at=row.viewers_at),
        last_viewed_at=row.last_viewed_at,
        changed_at=row.changed_at,
        emptied_at=row.emptied_at,
        own_at=row.own_at,
        queued_since=row.queued_since,
        measured_since=row.measured_since,
        build=None if row.build_at is None else _read_build(row),
    )


def _read_build(row: Row[Any]) -> Build:
    return Build(approved=row.build_approved, at=row.build_at, objection=row.build_objection)


def _read_project(row: Row[Any]) -> Project:
    return Project(
        source=row.source,
        connection=row.connection,
        id=row.project_id,
        name=row.name,
        description=row.description,
        archived=row.archived,
        enabled=row.enabled,
        subscription=row.subscription,
        service_count=row.service_count,
        pinned=row.pinned,
        is_owner=row.is_owner,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
        updated_by=row.updated_by,
        created_by_kind=None if row.created_by_kind is None else ActorKind(row.created_by_kind),
        updated_by_kind=None if row.updated_by_kind is None else ActorKind(row.updated_by_kind),
        url=row.url,
    )


def read_event(row: Row[Any]) -> Event:
    """Read a row that has `EVENT_COLUMNS` and `ENTRY_COLUMNS`."""
    return Event(
        ref=row.event_ref,
        kind=EventKind(row.kind),
        at=row.at,
        seen_at=row.seen_at,
        before=row.before,
        after=row.after,
        entry=read_entry(row),
    )


def read_problem(row: Row[Any], job: str) -> Problem | None:
    """Read the trouble of one job (``listing``, ``viewers``) from a row of `tables.connection`."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    if found[f"{job}_problem"] is None:
        return None
    return Problem(
        kind=ProblemKind(found[f"{job}_problem"]),
        detail=found[f"{job}_problem_detail"],
        since=found[f"{job}_problem_since"],
        retry_at=found[f"{job}_retry_at"],
    )
