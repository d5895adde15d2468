"""Which messages are to be sent: slots that have come, messages asked for by hand, and who may be worked on now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
import structlog

from bot.model import FINISHED, Delivery, DeliveryKind, DeliveryState, Waiting
from bot.store.digest_rows import delivery_row, read_delivery
from bot.store.digest_tables import delivery, digest
from bot.store.digests import ACTIVE, KEPT
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Digest, Plan

log = structlog.get_logger(__name__)

_G: Final = digest.c
_D: Final = delivery.c


async def plan(connection: AsyncConnection, plans: Sequence[Plan]) -> set[int]:
    """Move digests on that still are as they were seen, and write their slots that have come; returns which.

    The version is compared as well: another schedule may happen to be due at the same slot.
    """
    seen = {each.digest.ref: each for each in plans if each.digest.next is not None}
    locked = sa.select(_G.ref, _G.version, _G.next_local).where(_G.ref.in_(seen), ACTIVE).order_by(_G.ref)
    current = [
        seen[row.ref]
        for row in await connection.execute(locked.with_for_update(key_share=True))
        if _is_current(seen[row.ref].digest, row.version, row.next_local)
    ]
    if not current:
        return set()
    await connection.execute(_MOVED, [_move(each) for each in current])
    await _write(connection, current)
    return {each.digest.ref for each in current}


async def _write(connection: AsyncConnection, plans: Sequence[Plan]) -> None:
    """Write the rows of digests that are locked, so that nobody else does; one that is there already stays."""
    rows = {(plan.digest.ref, each.slot): (plan.digest, each) for plan in plans for each in plan.deliveries}
    there = sa.select(_D.digest, _D.slot, _D.state).where(
        _D.digest.in_({ref for ref, _ in rows}), _D.slot.in_({slot for _, slot in rows})
    )
    for ref, slot, state in (await connection.execute(there)).all() if rows else ():
        if rows.pop((ref, slot), None) is not None:
            log.warning("delivery.planned_before", digest=ref, slot=slot, state=state)
    if rows:
        values = [delivery_row(of.workspace, of.ref, each) for of, each in rows.values()]
        await connection.execute(sa.insert(delivery), values)


def _is_current(seen: Digest, version: int, next_local: str | None) -> bool:
    return seen.next is not None and (seen.version, seen.next.local) == (version, next_local)


_MOVED: Final = (
    sa.update(digest)
    .where(_G.ref == sa.bindparam("seen_ref"))
    .values(
        next_local=sa.bindparam("to_local"),
        next_at=sa.bindparam("to_at", type_=_G.next_at.type),
        due_at=sa.bindparam("to_due_at", type_=_G.due_at.type),
    )
)


def _move(plan: Plan) -> dict[str, object]:
    slot = plan.next_slot
    return {"seen_ref": plan.digest.ref, "to_local": slot.local, "to_at": slot.at, "to_due_at": plan.due_at}


async def plan_manual(
    connection: AsyncConnection, seen: Digest, *, slot: str, by: str | None, now: datetime
) -> Delivery | None:
    """Write a delivery that a person asked for, once per `slot`; the digest cannot be removed meanwhile."""
    locked = sa.select(_G.ref).where(_G.ref == seen.ref, KEPT).with_for_update(key_share=True)
    if (await connection.execute(locked)).first() is None:
        return None
    asked = Delivery(
        ref=0,
        digest=seen.ref,
        kind=DeliveryKind.MANUAL,
        slot=slot,
        planned_at=now,
        due_at=now,
        state=DeliveryState.PLANNED,
        by=by,
    )
    written = (
        insert_into(delivery, connection)
        .values(delivery_row(seen.workspace, seen.ref, asked))
        .on_conflict_do_nothing(index_elements=["digest", "slot"])
        .returning(delivery)
    )
    row = (await connection.execute(written)).mappings().first()
    return None if row is None else read_delivery(row)


async def waiting(connection: AsyncConnection, workspace: str, now: datetime, *, most: int) -> tuple[Waiting, ...]:
    """Return deliveries that somebody should work on, the longest due first."""
    chosen = (
        sa.select(delivery, _G.channel)
        .join(digest, _G.ref == _D.digest)
        .where(
            _D.workspace == workspace,
            _D.finished_at.is_(None),
            _D.due_at <= now,
            _D.state.not_in(FINISHED),
            sa.or_(_D.retry_at.is_(None), _D.retry_at <= now),
            sa.or_(_D.lease_until.is_(None), _D.lease_until <= now),
        )
        .order_by(_D.due_at, _D.ref)
        .limit(most)
    )
    rows = (await connection.execute(chosen)).mappings()
    return tuple(Waiting(read_delivery(row), row["channel"]) for row in rows)
