"""What became of deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import FINISHED, MISSING, DeliveryKind, DeliveryState
from bot.store.batches import batches
from bot.store.digest_rows import read_delivery
from bot.store.digest_tables import delivery, digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Delivery

_D: Final = delivery.c
_BATCH: Final = 500


async def newest(connection: AsyncConnection, ref: int, *, most: int) -> tuple[Delivery, ...]:
    """Return the newest deliveries of a digest, newest first."""
    ours = sa.select(delivery).where(_D.digest == ref)
    chosen = ours.order_by(_D.planned_at.desc(), _D.ref.desc()).limit(most)
    return tuple(read_delivery(row) for row in (await connection.execute(chosen)).mappings())


async def delivered_at(connection: AsyncConnection, ref: int) -> datetime | None:
    """Return when the last message of a digest's schedule was sent."""
    found: datetime | None = (
        await connection.execute(sa.select(digest.c.delivered_at).where(digest.c.ref == ref))
    ).scalar()
    return found


async def failures_in_a_row(connection: AsyncConnection, ref: int) -> int:
    """Count the finished slots after the last one that did not fail."""
    ended = sa.and_(_D.digest == ref, _D.kind == DeliveryKind.SLOT, _D.state.in_(FINISHED))
    last_good = sa.select(sa.func.max(_D.planned_at)).where(ended, _D.state.not_in(MISSING)).scalar_subquery()
    since = sa.or_(last_good.is_(None), _D.planned_at > last_good)
    counted: int = (
        await connection.execute(sa.select(sa.func.count()).select_from(delivery).where(ended, since))
    ).scalar_one()
    return counted


async def counts(connection: AsyncConnection, workspace: str, *, since: datetime) -> dict[DeliveryState, int]:
    """Count by state what is not finished, and what was finished since: two questions, each with its own index."""
    by_state = sa.select(_D.state, sa.func.count()).where(_D.workspace == workspace).group_by(_D.state)
    found: dict[DeliveryState, int] = {}
    for some in (_D.finished_at.is_(None), _D.finished_at >= since):
        found |= {DeliveryState(state): number for state, number in await connection.execute(by_state.where(some))}
    return found


async def old(connection: AsyncConnection, before: datetime, *, keep: int) -> Sequence[int]:
    """Return the finished deliveries older than that, but for the newest `keep` of each digest, at least one.

    Only what is old is looked at, and from each no more than `keep` steps towards the newer ones.
    """
    newer = delivery.alias("newer")
    is_newer = sa.tuple_(newer.c.planned_at, newer.c.ref) > sa.tuple_(_D.planned_at, _D.ref)
    last_kept = (
        sa.select(newer.c.ref)
        .where(newer.c.digest == _D.digest, is_newer)
        .order_by(newer.c.planned_at, newer.c.ref)
        .offset(keep - 1)
        .limit(1)
        .scalar_subquery()
    )
    chosen = sa.select(_D.ref).where(_D.finished_at < before, last_kept.is_not(None))
    return (await connection.execute(chosen)).scalars().all()


async def forget(connection: AsyncConnection, refs: Sequence[int]) -> int:
    """Delete deliveries, finished ones only; returns how many."""
    forgotten = 0
    for batch in batches(refs, _BATCH):
        gone = sa.delete(delivery).where(_D.ref.in_(batch), _D.finished_at.is_not(None))
        forgotten += (await connection.execute(gone)).rowcount
    return forgotten
