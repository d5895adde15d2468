"""What sources tell of builds by themselves: an event, and the newest end with the project."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import EventKind
from bot.store import touches
from bot.store.connections import locked
from bot.store.sight_tables import told_build
from bot.store.tables import event, project
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Build

_REMEMBERED: Final = timedelta(days=30)
_ENDS: Final = frozenset({EventKind.BUILD_APPROVED, EventKind.BUILD_REJECTED})

_B: Final = told_build.c
_P: Final = project.c


async def tell(
    connection: AsyncConnection,
    workspace: str,
    name: str,
    project_id: str,
    *,
    kind: EventKind,
    build: Build,
    key: str,
    now: datetime,
) -> bool:
    """Record what was told; False if it was told before, or the project is not known."""
    await locked(connection, workspace, name)
    ours = sa.and_(_P.workspace == workspace, _P.connection == name, _P.project_id == project_id)
    ref: int | None = (await connection.execute(sa.select(_P.ref).where(ours))).scalar()
    if ref is None or not await _is_new(connection, workspace, name, key, now):
        return False
    await connection.execute(
        sa.insert(event).values(
            workspace=workspace, project_ref=ref, kind=kind, at=build.at, seen_at=now, after=build.objection
        )
    )
    if kind in _ENDS:
        await _keep(connection, ref, build)
    await touches.add(connection, _P.ref == ref, now)
    return True


async def _is_new(connection: AsyncConnection, workspace: str, name: str, key: str, now: datetime) -> bool:
    ours = sa.and_(_B.workspace == workspace, _B.connection == name)
    await connection.execute(sa.delete(told_build).where(ours, _B.told_at < now - _REMEMBERED))
    told = insert_into(told_build, connection).values(workspace=workspace, connection=name, key=key, told_at=now)
    remembered = told.on_conflict_do_nothing().returning(_B.key)
    return (await connection.execute(remembered)).first() is not None


async def _keep(connection: AsyncConnection, ref: int, build: Build) -> None:
    """Keep the end of a build with its project, unless a newer one is there: messages may come in any order."""
    newest = sa.or_(_P.build_at.is_(None), _P.build_at <= build.at)
    kept = {"build_approved": build.approved, "build_at": build.at, "build_objection": build.objection}
    await connection.execute(sa.update(project).where(_P.ref == ref, newest).values(kept))
