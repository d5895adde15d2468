"""Counting projects and events."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.model import EventKind, FoundEvents, State, Tally
from bot.store.connections import is_configured, projects_of
from bot.store.matching import Meaning
from bot.store.paging import Pager
from bot.store.rows import ENTRY_COLUMNS, EVENT_COLUMNS, read_event
from bot.store.searching import left_out
from bot.store.sorting import NEWEST_EVENTS_FIRST
from bot.store.states import state
from bot.store.tables import connection as connections
from bot.store.tables import event, project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Cursor, Moment, Scope
    from bot.query import Query


async def tally(connection: AsyncConnection, scope: Scope, query: Query, moment: Moment, *, since: datetime) -> Tally:
    """Count all matches that are not gone, and the events of all matches."""
    meaning = Meaning(moment, connection.dialect.name)
    ours, listed = await projects_of(connection, scope), project.c.gone_at.is_(None)
    matching = sa.and_(ours, meaning.matches(query))
    state_now = state(moment).label("state")
    groups = (
        sa.select(
            project.c.connection,
            state_now,
            project.c.subscription,
            sa.func.count().label("projects"),
            sa.func.count(project.c.live).label("measured"),
            sa.func.sum(project.c.live).label("live"),
            sa.func.sum(project.c.queued).label("queued"),
        )
        .where(listed, matching)
        .group_by(project.c.connection, state_now, project.c.subscription)
    )
    rows = (await connection.execute(groups)).all()
    measuring = await _measuring(connection, scope)
    return replace(
        _viewers(rows, measuring),
        events=await _event_kinds(connection, _recorded(scope, since), matching),
        left_out=await left_out(connection, ours, query, meaning, listed),
    )


def _viewers(rows: Iterable[sa.Row[Any]], measuring: set[str]) -> Tally:
    """Add up the groups of a tally."""
    states: Counter[tuple[str, State]] = Counter()
    subscriptions: Counter[tuple[str, str]] = Counter()
    measured = measurable = live = queued = 0
    for row in rows:
        states[row.connection, State(row.state)] += row.projects
        if row.subscription is not None:
            subscriptions[row.connection, row.subscription] += row.projects
        measurable += row.projects if row.connection in measuring else 0
        measured += row.measured
        live += int(row.live or 0)
        queued += int(row.queued or 0)
    return Tally(
        states=dict(states),
        subscriptions=dict(subscriptions),
        events={},
        live=live if measured else None,
        queued=queued if measured else None,
        measured=measured,
        measurable=measurable,
    )


async def _measuring(connection: AsyncConnection, scope: Scope) -> set[str]:
    """Return the connections whose source counts viewers."""
    chosen = sa.select(connections.c.name).where(
        is_configured(scope.workspace), connections.c.measures_viewers == sa.true()
    )
    return set((await connection.execute(chosen)).scalars())


async def _event_kinds(
    connection: AsyncConnection, recorded: sa.ColumnElement[bool], matching: sa.ColumnElement[bool]
) -> dict[EventKind, int]:
    chosen = (
        sa.select(event.c.kind, sa.func.count())
        .join(project, project.c.ref == event.c.project_ref)
        .where(recorded, matching)
        .group_by(event.c.kind)
    )
    return {EventKind(kind): number for kind, number in await connection.execute(chosen)}


async def events(
    connection: AsyncConnection,
    scope: Scope,
    query: Query,
    moment: Moment,
    *,
    since: datetime,
    size: int,
    cursor: Cursor | None,
    ref: int | None,
) -> FoundEvents:
    """Return one page of the events of matching projects, archived and gone ones too."""
    meaning = Meaning(moment, connection.dialect.name)
    ours, recorded = await projects_of(connection, scope), _recorded(scope, since)
    if ref is not None:
        recorded = sa.and_(recorded, event.c.project_ref == ref)
    joined = event.join(project, project.c.ref == event.c.project_ref)
    chosen = sa.and_(recorded, ours, meaning.matches(query))
    pager = Pager(
        connection,
        sa.select(*EVENT_COLUMNS, *ENTRY_COLUMNS).select_from(joined).where(chosen),
        NEWEST_EVENTS_FIRST,
        size,
        query.limit,
    )
    page = await pager.read(cursor)
    counted = await connection.execute(sa.select(sa.func.count()).select_from(joined).where(chosen))
    total = counted.scalar_one()
    had_one = sa.exists().where(event.c.project_ref == project.c.ref, recorded)
    return FoundEvents(
        events=tuple(read_event(row) for row in page.rows),
        total=total if query.limit is None else min(total, query.limit),
        start=page.start,
        previous=page.previous,
        next=page.next,
        left_out=await left_out(connection, ours, query, meaning, had_one),
    )


def _recorded(scope: Scope, since: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(event.c.workspace == scope.workspace, event.c.at >= since)
