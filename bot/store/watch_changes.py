"""Adding, changing and removing watches; every change is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store import watches
from bot.store.digest_rows import pause_row
from bot.store.numbered import Numbered
from bot.store.watch_rows import watch_row
from bot.store.watch_tables import watch, watch_change
from bot.store.watches import KEPT

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import DigestChange, Pause, Watch, WatchDraft

_W: Final = watch.c


_KIND: Final = Numbered(watch, watch_change)


async def add(connection: AsyncConnection, draft: WatchDraft, *, now: datetime, most: int) -> Watch | None:
    """Keep a new watch; None if the channel has `most`."""
    ref = await _KIND.add(connection, draft, watch_row(draft), now=now, most=most)
    return None if ref is None else await watches.one(connection, ref)


async def edit(connection: AsyncConnection, seen: Watch, draft: WatchDraft, change: DigestChange) -> bool:
    """Change what a watch says; if that is another question, it was never evaluated."""
    asks_anew = (draft.condition, draft.query) != (seen.draft.condition, seen.draft.query)
    row = watch_row(draft) | ({"asked_at": change.at} if asks_anew else {})
    if not await _KIND.change(connection, seen, KEPT, change, row):
        return False
    if asks_anew:
        await watches.forget_progress(connection, [seen.ref])
    return True


async def pause(connection: AsyncConnection, seen: Watch, pause: Pause | None, change: DigestChange) -> bool:
    """Let a watch rest that is awake, or wake one that rests."""
    fit = sa.and_(KEPT, _W.pause_kind.is_not(None) if pause is None else _W.pause_kind.is_(None))
    if not await _KIND.change(connection, seen, fit, change, pause_row(pause)):
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
    await _KIND.note(connection, workspace, refs, change)
    return await watches.by_ref(connection, refs)


async def remove(connection: AsyncConnection, seen: Watch, change: DigestChange) -> bool:
    """Remove a watch; its number stays taken, its record and its alerts stay."""
    if not await _KIND.change(connection, seen, KEPT, change, {"removed_at": change.at}):
        return False
    await watches.forget_progress(connection, [seen.ref])
    return True
