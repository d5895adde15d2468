"""Databases to test on: a SQLite file, and a PostgreSQL server that lives as long as the run of the tests."""

from __future__ import annotations

import asyncio
import os
import shutil
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from bot.store import SqlStore, open_store
from tests.store.postgres_server import PostgresServer, programs, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

settings.register_profile("thorough", max_examples=1000)  # make test ARGS=--hypothesis-profile=thorough

_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: whoever works beside them has something to do until their end."""
    items.sort(key=lambda item: item.get_closest_marker("kill") is None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Return a server; it has a database ``template_empty`` and, with the newest schema, ``template_migrated``."""
    binaries = programs()
    if binaries is None:
        if os.environ.get("ROLLCALL_TEST_REQUIRE_ALL") == "1":
            pytest.fail("PostgreSQL's programs are required here, and /usr/lib/postgresql/*/bin has none")
        pytest.skip("PostgreSQL is not installed: /usr/lib/postgresql/*/bin has no programs")
    with serving(binaries) as server:
        server.run("CREATE DATABASE template_empty", "CREATE DATABASE template_migrated")
        asyncio.run(_migrate(server.url("template_migrated")))
        yield server


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the files ``template_empty`` and ``template_migrated``."""
    directory = tmp_path_factory.mktemp("sqlite")
    (directory / "template_empty").touch()
    asyncio.run(_migrate(f"sqlite:///{directory}/template_migrated"))
    return directory


async def _migrate(url: str) -> None:
    async with open_store(url):
        pass


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Return the kind of database; whoever asks for one runs on each kind."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, dialect: str) -> Iterator[str]:
    """Return the address of a database without any table."""
    yield from _copied(request, dialect, "template_empty")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, dialect: str) -> Iterator[str]:
    """Return the address of a database with the newest schema and no rows."""
    yield from _copied(request, dialect, "template_migrated")


def _copied(request: pytest.FixtureRequest, dialect: str, template: str) -> Iterator[str]:
    """Copying a database is several times faster than migrating one."""
    if dialect == "sqlite":
        directory: Path = request.getfixturevalue("tmp_path")
        templates: Path = request.getfixturevalue("sqlite_templates")
        shutil.copy(templates / template, directory / "rollcall.db")
        yield f"sqlite:///{directory}/rollcall.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """Return a store on an empty database."""
    async with open_store(database_url) as opened:
        yield opened
