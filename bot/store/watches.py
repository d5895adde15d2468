"""Reading watches, and how far they were evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.store.digest_rows import read_change
from bot.store.upserts import insert_into
from bot.store.watch_rows import read_watch
from bot.store.watch_tables import watch, watch_change, watch_progress

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import DigestChange, PauseKind, Watch

_W: Final = watch.c
_P: Final = watch_progress.c

KEPT: Final = _W.removed_at.is_(None)
"""It was not removed."""


async def one(connection: AsyncConnection, ref: int) -> Watch | None:
    """Return one watch, unless it was removed."""
    found = await _read(connection, sa.select(watch).where(_W.ref == ref, KEPT))
    return found[0] if found else None


async def by_ref(connection: AsyncConnection, refs: Sequence[int]) -> tuple[Watch, ...]:
    """Return the watches with these of our own numbers, in their order."""
    return await _read(connection, sa.select(watch).where(_W.ref.in_(refs), KEPT).order_by(_W.ref))


async def of_channel(connection: AsyncConnection, workspace: str, channel: str | None) -> tuple[Watch, ...]:
    """Return the watches of a channel by number, or all of them by our own number."""
    chosen = sa.select(watch).where(_W.workspace == workspace, KEPT)
    if channel is None:
        return await _read(connection, chosen.order_by(_W.ref))
    return await _read(connection, chosen.where(_W.channel == channel).order_by(_W.number))


async def paused(
    connection: AsyncConnection, workspace: str, kind: PauseKind, channel: str | None
) -> tuple[Watch, ...]:
    """Return the watches that rest for this reason, in one channel or in all."""
    chosen = sa.select(watch).where(_W.workspace == workspace, _W.pause_kind == kind, KEPT)
    if channel is not None:
        chosen = chosen.where(_W.channel == channel)
    return await _read(connection, chosen.order_by(_W.ref))


async def record(connection: AsyncConnection, ref: int, *, most: int) -> tuple[DigestChange, ...]:
    """Return the newest changes of a watch, newest first."""
    chosen = sa.select(watch_change).where(watch_change.c.watch == ref).order_by(watch_change.c.ref.desc()).limit(most)
    return tuple(read_change(row) for row in (await connection.execute(chosen)).mappings())


async def progress(connection: AsyncConnection, workspace: str) -> dict[tuple[int, str], datetime]:
    """Return how far each watch was evaluated at each connection."""
    chosen = sa.select(_P.watch, _P.connection, _P.cutoff).join(watch).where(_W.workspace == workspace, KEPT)
    return {(row.watch, row.connection): row.cutoff for row in await connection.execute(chosen)}


async def mute(connection: AsyncConnection, workspace: str) -> frozenset[tuple[int, str]]:
    """Return where watches that were evaluated before have not been able to since."""
    chosen = sa.select(_P.watch, _P.connection).join(watch).where(_W.workspace == workspace, KEPT, _P.mute)
    return frozenset((row.watch, row.connection) for row in await connection.execute(chosen))


async def note_mute(connection: AsyncConnection, places: Sequence[tuple[int, str]]) -> None:
    """Note that watches cannot be evaluated there."""
    place = sa.and_(_P.watch == sa.bindparam("at_watch"), _P.connection == sa.bindparam("at_connection"))
    rows = [{"at_watch": ref, "at_connection": name} for ref, name in places]
    await connection.execute(sa.update(watch_progress).where(place).values(mute=True), rows)


async def note_progress(
    connection: AsyncConnection, marks: Mapping[tuple[int, str], datetime], seen: Mapping[int, int] | None
) -> None:
    """Note how far watches were evaluated, unless one that was `seen` has another version by now.

    The watches stay locked, so that nobody changes one between that question and the answer.
    """
    kept = sa.select(_W.ref, _W.version).where(_W.ref.in_({ref for ref, _ in marks}), KEPT).order_by(_W.ref)
    locked = kept.with_for_update(read=True)
    versions = {row.ref: row.version for row in await connection.execute(locked)}
    current = {ref for ref, version in versions.items() if seen is None or seen.get(ref) == version}
    rows = [
        {"watch": ref, "connection": name, "cutoff": cutoff, "mute": False}
        for (ref, name), cutoff in sorted(marks.items())
        if ref in current
    ]
    if rows:
        insert = insert_into(watch_progress, connection)
        new = {"cutoff": insert.excluded.cutoff, "mute": insert.excluded.mute}
        noted = insert.on_conflict_do_update(index_elements=["watch", "connection"], set_=new)
        await connection.execute(noted, rows)


async def forget_progress(connection: AsyncConnection, refs: Sequence[int]) -> None:
    """Forget that watches were ever evaluated."""
    await connection.execute(sa.delete(watch_progress).where(_P.watch.in_(refs)))


async def forget_elsewhere(connection: AsyncConnection, workspace: str, connections: Collection[str]) -> None:
    """Forget that the watches of a workspace were ever evaluated at other connections than these."""
    ours = sa.select(_W.ref).where(_W.workspace == workspace)
    others = sa.and_(_P.watch.in_(ours), _P.connection.not_in(sorted(connections)))
    await connection.execute(sa.delete(watch_progress).where(others))


async def _read(connection: AsyncConnection, chosen: sa.Select[Any]) -> tuple[Watch, ...]:
    return tuple(read_watch(row) for row in (await connection.execute(chosen)).mappings())
