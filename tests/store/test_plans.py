"""How the databases look for what is due, with ten thousand digests: by an index, never by reading all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.model import DeliveryState
from bot.store import SqlLedger, open_database
from bot.store.digest_tables import delivery, digest
from tests.builders import NOW
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
