"""Where the engine keeps its own tables, and one database for projects and digests."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError, StoreError
from bot.query import Query
from bot.store import engine_url, open_database
from tests.builders import MOMENT, NOW
from tests.store.catalogs import SCOPE
from tests.store.ledger.drafts import add

SECRET = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("ours", "engines"),
    [
        ("sqlite:///rollcall.db", "sqlite:///rollcall-engine.db"),
        ("sqlite:////var/lib/rollcall.db", "sqlite:////var/lib/rollcall-engine.db"),
        ("sqlite:///data/roll.call.db", "sqlite:///data/roll.call-engine.db"),
        ("sqlite:///rollcall", "sqlite:///rollcall-engine"),
        ("postgresql://me:pass%40word@host:5432/name", "postgresql://me:pass%40word@host:5432/name"),
        ("postgres://me@host/name?sslmode=require", "postgresql://me@host/name?sslmode=require"),
    ],
)
def test_the_engine_has_a_file_beside_ours_or_our_server(ours: str, engines: str) -> None:
    """SQLite takes one writer per file; PostgreSQL has room for both."""
    assert engine_url(ours) == engines


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", f"mysql://me:{SECRET}@host/name"])
def test_an_address_that_cannot_be_read_is_a_plain_sentence(url: str) -> None:
    """The same sentence as for our own tables, without the password."""
    with pytest.raises(ConfigurationError, match="The database address must") as caught:
        engine_url(url)

    assert SECRET not in str(caught.value)


async def test_one_database_holds_projects_and_digests(database_url: str) -> None:
    """Both views of it share one pool, and a failing one says only what it was doing."""
    async with open_database(database_url) as opened:
        digest = await add(opened.ledger)
        assert (await opened.store.search(SCOPE, Query(), MOMENT, size=1)).total == 0
        async with opened.ledger._database.changing("test") as connection:
            await connection.exec_driver_sql("DROP TABLE snapshot")

        with pytest.raises(StoreError, match="read a snapshot") as caught:
            await opened.ledger.snapshot(digest)
        assert await opened.ledger.due_digests(SCOPE.workspace, NOW, most=1) == ()

    assert caught.value.__cause__ is None
    assert "SELECT" not in str(caught.value)
