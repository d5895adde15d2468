"""Adding, changing and removing digests; every change is recorded.

Whoever changes a digest names the version that he has seen, in the WHERE of one UPDATE that also locks the row: of two
people one is told that he was too late. Rows are locked in one order (digest, deliveries, snapshots), so that nobody
waits for each other in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import DeliveryKind, DeliveryState, DigestChange
from bot.store import snapshots
from bot.store.digest_rows import next_row, pause_row
from bot.store.digest_tables import delivery, digest, digest_change
from bot.store.digests import ACTIVE, KEPT, one
from bot.store.ledger_words import ADDED, REMOVED, RESCHEDULED, rests
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Digest, DigestDraft, EmptyPolicy, Pause, Schedule, Slot

_G: Final = digest.c
_D: Final = delivery.c


async def add(
    connection: AsyncConnection, draft: DigestDraft, *, next_slot: Slot, due_at: datetime, now: datetime, most: int
) -> Digest | None:
    """Keep a new digest; None if the channel has `most`.

    Of two that are added at once only one gets the number that both found free. The other looks again, and then
    counts the first.
    """
    while True:
        kept, highest = await _numbers(connection, draft.workspace, draft.channel)
        if kept >= most:
            return None
        added = (
            insert_into(digest, connection)
            .values(
                workspace=draft.workspace,
                channel=draft.channel,
                number=highest + 1,
                owner=draft.owner,
                query=draft.query,
                cron=draft.schedule.cron,
                zone=draft.schedule.zone,
                empty=draft.empty,
                created_at=now,
                version=1,
                due_at=due_at,
                **next_row(next_slot),
            )
            .on_conflict_do_nothing(index_elements=["workspace", "channel", "number"])
            .returning(_G.ref)
        )
        ref = (await connection.execute(added)).scalar()
        if ref is not None:
            await _record(connection, draft.workspace, ref, DigestChange(at=now, by=draft.owner, what=ADDED))
            return await one(connection, ref)


async def _numbers(connection: AsyncConnection, workspace: str, channel: str) -> tuple[int, int]:
    """Return how many digests a channel has, and the highest number that was ever given."""
    chosen = sa.select(
        sa.func.count(sa.case((KEPT, 1))).label("kept"), sa.func.coalesce(sa.func.max(_G.number), 0).label("highest")
    ).where(_G.workspace == workspace, _G.channel == channel)
    row = (await connection.execute(chosen)).one()
    return row.kept, row.highest


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
    values = {"query": query, "cron": schedule.cron, "zone": schedule.zone, "empty": empty, "due_at": due_at}
    if not await _changed(connection, seen, KEPT, change, {**values, **next_row(next_slot)}):
        return False
    if schedule != seen.schedule:
        await _skip(connection, seen, RESCHEDULED, change.at, (DeliveryKind.SLOT,))
    if query != seen.query:
        await snapshots.forget(connection, seen.ref)
    return True


async def pause(connection: AsyncConnection, seen: Digest, pause: Pause, change: DigestChange) -> bool:
    """Let a digest rest; what a person asked for by hand is still sent."""
    values = {"due_at": None, **next_row(None), **pause_row(pause)}
    if not await _changed(connection, seen, ACTIVE, change, values):
        return False
    await _skip(connection, seen, rests(pause), change.at, (DeliveryKind.SLOT,))
    return True


async def resume(
    connection: AsyncConnection, seen: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange
) -> bool:
    """Wake a digest."""
    resting = sa.and_(KEPT, _G.pause_kind.is_not(None))
    values = {"due_at": due_at, **next_row(next_slot), **pause_row(None)}
    return await _changed(connection, seen, resting, change, values)


async def remove(connection: AsyncConnection, seen: Digest, change: DigestChange) -> bool:
    """Remove a digest; its number stays taken, its record and deliveries stay."""
    values = {"removed_at": change.at, "due_at": None, **next_row(None)}
    if not await _changed(connection, seen, KEPT, change, values):
        return False
    await _skip(connection, seen, REMOVED, change.at, DeliveryKind)
    await snapshots.forget(connection, seen.ref)
    return True


async def _changed(
    connection: AsyncConnection,
    seen: Digest,
    fit: sa.ColumnElement[bool],
    change: DigestChange,
    values: dict[str, object],
) -> bool:
    """Change a digest and record it, if it still is as it was seen."""
    changed = (
        sa.update(digest)
        .where(_G.ref == seen.ref, _G.version == seen.version, fit)
        .values(version=_G.version + 1, **values)
    )
    if (await connection.execute(changed)).rowcount == 0:
        return False
    await _record(connection, seen.workspace, seen.ref, change)
    return True


async def _record(connection: AsyncConnection, workspace: str, ref: int, change: DigestChange) -> None:
    values = {"workspace": workspace, "digest": ref, "at": change.at, "by": change.by, "what": change.what}
    await connection.execute(sa.insert(digest_change).values(values))


async def _skip(
    connection: AsyncConnection, seen: Digest, reason: str, at: datetime, kinds: Iterable[DeliveryKind]
) -> None:
    """Skip what is only planned; whoever works on one goes on."""
    planned = sa.and_(_D.digest == seen.ref, _D.state == DeliveryState.PLANNED, _D.kind.in_(list(kinds)))
    skipped = {"state": DeliveryState.SKIPPED, "reason": reason, "finished_at": at, "retry_at": None}
    await connection.execute(sa.update(delivery).where(planned).values(skipped))
