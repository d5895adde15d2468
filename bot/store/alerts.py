"""Reading alerts and their record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa

from bot.model import OPEN_STATES, AlertState, Raised
from bot.store.alert_rows import read_alert, read_step
from bot.store.batches import batches
from bot.store.watch_rows import read_watch
from bot.store.watch_tables import alert, alert_step, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Alert, AlertFilter, AlertStep

_T = TypeVar("_T")
_A: Final = alert.c
_S: Final = alert_step.c
_W: Final = watch.c
_BATCH: Final = 500

IS_OPEN: Final = _A.state.in_([sa.literal_column(f"'{state}'") for state in OPEN_STATES])
"""It is open."""

IS_LIVE: Final = sa.or_(IS_OPEN, _A.snoozed_at.is_not(None), _A.kept_at.is_not(None))
"""It is open, snoozed or kept: as the index of these says it."""

IS_UNTOLD: Final = sa.and_(_S.told == sa.false(), _S.telling != sa.literal_column("'nobody'"))
"""Somebody is still to be told of a step: as the index of these says it."""


async def by_ref(connection: AsyncConnection, refs: Sequence[int]) -> tuple[Alert, ...]:
    """Return the alerts with these of our own numbers, in the same order."""
    found: dict[int, Alert] = {}
    for batch in batches(refs, _BATCH):
        found |= {each.ref: each for each in await _read(connection, sa.select(alert).where(_A.ref.in_(batch)))}
    return tuple(found[ref] for ref in refs)


async def of_watch(connection: AsyncConnection, ref: int, projects: Sequence[int]) -> dict[int, Alert]:
    """Return the alerts of a watch for these projects, by project."""
    found: dict[int, Alert] = {}
    for batch in batches(projects, _BATCH):
        chosen = sa.select(alert).where(_A.watch == ref, _A.project.in_(batch))
        found |= {each.project: each for each in await _read(connection, chosen)}
    return found


async def about(connection: AsyncConnection, projects: Sequence[int]) -> dict[tuple[int, int], Alert]:
    """Return the alerts of all watches for these projects, by watch and project."""
    found: dict[tuple[int, int], Alert] = {}
    for batch in batches(projects, _BATCH):
        chosen = sa.select(alert).where(_A.project.in_(batch))
        found |= {(each.watch, each.project): each for each in await _read(connection, chosen)}
    return found


async def due(connection: AsyncConnection, workspace: str, now: datetime, *, most: int) -> tuple[Alert, ...]:
    """Return alerts that have to be looked at, the longest due first; not those of a watch that rests."""
    resting = sa.exists().where(_W.ref == _A.watch, _W.pause_kind.is_not(None), _W.removed_at.is_(None))
    chosen = sa.select(alert).where(_A.workspace == workspace, _A.next_at <= now, ~resting)
    return await _read(connection, chosen.order_by(_A.next_at, _A.ref).limit(most))


async def of_removed(connection: AsyncConnection, workspace: str, *, most: int) -> tuple[Alert, ...]:
    """Return alerts that are open, snoozed or kept although their watch was removed."""
    removed = sa.select(_W.ref).where(_W.workspace == workspace, _W.removed_at.is_not(None))
    chosen = sa.select(alert).where(_A.workspace == workspace, _A.watch.in_(removed), IS_LIVE)
    return await _read(connection, chosen.order_by(_A.ref).limit(most))


async def elsewhere(
    connection: AsyncConnection, workspace: str, connections: Collection[str], *, most: int
) -> tuple[Alert, ...]:
    """Return alerts that are open, or wait to be confirmed, at other connections than these."""
    lives = sa.or_(IS_OPEN, _A.state == AlertState.QUIET)
    chosen = sa.select(alert).where(_A.workspace == workspace, _A.connection.not_in(sorted(connections)), lives)
    return await _read(connection, chosen.order_by(_A.ref).limit(most))


async def on_card(connection: AsyncConnection, card: int) -> tuple[Alert, ...]:
    """Return the alerts that a card tells of."""
    return await _read(connection, sa.select(alert).where(_A.card == card).order_by(_A.ref))


async def untold(connection: AsyncConnection, card: int) -> tuple[AlertStep, ...]:
    """Return the steps of a card's alerts that somebody is still to be told of, oldest first."""
    chosen = sa.select(alert_step).join(alert, _A.ref == _S.alert).where(_A.card == card, IS_UNTOLD).order_by(_S.ref)
    return await _each(connection, chosen, read_step)


async def raised(
    connection: AsyncConnection, workspace: str, channel: str, wanted: AlertFilter, *, most: int, steps: int
) -> tuple[Raised, ...]:
    """Return alerts of a channel: open ones, the longest first, then the others, newest first."""
    ours = sa.select(watch).where(_W.workspace == workspace, _W.channel == channel)
    if wanted.watch is not None:
        ours = ours.where(_W.ref == wanted.watch)
    watches = {row["ref"]: read_watch(row) for row in (await connection.execute(ours)).mappings()}
    chosen = sa.select(alert).where(_A.workspace == workspace, _A.watch.in_(watches), _A.number.is_not(None))
    if wanted.numbers:
        chosen = chosen.where(_A.number.in_(wanted.numbers))
    if wanted.only_open:
        chosen = chosen.where(IS_LIVE)
    found = await _read(connection, chosen.order_by(*_LONGEST_OPEN_FIRST).limit(most))
    records = await _newest(connection, [each.ref for each in found], steps) if steps else {}
    return tuple(
        Raised(alert=each, watch=watches[each.watch], steps=tuple(records.get(each.ref, ()))) for each in found
    )


_LONGEST_OPEN_FIRST: Final = (
    sa.case((IS_OPEN, 0), else_=1),
    sa.case((IS_OPEN, sa.func.coalesce(_A.opened_at, _A.since)), else_=-_A.since),
    sa.case((IS_OPEN, _A.ref), else_=-_A.ref),
)
"""Moments are whole numbers in the database: of those that are not open the newest comes first."""


async def _newest(connection: AsyncConnection, refs: Sequence[int], most: int) -> dict[int, list[AlertStep]]:
    """Return the newest entries of several records, newest first."""
    place = sa.func.row_number().over(partition_by=_S.alert, order_by=_S.ref.desc()).label("place")
    found: dict[int, list[AlertStep]] = {}
    for batch in batches(refs, _BATCH):
        placed = sa.select(alert_step, place).where(_S.alert.in_(batch)).subquery()
        chosen = sa.select(placed).where(placed.c.place <= most).order_by(placed.c.ref.desc())
        for row in (await connection.execute(chosen)).mappings():
            found.setdefault(row["alert"], []).append(read_step(row))
    return found


async def silenced(connection: AsyncConnection, workspace: str, name: str) -> int:
    """Count the open alerts of a connection."""
    return await _count(connection, sa.and_(_A.workspace == workspace, _A.connection == name, IS_OPEN))


async def _count(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> int:
    counted: int = (await connection.execute(sa.select(sa.func.count()).select_from(alert).where(which))).scalar_one()
    return counted


async def _read(connection: AsyncConnection, chosen: sa.Select[Any]) -> tuple[Alert, ...]:
    return await _each(connection, chosen, read_alert)


async def _each(
    connection: AsyncConnection, chosen: sa.Select[Any], read: Callable[[RowMapping], _T]
) -> tuple[_T, ...]:
    """Read rows in pieces, since a card may have ten thousand; a cursor would make PostgreSQL plan for the first few.

    https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-CURSOR-TUPLE-FRACTION
    """
    found: list[_T] = []
    for batch in batches((await connection.execute(chosen)).mappings(), _BATCH):
        found += [read(row) for row in batch]
        await asyncio.sleep(0)
    return tuple(found)
