"""Reading cards, making them, and making them due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import CardKind
from bot.store.card_rows import card_row, read_card
from bot.store.upserts import insert_into
from bot.store.watch_tables import card

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Card

_C: Final = card.c


async def one(connection: AsyncConnection, ref: int) -> Card | None:
    """Return one card."""
    found = await _read(connection, sa.select(card).where(_C.ref == ref))
    return found[0] if found else None


async def about(connection: AsyncConnection, workspace: str, kind: CardKind, subject: int) -> tuple[Card, ...]:
    """Return the cards of an outage or of a hold, or those of a watch that are not closed."""
    if kind is CardKind.WATCH:
        theirs = sa.and_(_C.watch == subject, _C.closed_at.is_(None))
    else:
        theirs = sa.and_(_C.subject == subject, _C.kind == kind)
    return await _read(connection, sa.select(card).where(theirs, _C.workspace == workspace).order_by(_C.ref))


async def add(connection: AsyncConnection, given: Card) -> Card | None:
    """Make a card of an outage or a hold, unless its channel has one."""
    added = insert_into(card, connection).values(card_row(given)).on_conflict_do_nothing().returning(card)
    row = (await connection.execute(added)).mappings().first()
    return None if row is None else read_card(row)


async def look_at(connection: AsyncConnection, dues: Mapping[int, datetime]) -> None:
    """Make cards due, unless they are due earlier; also while somebody works on them."""
    rows = [{"looked_ref": ref, "looked_at": at} for ref, at in sorted(dues.items())]
    await connection.execute(_LOOKED_AT, rows)


_AT: Final = sa.bindparam("looked_at", type_=_C.due_at.type)
_LOOKED_AT: Final = (
    sa.update(card)
    .where(_C.ref == sa.bindparam("looked_ref"), sa.or_(_C.due_at.is_(None), _C.due_at > _AT))
    .values(due_at=_AT)
)


async def look_at_open(connection: AsyncConnection, workspace: str, now: datetime) -> None:
    """Make all cards of watches due that are not closed, unless they are due earlier."""
    open_ones = sa.and_(_C.workspace == workspace, _C.kind == CardKind.WATCH, _C.closed_at.is_(None))
    later = sa.or_(_C.due_at.is_(None), _C.due_at > now)
    await connection.execute(sa.update(card).where(open_ones, later).values(due_at=now))


async def due(connection: AsyncConnection, workspace: str, now: datetime, *, most: int) -> tuple[Card, ...]:
    """Return cards that somebody should work on, the longest due first; also those whose holder has died."""
    chosen = sa.select(card).where(_C.workspace == workspace, is_free(now))
    return await _read(connection, chosen.order_by(_SINCE, _C.ref).limit(most))


_SINCE: Final = sa.func.coalesce(_C.lease_until, _C.due_at)


def is_free(now: datetime) -> sa.ColumnElement[bool]:
    """Tell whether a card may be claimed: it is due and nobody has it, or whoever had it has lost it."""
    return sa.or_(sa.and_(_C.lease_until.is_(None), _C.due_at <= now), _C.lease_until <= now)


async def _read(connection: AsyncConnection, chosen: sa.Select[Any]) -> tuple[Card, ...]:
    return tuple(read_card(row) for row in (await connection.execute(chosen)).mappings())
