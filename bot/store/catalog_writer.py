"""Writing what a source said about one connection, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store import sights, touches
from bot.store.batches import batches
from bot.store.column_types import Instant
from bot.store.connections import forgotten, is_one
from bot.store.failures import translated
from bot.store.noticing import COMPARED, noticed
from bot.store.rows import ENTRY_COLUMNS, project_row, read_entry
from bot.store.tables import connection as connections
from bot.store.tables import event, project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Change, Entry, Project, Quota

_BATCH: Final = 100
"""Rows prepared at once; other tasks get their turn in between."""

_MANY: Final = 1000
"""New rows that change how a table is best read."""

_P: Final = project.c


class SqlCatalogWriter:
    """A `CatalogWriter` on an open transaction.

    Args:
        connection: in a transaction that writes.
        workspace: whose rows are written.
        name: name of the connection whose rows are written.
    """

    def __init__(self, connection: AsyncConnection, workspace: str, name: str) -> None:
        self._connection = connection
        self._workspace = workspace
        self._name = name
        self._added = 0
        self._listed = sa.and_(_P.workspace == workspace, _P.connection == name, _P.gone_at.is_(None))

    async def known(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        """Return those of `ids` that have a row, gone ones too."""
        found: dict[str, Entry] = {}
        with translated("read known projects"):
            for batch in batches(ids, _BATCH):
                chosen = sa.select(*ENTRY_COLUMNS).where(self._are(batch))
                found |= {row.project_id: read_entry(row) for row in await self._connection.execute(chosen)}
        return found

    async def listed_ids(self) -> set[str]:
        """Return the ids of all rows that are not gone."""
        listed: set[str] = set()
        with translated("read listed projects"):
            chosen = sa.select(_P.project_id).where(self._listed)
            async with self._connection.stream_scalars(chosen) as ids:
                async for batch in ids.partitions(_BATCH):
                    listed.update(batch)
        return listed

    async def save(self, projects: Sequence[Project], now: datetime) -> None:
        """Insert or update rows; a row that was gone is back."""
        with translated("save projects"):
            for batch in batches(projects, _BATCH):
                await self._save({each.id: each for each in batch}, now)

    async def _save(self, projects: Mapping[str, Project], now: datetime) -> None:
        """Tell new rows from known ones first: an upsert would use up a `ref` each time, and people type those."""
        known = await self._before(list(projects))
        rows = {identity: project_row(self._workspace, each) for identity, each in projects.items()}
        new = [row | {"first_seen_at": now} for identity, row in rows.items() if identity not in known]
        if new:
            await self._connection.execute(sa.insert(project), new)
            await self._tell_planner(len(new))
        for identity, row in known.items():
            rows[identity] |= {"row_ref": row.ref, "gone_at": None, **noticed(row, projects[identity], now)}
        await self._update([rows[identity] for identity in known])
        await touches.add(self._connection, self._are(list(projects)), now)

    async def _before(self, ids: Sequence[str]) -> dict[str, sa.Row[Any]]:
        chosen = sa.select(_P.project_id, _P.ref, *COMPARED).where(self._are(ids))
        return {row.project_id: row for row in await self._connection.execute(chosen)}

    async def _update(self, rows: Sequence[dict[str, object]]) -> None:
        """Write rows in one go for each set of columns: what is not written costs its index nothing."""
        by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
        for row in rows:
            by_columns.setdefault(tuple(row), []).append(row)
        for alike in by_columns.values():
            await self._connection.execute(sa.update(project).where(_P.ref == sa.bindparam("row_ref")), alike)

    async def changed_by_us(self, project_id: str, at: datetime) -> None:
        """Note which date a change of ours has at the source."""
        with translated("note our own change"):
            await self._connection.execute(sa.update(project).where(self._are([project_id])).values(own_at=at))

    async def mark_gone(self, ids: Sequence[str], now: datetime) -> None:
        """Mark rows as gone."""
        with translated("mark projects as gone"):
            for batch in batches(ids, _BATCH):
                gone = sa.update(project).where(self._are(batch), _P.gone_at.is_(None)).values(gone_at=now)
                await self._connection.execute(gone)
                await touches.add(self._connection, self._are(batch), now)

    async def record(self, changes: Sequence[Change], now: datetime) -> None:
        """Append events; their projects have rows by then."""
        with translated("record events"):
            for batch in batches(changes, _BATCH):
                refs = await self._refs([change.project_id for change in batch])
                rows = [self._event_row(change, refs, now) for change in batch]
                await self._connection.execute(sa.insert(event), rows)

    def _event_row(self, change: Change, refs: Mapping[str, int], now: datetime) -> dict[str, object]:
        if change.project_id not in refs:
            raise StoreError("record events: an event of a project that has no row")
        return {
            "workspace": self._workspace,
            "project_ref": refs[change.project_id],
            "kind": change.kind,
            "at": change.at,
            "seen_at": now,
            "before": change.before,
            "after": change.after,
        }

    async def count(self) -> int:
        """Count the rows that are not gone, as this transaction sees them."""
        with translated("count projects"):
            counted = await self._connection.execute(
                sa.select(sa.func.count()).select_from(project).where(self._listed)
            )
            number: int = counted.scalar_one()
        return number

    async def succeeded(
        self, now: datetime, *, full: bool, quota: Quota | None, every: timedelta | None = None
    ) -> None:
        """Note that the connection was read well, and that this was a good look if somebody looks regularly."""
        noted: dict[str, object] = {**forgotten("listing"), "last_success_at": now, "last_attempt_at": now}
        noted["watched_since"] = sa.func.coalesce(connections.c.watched_since, sa.literal(now, Instant))
        if full:
            noted["last_full_at"] = now
        if quota is not None:
            noted |= {"quota_used": quota.used, "quota_limit": quota.limit}
        with translated("note a success"):
            await self._note(noted)
            if every is not None:
                await sights.look(self._connection, self._workspace, self._name, "listing", now=now, every=every)

    async def close(self) -> None:
        """Keep what is true of all rows with the connection, where every answer reads it without counting."""
        archived = sa.func.count(sa.case((_P.archived == sa.true(), 1)))
        newest = sa.func.max(_P.updated_at)
        counted = await self._connection.execute(sa.select(sa.func.count(), archived, newest).where(self._listed))
        listed, listed_archived, newest_at = counted.one()
        await self._note({"listed": listed, "listed_archived": listed_archived, "newest_at": newest_at})

    async def _note(self, noted: Mapping[str, object]) -> None:
        await self._connection.execute(
            sa.update(connections).where(is_one(self._workspace, self._name)).values(dict(noted))
        )

    def _are(self, ids: Sequence[str]) -> sa.ColumnElement[bool]:
        """Tell whether a row is one of ours with one of some ids."""
        return sa.and_(_P.project_id.in_(ids), _P.workspace == self._workspace, _P.connection == self._name)

    async def _tell_planner(self, added: int) -> None:
        """Let PostgreSQL look at a table that has grown much; it would go on to read all of it for each batch of ids.

        It does so by itself, but only after the transaction.
        https://www.postgresql.org/docs/current/sql-analyze.html
        """
        before, self._added = self._added, self._added + added
        if before < _MANY <= self._added and self._connection.dialect.name == "postgresql":
            await self._connection.exec_driver_sql("ANALYZE project")

    async def _refs(self, ids: Sequence[str]) -> dict[str, int]:
        chosen = sa.select(_P.project_id, _P.ref).where(self._are(ids))
        return {row.project_id: row.ref for row in await self._connection.execute(chosen)}
