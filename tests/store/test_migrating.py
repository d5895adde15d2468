"""From one version of the schema to the next, with what is in the database."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from bot.query import Query
from bot.store import SqlStore, migrate, open_database
from bot.store.database import Database, make_engine
from tests.builders import MOMENT, microvisualizer
from tests.store.catalogs import SCOPE, fill
from tests.store.ledger.drafts import add
from tests.store.test_opening import ROOT

if TYPE_CHECKING:
    import sqlalchemy as sa

_OPEN = "import asyncio, sys; from tests.store.test_migrating import look_up; asyncio.run(look_up(sys.argv[1]))"
NAME = "Lighthouse"


async def look_up(url: str) -> None:
    """Open a database and find the project in it; runs in processes of its own."""
    async with open_database(url) as opened:
        assert await _total(opened.store) == 1


async def _total(store: SqlStore) -> int:
    return (await store.find(SCOPE, NAME, Query(), MOMENT, size=5)).total


def _migrate_to(connection: sa.Connection, version: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    command.upgrade(config, version)


async def test_a_database_of_the_first_version_keeps_its_rows(empty_database_url: str) -> None:
    """Two replicas of the new version start at once on a database that the old one filled."""
    database = Database(make_engine(empty_database_url))
    async with database.changing("test") as connection:
        await connection.run_sync(_migrate_to, "0001")
    await fill(SqlStore(database), [microvisualizer(name=NAME)])
    await database.close()

    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _OPEN, empty_database_url, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    ended = [(await process.communicate(), process.returncode) for process in processes]

    assert [code for _, code in ended] == [0, 0], ended
    assert sum(b"schema.migrated" in out for (out, _), _ in ended) == 1
    async with open_database(empty_database_url) as opened:
        assert (await add(opened.ledger)).number == 1
        assert await _total(opened.store) == 1
