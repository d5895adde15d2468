"""Opening a database: addresses, migrations, several processes at once, and what errors may say."""

from __future__ import annotations

import asyncio
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from structlog.testing import capture_logs

from bot.errors import BotError, ConfigurationError, StoreError
from bot.query import Query
from bot.store import SqlStore, migrate, open_store
from bot.store.database import Database, make_engine
from bot.store.tables import metadata
from tests.builders import MOMENT, NOW, microvisualizer
from tests.store.catalogs import SCOPE, WORKSPACE, fill

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

    from tests.store.postgres_server import PostgresServer

SECRET = "hunter2-hunter2"

_OPEN = "import asyncio, sys; from tests.store.test_opening import migrate_once; asyncio.run(migrate_once(sys.argv[1]))"
ROOT = Path(__file__).parents[2]


async def migrate_once(url: str) -> None:
    """Open a store and use it; runs in processes of its own."""
    async with open_store(url) as store:
        assert await store.first_time(WORKSPACE, uuid4().hex, NOW)


async def _execute(url: str, statement: str) -> None:
    database = Database(make_engine(url))
    async with database.changing("test") as connection:
        await connection.exec_driver_sql(statement)
    await database.close()


async def test_processes_that_start_at_once_all_find_the_schema(empty_database_url: str) -> None:
    """Replicas start together after every release."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _OPEN, empty_database_url, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    ended = [(await process.communicate(), process.returncode) for process in processes]

    assert [code for _, code in ended] == [0, 0, 0], ended
    assert sum(b"schema.migrated" in out for (out, _), _ in ended) == 1


async def test_tasks_that_open_one_empty_database_at_once_all_succeed(empty_database_url: str) -> None:
    """The same inside one process, where the steps interleave more finely."""
    await asyncio.gather(*(migrate_once(empty_database_url) for _ in range(4)))


async def test_the_migrations_give_the_tables_that_the_queries_see(database_url: str) -> None:
    """`tables.py` and `migrations/` are written by hand, both."""
    database = Database(make_engine(database_url))

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _other_type, "include_object": _is_table_of_ours}
        )
        return [each for each in compare_metadata(context, metadata) if not str(each[0]).endswith("_index")]

    async with database.reading("test") as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def _other_type(
    context: MigrationContext, _column: object, _wanted: object, found: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool:
    return found.compile(context.dialect) != wanted.compile(context.dialect)


def _is_table_of_ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    return kind != "table" or name in metadata.tables


async def test_a_current_database_is_opened_without_alembic(database_url: str) -> None:
    """Alembic takes longer to import than the whole check."""
    code = f"{_OPEN}; assert 'alembic.command' not in sys.modules"
    script = code.replace("from tests.store.test_opening import migrate_once", "from bot.store import open_store")
    script = script.replace(
        "asyncio.run(migrate_once(sys.argv[1]))", "asyncio.run(open_store(sys.argv[1]).__aenter__())"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-W", "ignore", "-c", script, database_url, cwd=ROOT)

    assert await process.wait() == 0


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    """Going back to an old version must not write what the new one would misread."""
    await _execute(database_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ConfigurationError, match="newer Rollcall: its schema is 9999") as caught:
        await migrate_once(database_url)

    assert "Run the newer version" in caught.value.for_user()


async def test_opening_again_keeps_the_rows(database_url: str) -> None:
    """A restart forgets nothing."""
    async with open_store(database_url) as store:
        await fill(store, [microvisualizer()])
    async with open_store(database_url) as store:
        assert (await store.search(SCOPE, Query(), MOMENT, size=5)).total == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "rollcall.db", f"mysql://me:{SECRET}@host/name", "sqlite://", "sqlite:///:memory:",
        f"postgresql://me:{SECRET}@host:port/name", f"postgresql+asyncpg://me:{SECRET}@host/name",
    ],
)  # fmt: skip
async def test_an_address_that_cannot_be_read_is_a_plain_sentence(url: str) -> None:
    """The settings are wrong, and the password stays secret."""
    with pytest.raises(ConfigurationError, match="The database address must") as caught:
        await migrate_once(url)

    assert SECRET not in _everything_said(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
async def test_an_unreachable_server_is_a_store_error_without_the_password(scheme: str) -> None:
    """Nobody listens on port 1."""
    with capture_logs() as logs, pytest.raises(StoreError, match="read the schema version") as caught:
        await migrate_once(f"{scheme}://me:{SECRET}@127.0.0.1:1/name")

    assert SECRET not in _everything_said(caught.value) + str(logs)


async def test_a_file_that_cannot_be_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    """The sentence names the folder to create."""
    with pytest.raises(ConfigurationError, match="missing"):
        await migrate_once(f"sqlite:///{tmp_path}/missing/rollcall.db")
    with pytest.raises(ConfigurationError, match="cannot be"):
        await migrate_once(f"sqlite:///{tmp_path}")


async def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    """Pointing at some other file by mistake must not harm it."""
    path = tmp_path / "notes.txt"
    path.write_text("just some notes\n" * 100)

    with pytest.raises(StoreError, match="SQLITE_NOTADB"):
        await migrate_once(f"sqlite:///{path}")

    assert path.read_text() == "just some notes\n" * 100


def _everything_said(error: BotError) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + error.for_user()


async def test_a_driver_that_fails_later_is_a_store_error_without_its_text(store: SqlStore, database_url: str) -> None:
    """Statements, values and table names stay inside."""
    await _execute(database_url, "DROP TABLE seen_request")

    with pytest.raises(StoreError) as caught:
        await store.first_time(WORKSPACE, SECRET, NOW)

    assert caught.value.__cause__ is None
    assert SECRET not in _everything_said(caught.value)
    assert "seen_request" not in str(caught.value)


async def test_a_role_without_the_right_to_extensions_searches_all_the_same(postgres: PostgresServer) -> None:
    """The trigram index is worth having and not worth failing for."""
    postgres.run(
        "CREATE ROLE guest LOGIN", "CREATE DATABASE guests", "REVOKE ALL ON DATABASE guests FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE guests TO guest",
    )  # fmt: skip
    await _execute(postgres.url("guests"), "GRANT ALL ON SCHEMA public TO guest")
    url = postgres.url("guests").replace("postgres@", "guest@")

    with capture_logs() as logs:
        async with open_store(url) as store:
            await fill(store, [microvisualizer(name="Lighthouse")])
            found = await store.find(SCOPE, "light", Query(), MOMENT, size=5)

    assert found.total == 1
    assert [line["event"] for line in logs] == ["schema.trigrams_refused", "schema.migrated"]


async def test_a_writer_that_waits_too_long_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction inside another would wait for itself; it ends with an error instead of never."""
    monkeypatch.setattr("bot.store.database._TURN_S", 0)
    async with open_store(f"sqlite:///{tmp_path}/rollcall.db") as store:
        await store.register(WORKSPACE, [])
        async with store._database.changing("outer"):
            with pytest.raises(StoreError, match="another writer"):
                await store.register(WORKSPACE, [])


def test_migrations_are_named_by_their_number() -> None:
    """The cheap check at the start reads the newest number from the file names."""
    versions = Path(migrate.__file__).parent / "migrations" / "versions"
    for path in versions.glob("[0-9]*.py"):
        assert f'revision = "{path.name.partition("_")[0]}"' in path.read_text(encoding="utf-8")
    assert migrate.newest_version() == max(p.name for p in versions.glob("[0-9]*.py"))[:4]
