"""Waiting for the turn of a channel."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.errors import NotPosted, StoreError
from bot.slack.pace import EVERY, Pace
from bot.slack.patience import Patience
from tests.fakes.clock import HandClock


class Queues:
    """Hands out turns as the ledger does."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.next_at: dict[str, datetime] = {}
        self.taken: list[str] = []
        self.broken = False

    async def turn(self, key: str) -> timedelta:
        """Take the next turn."""
        if self.broken:
            raise StoreError("no database")
        self.taken.append(key)
        turn = max(self.next_at.get(key, self.clock.now()), self.clock.now())
        self.next_at[key] = turn + EVERY
        return turn - self.clock.now()


@pytest.fixture
def queues() -> Queues:
    """Queues without anybody in them."""
    return Queues(HandClock())


@pytest.fixture
def pace(queues: Queues) -> Pace:
    """The pace of one process."""
    return Pace(queues.turn, Patience(clock=queues.clock, sleep=queues.clock.sleep))


async def test_messages_of_one_channel_are_a_second_apart(pace: Pace, queues: Queues) -> None:
    """Whoever waits longer than that can still go on with other channels."""
    before = queues.clock.now() + timedelta(minutes=1)

    await asyncio.gather(*(pace.wait("C1", before) for _ in range(3)), pace.wait("C2", before))

    assert queues.clock.slept_s == [1.0, 1.0]
    assert sorted(queues.taken) == ["slack:C1", "slack:C1", "slack:C1", "slack:C2"]


async def test_turn_that_comes_too_late_is_said_with_how_long_it_takes(pace: Pace, queues: Queues) -> None:
    """Another process is before us; nothing is sent, and nobody waits for nothing."""
    before = queues.clock.now() + timedelta(seconds=5)
    queues.next_at["slack:C1"] = before + timedelta(seconds=4)

    with pytest.raises(NotPosted, match="too_late") as raised:
        await pace.wait("C1", before)

    assert raised.value.wait == timedelta(seconds=9)
    assert queues.clock.slept_s == []


async def test_turn_that_is_certain_to_be_too_late_is_not_taken(pace: Pace, queues: Queues) -> None:
    """Otherwise a crowd that always comes too late would push its own turns ahead of itself for ever."""
    before = queues.clock.now() + timedelta(seconds=1, milliseconds=500)

    ends = await asyncio.gather(*(pace.wait("C1", before) for _ in range(5)), return_exceptions=True)

    assert [type(end) for end in ends] == [type(None), type(None), NotPosted, NotPosted, NotPosted]
    assert len(queues.taken) == 2
    queues.clock.forward(seconds=10)
    await pace.wait("C1", queues.clock.now())
    assert len(queues.taken) == 3


async def test_clock_that_was_put_back_holds_nobody_up(pace: Pace, queues: Queues) -> None:
    """What we remember of a queue may then lie days ahead."""
    await pace.wait("C1", queues.clock.now())
    queues.clock.forward(days=-2)
    queues.next_at.clear()

    await pace.wait("C1", queues.clock.now())

    assert queues.clock.slept_s == []


async def test_moment_that_has_passed_takes_no_turn(pace: Pace, queues: Queues) -> None:
    """It was too late before it began."""
    with pytest.raises(NotPosted, match="too_late"):
        await pace.wait("C1", queues.clock.now() - timedelta(seconds=1))

    assert queues.taken == []


async def test_without_a_database_nothing_is_sent(pace: Pace, queues: Queues) -> None:
    """What became of it could not be noted either."""
    queues.broken = True

    with pytest.raises(NotPosted, match="no_turn"):
        await pace.wait("C1", queues.clock.now())
