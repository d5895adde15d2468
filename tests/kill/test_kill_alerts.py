"""No opening and no end is lost, and nothing told twice where we may look: `kill -9` at any moment.

The short form; ``python -m bench alerts --kill 300`` is the long one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kill.alert_scene import open_alert_scene
from tests.kill.scene import Plan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kill

PLANS = {
    "postgresql": Plan(replicas=2, seconds=6, rest=(0.3, 1.2), seed=1, may_look=True, trouble=0.3),
    "sqlite": Plan(replicas=1, seconds=6, rest=(0.3, 1.5), seed=2, may_look=False, trouble=0.2),
}


async def test_nothing_is_lost_and_nothing_doubled_without_need(
    dialect: str, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two replicas that may look at what they sent, on PostgreSQL; one that may not, on SQLite."""
    plan = PLANS[dialect]
    async with open_alert_scene(database_url, tmp_path, plan) as scene:
        found = await scene.play()

    with capsys.disabled():
        print(f"\n{dialect}: {found.line()}")  # noqa: T201 - the numbers are what people want to see
    assert found.kills > 0
    assert found.lost == ()
    assert found.untold == 0
    assert not (plan.may_look and found.doubled)
    assert found.cycles >= len(scene.names)
