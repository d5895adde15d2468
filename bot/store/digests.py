"""Reading digests, each with its newest finished slot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import FINISHED, DeliveryKind
from bot.store.digest_rows import read_change, read_delivery, read_digest
from bot.store.digest_tables import delivery, digest, digest_change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Delivery, Digest, DigestChange, PauseKind

_G: Final = digest.c
_D: Final = delivery.c

KEPT: Final = _G.removed_at.is_(None)
"""It was not removed."""

ACTIVE: Final = sa.and_(KEPT, _G.pause_kind.is_(None))
"""It was not removed and does not rest: as the index of what is due says it."""

_LAST: Final = (
    sa.select(_D.ref)
    .where(_D.digest == _G.ref, _D.kind == DeliveryKind.SLOT, _D.state.in_(FINISHED))
    .order_by(_D.planned_at.desc(), _D.ref.desc())
    .limit(1)
    .scalar_subquery()
    .label("last")
)


async def one(connection: AsyncConnection, ref: int) -> Digest | None:
    """Return one digest, unless it was removed."""
    found = await _read(connection, sa.select(digest, _LAST).where(_G.ref == ref, KEPT))
    return found[0] if found else None


async def by_ref(connection: AsyncConnection, refs: Sequence[int]) -> tuple[Digest, ...]:
    """Return the digests with these of our own numbers, in their order."""
    return await _read(connection, sa.select(digest, _LAST).where(_G.ref.in_(refs), KEPT).order_by(_G.ref))


async def of_channel(connection: AsyncConnection, workspace: str, channel: str) -> tuple[Digest, ...]:
    """Return the digests of a channel by number."""
    chosen = sa.select(digest, _LAST).where(_G.workspace == workspace, _G.channel == channel, KEPT)
    return await _read(connection, chosen.order_by(_G.number))


async def paused(
    connection: AsyncConnection, workspace: str, kind: PauseKind, channel: str | None
) -> tuple[Digest, ...]:
    """Return the digests that rest for this reason, in one channel or in all."""
    chosen = sa.select(digest, _LAST).where(_G.workspace == workspace, _G.pause_kind == kind, KEPT)
    if channel is not None:
        chosen = chosen.where(_G.channel == channel)
    return await _read(connection, chosen.order_by(_G.ref))


async def due(connection: AsyncConnection, workspace: str, now: datetime, *, most: int) -> tuple[Digest, ...]:
    """Return digests whose next slot may be sent by now, the longest due first."""
    chosen = sa.select(digest, _LAST).where(_G.workspace == workspace, _G.due_at <= now, ACTIVE)
    return await _read(connection, chosen.order_by(_G.due_at, _G.ref).limit(most))


async def awake(connection: AsyncConnection, workspace: str, *, after: int, most: int) -> tuple[Digest, ...]:
    """Return digests that do not rest, by our own number, from the one after that."""
    chosen = sa.select(digest, _LAST).where(_G.workspace == workspace, _G.ref > after, ACTIVE)
    return await _read(connection, chosen.order_by(_G.ref).limit(most))


async def record(connection: AsyncConnection, ref: int, *, most: int) -> tuple[DigestChange, ...]:
    """Return the newest changes of a digest, newest first."""
    chosen = (
        sa.select(digest_change).where(digest_change.c.digest == ref).order_by(digest_change.c.ref.desc()).limit(most)
    )
    return tuple(read_change(row) for row in (await connection.execute(chosen)).mappings())


async def _read(connection: AsyncConnection, chosen: sa.Select[Any]) -> tuple[Digest, ...]:
    rows = (await connection.execute(chosen)).mappings().all()
    last = await _deliveries(connection, [row["last"] for row in rows if row["last"] is not None])
    return tuple(read_digest(row, last.get(row["last"])) for row in rows)


async def _deliveries(connection: AsyncConnection, refs: Sequence[int]) -> dict[int, Delivery]:
    if not refs:
        return {}
    chosen = sa.select(delivery).where(_D.ref.in_(refs))
    return {row["ref"]: read_delivery(row) for row in (await connection.execute(chosen)).mappings()}
