"""What becomes of alerts while their watch rests, by hand or with its channel: they rest, and go on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.digests.resting import paused, wake_watch
from bot.model import Pause, PauseKind, StepKind
from tests.alerts.stage import DAY, Stage

if TYPE_CHECKING:
    from bot.model import Watch

EVERY_PAUSE = [PauseKind.CHANNEL, PauseKind.WORKSPACE, PauseKind.PERSON]


async def rests(stage: Stage, kind: PauseKind) -> Watch:
    """Open an alert, and let its watch rest for a while, with a new evaluator: what one remembers does not matter."""
    await stage.open()
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick(2)
    assert await stage.states(watch) == {"m0": "inactive"}
    pause = Pause(
        kind=kind, at=stage.clock.now(), reason="it is archived", by="U1" if kind is PauseKind.PERSON else None
    )
    (resting,) = await stage.ledger.pause_watches("local", pause, paused(pause), channel=None)
    await stage.tick(2)
    stage.evaluator = stage.another("two")
    await stage.tick(20)
    return resting


async def told(stage: Stage, watch: Watch) -> list[StepKind]:
    """Return what became of the alert."""
    return [kind for kind, _ in await stage.steps(watch)]


@pytest.mark.parametrize("kind", EVERY_PAUSE)
async def test_alert_of_a_watch_that_rests_stays_open(kind: PauseKind) -> None:
    """Nobody decided that it is of no interest for good; when the watch goes on, it is the same alert still."""
    stage = Stage()
    watch = await rests(stage, kind)
    assert await stage.states(watch) == {"m0": "inactive"}

    assert await wake_watch(stage.ledger, watch, now=stage.clock.now(), why="the channel is back")
    await stage.tick(4)

    assert await stage.states(watch) == {"m0": "inactive"}
    assert await told(stage, watch) == [StepKind.OPENED]


@pytest.mark.parametrize("kind", EVERY_PAUSE)
async def test_alert_whose_project_came_back_meanwhile_ends_well_when_the_watch_goes_on(kind: PauseKind) -> None:
    """It is an end like any other: nobody changed the watch."""
    stage = Stage()
    watch = await rests(stage, kind)
    stage.edit("m0")
    await stage.tick(2)

    assert await wake_watch(stage.ledger, watch, now=stage.clock.now(), why="the channel is back")
    await stage.tick(4)

    assert await stage.states(watch) == {"m0": "active"}
    assert await told(stage, watch) == [StepKind.OPENED, StepKind.BACK]
