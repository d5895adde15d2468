"""What becomes of alerts whose connection was taken out of the settings, and of those that it finds when it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.alerts import overlays
from bot.alerts.disconnecting import DISCONNECTED, Disconnecting
from bot.alerts.recording import Recording
from bot.model import StepKind, Telling
from tests.alerts.stage import DAY, MINUTE, Stage

if TYPE_CHECKING:
    from bot.model import Alert, Watch

BOTH = ("micro", "pixel")


@pytest.fixture
async def stage() -> Stage:
    """Return an evaluator whose sources know nothing yet."""
    made = Stage()
    await made.open()
    return made


def _disconnecting(stage: Stage) -> Disconnecting:
    return Disconnecting(stage.ledger, Recording(stage.ledger, "local"), "local")


async def _backlog(stage: Stage) -> Watch:
    """Let five projects be quiet when a watch is added, and ten more a quarter of an hour later."""
    stage.has(5, idle=60 * DAY)
    stage.has(10, idle=30 * DAY - 12 * MINUTE, prefix="n")
    stage.has(5, prefix="busy")
    watch = await stage.watch()
    await stage.tick()
    return watch


async def _open(stage: Stage, watch: Watch) -> dict[str, Alert]:
    return {name: alert for name, alert in (await stage.alerts(watch)).items() if alert.is_open}


async def test_alerts_of_a_removed_connection_end_once_with_the_reason(stage: Stage) -> None:
    """Nobody says that their projects are back."""
    watch = await _backlog(stage)
    disconnecting = _disconnecting(stage)
    none = await disconnecting.dismiss(BOTH, stage.clock.now())
    ended = await disconnecting.dismiss(["pixel"], stage.clock.now())
    again = await _disconnecting(stage).dismiss(["pixel"], stage.clock.now())

    assert (none, ended, again) == (0, 5, 0)
    assert await _open(stage, watch) == {}
    steps = [step for step in await stage.steps(watch) if step[0] is not StepKind.OPENED]
    assert steps == [(StepKind.CLOSED, f"is closed: {DISCONNECTED}")] * 5
    (card,) = {alert.card for alert in (await stage.alerts(watch)).values()}
    assert card is not None
    told = [step.telling for step in await stage.ledger.untold(card)]
    assert told == [Telling.THREAD] * 5


async def test_many_are_ended_in_several_rounds(stage: Stage) -> None:
    """Each takes a while to write."""
    await _backlog(stage)
    disconnecting = _disconnecting(stage)
    rounds = [await disconnecting.dismiss(["pixel"], stage.clock.now(), most=2) for _ in range(4)]
    assert rounds == [2, 2, 1, 0]


async def test_a_connection_that_comes_back_begins_with_a_baseline(stage: Stage) -> None:
    """What has fallen silent by then is on one card, held back by nobody, and no news."""
    watch = await _backlog(stage)
    account = stage.rows._accounts.pop("micro")
    await _disconnecting(stage).dismiss(["pixel"], stage.clock.now())
    await stage.tick(3)
    stage.clock.move(2 * DAY)
    stage.rows._accounts["micro"] = account
    await stage.tick(8)

    found = await _open(stage, watch)
    assert len(found) == 15
    assert all(alert.baseline for alert in found.values())
    assert stage.ledger._holds == {}


async def test_what_was_kept_is_kept_when_the_connection_comes_back(stage: Stage) -> None:
    """What a person said is about the project, not about us."""
    watch = await _backlog(stage)
    alert = (await stage.alerts(watch))["m0"]
    kept = overlays.keep(alert, until=None, by="U1", zone="UTC", now=stage.clock.now())
    await stage.ledger.change_alerts([kept], now=stage.clock.now())
    account = stage.rows._accounts.pop("micro")
    await _disconnecting(stage).dismiss(["pixel"], stage.clock.now())
    stage.rows._accounts["micro"] = account
    await stage.tick(3)

    assert set(await _open(stage, watch)) == {"m1", "m2", "m3", "m4"}
