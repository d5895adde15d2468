"""Connections in trouble: those that cannot be read, and those that say too much at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store.card_rows import hold_row, outage_row, read_hold, read_outage
from bot.store.upserts import insert_into
from bot.store.watch_tables import hold, outage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Hold, Outage

_O: Final = outage.c
_H: Final = hold.c


async def running(connection: AsyncConnection, workspace: str) -> tuple[Outage, ...]:
    """Return outages that have not ended."""
    chosen = sa.select(outage).where(_O.workspace == workspace, _O.ended_at.is_(None)).order_by(_O.ref)
    return tuple(read_outage(row) for row in (await connection.execute(chosen)).mappings())


async def one(connection: AsyncConnection, ref: int) -> Outage | None:
    """Return one outage."""
    row = (await connection.execute(sa.select(outage).where(_O.ref == ref))).mappings().first()
    return None if row is None else read_outage(row)


async def save(connection: AsyncConnection, given: Outage) -> Outage | None:
    """Write an outage, unless it has another version, or there is one already."""
    row = await _save(connection, outage, given.ref, given.version, outage_row(given))
    return None if row is None else read_outage(row)


async def held(connection: AsyncConnection, workspace: str) -> tuple[Hold, ...]:
    """Return holds that were not released."""
    chosen = sa.select(hold).where(_H.workspace == workspace, _H.released_at.is_(None)).order_by(_H.ref)
    return tuple(read_hold(row) for row in (await connection.execute(chosen)).mappings())


async def released(connection: AsyncConnection, workspace: str) -> tuple[Hold, ...]:
    """Return holds that a person released, and that were not let through yet."""
    waiting = sa.and_(_H.released_at.is_not(None), _H.let_through_at.is_(None))
    chosen = sa.select(hold).where(_H.workspace == workspace, waiting).order_by(_H.ref)
    return tuple(read_hold(row) for row in (await connection.execute(chosen)).mappings())


async def one_hold(connection: AsyncConnection, ref: int) -> Hold | None:
    """Return one hold."""
    row = (await connection.execute(sa.select(hold).where(_H.ref == ref))).mappings().first()
    return None if row is None else read_hold(row)


async def save_hold(connection: AsyncConnection, given: Hold) -> Hold | None:
    """Write a hold; None as in `save`."""
    row = await _save(connection, hold, given.ref, given.version, hold_row(given))
    return None if row is None else read_hold(row)


async def _save(
    connection: AsyncConnection, table: sa.Table, ref: int, version: int, values: Mapping[str, object]
) -> RowMapping | None:
    if ref == 0:
        added = insert_into(table, connection).values(dict(values)).on_conflict_do_nothing().returning(table)
        return await _written(connection, added)
    as_seen = sa.and_(table.c.ref == ref, table.c.version == version)
    changed = sa.update(table).where(as_seen).values(dict(values)).returning(table)
    return await _written(connection, changed)


async def _written(connection: AsyncConnection, statement: sa.Executable) -> RowMapping | None:
    return (await connection.execute(statement)).mappings().first()
