"""How the databases look for what is due, with many alerts and cards: by an index, never by reading all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.model import AlertFilter, AlertState, CardKind, StepKind, Telling
from bot.store import SqlWatchLedger, open_database
from bot.store.alert_rows import alert_row, step_row
from bot.store.card_rows import card_row
from bot.store.watch_tables import alert, alert_step, card
from tests.builders import NOW
from tests.store.test_plans import _explained, _noted
from tests.store.watches.drafts import CHANNEL, CONNECTION, HOUR, WORKSPACE, add, opening, step
from tests.store.watches.drafts import card as draft_card

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.model import Watch

MANY = 10_000
LATER = NOW + HOUR


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    kind: str = request.param
    return kind


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[SqlWatchLedger]:
    """Return a ledger with many alerts and cards of twenty watches; almost all of them are over."""
    async with open_database(database_url) as opened:
        watches = [await add(opened.watches, channel=f"C{number}") for number in range(20)]
        async with opened.watches._database.changing("test") as connection:
            await connection.execute(sa.insert(card), [_card(number) for number in range(1, MANY)])
            await connection.execute(sa.insert(alert), [_alert(watches, number) for number in range(1, MANY)])
            await connection.execute(sa.insert(alert_step), [_step(number) for number in range(1, MANY)])
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("ANALYZE")
        yield opened.watches


def _card(number: int) -> dict[str, Any]:
    is_due = number % 500 == 0
    made = card_row(draft_card(number, due_at=LATER if is_due else None))
    return {**made, "ref": number, "closed_at": NOW, "lease_until": LATER if number % 700 == 0 else None}


def _alert(watches: Sequence[Watch], number: int) -> dict[str, Any]:
    is_open = number % 200 == 0
    watch = watches[number % len(watches)]
    state = AlertState.INACTIVE if is_open else AlertState.CLOSED
    row = alert_row(opening(watch, number, state=state, next_at=LATER if is_open else None), entries=1)
    home = {"workspace": WORKSPACE, "watch": watch.ref, "project": number, "connection": CONNECTION}
    return {**row, **home, "ref": number, "number": number, "card": number}


def _step(number: int) -> dict[str, Any]:
    telling = Telling.NOBODY if number % 3 == 0 else Telling.THREAD
    return step_row(WORKSPACE, number, step(StepKind.BACK, telling=telling, told=number % 100 != 0))


async def test_nobody_reads_all_alerts_or_cards_to_find_what_is_due(ledger: SqlWatchLedger) -> None:
    """The tick asks so every minute, mostly for nothing; cards ask for what is theirs."""
    asked = _noted(ledger._database)

    assert len(await ledger.alerts_due(WORKSPACE, LATER, most=500)) == 49
    assert len(await ledger.cards_due(WORKSPACE, LATER, most=500)) == 31
    assert await ledger.alerts_of_removed(WORKSPACE, most=500) == ()
    assert await ledger.silenced(WORKSPACE, CONNECTION) == 49
    assert len(await ledger.members(200)) == 1
    assert len(await ledger.untold(200)) == 1
    assert len(await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(), most=500, steps=3)) == 0
    assert len(await ledger.raised(WORKSPACE, "C0", AlertFilter(), most=500, steps=3)) == 49
    assert len(await ledger.cards_of(WORKSPACE, CardKind.OUTAGE, 7)) == 1
    assert await ledger.cards_of(WORKSPACE, CardKind.WATCH, 7) == ()

    steps = await _explained(ledger._database, [each for each in asked if each[0].startswith("SELECT")])
    whole = [step for step in steps if "Seq Scan on alert" in step or "Seq Scan on card" in step]
    whole += [step for step in steps if step.startswith(("SCAN alert", "SCAN card"))]
    assert whole == []
    for index in (
        "ix_alert_next", "ix_card_due", "ix_card_leased", "ix_alert_live", "ix_alert_card", "ix_alert_step_",
        "ix_card_of_subject", "ix_card_of_watch",
    ):  # fmt: skip
        assert any(index in step for step in steps), (index, steps)
