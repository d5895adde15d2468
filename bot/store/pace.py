"""Whose turn it is, over all processes: one statement, which two never do at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store.column_types import Instant, later
from bot.store.digest_tables import pace
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

MOST_TURNS: Final = 1000
"""Nobody stands in so long a queue: its end is that far away only if the clock was put back."""


async def turn(connection: AsyncConnection, key: str, *, every: timedelta, now: datetime) -> timedelta:
    """Take the next turn; returns how long to wait for it."""
    start, end = sa.literal(now, Instant), sa.literal(now + MOST_TURNS * every, Instant)
    free_at = sa.case((sa.and_(pace.c.free_at > start, pace.c.free_at <= end), pace.c.free_at), else_=start)
    taken = (
        insert_into(pace, connection)
        .values(key=key, free_at=now + every)
        .on_conflict_do_update(index_elements=["key"], set_={"free_at": later(free_at, every)})
        .returning(pace.c.free_at)
    )
    next_free: datetime = (await connection.execute(taken)).scalar_one()
    return next_free - every - now


async def forget(connection: AsyncConnection, before: datetime) -> None:
    """Forget queues in which nobody stood since that moment."""
    await connection.execute(sa.delete(pace).where(pace.c.free_at < before))
