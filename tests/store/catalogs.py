"""Filling a store the way the catalog does: claim, write, release."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import ConnectionSpec, Entry, Scope, SourceSheet
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from datetime import datetime

    from bot.model import Change, Project
    from bot.ports import CatalogWriter, Store

WORKSPACE = "local"
SCOPE = Scope(workspace=WORKSPACE)
HOLDER = "process-1"

MICROVISUALIZER = ConnectionSpec(
    name="microvisualizer", sheet=SourceSheet(name="microvisualizer", title="MicroVisualizer", fields={})
)
STREAMPIXEL = ConnectionSpec(
    name="streampixel",
    sheet=SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={}),
)
BOTH = (MICROVISUALIZER, STREAMPIXEL)


@asynccontextmanager
async def writing(
    store: Store, connection: str = "microvisualizer", *, workspace: str = WORKSPACE
) -> AsyncIterator[CatalogWriter]:
    """Open a transaction with a claim to it."""
    until = NOW + timedelta(minutes=5)
    assert await store.claim(workspace, connection, "listing", holder=HOLDER, now=NOW, until=until)
    async with store.writing(workspace, connection, job="listing", holder=HOLDER) as writer:
        yield writer
    await store.release(workspace, connection, "listing", holder=HOLDER)


async def fill(
    store: Store,
    projects: Iterable[Project],
    *,
    gone: Sequence[str] = (),
    changes: Sequence[Change] = (),
    workspace: str = WORKSPACE,
    now: datetime = NOW,
) -> tuple[Entry, ...]:
    """Save projects, mark some as gone, record events; return the rows of all connections touched."""
    await store.register(workspace, BOTH)
    by_connection: dict[str, list[Project]] = {}
    for project in projects:
        by_connection.setdefault(project.connection, []).append(project)
    rows: list[Entry] = []
    for connection, owned in by_connection.items():
        ids = [project.id for project in owned]
        async with writing(store, connection, workspace=workspace) as writer:
            await writer.save(owned, now)
            await writer.mark_gone([identity for identity in gone if identity in ids], now)
            await writer.record([change for change in changes if change.project_id in ids], now)
            rows += (await writer.known(ids)).values()
    return tuple(sorted(rows, key=lambda entry: entry.ref))
