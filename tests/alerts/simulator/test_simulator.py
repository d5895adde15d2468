"""Half a year of two hundred projects, with everything that goes wrong: what arrived is what should have."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.store import open_store
from tests.alerts.simulator.play import Play
from tests.alerts.simulator.verdict import judge
from tests.alerts.simulator.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.alerts.simulator.recorder import Told
    from tests.alerts.simulator.verdict import Verdict

BUSIEST: float = 30
"""Messages in a week that no channel of these should get more than."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave the log empty: half a year is long."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


async def play(seed: int, days: int) -> tuple[Play, Verdict]:
    """Play a world, and compare."""
    played = Play(make_world(seed, days=days))
    await played.run()
    return played, judge(played)


async def test_half_a_year_brings_no_false_alert_misses_none_doubles_none_and_ends_all() -> None:
    """Outages, restarts, deaths in the middle, clock steps, flapping, mass changes, and people who say something."""
    played, verdict = await play(1, 180)

    print(f"messages a week: {verdict.per_week}; {verdict.episodes} alerts told, {verdict.expected} of them had to be")  # noqa: T201 - asked for
    assert verdict.faults == []
    assert verdict.expected > 100
    assert played.kills > 5
    assert played.said > 20
    assert any(hold.released_at is not None for hold in played.ledger._holds.values())
    assert max(verdict.per_week.values()) <= BUSIEST


@pytest.mark.parametrize("seed", [2, 3])
async def test_other_worlds_end_as_well(seed: int) -> None:
    """Two months each."""
    _, verdict = await play(seed, 60)

    assert verdict.faults == []
    assert verdict.expected > 20


async def test_a_real_database_brings_the_same(sqlite_templates: Path, tmp_path: Path) -> None:
    """A week of a few projects: what was told, and when, does not depend on where the rows are."""
    shutil.copy(sqlite_templates / "template_migrated", tmp_path / "rollcall.db")
    told = []
    async with open_store(f"sqlite:///{tmp_path}/rollcall.db") as real:
        for store in (None, real):
            world = make_world(13, days=8, micro=14, pixel=8)
            played = Play(world, store=store, lively=False)
            await played.run()
            told.append([(each.at, each.card.channel, len(each.opened), len(each.ended)) for each in _told(played)])

    assert told[0] == told[1]
    assert len(told[0]) > 1


def _told(played: Play) -> list[Told]:
    return played.ledger.spoken.told
