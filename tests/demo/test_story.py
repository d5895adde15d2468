"""What happens at the sources while days pass."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from bot.demo.sources import demo_sources
from bot.demo.story import Story
from bot.demo.upstreams import MicroVisualizerStandIn, StreampixelStandIn
from tests.fakes.clock import HandClock


async def test_a_thing_happens_each_day_and_none_before_the_first_night() -> None:
    """And none is left out by a long jump, nor told twice."""
    clock, told = HandClock(), list[str]()
    story = Story(clock, [(lambda: told.append("a"), lambda: told.append("b")), (lambda: told.append("x"),)])

    await story.go_on()
    assert told == []
    clock.forward(hours=13)
    await story.go_on()
    await story.go_on()
    assert told == ["a", "x"]
    clock.forward(days=10)
    await story.go_on()
    assert told == ["a", "x", "b"]


async def test_the_tales_of_the_demo_can_be_told_to_their_end() -> None:
    """Every project in them exists when its day has come, and each day changes something."""
    clock = HandClock()
    sources = demo_sources(clock)
    story, seen = Story(clock, (source.tale for source in sources)), list[str]()
    for _ in range(15):
        clock.move(timedelta(days=1))
        await story.go_on()
        stand_ins = (source.stand_in for source in sources)
        seen.append(repr([s.projects for s in stand_ins if isinstance(s, StreampixelStandIn | MicroVisualizerStandIn)]))

    assert all(before != after for before, after in pairwise(seen))
    assert "Ski Lift Simulator" in seen[-1]
    assert "Gift Wrapping" in seen[-1]
