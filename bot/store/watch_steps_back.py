"""The clock was ahead and was put back: alerts and cards are planned anew; see `bot.store.steps_back` for digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store.column_types import Instant
from bot.store.watch_tables import alert, card, watch, watch_progress

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_A: Final = alert.c
_C: Final = card.c
_P: Final = watch_progress.c
_W: Final = watch.c


async def forget(connection: AsyncConnection, workspace: str, now: datetime, *, lease_until: datetime) -> int:
    """Let everything be looked at again that was to wait for long; returns how many alerts and cards that are.

    Rows are locked in the order in which everybody does: cards, then alerts; of each kind by `ref`.
    """
    leased = sa.and_(_C.workspace == workspace, _C.lease_until > lease_until)
    await _move(connection, _C.lease_until, lease_until, leased)
    planned = sa.and_(_C.workspace == workspace, _C.due_at > lease_until)
    moved = await _move(connection, _C.due_at, now, planned)
    moved += await _move(connection, _A.next_at, now, sa.and_(_A.workspace == workspace, _A.next_at > lease_until))
    ours = sa.select(_W.ref).where(_W.workspace == workspace)
    await connection.execute(sa.delete(watch_progress).where(_P.watch.in_(ours), _P.cutoff > now))
    return moved


async def _move(
    connection: AsyncConnection, column: sa.Column[datetime], at: datetime, which: sa.ColumnElement[bool]
) -> int:
    """Move moments there; returns how many."""
    ref = column.table.c.ref
    locked = sa.select(ref).where(which).order_by(ref).with_for_update(key_share=True)
    await connection.execute(locked)
    moved = sa.update(column.table).where(which).values({column: sa.literal(at, Instant)})
    return (await connection.execute(moved)).rowcount
