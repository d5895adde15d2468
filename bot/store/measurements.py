"""Measurements of viewers: for the record, the newest one of each project, and its peaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
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
    limits = _Limits(gap=gap, missed_before=await sights.missed_before(connection, workspace, name, "viewers"))
    for batch in batches(measured.items(), _BATCH):
        await _save(connection, await _measured(connection, workspace, name, dict(batch)), workspace, now, limits)
    if not complete:
        return
    ended = {**forgotten("viewers"), "viewers_at": now}
    await connection.execute(sa.update(connections).where(is_one(workspace, name)).values(ended))
    if every is not None:
        await sights.look(connection, workspace, name, "viewers", now=now, every=every)
    await peaks.purge(connection, workspace, now)
    await samples.roll_up(connection, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """What two measurements of one project may be apart."""

    gap: timedelta
    """Who waits in both is taken to have waited all the while."""

    missed_before: datetime | None
    """A project whose last measurement is this old was left out while we looked at others."""


_Measured = tuple[sa.Row[Any], "Viewers"]
"""A project as the last measurement left it, and the one to keep."""


async def _measured(
    connection: AsyncConnection, workspace: str, name: str, measured: Mapping[str, Viewers]
) -> list[_Measured]:
    """Look up the projects; what has no row is left out."""
    known = (_P.viewers_at, _P.queued, _P.queued_since, _P.measured_since)
    chosen = sa.select(_P.ref, _P.project_id, *known).where(
        _P.project_id.in_(measured), _P.connection == name, _P.workspace == workspace
    )
    rows: sa.CursorResult[Any] = await connection.execute(chosen)
    return [(row, measured[row.project_id]) for row in rows]


async def _save(
    connection: AsyncConnection, measured: Iterable[_Measured], workspace: str, now: datetime, limits: _Limits
) -> None:
    """Keep every one for the record, and each with its project unless a newer one is there."""
    by_ref = {row.ref: viewers for row, viewers in measured}
    await samples.keep(connection, by_ref)
    await peaks.keep(connection, workspace, by_ref)
    newer = [(row, viewers) for row, viewers in measured if row.viewers_at is None or row.viewers_at <= viewers.at]
    for somebody, anew in product((True, False), repeat=2):
        kind = [each for each in newer if (_is_somebody(each[1]), _begins(each[0], limits)) == (somebody, anew)]
        if kind:
            rows = [_row(row, viewers, limits.gap) for row, viewers in kind]
            await connection.execute(_keeping(somebody=somebody, anew=anew), rows)
    touched = [row.ref for row, viewers in newer if _is_news(row, viewers)]
    if touched:
        await touches.add(connection, _P.ref.in_(touched), now)


def _is_somebody(viewers: Viewers) -> bool:
    return viewers.live > 0 or viewers.queued > 0


def _begins(row: sa.Row[Any], limits: _Limits) -> bool:
    """Tell whether a project is measured for the first time, or after it was left out while others were not."""
    if row.viewers_at is None or row.measured_since is None:
        return True
    return limits.missed_before is not None and row.viewers_at <= limits.missed_before


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


def _keeping(*, somebody: bool, anew: bool) -> sa.Update:
    """Write one measurement; the indexes over dates that stay as they are, are left in peace."""
    at = sa.bindparam("measured_at", type_=_P.viewers_at.type)
    values = {
        "live": sa.bindparam("measured_live"),
        "queued": sa.bindparam("measured_queued"),
        "viewers_at": at,
        "queued_since": sa.bindparam("waiting_since", type_=_P.queued_since.type),
    }
    dates = {"last_viewed_at": at} if somebody else {}
    dates |= {"measured_since": at} if anew else {}
    return sa.update(project).where(_P.ref == sa.bindparam("measured_ref")).values(values | dates)


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
