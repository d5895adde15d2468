"""Forgetting what ended long ago: never what a card that lives still shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import AlertState, CardKind
from bot.store.alerts import IS_UNTOLD
from bot.store.batches import batches
from bot.store.watch_tables import alert, alert_step, card, hold, outage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_A: Final = alert.c
_C: Final = card.c
_S: Final = alert_step.c
_BATCH: Final = 500
_STEPS_KEPT: Final = 20
"""Of every alert, however old they are."""

_ENDED: Final = (AlertState.ACTIVE, AlertState.CLOSED, AlertState.GONE)


async def old_alerts(connection: AsyncConnection, before: datetime) -> Sequence[int]:
    """Return alerts that ended before that, whose record is older, too, and that nobody silenced."""
    return (await connection.execute(sa.select(_A.ref).where(_is_old(before)).order_by(_A.ref))).scalars().all()


def _is_old(before: datetime) -> sa.ColumnElement[bool]:
    lives = sa.exists().where(_C.ref == _A.card, _C.closed_at.is_(None))
    goes_on = sa.exists().where(_S.alert == _A.ref, _S.at >= before)
    unsilenced = sa.and_(_A.snoozed_at.is_(None), _A.kept_at.is_(None))
    return sa.and_(_A.state.in_(_ENDED), _A.since < before, unsilenced, ~lives, ~goes_on)


async def forget(connection: AsyncConnection, before: datetime, refs: Sequence[int]) -> int:
    """Delete alerts that still are old, then what nothing points to any more; returns how many of all."""
    forgotten = 0
    for batch in batches(refs, _BATCH):
        forgotten += await _forget_alerts(connection, before, batch)
    forgotten += await _delete(connection, card, sa.and_(_C.closed_at < before, ~_IS_SHOWN))
    ended = sa.and_(outage.c.ended_at < before, ~_has_card(CardKind.OUTAGE, outage.c.ref))
    released = sa.and_(hold.c.released_at < before, ~_has_card(CardKind.MASS, hold.c.ref))
    return forgotten + await _delete(connection, outage, ended) + await _delete(connection, hold, released)


async def old_steps(connection: AsyncConnection, before: datetime) -> Sequence[int]:
    """Return entries of records that are older than that, that nobody waits for, and that newer ones came after."""
    long = sa.select(_S.alert).group_by(_S.alert).having(sa.func.count() > _STEPS_KEPT)
    place = sa.func.row_number().over(partition_by=_S.alert, order_by=_S.ref.desc()).label("place")
    placed = sa.select(_S.ref, _S.at, IS_UNTOLD.label("untold"), place).where(_S.alert.in_(long)).subquery()
    over = sa.and_(placed.c.place > _STEPS_KEPT, placed.c.at < before, sa.not_(placed.c.untold))
    return (await connection.execute(sa.select(placed.c.ref).where(over).order_by(placed.c.ref))).scalars().all()


async def forget_steps(connection: AsyncConnection, refs: Sequence[int]) -> None:
    """Delete entries of records: what was told stays told, and what is old stays old."""
    for batch in batches(refs, _BATCH):
        await connection.execute(sa.delete(alert_step).where(_S.ref.in_(batch)))


async def _forget_alerts(connection: AsyncConnection, before: datetime, refs: Sequence[int]) -> int:
    chosen = sa.select(_A.ref).where(_A.ref.in_(refs), _is_old(before)).order_by(_A.ref).with_for_update()
    still = (await connection.execute(chosen)).scalars().all()
    await connection.execute(sa.delete(alert_step).where(_S.alert.in_(still)))
    return await _delete(connection, alert, _A.ref.in_(still))


_later: Final = card.alias("later")
_IS_SHOWN: Final = sa.or_(
    sa.exists().where(_A.card == _C.ref), sa.exists().where(_later.c.after == _C.ref, _later.c.closed_at.is_(None))
)
"""An alert or a card that lives points to a card."""


def _has_card(kind: CardKind, subject: sa.Column[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_C.subject == subject, _C.kind == kind)


async def _delete(connection: AsyncConnection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return (await connection.execute(sa.delete(table).where(which))).rowcount
