"""What is given back when the bot is told to end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.alerts.evaluator import EVERYWHERE, JOB
from bot.engine.work import Timing
from bot.model import LOCAL_WORKSPACE
from bot.store import open_database
from bot.wiring import Tempo
from tests.journeys.conftest import open_house

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.ports import Store

NEVER_BY_ITSELF = Tempo(ticking=Timing(tick="0 0 1 1 *", look_every=timedelta(seconds=0.1)))


async def test_another_process_may_evaluate_the_watches_at_once(tmp_path: Path) -> None:
    """It need not wait until the claim of the one that has ended runs out."""
    async with open_house(tmp_path, tempo=NEVER_BY_ITSELF) as house:
        await house.bot.catch_up()
        now = house.clock.now()
        held = await _claims(house.bot.core.store, now)

    async with open_database(f"sqlite:///{house.database}") as opened:
        assert (held, await _claims(opened.store, now)) == (False, True)


async def _claims(store: Store, now: datetime) -> bool:
    return await store.claim(
        LOCAL_WORKSPACE, EVERYWHERE, JOB, holder="other", now=now, until=now + timedelta(seconds=9)
    )
