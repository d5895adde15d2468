"""What makes the bot ready, as far as digests go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.slack.identity import Badge
from bot.wiring.health import TICKED_WITHIN, readiness_of
from tests.fakes.clock import HandClock
from tests.fakes.ledger import FakeLedger

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.engine.engine import Engine
    from bot.wiring import Core


@dataclass
class HalfCore:
    """A clock and a ledger are all that matters here."""

    clock: HandClock = field(default_factory=HandClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)


@dataclass
class HalfEngine:
    """An engine that started a while ago, or just now."""

    young: bool = False
    ticked: bool = False
    right: bool = True
    asked: list[timedelta] = field(default_factory=list)

    def began_within(self, _span: timedelta) -> bool:
        """Tell which."""
        return self.young

    async def ticked_within(self, span: timedelta) -> bool:
        """Tell whether it ticked."""
        self.asked.append(span)
        return self.ticked

    async def clock_agrees(self) -> bool:
        """Tell whether the clock is right."""
        return self.right


async def passes(check: str, engine: HalfEngine) -> bool:
    """Run a check."""
    readiness = readiness_of(cast("Core", HalfCore()), Badge(), None, cast("Engine", engine))
    return await readiness.checks[check]()


@pytest.mark.parametrize("young", [True, False])
async def test_an_engine_that_has_just_started_need_not_have_ticked(*, young: bool) -> None:
    """Ten thousand digests may be planned first."""
    assert await passes("engine", HalfEngine(young=young)) is young


@pytest.mark.parametrize("ticked", [True, False])
async def test_after_that_a_whole_tick_in_any_process_is_what_counts(*, ticked: bool) -> None:
    """That one began says nothing: planning may fail for days."""
    engine = HalfEngine(ticked=ticked)

    assert await passes("engine", engine) is ticked
    assert engine.asked == [TICKED_WITHIN]


@pytest.mark.parametrize("right", [True, False])
async def test_a_clock_that_nobody_shares_makes_us_unready(*, right: bool) -> None:
    """Whoever runs Rollcall must hear of it: nothing is delivered here."""
    assert await passes("clock", HalfEngine(right=right)) is right


def test_without_an_engine_nothing_is_checked() -> None:
    """Journeys that need none have none."""
    checks: Any = readiness_of(cast("Core", HalfCore()), Badge(), None, None).checks

    assert set(checks) == {"store", "slack"}
