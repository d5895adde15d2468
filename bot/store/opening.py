"""Opening our database, and where the engine's own tables are."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.database import Database, make_engine, read_url
from bot.store.migrate import migrate
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_store import SqlStore
from bot.store.sql_watches import SqlWatchLedger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Opened:
    """Our database; all share its connections."""

    store: SqlStore
    ledger: SqlLedger
    watches: SqlWatchLedger


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Opened]:
    """Open a database, bring its schema up to date, and close it in the end.

    Args:
        url: ``sqlite:///rollcall.db``, ``sqlite:////absolute/path.db`` or ``postgresql://…``.

    Raises:
        ConfigurationError: the URL names no database that we know, or a database of a newer Rollcall.
        StoreError: the database cannot be reached.
    """
    database = Database(make_engine(url))
    try:
        await migrate(database)
        yield Opened(SqlStore(database), SqlLedger(database), SqlWatchLedger(database))
    finally:
        await database.close()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[SqlStore]:
    """Do what `open_database` does, for whoever needs projects only."""
    async with open_database(url) as opened:
        yield opened.store


def engine_url(url: str) -> str:
    """Return where the engine keeps its own tables: beside our SQLite file, or in our PostgreSQL database.

    A file of its own, because SQLite takes one writer per file at a time.

    Args:
        url: as for `open_database`.

    Returns:
        ``sqlite:///…`` or ``postgresql://…``, with the password in clear; never to be logged.

    Raises:
        ConfigurationError: the URL names no database that we know.
    """
    read = read_url(url)
    kind = read.get_backend_name()
    if kind == "sqlite":
        path = Path(read.database or "")
        read = read.set(database=str(path.with_name(f"{path.stem}-engine{path.suffix}")))
    return read.set(drivername=kind).render_as_string(hide_password=False)
