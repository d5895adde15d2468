"""Touches: which projects somebody is still to take note of. Written in the transaction of what touched them.

Whoever takes note never waits for a writer: a row that is being touched right now stays anyway.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.ports import Touch
from bot.store.batches import batches
from bot.store.sight_tables import touch
from bot.store.tables import project
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_T: Final = touch.c
_P: Final = project.c
_BATCH: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_CHANCE_BITS: Final = 20


async def add(connection: AsyncConnection, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Touch the projects of which something is true; their connection is locked.

    A row that was noted and comes back must not have a mark that somebody still holds, even if no time has passed
    or the clock went back: the time lets the longest untouched come first, chance tells two marks apart.
    """
    mark = ((now - _EPOCH) // _MILLISECOND << _CHANCE_BITS) + secrets.randbits(_CHANCE_BITS)
    chosen = sa.select(_P.ref, sa.literal(mark, sa.BigInteger), _P.workspace, _P.connection).where(which)
    insert = insert_into(touch, connection).from_select(["project_ref", "mark", "workspace", "connection"], chosen)
    await connection.execute(insert.on_conflict_do_update(index_elements=["project_ref"], set_={"mark": _T.mark + 1}))


async def first(connection: AsyncConnection, workspace: str, name: str, *, most: int) -> tuple[Touch, ...]:
    """Return those that wait for the longest time."""
    ours = sa.select(_T.project_ref, _T.mark).where(_T.workspace == workspace, _T.connection == name)
    rows = await connection.execute(ours.order_by(_T.mark).limit(most))
    return tuple(Touch(ref=row.project_ref, mark=row.mark) for row in rows)


async def noted(connection: AsyncConnection, touches: Sequence[Touch]) -> None:
    """Forget touches that have not grown since."""
    for batch in batches(touches, _BATCH):
        marks = {each.ref: each.mark for each in batch}
        chosen = sa.select(_T.project_ref, _T.mark).where(_T.project_ref.in_(marks))
        rows = await connection.execute(chosen.with_for_update(skip_locked=True))
        unchanged = [row.project_ref for row in rows if row.mark == marks[row.project_ref]]
        await connection.execute(sa.delete(touch).where(_T.project_ref.in_(unchanged)))
