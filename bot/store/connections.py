"""What is known of connections: who they are, how fresh their rows are, what is wrong with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import Freshness, Quota
from bot.store import sights
from bot.store.rows import read_problem
from bot.store.tables import connection as connections
from bot.store.tables import project
from bot.store.tables import workspace as workspaces
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import ConnectionSpec, Problem, Scope, Sights

_C: Final = connections.c


async def register(
    connection: AsyncConnection, workspace: str, specs: Sequence[ConnectionSpec], *, complete: bool
) -> None:
    """Make sure that there are rows, and hide other connections if these are all; what is known of them stays."""
    await connection.execute(insert_into(workspaces, connection).values(name=workspace).on_conflict_do_nothing())
    if complete:
        await _unconfigure_others(connection, workspace, [spec.name for spec in specs])
    accounts = Counter(spec.sheet.name for spec in specs)
    for spec in specs:
        alone = accounts[spec.sheet.name] == 1
        described = {
            "source": spec.sheet.name,
            "title": spec.sheet.title if alone else spec.name,
            "measures_viewers": spec.sheet.measures_viewers,
            "configured": True,
        }
        await connection.execute(
            insert_into(connections, connection)
            .values(workspace=workspace, name=spec.name, **described)
            .on_conflict_do_update(index_elements=["workspace", "name"], set_=described)
        )


async def _unconfigure_others(connection: AsyncConnection, workspace: str, names: Sequence[str]) -> None:
    """Mark all but these as not configured; two processes that start at once do all of this one after the other.

    Who adds a row of the workspace need not wait for that: it may have the rows that come next here.
    """
    ours = sa.select(workspaces.c.name).where(workspaces.c.name == workspace)
    await connection.execute(ours.with_for_update(key_share=True))
    removed = sa.and_(is_configured(workspace), _C.name.not_in(names))
    await connection.execute(sa.update(connections).where(removed).values(configured=False))


async def projects_of(connection: AsyncConnection, scope: Scope) -> sa.ColumnElement[bool]:
    """Tell whether a project is the asker's, and its connection one that is configured.

    The few names are read first. They only ever exclude: a choice among names would tempt a database away from the
    index that has the rows in their order, and mostly there is nothing to exclude.
    """
    removed = sa.select(_C.name).where(_C.workspace == scope.workspace, _C.configured == sa.false()).order_by(_C.name)
    names = (await connection.execute(removed)).scalars().all()
    ours = project.c.workspace == scope.workspace
    return sa.and_(ours, project.c.connection.not_in(names)) if names else ours


def one_of(scope: Scope) -> sa.ColumnElement[bool]:
    """Tell the same of rows that are found by their own numbers: nothing is read first."""
    its = sa.exists().where(_C.workspace == project.c.workspace, _C.name == project.c.connection)
    return sa.and_(project.c.workspace == scope.workspace, its.where(_C.configured == sa.true()))


def is_configured(workspace: str) -> sa.ColumnElement[bool]:
    """Tell whether a row is that of a connection that answers speak of."""
    return sa.and_(_C.workspace == workspace, _C.configured == sa.true())


async def freshness(connection: AsyncConnection, scope: Scope) -> tuple[Freshness, ...]:
    """Read what is known of each configured connection, by name."""
    seen = await sights.read(connection, scope.workspace)
    chosen = sa.select(connections).where(is_configured(scope.workspace)).order_by(_C.name)
    return tuple(_read(row, seen.get(row.name)) for row in await connection.execute(chosen))


def _read(row: sa.Row[Any], seen: Sights | None) -> Freshness:
    known_quota = row.quota_used is not None
    return Freshness(
        connection=row.name,
        source=row.source,
        title=row.title,
        rows=row.listed,
        last_success_at=row.last_success_at,
        last_attempt_at=row.last_attempt_at,
        last_full_at=row.last_full_at,
        watched_since=row.watched_since,
        newest_at=row.newest_at,
        problem=read_problem(row, "listing"),
        quota=Quota(used=row.quota_used, limit=row.quota_limit) if known_quota else None,
        measures_viewers=row.measures_viewers,
        viewers_at=row.viewers_at,
        viewers_problem=read_problem(row, "viewers"),
        sights=seen,
    )


async def ask_all(connection: AsyncConnection, workspace: str, name: str) -> None:
    """Forget that everything was read once: the next reading will ask for everything."""
    await connection.execute(sa.update(connections).where(is_one(workspace, name)).values(last_full_at=None))


async def locked(connection: AsyncConnection, workspace: str, name: str) -> None:
    """Make everybody else wait who wants to write rows of this connection, so that two writers never deadlock."""
    await connection.execute(sa.select(_C.name).where(is_one(workspace, name)).with_for_update())


async def failed(
    connection: AsyncConnection, workspace: str, name: str, job: str, *, problem: Problem, now: datetime
) -> None:
    """Note a failed attempt. A trouble that goes on has begun with its first failure; of another kind, it is new."""
    kind, since = connections.c[f"{job}_problem"], connections.c[f"{job}_problem_since"]
    noted: dict[str, object] = {
        f"{job}_problem": problem.kind,
        f"{job}_problem_detail": problem.detail,
        f"{job}_problem_since": sa.case((kind == problem.kind, since), else_=sa.literal(problem.since, since.type)),
        f"{job}_retry_at": problem.retry_at,
    }
    if job == "listing":
        noted["last_attempt_at"] = now
    await connection.execute(sa.update(connections).where(is_one(workspace, name)).values(noted))


def forgotten(job: str) -> dict[str, None]:
    """Return the values that end the trouble of a job."""
    return {
        f"{job}_problem": None,
        f"{job}_problem_detail": None,
        f"{job}_problem_since": None,
        f"{job}_retry_at": None,
    }


def is_one(workspace: str, name: str) -> sa.ColumnElement[bool]:
    """Tell whether a row is that of one connection."""
    return sa.and_(_C.workspace == workspace, _C.name == name)
