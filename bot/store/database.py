"""One engine and its two kinds of transactions."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from bot.errors import ConfigurationError, StoreError
from bot.store.failures import translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_PRAGMAS: Final = ("busy_timeout=5000", "synchronous=NORMAL", "foreign_keys=ON")

_WAL_TRIES, _WAL_PAUSE_S = 100, 0.05
"""SQLite does not wait when two connections turn a new file into a WAL file at once: one of them is refused."""

_TURN_S: Final = 30
"""Seconds a writer waits for the other writers of this process before it gives up."""


class Database:
    """Hands out transactions; every failure of a driver leaves them as `StoreError`.

    Args:
        engine: as `make_engine` builds it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.dialect = engine.dialect.name
        self._engine = engine
        self._reads = engine
        if self.dialect == "postgresql":
            self._reads = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turn = asyncio.Lock() if self.dialect == "sqlite" else None

    @asynccontextmanager
    async def reading(self, action: str) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that sees one moment of the database, however many questions it is asked."""
        with translated(action):
            async with self._reads.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def changing(self, action: str) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that writes; never one inside another.

        SQLite takes one writer at a time and lets the others poll, with no regard to who came first. The writers of
        this process therefore queue here.
        """
        async with self._taking_turns(action):
            with translated(action):
                async with self._engine.execution_options(writes=True).begin() as connection:
                    yield connection

    @asynccontextmanager
    async def _taking_turns(self, action: str) -> AsyncIterator[None]:
        if self._turn is None:
            yield
            return
        try:
            async with asyncio.timeout(_TURN_S):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreError(f"{action}: another writer took longer than {_TURN_S} s") from None
        try:
            yield
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def make_engine(url: str) -> AsyncEngine:
    """Build the engine for a URL as people write it; nothing is opened yet.

    Raises:
        ConfigurationError: the URL names no database that we know.
    """
    read = read_url(url)
    if read.get_backend_name() == "sqlite":
        return _sqlite_engine(read)
    # Statements are planned for the values they carry, and a pooler in front of the server may share sessions:
    # https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
    connect_args: dict[str, Any] = {"prepare_threshold": None, "connect_timeout": 10}
    return create_async_engine(
        read,
        pool_size=10,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=connect_args,
    )


def read_url(url: str) -> sa.URL:
    """Read a URL as people write it.

    Raises:
        ConfigurationError: it names no database that we know.
    """
    try:
        read = sa.make_url(url)
    except (ArgumentError, ValueError):
        read = None
    if read is None or read.drivername not in _DRIVERS:
        raise ConfigurationError(
            ("The database address must look like sqlite:///file.db or postgresql://user@host/name.",)
        )
    if read.drivername == "sqlite" and read.database in {None, "", ":memory:"}:
        raise ConfigurationError(("The database address must name a file, like sqlite:///rollcall.db.",))
    return read.set(drivername=_DRIVERS[read.drivername])


def _sqlite_engine(url: sa.URL) -> AsyncEngine:
    """Build an engine whose transactions we begin ourselves: the driver would begin them late, and never immediate.

    Raises:
        ConfigurationError: there can be no such file.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#enabling-non-legacy-sqlite-transactional-modes-with-the-sqlite3-or-aiosqlite-driver
    """
    path = Path(url.database or "")
    if path.is_dir() or not path.parent.is_dir():
        mistake = (
            f"DATABASE_URL names the file {path}, which cannot be: create the folder {path.parent}, or name another."
        )
        raise ConfigurationError((mistake,))
    engine = create_async_engine(url, pool_size=5, max_overflow=0, pool_timeout=10, hide_parameters=True)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _prepare(opened: DBAPIConnection, _record: object) -> None:
        try:
            opened.isolation_level = None
            cursor = opened.cursor()
            for pragma in _PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
            _use_wal(cursor)
            cursor.close()
        except BaseException:
            opened.close()  # the pool forgets a connection that fails here, and its thread would live on
            raise

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(cursor: DBAPICursor) -> None:
    """Let readers and a writer not wait for each other: https://www.sqlite.org/wal.html."""
    for left in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if left == 0 or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await_only(asyncio.sleep(_WAL_PAUSE_S))
        else:
            return
