"""A process that dies at any moment, again and again: no double, and no hole that the ledger does not name."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import NotPosted
from bot.model import DELIVERED, FINISHED, DeliveryState, EmptyPolicy
from tests.digests.stage import CHANNEL, DAILY, DUE, HOURLY, LEASE, MINUTE, Fate, Killed, Mortal, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.digests.deliverer import Deliverer
    from bot.digests.outside import Writes
    from bot.model import Digest, Schedule
    from bot.ports import Ledger, Messenger

STORIES: dict[str, Callable[[Stage], object]] = {
    "all is well": lambda _stage: None,
    "the answer is lost": lambda stage: stage.messenger.lose_answer(),
    "the message is lost": lambda stage: stage.messenger.lose_before(),
    "Slack asks to wait": lambda stage: stage.messenger.refuse(NotPosted("ratelimited", wait=MINUTE)),
    "the channel is archived": lambda stage: stage.messenger.close(CHANNEL),
    "Slack is closed": lambda stage: setattr(stage.messenger, "workspace_closed", "token_revoked"),
    "the source is blind": lambda stage: setattr(stage.writer, "blind", True),
    "nothing changed": lambda stage: setattr(stage.writer, "changed", False),
    "writing breaks": lambda stage: stage.writer.errors.append(RuntimeError("a bug")),
}
LONGEST = 50
"""More steps than any of these stories has."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Traces of thousands of made-up errors take longer to draw than all the rest."""
    with capture_logs():
        yield


def mortal(stage: Stage, fate: Fate) -> Deliverer:
    """Return a process that dies at the step that `fate` says."""
    return stage.process(
        f"mortal {id(fate)}",
        ledger=cast("Ledger", Mortal(stage.ledger, fate)),
        messenger=cast("Messenger", Mortal(stage.messenger, fate)),
        writer=cast("Writes", Mortal(stage.writer, fate)),
    )


async def live_and_die(stage: Stage, last: int) -> Fate:
    """Let a process do one tick, and die at its step number `last` if it comes so far."""
    fate = Fate(last)
    with suppress(Killed):
        await stage.tick(mortal(stage, fate))
    return fate


async def check(stage: Stage, digest: Digest, *, all_seen: bool) -> None:
    """Compare the ledger with what is at Slack; `all_seen` if every look could find what it looked for."""
    assert not stage.doubles
    sent = {post.key: post.posted for post in stage.messenger.in_channel(CHANNEL)}
    for row in await stage.rows(digest):
        key = f"digest:{row.digest}:{row.slot}"
        assert row.state in FINISHED
        if row.state in DELIVERED:
            assert row.posted == sent.pop(key)
        else:
            assert row.reason
        if row.state is DeliveryState.UNKNOWN:
            assert not all_seen
            sent.pop(key, None)
    assert sent == {}


@pytest.mark.parametrize("may_look", [True, False], ids=["may look", "may not look"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_process_that_dies_at_any_step_leaves_neither_a_double_nor_an_unnamed_hole(
    story: str, *, may_look: bool
) -> None:
    """Each step of each story in turn, and another process that goes on after the lease."""
    for last in range(1, LONGEST):
        stage = Stage()
        digest = await stage.add(empty=EmptyPolicy.SKIP)
        stage.messenger.may_look = may_look
        STORIES[story](stage)
        stage.clock.moment = DUE

        fate = await live_and_die(stage, last)
        await stage.run_until(DUE + timedelta(minutes=70))
        await stage.run_until(DUE + timedelta(hours=5), every=timedelta(minutes=10))

        await check(stage, digest, all_seen=may_look and stage.messenger.workspace_closed is None)
        if len(fate.steps) < last:
            break
    else:
        pytest.fail("the story has more steps than were tried")


async def test_a_process_that_dies_in_mid_air_is_followed_by_one_that_looks() -> None:
    """The message had arrived; what the next digest is compared with had survived beside the row."""
    stage = Stage()
    digest = await stage.add()
    stage.clock.moment = DUE
    fate = Fate(0)
    await stage.tick(mortal(stage, fate))
    after_post = fate.steps.index("after post") + 1
    stage = Stage()
    digest = await stage.add()
    stage.clock.moment = DUE

    await live_and_die(stage, after_post)
    assert await stage.states(digest) == [DeliveryState.POSTING]
    await stage.tick_at(DUE + LEASE)

    assert await stage.states(digest) == [DeliveryState.POSTED]
    snapshot = await stage.ledger.snapshot(digest)
    assert snapshot is not None
    assert snapshot.at == DUE
    assert len(stage.messenger.looks) == 1


@settings(deadline=None)
@given(
    deaths=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 100)), max_size=12),
    troubles=st.lists(st.sampled_from(sorted(STORIES)[1:]), max_size=3),
    schedule=st.sampled_from([DAILY, HOURLY]),
    may_look=st.booleans(),
)
def test_processes_that_die_again_and_again_tell_every_slot_once(
    deaths: list[tuple[int, int]], troubles: list[str], schedule: Schedule, *, may_look: bool
) -> None:
    """Any number of deaths at any steps, with any troubles of Slack and the sources meanwhile."""

    async def scenario() -> None:
        stage = Stage()
        digest = await stage.add(schedule)
        stage.messenger.may_look = may_look
        stage.clock.moment = DUE - MINUTE
        for number, (last, minutes) in enumerate(deaths):
            if number < len(troubles):
                STORIES[troubles[number]](stage)
            await live_and_die(stage, last)
            stage.clock.move(timedelta(minutes=minutes))
        await stage.run_until(stage.clock.now() + timedelta(minutes=75))
        stage.messenger.reopen(CHANNEL)
        stage.messenger.workspace_closed = None
        kept = await stage.ledger.digest(digest.ref)
        assert kept is not None
        if kept.pause is not None:
            await stage.book.resume(kept, None)
        stage.writer.blind = False
        await stage.run_until(stage.clock.now() + timedelta(minutes=150), every=timedelta(minutes=5))
        for row in await stage.rows(digest):
            if row.state not in FINISHED:
                assert stage.clock.now() - row.due_at < timedelta(minutes=10)
                await stage.run_until(row.due_at + timedelta(minutes=12))
        await check(stage, digest, all_seen=may_look and "Slack is closed" not in troubles)

    asyncio.run(scenario())
