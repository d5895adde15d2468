"""What digests knew: of each digest that of its last delivery, and those of messages that are being sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store.digest_tables import delivery, digest, snapshot
from bot.store.snapshot_content import pack, unpack

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Snapshot

_S: Final = snapshot.c


@dataclass(frozen=True, slots=True)
class Packed:
    """A snapshot, ready to be stored."""

    at: datetime
    query: str
    content: bytes


def packed(given: Snapshot) -> Packed:
    """Make a snapshot ready to be stored; takes a moment for many projects."""
    return Packed(given.at, given.query, pack(given))


def unpacked(stored: Packed) -> Snapshot:
    """Undo `packed`."""
    return unpack(stored.content, at=stored.at, query=stored.query)


async def delivered(connection: AsyncConnection, ref: int) -> Packed | None:
    """Return what the last delivery of a digest knew, unless that was written for other filters."""
    chosen = (
        sa.select(_S.at, _S.query, _S.content)
        .join(digest, digest.c.ref == _S.digest)
        .where(_S.digest == ref, _S.delivered == sa.true(), _S.query == digest.c.query)
    )
    row = (await connection.execute(chosen)).first()
    return None if row is None else Packed(*row)


async def keep_waiting(connection: AsyncConnection, ref: int, given: Packed) -> None:
    """Keep what a delivery is about to say."""
    columns = ["delivery", "workspace", "digest", "delivered", "at", "query", "content"]
    row = sa.select(
        delivery.c.ref,
        delivery.c.workspace,
        delivery.c.digest,
        sa.false(),
        sa.literal(given.at, _S.at.type),
        sa.literal(given.query, _S.query.type),
        sa.literal(given.content, _S.content.type),
    ).where(delivery.c.ref == ref)
    await connection.execute(sa.insert(snapshot).from_select(columns, row))


async def drop_waiting(connection: AsyncConnection, ref: int) -> None:
    """Forget what a delivery was about to say."""
    await connection.execute(sa.delete(snapshot).where(_S.delivery == ref, _S.delivered == sa.false()))


async def promote(connection: AsyncConnection, ref: int) -> int | None:
    """Compare the next one with what this delivery said; returns whose it is, None if it said nothing."""
    said = sa.update(snapshot).where(_S.delivery == ref).values(delivered=True).returning(_S.digest)
    of: int | None = (await connection.execute(said)).scalar()
    if of is not None:
        older = sa.and_(_S.digest == of, _S.delivered == sa.true(), _S.delivery != ref)
        await connection.execute(sa.delete(snapshot).where(older))
    return of


async def forget(connection: AsyncConnection, ref: int) -> None:
    """Forget all that a digest has said, and what its messages in the air are saying."""
    await connection.execute(sa.delete(snapshot).where(_S.digest == ref))
