"""No double, and no hole that the ledger does not name: `kill -9` at any moment, and a Slack that misbehaves.

The short form; ``python -m bench digests --kill 300`` is the long one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kill.scene import Plan, open_scene

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import DeliveryState
    from tests.kill.audit import Audit

pytestmark = pytest.mark.kill

PLANS = {
    "postgresql": Plan(replicas=2, seconds=8, rest=(0.2, 2), seed=1, may_look=True, trouble=0.3),
    "sqlite": Plan(replicas=1, seconds=8, rest=(0.5, 3), seed=2, may_look=False, trouble=0.3),
}


async def test_nothing_is_sent_twice_and_nothing_is_lost_without_a_word(
    dialect: str, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two replicas that may look at what they posted, on PostgreSQL; one that may not, on SQLite."""
    async with open_scene(database_url, tmp_path, PLANS[dialect]) as scene:
        found = await scene.play()
        troubles = scene.demo.slack.faults.happened

    with capsys.disabled():
        print(f"\n{dialect}: {found.line()}")  # noqa: T201 - the numbers are what people want to see
    assert found.kills > 0
    assert troubles["lost_answer"] + troubles["internal_error"] > 0
    assert found.doubled == ()
    assert found.unnamed_holes == ()
    assert found.unnamed_posts == ()
    assert delivered(found) > 0


def delivered(found: Audit) -> int:
    """Count what arrived."""
    return sum(number for state, number in found.states.items() if _arrived(state))


def _arrived(state: DeliveryState) -> bool:
    return state.value in {"posted", "late"}
