"""Measurements of viewers: for the record, the newest one of each project, and its peaks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.store import peaks, samples, sights, touches
from bot.store.batches import batches
from bot.store.connections import forgotten, is_configured, is_one, locked
from bot.store.tables import connection as connections
from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Viewers

_P: Final = project.c
_BATCH: Final = 250

_UNPLANNED_GAP: Final = timedelta(minutes=40)
"""Somebody who waits in two measurements is taken to have waited between them, if they are no further apart."""


async def save_viewers(
    connection: AsyncConnection,
    workspace: str,
    name: str,
    measured: Mapping[str, Viewers],
    now: datetime,
    *,
    complete: bool,
    every: timedelta | None = None,
) -> None:
    """Keep measurements; end the round if it is complete."""
    await locked(connection, workspace, name)
    gap = _UNPLANNED_GAP if every is None else sights.without_hole(every)
    for batch in batches(measured.items(), _BATCH):
        await _save(connection, await _measured(connection, workspace, name, dict(batch)), workspace, now, gap)
    if not complete:
        return
    ended = {**forgotten("viewers"), "viewers_at": now}
    await connection.execute(sa.update(connections).where(is_one(workspace, name)).values(ended))
    if every is not None:
        await sights.look(connection, workspace, name, "viewers", now=now, every=every)
    await peaks.purge(connection, workspace, now)
    await samples.roll_up(connection, now)


_Measured = tuple[sa.Row[Any], "Viewers"]
"""A project as the last measurement left it, and the one to keep."""


async def _measured(
    connection: AsyncConnection, workspace: str, name: str, measured: Mapping[str, Viewers]
) -> list[_Measured]:
    """Look up the projects; what has no row is left out."""
    chosen = sa.select(_P.ref, _P.project_id, _P.viewers_at, _P.queued, _P.queued_since).where(
        _P.project_id.in_(measured), _P.connection == name, _P.workspace == workspace
    )
    rows: sa.CursorResult[Any] = await connection.execute(chosen)
    return [(row, measured[row.project_id]) for row in rows]


async def _save(
    connection: AsyncConnection, measured: Iterable[_Measured], workspace: str, now: datetime, gap: timedelta
) -> None:
    """Keep every one for the record, and each with its project unless a newer one is there."""
    by_ref = {row.ref: viewers for row, viewers in measured}
    await samples.keep(connection, by_ref)
    await peaks.keep(connection, workspace, by_ref)
    newer = [(row, viewers) for row, viewers in measured if row.viewers_at is None or row.viewers_at <= viewers.at]
    for somebody in (True, False):
        rows = [_row(row, viewers, gap) for row, viewers in newer if _is_somebody(viewers) is somebody]
        if rows:
            await connection.execute(_keeping(somebody=somebody), rows)
    touched = [row.ref for row, viewers in newer if _is_news(row, viewers)]
    if touched:
        await touches.add(connection, _P.ref.in_(touched), now)


def _is_somebody(viewers: Viewers) -> bool:
    return viewers.live > 0 or viewers.queued > 0


def _is_news(row: sa.Row[Any], viewers: Viewers) -> bool:
    """Tell whether a measurement can change what is thought of a project: in use, a wait ended, or the first."""
    return _is_somebody(viewers) or row.viewers_at is None or row.queued > 0


def _row(row: sa.Row[Any], viewers: Viewers, gap: timedelta) -> dict[str, object]:
    goes_on = row.queued_since is not None and viewers.at - row.viewers_at <= gap
    waiting_since = row.queued_since if goes_on else viewers.at
    return {
        "measured_ref": row.ref,
        "measured_live": viewers.live,
        "measured_queued": viewers.queued,
        "measured_at": viewers.at,
        "waiting_since": waiting_since if viewers.queued > 0 else None,
    }


def _keeping(*, somebody: bool) -> sa.Update:
    """Write one measurement; where nobody is, the index over the last time that somebody was is left in peace."""
    at = sa.bindparam("measured_at", type_=_P.viewers_at.type)
    values = {
        "live": sa.bindparam("measured_live"),
        "queued": sa.bindparam("measured_queued"),
        "viewers_at": at,
        "queued_since": sa.bindparam("waiting_since", type_=_P.queued_since.type),
    }
    return (
        sa.update(project)
        .where(_P.ref == sa.bindparam("measured_ref"))
        .values(values | ({"last_viewed_at": at} if somebody else {}))
    )


async def viewers_due(
    connection: AsyncConnection, workspace: str, name: str, measured_before: datetime
) -> tuple[str, ...]:
    """Return the ids of listed projects to measure, the longest neglected first; none if it is not configured."""
    chosen = (
        sa.select(_P.project_id)
        .where(
            _P.workspace == workspace,
            _P.connection == name,
            _P.gone_at.is_(None),
            sa.or_(_P.viewers_at.is_(None), _P.viewers_at < measured_before),
            sa.exists().where(is_configured(workspace), connections.c.name == name),
        )
        .order_by(_P.viewers_at.asc().nulls_first(), _P.project_id)
    )
    return tuple((await connection.execute(chosen)).scalars())
