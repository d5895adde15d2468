"""The connections to DBOS's own tables.

It would open them itself, but a SQLite file without WAL mode; and on PostgreSQL it would first look into another
database, which may not be ours to look into, whether ours is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

CONNECTIONS: Final = 8
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON")


def open_tables(url: str) -> sa.Engine:
    """Build what hands out connections; nothing is opened yet. `url` as `bot.store.engine_url` returns it."""
    return _sqlite(url) if url.startswith("sqlite") else _postgresql(url)


def _postgresql(url: str) -> sa.Engine:
    return sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "application_name": "rollcall"},
    )


def _sqlite(url: str) -> sa.Engine:
    """Open a file as DBOS does, but in WAL mode: https://www.sqlite.org/wal.html."""
    engine = sa.create_engine(url, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _prepare(opened: DBAPIConnection, _record: object) -> None:
        opened.isolation_level = "IMMEDIATE"
        cursor = opened.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
