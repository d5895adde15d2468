"""The most people at a project at once, every ten minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import Peak
from bot.store.connections import projects_of
from bot.store.digest_tables import viewer_peak
from bot.store.matching import Meaning, visible
from bot.store.tables import project
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Moment, Scope, Viewers
    from bot.query import Query

KEPT: Final = timedelta(days=35)
"""A digest looks back at most over a month."""

MINUTES: Final = 10
"""Sources are sampled more rarely than that, so hardly anything is lost."""

_K: Final = viewer_peak.c
_P: Final = project.c


async def keep(connection: AsyncConnection, workspace: str, measured: Mapping[int, Viewers]) -> None:
    """Raise the peaks of projects, by `Entry.ref`, where somebody was there."""
    rows = [_row(workspace, ref, each) for ref, each in measured.items() if each.live > 0 or each.queued > 0]
    if not rows:
        return
    insert = insert_into(viewer_peak, connection)
    raised = {column: _higher(_K[column], insert.excluded[column]) for column in ("live", "queued")}
    raised["at"] = sa.case((insert.excluded.live > _K.live, insert.excluded["at"]), else_=_K["at"])
    await connection.execute(insert.on_conflict_do_update(index_elements=["project_ref", "bucket"], set_=raised), rows)


def _row(workspace: str, ref: int, viewers: Viewers) -> dict[str, object]:
    return {
        "workspace": workspace,
        "project_ref": ref,
        "bucket": _bucket(viewers.at),
        "at": viewers.at,
        "live": viewers.live,
        "queued": viewers.queued,
    }


def _bucket(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute // MINUTES * MINUTES, second=0, microsecond=0)


def _higher(one: sa.ColumnElement[Any], other: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.case((one > other, one), else_=other)


async def purge(connection: AsyncConnection, workspace: str, now: datetime) -> None:
    """Forget what no digest looks back at."""
    old = sa.and_(_K.workspace == workspace, _K.bucket < _bucket(now - KEPT))
    await connection.execute(sa.delete(viewer_peak).where(old))


async def highest(
    connection: AsyncConnection, scope: Scope, query: Query, moment: Moment, *, since: datetime, until: datetime
) -> dict[str, Peak]:
    """Return the highest peak of each connection among the projects that match; the earliest of equal ones."""
    at = _K["at"]
    highest_first = (_K.live.desc(), at, _K.project_ref)
    place = sa.func.row_number().over(partition_by=_P.connection, order_by=highest_first).label("place")
    chosen = (
        sa.select(_P.connection, _K.project_ref, _K.live, at, place)
        .select_from(viewer_peak.join(project, _P.ref == _K.project_ref))
        .where(
            _K.workspace == scope.workspace,
            _K.bucket >= _bucket(since),  # there is an index for that
            at >= since,
            at < until,
            _K.live > 0,
            await projects_of(connection, scope),
            visible(query),
            Meaning(moment, connection.dialect.name).matches(query),
        )
        .subquery()
    )
    rows = await connection.execute(sa.select(chosen).where(chosen.c.place == 1))
    return {
        row.connection: Peak(ref=row.project_ref, connection=row.connection, live=row.live, at=row.at) for row in rows
    }
