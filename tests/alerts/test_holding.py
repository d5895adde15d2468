"""Holds outlast the process that began them, and rest on what is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY

from bot.errors import SourceDown
from bot.model import Condition, ConditionKind
from tests.alerts.stage import DAY, GONE, MINUTE, OFF, QUEUE, Stage

if TYPE_CHECKING:
    from bot.model import Hold, Watch

QUIET = Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY)


@pytest.fixture
async def stage() -> Stage:
    """Return an evaluator whose sources know nothing yet."""
    made = Stage()
    await made.open()
    return made


async def _storm(stage: Stage) -> tuple[Watch, Hold]:
    """Let ten of twelve projects fall silent in one evaluation."""
    stage.has(10, idle=30 * DAY - 2 * MINUTE)
    stage.has(2, prefix="busy")
    watch = await stage.watch(QUIET)
    await stage.tick(4)
    (hold,) = await stage.ledger.holds("local")
    return watch, hold


async def _release(stage: Stage, hold: Hold) -> None:
    released = await stage.ledger.save_hold(replace(hold, released_at=stage.clock.now(), released_by="U1"))
    assert released is not None


async def _restart(stage: Stage) -> None:
    """Let another process go on, which remembers nothing."""
    await stage.evaluator.close()
    stage.evaluator = stage.another("two")


async def test_what_a_person_released_goes_through_after_a_restart(stage: Stage) -> None:
    """The process that held it has died; who takes over reads what was said."""
    watch, hold = await _storm(stage)
    await _release(stage, hold)
    await _restart(stage)
    await stage.tick()

    assert set((await stage.states(watch)).values()) == {"inactive"}
    assert await stage.ledger.holds("local") == ()


async def test_a_release_is_for_what_was_held_and_not_for_the_next_mass(stage: Stage) -> None:
    """Once it was written, the guard is as watchful as before."""
    _, hold = await _storm(stage)
    await _release(stage, hold)
    await stage.tick()
    through = await stage.ledger.hold(hold.ref)
    stage.has(10, idle=30 * DAY - 2 * MINUTE, prefix="n")
    await stage.tick(4)

    assert await stage.ledger.released_holds("local") == ()
    assert through is not None
    assert through.let_through_at is not None
    assert [each.projects for each in await stage.ledger.holds("local")] == [10]


async def test_while_viewers_cannot_be_counted_looks_at_the_list_release_what_rests_on_it(stage: Stage) -> None:
    """It would wait for as long as nobody can count them."""
    for number in range(20):
        stage.streams(f"p{number}")
    watch = await stage.watch(GONE)
    await stage.tick(2)
    stage.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"), "viewers")
    await stage.tick(3)
    stage.pixel.forgets(*(f"p{number}" for number in range(9)))
    await stage.tick(80)

    assert [hold.looks for hold in stage.ledger._holds.values()] == [3]
    assert set((await stage.states(watch)).values()) == {"inactive"}


async def test_how_many_connections_are_held_is_measured(stage: Stage) -> None:
    """Whoever watches Rollcall sees that something waits."""
    _, hold = await _storm(stage)
    await stage.tick()
    during = REGISTRY.get_sample_value("rollcall_holds")
    await _release(stage, replace(hold, version=hold.version + 1))
    await stage.tick()

    assert (during, REGISTRY.get_sample_value("rollcall_holds")) == (1.0, 0.0)


async def test_what_a_source_says_in_so_many_words_is_no_storm(stage: Stage) -> None:
    """Somebody switched nearly everything off: that is neither silence nor absence."""
    for number in range(12):
        stage.streams(f"p{number}")
    watch = await stage.watch(OFF)
    await stage.tick(2)
    for number in range(10):
        stage.streams(f"p{number}", enabled=False)
    await stage.tick(4)

    assert list((await stage.states(watch)).values()) == ["inactive"] * 10
    assert stage.ledger._holds == {}


async def test_what_is_neither_silence_nor_absence_is_told_while_the_rest_is_held(stage: Stage) -> None:
    """Viewers who wait cannot wait for three looks, and what is switched off is not in doubt."""
    for number in range(20):
        stage.streams(f"p{number}")
    off, queue, gone = await stage.watch(OFF), await stage.watch(QUEUE), await stage.watch(GONE)
    await stage.tick(2)
    stage.pixel.forgets(*(f"p{number}" for number in range(9)))
    await stage.tick(71)
    stage.streams("p19", enabled=False)
    stage.pixel.counts_viewers("p18", 1, queued=2)
    await stage.tick(3)

    assert [hold.looks for hold in await stage.ledger.holds("local")] == [2]
    assert await stage.states(gone) == {}
    assert await stage.states(off) == {"p19": "inactive"}
    assert await stage.states(queue) == {"p18": "inactive"}


async def test_alerts_of_a_connection_that_was_taken_out_of_the_settings_end(stage: Stage) -> None:
    """At the next evaluation, and what is left to be done elsewhere goes on."""
    stage.has(3, idle=60 * DAY)
    watch = await stage.watch()
    await stage.tick()
    del stage.rows._accounts["micro"]
    await stage.tick()

    reasons = {alert.reason for alert in (await stage.alerts(watch)).values()}
    assert reasons == {"Rollcall is no longer connected to its source, so nobody knows how it goes on"}
