"""From one version of the schema to the next, with what is in the database."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.query import Query
from bot.store import SqlStore, migrate, open_database, tables
from bot.store.database import Database, make_engine
from bot.store.rows import project_row
from bot.store.sight_tables import sample, sample_day
from bot.store.watch_tables import hold
from tests.builders import MOMENT, NOW, microvisualizer
from tests.store.catalogs import SCOPE, WORKSPACE
from tests.store.ledger.drafts import add
from tests.store.test_opening import ROOT

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)
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


@pytest.mark.parametrize("version", ["0001", "0002", "0003", "0004"])
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
        assert await opened.store.dated(WORKSPACE, "fake", [(None, NOW)]) == (frozenset({entry.ref}),)


@pytest.mark.parametrize(
    ("days", "samples", "since"),
    [((), (3,), NOW - 3 * DAY), ((9, 2), (1,), NOW - 8 * DAY), ((), (), None)],
    ids=["measured some days", "for longer than is kept", "never"],
)
async def test_a_project_was_measured_since_its_first_measurement_that_is_kept(
    empty_database_url: str, days: tuple[int, ...], samples: tuple[int, ...], since: datetime | None
) -> None:
    """Nobody noted it before; more than the record shows is not claimed."""
    database = Database(make_engine(empty_database_url))
    async with database.changing("test") as connection:
        await connection.run_sync(_migrate_to, "0004")
        await connection.run_sync(_fill)
        if since is not None:
            await connection.execute(sa.update(tables.project).values(viewers_at=NOW))
        sums = {"samples": 1, "seen": 0, "peak_live": 0, "peak_queued": 0}
        for day in days:
            await connection.execute(sa.insert(sample_day), {"project_ref": 1, "day": NOW - day * DAY, **sums})
        for at in samples:
            await connection.execute(
                sa.insert(sample), {"project_ref": 1, "at": NOW - at * DAY, "live": 0, "queued": 0}
            )
    await database.close()

    async with open_database(empty_database_url) as opened:
        (entry,) = (await opened.store.find(SCOPE, NAME, Query(), MOMENT, size=5)).entries
        assert entry.measured_since == since


async def test_holds_that_the_old_version_released_are_not_let_through_again(empty_database_url: str) -> None:
    """It had done so before it ended; one that it still held waits."""
    database = Database(make_engine(empty_database_url))
    async with database.changing("test") as connection:
        await connection.run_sync(_migrate_to, "0004")
        plain = {
            "workspace": WORKSPACE,
            "since": NOW,
            "projects": 9,
            "of": 20,
            "looks": 1,
            "looked_at": NOW,
            "version": 1,
        }
        for name, released_at in (("fake", NOW), ("other", None)):
            await connection.execute(sa.insert(hold), plain | {"connection": name, "released_at": released_at})
    await database.close()

    async with open_database(empty_database_url) as opened:
        assert await opened.watches.released_holds(WORKSPACE) == ()
        assert [each.connection for each in await opened.watches.holds(WORKSPACE)] == ["other"]
