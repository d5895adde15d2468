"""Who may do a job for a connection. A claim ends by itself, so that a process that died blocks nobody for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.tables import claim as claims
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def claim(
    connection: AsyncConnection, workspace: str, name: str, job: str, *, holder: str, now: datetime, until: datetime
) -> bool:
    """Take or renew a claim, in one statement, so that two cannot both believe to have it."""
    taken = (
        insert_into(claims, connection)
        .values(workspace=workspace, connection=name, job=job, holder=holder, until=until)
        .on_conflict_do_update(
            index_elements=["workspace", "connection", "job"],
            set_={"holder": holder, "until": until},
            where=sa.or_(claims.c.holder == holder, claims.c.until <= now),
        )
        .returning(claims.c.job)
    )
    return (await connection.execute(taken)).first() is not None


async def release(connection: AsyncConnection, workspace: str, name: str, job: str, *, holder: str) -> None:
    """Give a claim back, if it is still the holder's."""
    await connection.execute(sa.delete(claims).where(_is_one(workspace, name, job), claims.c.holder == holder))


async def require(connection: AsyncConnection, workspace: str, name: str, job: str, *, holder: str) -> None:
    """Make sure that a claim is the holder's, and stays it until the transaction ends.

    Raises:
        StoreError: somebody else has it by now, or nobody.
    """
    chosen = sa.select(claims.c.holder).where(_is_one(workspace, name, job)).with_for_update()
    if (await connection.execute(chosen)).scalar() != holder:
        raise StoreError(f"the claim to {job} was lost before the changes were complete")


def _is_one(workspace: str, name: str, job: str) -> sa.ColumnElement[bool]:
    return sa.and_(claims.c.workspace == workspace, claims.c.connection == name, claims.c.job == job)
