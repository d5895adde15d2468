"""The clock was ahead and was put back: what was written meanwhile speaks of a time that is still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import DeliveryKind, DeliveryState
from bot.store.column_types import Instant
from bot.store.digest_tables import delivery, digest, uptime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_D: Final = delivery.c
_U: Final = uptime.c
_UNSENT: Final = (DeliveryState.PLANNED, DeliveryState.SKIPPED)


async def forget(connection: AsyncConnection, workspace: str, now: datetime, *, lease_until: datetime) -> int:
    """Forget slots to come that nobody has attempted, and shorten all that lasts too long; returns how many."""
    await _no_later(connection, digest.c.delivered_at, now, digest.c.workspace == workspace)
    unfinished = sa.and_(_D.workspace == workspace, _D.finished_at.is_(None))
    for ends_at in (_D.lease_until, _D.retry_at):
        await _no_later(connection, ends_at, lease_until, unfinished)
    to_come = sa.and_(_D.workspace == workspace, _D.kind == DeliveryKind.SLOT, _D.planned_at > now)
    untouched = sa.and_(_D.state.in_(_UNSENT), _D.attempts == 0)
    forgotten = await connection.execute(sa.delete(delivery).where(to_come, untouched))
    await connection.execute(sa.delete(uptime).where(_U.since > now))
    await _no_later(connection, _U.until, now, sa.true())
    return forgotten.rowcount


async def _no_later(
    connection: AsyncConnection, column: sa.Column[datetime], latest: datetime, among: sa.ColumnElement[bool]
) -> None:
    """Move moments that are later than `latest` there."""
    moved = sa.update(column.table).where(among, column > latest).values({column: sa.literal(latest, Instant)})
    await connection.execute(moved)
