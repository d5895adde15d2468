"""Measurements of viewers as they were, for some days, and their sums by day (UTC), for over a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import Sample, SampleDay
from bot.store.column_types import Instant
from bot.store.requests import first_time
from bot.store.sight_tables import sample, sample_day
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Viewers

_KEPT: Final = timedelta(days=14)
_DAYS_KEPT: Final = timedelta(days=400)

_S: Final = sample.c
_D: Final = sample_day.c
_DAY_US: Final[sa.ColumnElement[int]] = sa.literal_column(str(24 * 3600 * 10**6))
"""Written out, since PostgreSQL groups by what it can compare with what is selected, and two parameters may differ."""


async def keep(connection: AsyncConnection, measured: Mapping[int, Viewers]) -> None:
    """Keep measurements, by `Entry.ref`; one that is kept already stays as it is."""
    rows = [
        {"project_ref": ref, "at": viewers.at, "live": viewers.live, "queued": viewers.queued}
        for ref, viewers in measured.items()
    ]
    if rows:
        await connection.execute(insert_into(sample, connection).on_conflict_do_nothing(), rows)


async def read(connection: AsyncConnection, ref: int, *, since: datetime) -> tuple[Sample, ...]:
    """Return the measurements of a project, oldest first."""
    chosen = sa.select(_S["at"], _S.live, _S.queued).where(_S.project_ref == ref, _S["at"] >= since).order_by(_S["at"])
    return tuple(Sample(at=row.at, live=row.live, queued=row.queued) for row in await connection.execute(chosen))


async def read_days(connection: AsyncConnection, ref: int, *, since: datetime) -> tuple[SampleDay, ...]:
    """Return the sums of those days of a project that began since then, oldest first."""
    chosen = sa.select(sample_day).where(_D.project_ref == ref, _D.day >= since).order_by(_D.day)
    return tuple(_read_day(row) for row in await connection.execute(chosen))


def _read_day(row: sa.Row[Any]) -> SampleDay:
    return SampleDay(
        day=row.day, samples=row.samples, seen=row.seen, peak_live=row.peak_live, peak_queued=row.peak_queued
    )


async def roll_up(connection: AsyncConnection, now: datetime) -> None:
    """Sum up the days that are over, and forget what is old: once an hour, by one process; again does no harm.

    The last day that was summed up is done again: its last measurements may have arrived later.
    """
    if not await first_time(connection, "*", "samples: summed up", now):
        return
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last: datetime | None = (await connection.execute(sa.select(sa.func.max(_D.day)))).scalar()
    wanted = sa.and_(_S["at"] < today, sa.true() if last is None else _S["at"] >= last)
    insert = insert_into(sample_day, connection).from_select(_summed_names(), _sums(wanted))
    again = {name: insert.excluded[name] for name in ("samples", "seen", "peak_live", "peak_queued")}
    await connection.execute(insert.on_conflict_do_update(index_elements=["project_ref", "day"], set_=again))
    await connection.execute(sa.delete(sample).where(_S["at"] < today - _KEPT))
    await connection.execute(sa.delete(sample_day).where(_D.day < today - _DAYS_KEPT))


def _summed_names() -> list[str]:
    return ["project_ref", "day", "samples", "seen", "peak_live", "peak_queued"]


def _sums(wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Add up measurements by project and day."""
    at_us = sa.type_coerce(_S["at"], sa.BigInteger)
    day = sa.type_coerce(at_us - at_us % _DAY_US, Instant)
    somebody = sa.case((sa.or_(_S.live > 0, _S.queued > 0), 1), else_=0)
    return (
        sa.select(
            _S.project_ref, day, sa.func.count(), sa.func.sum(somebody), sa.func.max(_S.live), sa.func.max(_S.queued)
        )
        .where(wanted)
        .group_by(_S.project_ref, day)
        .order_by(_S.project_ref, day)
    )
