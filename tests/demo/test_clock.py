"""The clock that people can move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.clock import DemoClock
from tests.fakes.clock import NOON, HandClock


def test_the_demo_time_goes_on_from_where_it_was_moved_to() -> None:
    """It is the real time and some days; resetting returns to the real time."""
    real = HandClock()
    clock = DemoClock(real)

    clock.forward(timedelta(days=10))
    real.move(timedelta(minutes=1))

    assert clock.now() == NOON + timedelta(days=10, minutes=1)
    assert clock.ahead == timedelta(days=10)
    clock.reset()
    assert clock.now() == real.now()


def test_the_demo_time_does_not_go_back() -> None:
    """Only a reset does; the catalog would otherwise come from the future."""
    with pytest.raises(ValueError, match="only moves forward"):
        DemoClock(HandClock()).forward(timedelta(seconds=-1))
