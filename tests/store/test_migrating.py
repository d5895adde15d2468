"""From one version of the schema to the next, with what is in the database."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.query import Query
from bot.store import SqlStore, migrate, open_database, tables
from bot.store.database import Database, make_engine
from bot.store.rows import project_row
from tests.builders import MOMENT, NOW, microvisualizer
from tests.store.catalogs import SCOPE, WORKSPACE
from tests.store.ledger.drafts import add
from tests.store.test_opening import ROOT

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


def _fill(connection: sa.Connection) -> None:
    """Write a project as every version could."""
    connection.execute(sa.insert(tables.workspace), {"name": WORKSPACE})
    known = {"source": "fake", "title": "Fake", "measures_viewers": False, "configured": True}
    connection.execute(sa.insert(tables.connection), {"workspace": WORKSPACE, "name": "fake", **known})
    written = project_row(WORKSPACE, microvisualizer(name=NAME, connection="fake"))
    connection.execute(sa.insert(tables.project), written | {"first_seen_at": NOW})


@pytest.mark.parametrize("version", ["0001", "0002"])
async def test_a_database_of_an_older_version_keeps_its_rows(empty_database_url: str, version: str) -> None:
    """Two replicas of the new version start at once on a database that the old one filled."""
    database = Database(make_engine(empty_database_url))
    async with database.changing("test") as connection:
        await connection.run_sync(_migrate_to, version)
        await connection.run_sync(_fill)
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
        (entry,) = (await opened.store.find(SCOPE, NAME, Query(), MOMENT, size=5)).entries
        assert (entry.changed_at, entry.emptied_at, entry.queued_since, entry.build) == (None, None, None, None)
        assert await opened.store.touched(WORKSPACE, "fake", most=5) == ()
        assert await opened.store.dated(WORKSPACE, "fake", [(None, NOW)]) == {entry.ref}
