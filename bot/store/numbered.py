"""What channels own by number, with a record of who changed it: digests and watches are kept alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.model import DigestChange
from bot.model.ledger_words import ADDED
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Digest, DigestDraft, Watch, WatchDraft


@dataclass(frozen=True, slots=True)
class Numbered:
    """One kind of them.

    Whoever changes one names the version that he has seen, in the WHERE of one UPDATE that also locks the row: of two
    people one is told that he was too late.

    Args:
        table: where they are; its name is that of the column by which the record refers to one.
        record: who changed what.
    """

    table: sa.Table
    record: sa.Table

    async def add(
        self,
        connection: AsyncConnection,
        draft: DigestDraft | WatchDraft,
        values: Mapping[str, object],
        *,
        now: datetime,
        most: int,
    ) -> int | None:
        """Keep a new one and return its `ref`; None if the channel has `most`.

        Of two that are added at once only one gets the number that both found free. The other looks again, and then
        counts the first.
        """
        while True:
            kept, highest = await self._numbers(connection, draft.workspace, draft.channel)
            if kept >= most:
                return None
            given = {"workspace": draft.workspace, "channel": draft.channel, "number": highest + 1}
            added = (
                insert_into(self.table, connection)
                .values(**given, owner=draft.owner, created_at=now, version=1, **values)
                .on_conflict_do_nothing(index_elements=["workspace", "channel", "number"])
                .returning(self.table.c.ref)
            )
            ref: int | None = (await connection.execute(added)).scalar()
            if ref is not None:
                await self.note(connection, draft.workspace, [ref], DigestChange(at=now, by=draft.owner, what=ADDED))
                return ref

    async def _numbers(self, connection: AsyncConnection, workspace: str, channel: str) -> tuple[int, int]:
        """Return how many a channel has, and the highest number that was ever given."""
        columns = self.table.c
        chosen = sa.select(
            sa.func.count(sa.case((columns.removed_at.is_(None), 1))).label("kept"),
            sa.func.coalesce(sa.func.max(columns.number), 0).label("highest"),
        ).where(columns.workspace == workspace, columns.channel == channel)
        row = (await connection.execute(chosen)).one()
        return row.kept, row.highest

    async def change(
        self,
        connection: AsyncConnection,
        seen: Digest | Watch,
        fit: sa.ColumnElement[bool],
        change: DigestChange,
        values: Mapping[str, object],
    ) -> bool:
        """Change one and record it, if it is fit and still as it was seen."""
        columns = self.table.c
        changed = (
            sa.update(self.table)
            .where(columns.ref == seen.ref, columns.version == seen.version, fit)
            .values(version=columns.version + 1, **values)
        )
        if (await connection.execute(changed)).rowcount == 0:
            return False
        await self.note(connection, seen.workspace, [seen.ref], change)
        return True

    async def note(
        self, connection: AsyncConnection, workspace: str, refs: Sequence[int], change: DigestChange
    ) -> None:
        """Record who changed some of them, and what."""
        entry = {"workspace": workspace, "at": change.at, "by": change.by, "what": change.what}
        await connection.execute(sa.insert(self.record), [{**entry, self.table.name: ref} for ref in refs])
