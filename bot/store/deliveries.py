"""Working on one delivery.

Every step names the number of the attempt that takes it, in the WHERE of its UPDATE. As soon as somebody else has
claimed the row, that number has grown, and whoever was slow changes nothing any more: no clock decides that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import DELIVERED, FINISHED, DeliveryKind, DeliveryState
from bot.store import snapshots
from bot.store.digest_rows import read_delivery
from bot.store.digest_tables import delivery, digest
from bot.store.digests import KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Delivery, Posted
    from bot.store.snapshots import Packed

_D: Final = delivery.c
_UNDER_WAY: Final = (DeliveryState.CLAIMED, DeliveryState.POSTING)


async def claim(
    connection: AsyncConnection, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
) -> Delivery | None:
    """Take a delivery; returns the row as it was before, None if it cannot be had."""
    free = sa.and_(
        _D.ref == ref,
        _D.attempts < attempt,
        _D.state.not_in(FINISHED),
        sa.or_(_D.lease_until.is_(None), _D.lease_until <= now),
    )
    row = (await connection.execute(sa.select(delivery).where(free).with_for_update())).mappings().first()
    if row is None:
        return None
    before = read_delivery(row)
    in_the_air = before.state is DeliveryState.POSTING
    taken = (
        sa.update(delivery)
        .where(free, _D.attempts == before.attempts, _D.state == before.state)
        .values(
            state=DeliveryState.POSTING if in_the_air else DeliveryState.CLAIMED,
            attempts=attempt,
            holder=holder,
            lease_until=lease_until,
            retry_at=None,
        )
    )
    return before if (await connection.execute(taken)).rowcount else None


async def begin_posting(
    connection: AsyncConnection,
    ref: int,
    *,
    attempt: int,
    version: int,
    packed: Packed | None,
    now: datetime,
    lease_until: datetime,
) -> bool:
    """Note that a message is about to be sent, unless its digest has changed; what it knows waits beside it."""
    by_hand = sa.exists().where(_D.ref == ref, _D.kind == DeliveryKind.MANUAL)
    as_written = sa.and_(KEPT, digest.c.version == version, sa.or_(digest.c.pause_kind.is_(None), by_hand))
    if not await _locked(connection, ref, as_written):
        return False
    values = {"state": DeliveryState.POSTING, "lease_until": lease_until, "posting_at": now}
    if not await _moved(connection, ref, attempt, values):
        return False
    await snapshots.drop_waiting(connection, ref)
    if packed is not None:
        await snapshots.keep_waiting(connection, ref, packed)
    return True


async def posted(
    connection: AsyncConnection,
    ref: int,
    *,
    attempt: int,
    state: DeliveryState,
    posted: Posted,
    reason: str,
    now: datetime,
) -> bool:
    """Note that it was sent; the next one is compared with what it knew."""
    await _locked(connection, ref, sa.true())
    where = {"posted_channel": posted.channel, "posted_ts": posted.ts}
    if not await _moved(connection, ref, attempt, _ended(state, reason, now) | where):
        return False
    its_digest = await snapshots.promote(connection, ref)
    if its_digest is not None:
        await connection.execute(sa.update(digest).where(digest.c.ref == its_digest).values(delivered_at=now))
    return True


async def _locked(connection: AsyncConnection, ref: int, fit: sa.ColumnElement[bool]) -> bool:
    """Lock the digest of a delivery, before the delivery itself (see `bot.store.digest_changes`); False if unfit."""
    its_digest = sa.select(_D.digest).where(_D.ref == ref).scalar_subquery()
    lock = sa.select(digest.c.ref).where(digest.c.ref == its_digest, fit).with_for_update(key_share=True)
    return (await connection.execute(lock)).first() is not None


async def hold(connection: AsyncConnection, ref: int, *, attempt: int, lease_until: datetime) -> bool:
    """Keep a claim for longer."""
    return await _moved(connection, ref, attempt, {"lease_until": lease_until})


async def remark(connection: AsyncConnection, ref: int, *, attempt: int, reason: str) -> bool:
    """Change the reason of a delivery that was sent."""
    ours = sa.and_(_D.ref == ref, _D.attempts == attempt, _D.state.in_(DELIVERED))
    return (await connection.execute(sa.update(delivery).where(ours).values(reason=reason))).rowcount == 1


async def put_off(connection: AsyncConnection, ref: int, *, attempt: int, retry_at: datetime, reason: str) -> bool:
    """Give a delivery back, to be tried again."""
    values = {"state": DeliveryState.PLANNED, "lease_until": None, "retry_at": retry_at, "reason": reason}
    if not await _moved(connection, ref, attempt, values):
        return False
    await snapshots.drop_waiting(connection, ref)
    return True


async def finish(
    connection: AsyncConnection, ref: int, *, attempt: int, state: DeliveryState, reason: str, now: datetime
) -> bool:
    """End a delivery that was not sent, or perhaps."""
    if not await _moved(connection, ref, attempt, _ended(state, reason, now)):
        return False
    await snapshots.drop_waiting(connection, ref)
    return True


def _ended(state: DeliveryState, reason: str, now: datetime) -> dict[str, object]:
    return {"state": state, "reason": reason, "finished_at": now, "lease_until": None, "retry_at": None}


async def _moved(connection: AsyncConnection, ref: int, attempt: int, values: Mapping[str, object]) -> bool:
    """Change a delivery if this attempt still is the one that works on it."""
    ours = sa.and_(_D.ref == ref, _D.attempts == attempt, _D.state.in_(_UNDER_WAY))
    return (await connection.execute(sa.update(delivery).where(ours).values(dict(values)))).rowcount == 1
