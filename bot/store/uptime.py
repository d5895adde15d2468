"""When some process of ours was at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import Uptime
from bot.store.column_types import Instant
from bot.store.digest_tables import uptime

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

_U: Final = uptime.c
_LOCK: Final = 7_205_759_404
"""Another number than the one in `bot.store.migrate`."""


async def alive(connection: AsyncConnection, now: datetime, *, gap: timedelta) -> None:
    """Draw the newest stretch on to now, or begin a new one.

    Processes that come back at once look again, one after the other, so that only the first begins one.
    """
    if await _drawn_on(connection, now, gap):
        return
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if not await _drawn_on(connection, now, gap):
        await connection.execute(sa.insert(uptime).values(since=now, until=now))


async def _drawn_on(connection: AsyncConnection, now: datetime, gap: timedelta) -> bool:
    """Draw the newest stretch on; it is known by its `ref`, which does not change while somebody else draws it on."""
    newest = sa.select(_U.ref).order_by(_U.until.desc()).limit(1).scalar_subquery()
    this = sa.literal(now, Instant)
    drawn = (
        sa.update(uptime)
        .where(_U.ref == newest, _U.until >= now - gap)
        .values(until=sa.case((_U.until < this, this), else_=_U.until))
    )
    return (await connection.execute(drawn)).rowcount > 0


async def stretches(connection: AsyncConnection, since: datetime) -> tuple[Uptime, ...]:
    """Return the stretches that end after a moment, oldest first."""
    chosen = sa.select(_U.since, _U.until).where(_U.until > since).order_by(_U.since)
    return tuple(Uptime(*row) for row in await connection.execute(chosen))


async def forget(connection: AsyncConnection, before: datetime) -> None:
    """Forget stretches that ended before a moment."""
    await connection.execute(sa.delete(uptime).where(_U.until < before))
