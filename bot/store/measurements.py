"""Measurements of viewers: the newest one of each project, and its peaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store import peaks
from bot.store.batches import batches
from bot.store.connections import forgotten, is_configured, is_one, locked
from bot.store.tables import connection as connections
from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Viewers

_P: Final = project.c
_BATCH: Final = 250


async def save_viewers(
    connection: AsyncConnection,
    workspace: str,
    name: str,
    measured: Mapping[str, Viewers],
    now: datetime,
    *,
    complete: bool,
) -> None:
    """Keep measurements, each unless a newer one is there; end the round if it is complete."""
    await locked(connection, workspace, name)
    for batch in batches(measured.items(), _BATCH):
        rows = [_row(project_id, viewers) for project_id, viewers in batch]
        await connection.execute(_keeping(workspace, name), rows)
        await peaks.keep(connection, workspace, name, dict(batch))
    if complete:
        ended = {**forgotten("viewers"), "viewers_at": now}
        await connection.execute(sa.update(connections).where(is_one(workspace, name)).values(ended))
        await peaks.purge(connection, workspace, now)


def _row(project_id: str, viewers: Viewers) -> dict[str, object]:
    seen = viewers.live > 0 or viewers.queued > 0
    return {
        "measured_id": project_id,
        "measured_live": viewers.live,
        "measured_queued": viewers.queued,
        "measured_at": viewers.at,
        "viewed_at": viewers.at if seen else None,
    }


def _keeping(workspace: str, name: str) -> sa.Update:
    """Write one measurement; somebody seen earlier stays seen."""
    at = sa.bindparam("measured_at", type_=_P.viewers_at.type)
    viewed_at = sa.bindparam("viewed_at", type_=_P.last_viewed_at.type)
    return (
        sa.update(project)
        .where(
            _P.workspace == workspace,
            _P.connection == name,
            _P.project_id == sa.bindparam("measured_id"),
            sa.or_(_P.viewers_at.is_(None), _P.viewers_at <= at),
        )
        .values(
            live=sa.bindparam("measured_live"),
            queued=sa.bindparam("measured_queued"),
            viewers_at=at,
            last_viewed_at=sa.func.coalesce(viewed_at, _P.last_viewed_at),
        )
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
