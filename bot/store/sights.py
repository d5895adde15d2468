"""Stretches of good looks: what was seen of each connection, and when nobody saw anything.

A stretch is cut at midnight (UTC), so that a window over some days is judged by the looks in it. The older cuts are
mended again, because every answer reads all stretches.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import Sight, Sights, Stretch
from bot.model.sight import LOOKS_WITHOUT_HOLE
from bot.store.sight_tables import stretch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_CUT_FOR: Final = timedelta(days=35)
"""How long the cuts at midnight are kept."""

_KEPT: Final = timedelta(days=400)
_ALWAYS_KEPT: Final = 200
"""Stretches that are never forgotten, however old they look: the clock may be years ahead for an hour."""

_RECENT: Final = 20
"""So many stretches reach back further than two looks may be apart, even if each of them is one look."""

_SAME_PAUSE: Final = 0.1
"""A planned pause that differs by less than this share is the same plan: it grows with the number of projects."""

_MICROSECOND: Final = timedelta(microseconds=1)

_S: Final = stretch.c


def without_hole(every: timedelta) -> timedelta:
    """Return how far two looks may be apart with nothing missed between them."""
    return every * LOOKS_WITHOUT_HOLE


async def look(
    connection: AsyncConnection, workspace: str, name: str, job: str, *, now: datetime, every: timedelta
) -> None:
    """Note a good look; the rows of the connection are locked.

    One from shortly before the last look changes nothing: somebody was slow. If it is longer ago than looks may be
    apart, the clock was ahead, and what was seen in a time to come was not seen then.
    """
    ours = _of_job(workspace, name, job)
    last = await _newest(connection, ours)
    if last is not None and last.until - now > without_hole(every):
        await _forget_to_come(connection, ours, now)
        last = await _newest(connection, ours)
    if last is not None and now <= last.until:
        return
    if last is None or now - last.until > without_hole(every):
        began, looks = now, 1
    elif last.looks == 1 or _is_same_day(last, now, every):
        more = {"until": now, "looks": last.looks + 1}
        if last.looks == 1:
            more["every_us"] = every // _MICROSECOND
        await connection.execute(sa.update(stretch).where(ours, _S.since == last.since).values(more))
        return
    else:
        began, looks = last.until, 2  # the look that it begins with is that of the stretch before it
    await connection.execute(
        sa.insert(stretch).values(
            workspace=workspace, connection=name, job=job, since=began, until=now, looks=looks,
            every_us=every // _MICROSECOND,
        )
    )  # fmt: skip
    await _tidy(connection, ours, now)


async def _newest(connection: AsyncConnection, ours: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    newest = sa.select(stretch).where(ours).order_by(_S.since.desc()).limit(1)
    return (await connection.execute(newest)).one_or_none()


async def _forget_to_come(connection: AsyncConnection, ours: sa.ColumnElement[bool], now: datetime) -> None:
    """Forget what lies after now; of a stretch that reaches there as many looks are left as its length now holds."""
    await connection.execute(sa.delete(stretch).where(ours, _S.since >= now))
    last = await _newest(connection, ours)
    if last is None or last.until <= now:
        return
    share = (now - last.since) / (last.until - last.since)
    cut = {"until": now, "looks": 1 + max(round((last.looks - 1) * share), 1)}
    await connection.execute(sa.update(stretch).where(ours, _S.since == last.since).values(cut))


def _is_same_day(last: sa.Row[Any], now: datetime, every: timedelta) -> bool:
    """Tell whether a look belongs to the same row: no midnight since the last one, and the same plan."""
    before = _read(last)
    as_planned = abs(every - before.every) <= before.every * _SAME_PAUSE
    return as_planned and before.until.date() == now.astimezone(UTC).date()


async def _tidy(connection: AsyncConnection, ours: sa.ColumnElement[bool], now: datetime) -> None:
    """Forget what is very old, and join older stretches that follow each other under the same plan."""
    kept = sa.select(_S.since).where(ours).order_by(_S.since.desc()).limit(_ALWAYS_KEPT).subquery()
    first = sa.select(sa.func.min(kept.c.since)).scalar_subquery()
    await connection.execute(sa.delete(stretch).where(ours, _S.until < now - _KEPT, _S.since < first))
    older = sa.select(stretch).where(ours, _S.until < now - _CUT_FOR).order_by(_S.since.desc())
    for later, earlier in pairwise((await connection.execute(older)).all()):
        if earlier.until == later.since and earlier.every_us == later.every_us:
            await _join(connection, ours, earlier, later)


async def _join(
    connection: AsyncConnection, ours: sa.ColumnElement[bool], earlier: sa.Row[Any], later: sa.Row[Any]
) -> None:
    """Add a stretch to the one before it, as it is in the database: it may have been joined to a later one itself."""
    row = sa.select(_S.until, _S.looks).where(ours, _S.since == later.since)
    until, looks = (await connection.execute(row)).one()
    await connection.execute(sa.delete(stretch).where(ours, _S.since == later.since))
    joined = {"until": until, "looks": _S.looks + looks - 1}
    await connection.execute(sa.update(stretch).where(ours, _S.since == earlier.since).values(joined))


async def read(connection: AsyncConnection, workspace: str) -> dict[str, Sights]:
    """Return what was seen of those connections that somebody looks at regularly."""
    chosen = sa.select(stretch).where(_S.workspace == workspace).order_by(_S.connection, _S.job, _S.since)
    rows = (await connection.execute(chosen)).all()
    return {name: _sights(list(of_one)) for name, of_one in groupby(rows, key=lambda row: row.connection)}


async def missed_before(connection: AsyncConnection, workspace: str, name: str, job: str) -> datetime | None:
    """Return the limit of `Sight.missed_before` as the looks of before have it."""
    newest = sa.select(stretch).where(_of_job(workspace, name, job)).order_by(_S.since.desc()).limit(_RECENT)
    rows = (await connection.execute(newest)).all()
    return Sight(tuple(map(_read, reversed(rows)))).missed_before


def _sights(rows: list[sa.Row[Any]]) -> Sights:
    by_job = {job: Sight(tuple(map(_read, of_job))) for job, of_job in groupby(rows, key=lambda row: row.job)}
    return Sights(listing=by_job.get("listing", Sight()), viewers=by_job.get("viewers", Sight()))


def _read(row: sa.Row[Any]) -> Stretch:
    return Stretch(since=row.since, until=row.until, looks=row.looks, every=row.every_us * _MICROSECOND)


def _of_job(workspace: str, name: str, job: str) -> sa.ColumnElement[bool]:
    return sa.and_(_S.workspace == workspace, _S.connection == name, _S.job == job)
