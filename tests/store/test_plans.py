"""How the databases look for what is due, among ten thousand: by an index, never by reading all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.model import DeliveryState
from bot.query import Query
from bot.store import SqlLedger, SqlStore, open_database, open_store
from bot.store.digest_tables import delivery, digest
from tests.builders import MOMENT, NOW, microvisualizer
from tests.store.catalogs import SCOPE, fill
from tests.store.ledger.drafts import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.store.database import Database

MANY = 10_000
LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[SqlLedger]:
    """Return a ledger with many digests, each with a finished delivery and one that waits, all of them for later."""
    async with open_database(database_url) as opened:
        async with opened.ledger._database.changing("test") as connection:
            await connection.execute(sa.insert(digest), [_digest(number) for number in range(MANY)])
            await connection.execute(sa.insert(delivery), [_delivery(number, "a", NOW) for number in range(MANY)])
            await connection.execute(sa.insert(delivery), [_delivery(number, "b", None) for number in range(MANY)])
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("ANALYZE digest, delivery")
        yield opened.ledger


def _digest(number: int) -> dict[str, Any]:
    return {
        "ref": number, "workspace": WORKSPACE, "channel": f"C{number % 500}", "number": number // 500, "query": "",
        "cron": "0 9 * * *", "zone": "UTC", "empty": "skip", "created_at": NOW, "version": 1, "next_local": "",
        "next_at": LATER, "due_at": LATER,
    }  # fmt: skip


def _delivery(number: int, slot: str, finished_at: object) -> dict[str, Any]:
    return {
        "workspace": WORKSPACE, "digest": number, "kind": "slot", "slot": slot, "planned_at": NOW, "due_at": LATER,
        "state": "posted" if finished_at else "planned", "attempts": 1, "reason": "", "merged": 0,
        "finished_at": finished_at,
    }  # fmt: skip


async def _explained(database: Database, asked: Iterable[tuple[str, Any]]) -> list[str]:
    """Return how the database would answer the questions, a line per step."""
    word = "EXPLAIN" if database.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
    async with database.reading("test") as connection:
        return [
            str(step[-1])
            for question, values in asked
            for step in await connection.exec_driver_sql(f"{word} {question}", values)
        ]


def _noted(database: Database) -> list[tuple[str, Any]]:
    """Return the list into which every question is written from now on."""
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(database._engine.sync_engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    return asked


async def test_nobody_reads_all_digests_to_find_what_is_due(ledger: SqlLedger) -> None:
    """The tick asks so every minute, mostly for nothing."""
    database = ledger._database
    asked = _noted(database)

    assert await ledger.due_digests(WORKSPACE, NOW, most=500) == ()
    assert await ledger.waiting(WORKSPACE, NOW, most=500) == ()
    assert len(await ledger.due_digests(WORKSPACE, LATER, most=500)) == 500
    assert len(await ledger.waiting(WORKSPACE, LATER, most=500)) == 500
    questions = tuple(each for each in asked if each[0].startswith("SELECT"))

    steps = await _explained(database, questions)

    assert len(questions) >= 5
    assert [step for step in steps if "Seq Scan" in step or step.startswith("SCAN")] == []
    for index in ("ix_digest_due", "ix_delivery_waiting", "ix_delivery_newest"):
        assert any(index in step for step in steps), (index, steps)


async def test_nobody_reads_all_deliveries_to_count_them_or_to_forget_old_ones(ledger: SqlLedger) -> None:
    """Readiness counts, and housekeeping looks for what is old; almost nothing is."""
    asked = _noted(ledger._database)

    assert await ledger.counts(WORKSPACE, since=LATER) == {DeliveryState.PLANNED: MANY}
    assert await ledger.purge(NOW - timedelta(days=1), keep=20) == 0

    steps = await _explained(ledger._database, [each for each in asked if each[0].startswith("SELECT")])
    finished = [step for step in steps if "ix_delivery_finished" in step]
    assert len(finished) == 2, steps
    assert any("ix_delivery_newest" in step for step in steps), steps


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """Return a store with many projects, all of them touched."""
    projects = [
        microvisualizer(id=str(number), idle=timedelta(hours=number), created_at=NOW - timedelta(days=1, hours=number))
        for number in range(MANY)
    ]
    async with open_store(database_url) as opened:
        await fill(opened, projects, now=NOW)
        if opened._database.dialect == "postgresql":
            async with opened._database.changing("test") as connection:
                await connection.exec_driver_sql("ANALYZE project, touch")
        yield opened


async def test_nobody_reads_all_projects_to_find_those_that_were_touched_or_grew_old(store: SqlStore) -> None:
    """The evaluator asks so every minute, mostly for a few."""
    asked = _noted(store._database)
    old = NOW - timedelta(days=30)

    assert len(await store.touched(WORKSPACE, "microvisualizer", most=500)) == 500
    assert await store.touched(WORKSPACE, "streampixel", most=500) == ()
    (found,) = await store.dated(WORKSPACE, "microvisualizer", [(old - timedelta(minutes=15), old)])
    assert len(found) == 2
    assert await store.matching(SCOPE, [(Query(), sorted(found))], MOMENT) == (found,)

    questions = [each for each in asked if each[0].startswith(("SELECT", "WITH"))]
    steps = await _explained(store._database, questions)
    assert len(questions) == 4
    steps = [
        step for step in steps if "on connection" not in step and not step.startswith(("SCAN span", "SCAN CONSTANT"))
    ]
    assert [step for step in steps if "Seq Scan" in step or step.startswith("SCAN") or "Sort" in step] == []
    dates = ("updated_at", "created_at", "first_seen_at", "changed_at", "last_viewed_at", "emptied_at", "gone_at")
    for index in ("ix_touch_queue", *(f"ix_project_{date}" for date in (*dates, "build_at", "measured_since"))):
        assert any(index in step for step in steps), (index, steps)
