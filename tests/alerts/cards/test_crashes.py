"""A process that delivers cards may die at any moment: nothing is lost, and nothing doubled where we may look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import StepKind, Telling
from tests.alerts.cards.mortal import Fate, Killed
from tests.alerts.cards.stage import CHANNEL, QUICK, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LATER = QUICK.lease + timedelta(seconds=1)
Story = list[tuple[str, bool, str]]
"""Where, whether in a thread, and how it begins: everything that arrived, without what a later edit made of it."""


async def play(stage: Stage, delivers: Callable[[], Awaitable[None]]) -> Story:
    """Let two projects go quiet, one more, one person be told, two come back; return what arrived."""
    watch = await stage.begin(hours=None)
    first, second = await stage.opens(watch, "Checkout", "Atlas")
    stage.clock.forward(minutes=5)
    await delivers()
    (third,) = await stage.opens(watch, "Beacon")
    stage.clock.forward(hours=7)
    await delivers()
    await stage.says(first, StepKind.SNOOZE_ENDS_SOON, telling=Telling.PERSON, person="U0BEN")
    stage.clock.forward(minutes=1)
    await delivers()
    await stage.ends(first, second)
    stage.clock.forward(minutes=1)
    await delivers()
    stage.clock.forward(days=9)
    await stage.says(third, StepKind.WORSE, "is worse")
    stage.clock.forward(hours=7)
    await delivers()
    await stage.ends(third)
    stage.clock.forward(minutes=1)
    await delivers()
    return [
        (post.posted.channel, post.thread is not None, post.message.text if post.thread else "card")
        for post in stage.messenger.posts
    ]


async def undisturbed() -> tuple[Story, int]:
    """Return what arrives if nobody dies, and how many calls that took."""
    stage = Stage()
    fate = Fate(at_call=0, done=False)
    process = stage.process(messenger=fate.messenger(stage.messenger), ledger=fate.ledger(stage.ledger))
    return await play(stage, lambda: stage.delivers(process)), fate.calls


async def killed_at(call: int, *, done: bool, may_look: bool = True) -> tuple[Story, Stage]:
    """Play the same with a process that dies, and another one that goes on when the lease has ended."""
    stage = Stage()
    stage.messenger.may_look = may_look
    fate = Fate(at_call=call, done=done)
    victim = stage.process(messenger=fate.messenger(stage.messenger), ledger=fate.ledger(stage.ledger))
    heir = stage.process("two")
    alive = [victim]

    async def delivers() -> None:
        try:
            await stage.delivers(alive[0])
        except Killed:
            alive[0] = heir
            await stage.delivers(heir, seconds=LATER.total_seconds())

    return await play(stage, delivers), stage


async def test_story_is_what_it_seems() -> None:
    """The card, one more, one person, two ends, a new card, an end."""
    story, calls = await undisturbed()

    assert [(where, threaded) for where, threaded, _ in story] == [
        (CHANNEL, False),
        (CHANNEL, True),
        ("U0BEN", False),
        (CHANNEL, True),
        (CHANNEL, False),
        (CHANNEL, True),
    ]
    assert calls > 50


@pytest.mark.parametrize("done", [False, True])
async def test_death_at_any_moment_changes_nothing_where_we_may_look(*, done: bool) -> None:
    """Only what one person is told is never looked for: that may come twice."""
    story, calls = await undisturbed()

    for call in range(1, calls + 1):
        found, _ = await killed_at(call, done=done)
        public = [each for each in found if each[0] == CHANNEL]
        private = [each for each in found if each[0] != CHANNEL]
        assert sorted(public) == sorted(each for each in story if each[0] == CHANNEL), f"killed at call {call}"
        assert len(private) in {1, 2}, f"killed at call {call}"


async def test_death_may_double_one_message_where_we_may_not_look() -> None:
    """And loses none."""
    story, calls = await undisturbed()
    doubled = 0

    for call in range(1, calls + 1, 2):
        found, stage = await killed_at(call, done=True, may_look=False)
        assert set(story) <= set(found), f"killed at call {call}"
        assert len(found) <= len(story) + 1, f"killed at call {call}"
        doubled += len(found) - len(story)
        assert not [alert for card in range(1, 9) for alert in await stage.ledger.members(card) if alert.is_open]

    assert 0 < doubled <= len(story)


async def test_two_processes_at_once_send_everything_once() -> None:
    """Each card is claimed by one of them."""
    stage = Stage()
    one, two = stage.process("one"), stage.process("two")
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    stage.clock.forward(minutes=5)

    (job,) = await one.jobs(10)
    assert await two.jobs(10) == (job,)
    await one.attempt(job.ref, job.attempt)
    await two.attempt(job.ref, job.attempt)

    assert len(stage.messenger.posts) == 1
