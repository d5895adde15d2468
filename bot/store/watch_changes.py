"""Adding, changing and removing watches; every change is recorded.

As with digests, whoever changes a watch names the version that he has seen in the WHERE of one UPDATE: of two people
one is told that he was too late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import DigestChange
from bot.model.ledger_words import ADDED
from bot.store import watches
from bot.store.digest_rows import pause_row
from bot.store.upserts import insert_into
from bot.store.watch_rows import watch_row
from bot.store.watch_tables import watch, watch_change
from bot.store.watches import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Pause, Watch, WatchDraft

_W: Final = watch.c


async def add(connection: AsyncConnection, draft: WatchDraft, *, now: datetime, most: int) -> Watch | None:
    """Keep a new watch; None if the channel has `most`.

    Of two that are added at once only one gets the number that both found free. The other looks again, and then
    counts the first.
    """
    while True:
        kept, highest = await _numbers(connection, draft.workspace, draft.channel)
        if kept >= most:
            return None
        added = (
            insert_into(watch, connection)
            .values(
                workspace=draft.workspace,
                channel=draft.channel,
                number=highest + 1,
                owner=draft.owner,
                created_at=now,
                version=1,
                **watch_row(draft),
            )
            .on_conflict_do_nothing(index_elements=["workspace", "channel", "number"])
            .returning(_W.ref)
        )
        ref = (await connection.execute(added)).scalar()
        if ref is not None:
            await _record(connection, draft.workspace, [ref], DigestChange(at=now, by=draft.owner, what=ADDED))
            return await watches.one(connection, ref)


async def _numbers(connection: AsyncConnection, workspace: str, channel: str) -> tuple[int, int]:
    """Return how many watches a channel has, and the highest number that was ever given."""
    chosen = sa.select(
        sa.func.count(sa.case((KEPT, 1))).label("kept"), sa.func.coalesce(sa.func.max(_W.number), 0).label("highest")
    ).where(_W.workspace == workspace, _W.channel == channel)
    row = (await connection.execute(chosen)).one()
    return row.kept, row.highest


async def edit(connection: AsyncConnection, seen: Watch, draft: WatchDraft, change: DigestChange) -> bool:
    """Change what a watch says; if that is another question, it was never evaluated."""
    asks_anew = (draft.condition, draft.query) != (seen.draft.condition, seen.draft.query)
    row = watch_row(draft) | ({"asked_at": change.at} if asks_anew else {})
    if not await _changed(connection, seen, KEPT, change, row):
        return False
    if asks_anew:
        await watches.forget_progress(connection, [seen.ref])
    return True


async def pause(connection: AsyncConnection, seen: Watch, pause: Pause | None, change: DigestChange) -> bool:
    """Let a watch rest that is awake, or wake one that rests."""
    fit = sa.and_(KEPT, _W.pause_kind.is_not(None) if pause is None else _W.pause_kind.is_(None))
    if not await _changed(connection, seen, fit, change, pause_row(pause)):
        return False
    if pause is None:
        await watches.forget_progress(connection, [seen.ref])
    return True


async def pause_all(
    connection: AsyncConnection, workspace: str, channel: str | None, pause: Pause, change: DigestChange
) -> tuple[Watch, ...]:
    """Let all that are awake rest, in one channel or in all; returns them.

    Both of two at the same time want the same row first. Whoever gets it gets them all; the other then finds none
    awake.
    """
    awake = sa.select(_W.ref).where(_W.workspace == workspace, _W.pause_kind.is_(None), KEPT)
    if channel is not None:
        awake = awake.where(_W.channel == channel)
    locked = awake.order_by(_W.ref).with_for_update(key_share=True)
    refs = (await connection.execute(locked)).scalars().all()
    if not refs:
        return ()
    rested = sa.update(watch).where(_W.ref.in_(refs)).values(version=_W.version + 1, **pause_row(pause))
    await connection.execute(rested)
    await _record(connection, workspace, refs, change)
    return await watches.by_ref(connection, refs)


async def remove(connection: AsyncConnection, seen: Watch, change: DigestChange) -> bool:
    """Remove a watch; its number stays taken, its record and its alerts stay."""
    if not await _changed(connection, seen, KEPT, change, {"removed_at": change.at}):
        return False
    await watches.forget_progress(connection, [seen.ref])
    return True


async def _changed(
    connection: AsyncConnection,
    seen: Watch,
    fit: sa.ColumnElement[bool],
    change: DigestChange,
    values: dict[str, object],
) -> bool:
    """Change a watch and record it, if it still is as it was seen."""
    changed = (
        sa.update(watch)
        .where(_W.ref == seen.ref, _W.version == seen.version, fit)
        .values(version=_W.version + 1, **values)
    )
    if (await connection.execute(changed)).rowcount == 0:
        return False
    await _record(connection, seen.workspace, [seen.ref], change)
    return True


async def _record(connection: AsyncConnection, workspace: str, refs: Sequence[int], change: DigestChange) -> None:
    entry = {"workspace": workspace, "at": change.at, "by": change.by, "what": change.what}
    await connection.execute(sa.insert(watch_change), [{**entry, "watch": ref} for ref in refs])
