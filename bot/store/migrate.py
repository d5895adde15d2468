"""Brings a database to the schema of this version. Any number of processes may start at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
import structlog

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.store.database import Database

log = structlog.get_logger(__name__)

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 7_205_759_403
"""Any number that nobody else takes as an advisory lock of PostgreSQL."""


async def migrate(database: Database) -> None:
    """Apply the migrations that are missing.

    Raises:
        ConfigurationError: the database is from a newer version of Rollcall.
        StoreError: the database could not be used.
    """
    newest = newest_version()
    async with database.reading("read the schema version") as connection:
        found = await connection.run_sync(version_of)
    if found != newest:
        async with database.changing("bring the schema up to date") as connection:
            await connection.run_sync(_upgrade, newest)


def newest_version() -> str:
    """Return the number of the newest migration, which is how its file name begins: ``0001``."""
    return max(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def version_of(connection: sa.Connection) -> str | None:
    """Return the number of the last migration applied; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: sa.Connection, newest: str) -> None:
    """Look again behind the lock, since another process may have been faster, then migrate."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = version_of(connection)
    if found == newest:
        return
    if found is not None and found > newest:
        sentence = (
            f"The database was written by a newer Rollcall: its schema is {found}, this version knows {newest}."
            " Run the newer version, or point DATABASE_URL to another database."
        )
        raise ConfigurationError((sentence,))
    _run_alembic(connection)
    log.info("schema.migrated", before=found, after=newest)


def _run_alembic(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and rarely needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    command.upgrade(config, "head")
