"""Adding, changing and removing digests; every change is recorded.

Rows are locked in one order (digest, deliveries, snapshots), so that nobody waits for each other in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import DeliveryKind, DeliveryState
from bot.model.ledger_words import REMOVED, RESCHEDULED, rests
from bot.store import snapshots
from bot.store.batches import batches
from bot.store.digest_rows import next_row, pause_row
from bot.store.digest_tables import delivery, digest, digest_change
from bot.store.digests import ACTIVE, KEPT, by_ref, one
from bot.store.numbered import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Digest, DigestChange, DigestDraft, EmptyPolicy, Pause, Schedule, Slot

_G: Final = digest.c
_D: Final = delivery.c

AT_ONCE: Final = 500
"""Digests changed by one statement."""


_KIND: Final = Numbered(digest, digest_change)


async def add(
    connection: AsyncConnection, draft: DigestDraft, *, next_slot: Slot, due_at: datetime, now: datetime, most: int
) -> Digest | None:
    """Keep a new digest; None if the channel has `most`."""
    schedule = {"cron": draft.schedule.cron, "zone": draft.schedule.zone}
    values = {"query": draft.query, **schedule, "empty": draft.empty, "due_at": due_at, **next_row(next_slot)}
    ref = await _KIND.add(connection, draft, values, now=now, most=most)
    return None if ref is None else await one(connection, ref)


async def edit(
    connection: AsyncConnection,
    seen: Digest,
    *,
    query: str,
    schedule: Schedule,
    empty: EmptyPolicy,
    next_slot: Slot | None,
    due_at: datetime | None,
    change: DigestChange,
) -> bool:
    """Change what a digest says and when."""
    moved = schedule != seen.schedule
    if moved and next_slot is not None and await _is_taken(connection, seen, next_slot):
        return False
    values = {"query": query, "cron": schedule.cron, "zone": schedule.zone, "empty": empty, "due_at": due_at}
    if not await _KIND.change(connection, seen, KEPT, change, {**values, **next_row(next_slot)}):
        return False
    if moved:
        await _forget_untouched(connection, seen)
        await _skip(connection, [seen.ref], RESCHEDULED, change.at, (DeliveryKind.SLOT,))
    if query != seen.query:
        await snapshots.forget(connection, seen.ref)
    return True


async def pause(connection: AsyncConnection, seen: Digest, pause: Pause, change: DigestChange) -> bool:
    """Let a digest rest; what a person asked for by hand is still sent."""
    values = {"due_at": None, **next_row(None), **pause_row(pause)}
    if not await _KIND.change(connection, seen, ACTIVE, change, values):
        return False
    await _skip(connection, [seen.ref], rests(pause), change.at, (DeliveryKind.SLOT,))
    return True


async def pause_all(
    connection: AsyncConnection, workspace: str, channel: str | None, pause: Pause, change: DigestChange
) -> tuple[Digest, ...]:
    """Let all that are awake rest, in one channel or in all; returns them.

    Both of two at the same time want the same row first. Whoever gets it gets them all; the other then finds none
    awake.
    """
    awake = sa.select(_G.ref).where(_G.workspace == workspace, ACTIVE)
    if channel is not None:
        awake = awake.where(_G.channel == channel)
    locked = awake.order_by(_G.ref).with_for_update(key_share=True)
    values = {"due_at": None, **next_row(None), **pause_row(pause)}
    rested: list[Digest] = []
    for refs in batches((await connection.execute(locked)).scalars(), AT_ONCE):
        changed = sa.update(digest).where(_G.ref.in_(refs)).values(version=_G.version + 1, **values)
        await connection.execute(changed)
        await _KIND.note(connection, workspace, refs, change)
        await _skip(connection, refs, rests(pause), change.at, (DeliveryKind.SLOT,))
        rested += await by_ref(connection, refs)
    return tuple(rested)


async def resume(
    connection: AsyncConnection, seen: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange
) -> bool:
    """Wake a digest."""
    if await _is_taken(connection, seen, next_slot):
        return False
    resting = sa.and_(KEPT, _G.pause_kind.is_not(None))
    values = {"due_at": due_at, **next_row(next_slot), **pause_row(None)}
    return await _KIND.change(connection, seen, resting, change, values)


async def remove(connection: AsyncConnection, seen: Digest, change: DigestChange) -> bool:
    """Remove a digest; its number stays taken, its record and deliveries stay."""
    values = {"removed_at": change.at, "due_at": None, **next_row(None)}
    if not await _KIND.change(connection, seen, KEPT, change, values):
        return False
    await _skip(connection, [seen.ref], REMOVED, change.at, DeliveryKind)
    await snapshots.forget(connection, seen.ref)
    return True


_UNTOUCHED: Final = sa.and_(_D.kind == DeliveryKind.SLOT, _D.state == DeliveryState.PLANNED, _D.attempts == 0)


async def _is_taken(connection: AsyncConnection, seen: Digest, slot: Slot) -> bool:
    """Tell whether a slot has a row that stays; until the transaction ends nobody plans one, or claims the one found.

    The digest is locked, and its row that is only planned: https://www.postgresql.org/docs/current/explicit-locking.html
    """
    await connection.execute(sa.select(_G.ref).where(_G.ref == seen.ref).with_for_update(key_share=True))
    row = sa.select(_UNTOUCHED.label("untouched")).where(_D.digest == seen.ref, _D.slot == slot.local)
    found = (await connection.execute(row.with_for_update())).first()
    return found is not None and not found.untouched


async def _forget_untouched(connection: AsyncConnection, seen: Digest) -> None:
    """Forget what is planned and was never attempted: under another schedule nobody was promised it."""
    await connection.execute(sa.delete(delivery).where(_D.digest == seen.ref, _UNTOUCHED))


async def _skip(
    connection: AsyncConnection, refs: Sequence[int], reason: str, at: datetime, kinds: Iterable[DeliveryKind]
) -> None:
    """Skip what is only planned; whoever works on one goes on."""
    planned = sa.and_(_D.digest.in_(refs), _D.state == DeliveryState.PLANNED, _D.kind.in_(list(kinds)))
    skipped = {"state": DeliveryState.SKIPPED, "reason": reason, "finished_at": at, "retry_at": None}
    await connection.execute(sa.update(delivery).where(planned).values(skipped))
