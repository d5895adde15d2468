"""Our own errors, lost claims, and shutting down in the middle."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.digests import reasons
from bot.digests.timing import Timing
from bot.digests.unbroken import unbroken
from bot.errors import (
    StoreError,
    UsageError,
)
from bot.model import DeliveryState
from tests.digests.stage import (
    DAY,
    DUE,
    FAILED,
    HOUR,
    LATE,
    LEASE,
    MINUTE,
    MONDAY_9,
    OWNER,
    PLANNED,
    POSTED,
    POSTING,
    UNKNOWN,
    Stage,
    silent,
)

if TYPE_CHECKING:
    from typing import Any

    from bot.model import Posted


# --- our own errors --------------------------------------------------------------------------------------------------


UNREADABLE = "the filters `source:gone` cannot be read any more: I know no source “gone”."


async def test_filters_that_cannot_be_read_any_more_fail_in_the_end_with_the_sentence(stage: Stage) -> None:
    """A source was taken away; the last attempt is made just before it is too late."""
    digest = await stage.add(query="source:gone")
    stage.writer.errors = [UsageError("I know no source “gone”.") for _ in range(100)]

    await stage.tick_at(DUE)
    waiting = await stage.only_row(digest)
    await stage.run_until(MONDAY_9 + 4 * HOUR)

    assert (waiting.state, waiting.reason, waiting.retry_at) == (PLANNED, UNREADABLE, DUE + MINUTE)
    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, UNREADABLE)
    assert row.attempts < 25
    assert stage.posted == []


async def test_filters_that_another_process_can_read_are_sent_by_it(stage: Stage) -> None:
    """While keys are being changed, one replica knows a source that the other does not know yet."""
    digest = await stage.add(query="source:gone")
    stage.writer.errors = [UsageError("I know no source “gone”.")]

    await stage.tick_at(DUE)
    await stage.tick_at(DUE + MINUTE)

    assert await stage.states(digest) == [POSTED]


async def test_an_unforeseen_error_is_logged_and_tried_until_it_is_too_late(stage: Stage) -> None:
    """With a trace for us and a sentence for people, and ever more rarely."""
    digest = await stage.add()
    stage.writer.errors = [RuntimeError("a secret") for _ in range(100)]
    stage.clock.moment = DUE - MINUTE

    with capture_logs() as logs:
        await stage.run_until(MONDAY_9 + 4 * HOUR)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, reasons.UNFORESEEN)
    assert [line["event"] for line in logs].count("digest.attempt_failed") == row.attempts < 25
    assert stage.posted == []


async def test_attempts_made_for_other_reasons_do_not_count_against_an_unforeseen_error(stage: Stage) -> None:
    """After an hour without any source, one error of ours is not the end."""
    digest = await stage.add()
    stage.writer.blind = True
    stage.clock.moment = DUE - MINUTE
    await stage.run_until(DUE + 40 * MINUTE)
    assert (await stage.only_row(digest)).attempts > 5
    stage.writer.blind, stage.writer.errors = False, [RuntimeError("once")]

    await stage.run_until(DUE + 80 * MINUTE)

    assert await stage.states(digest) == [LATE]


async def test_an_unforeseen_error_that_passes_is_forgotten(stage: Stage) -> None:
    """One attempt more, and it is there."""
    digest = await stage.add()
    stage.writer.errors = [RuntimeError("once")]

    await stage.tick_at(DUE)
    await stage.tick_at(DUE + MINUTE)

    assert await stage.states(digest) == [POSTED]


async def test_writing_that_takes_longer_than_a_lease_is_given_up() -> None:
    """It must not be sent after somebody else began."""
    stage = Stage(Timing(lease=timedelta(milliseconds=40)))
    digest = await stage.add()

    class Slow:
        async def write(self, *_args: Any, **_given: Any) -> Any:
            await asyncio.Event().wait()

    stage.clock.moment = DUE
    await stage.tick(stage.process("slow", writer=Slow()))

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (PLANNED, reasons.UNFORESEEN)


async def test_a_broken_database_leaves_the_delivery_to_the_next_attempt(stage: Stage) -> None:
    """When the lease has ended, somebody goes on."""
    digest = await stage.add()
    stage.writer.errors = [StoreError("gone")]

    await stage.tick_at(DUE)
    assert (await stage.only_row(digest)).state is DeliveryState.CLAIMED
    await stage.tick_at(DUE + LEASE)

    assert await stage.states(digest) == [POSTED]


async def test_what_slack_has_taken_is_noted_again_and_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else knows it; only a database that stays away makes it a case for a look."""
    digest = await stage.add()
    posted = stage.ledger.posted
    broken = 3

    async def break_first(*args: Any, **given: Any) -> bool:
        nonlocal broken
        broken -= 1
        if broken >= 0:
            raise StoreError("busy")
        return await posted(*args, **given)

    monkeypatch.setattr(stage.ledger, "posted", break_first)
    await stage.tick_at(DUE)
    assert await stage.states(digest) == [POSTED]

    broken = 4
    await stage.tick_at(DUE + DAY)
    assert await stage.states(digest) == [POSTED, POSTING]
    await stage.tick_at(DUE + DAY + LEASE)

    assert await stage.states(digest) == [POSTED, POSTED]
    assert len(stage.posted) == 2


async def test_a_message_in_mid_air_of_a_removed_digest_is_not_known(stage: Stage) -> None:
    """Nobody can look: the channel went with the digest."""
    digest = await stage.add()
    stage.messenger.lose_before()
    await stage.tick_at(DUE)
    await stage.book.remove(digest, OWNER)

    await stage.tick_at(DUE + LEASE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (UNKNOWN, reasons.REMOVED_IN_DOUBT)


async def test_a_claim_lost_while_writing_sends_nothing(stage: Stage) -> None:
    """Somebody else took over while we slept."""
    digest = await stage.add()
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)

    def take_over() -> None:
        stage.clock.move(2 * LEASE)
        row = stage.ledger._deliveries[job.ref]
        stage.ledger._deliveries[job.ref] = replace(row, attempts=2)

    stage.writer.meanwhile = take_over
    with capture_logs() as logs:
        await stage.deliverer.attempt(job.ref, 1)

    assert stage.posted == []
    assert (await stage.only_row(digest)).attempts == 2
    assert [line["event"] for line in logs] == ["digest.claim_lost"]


@pytest.mark.parametrize("blind", [True, False])
async def test_a_claim_lost_before_its_end_is_noted_changes_nothing(stage: Stage, blind: bool) -> None:  # noqa: FBT001 - a case
    """Put off or skipped: the other one decides."""
    await silent(stage)
    stage.writer.blind = blind
    stage.clock.moment = DUE + DAY
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)

    def take_over() -> None:
        stage.ledger._deliveries[job.ref] = replace(stage.ledger._deliveries[job.ref], attempts=2)

    stage.writer.meanwhile = take_over
    with capture_logs() as logs:
        await stage.deliverer.attempt(job.ref, 1)

    assert [line["event"] for line in logs] == ["digest.claim_lost"]
    assert len(stage.posted) == 1


async def test_a_message_that_arrived_after_the_claim_was_lost_is_said_in_the_log(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one found it, or gave it up; here we can only say where it is."""
    await stage.add()

    async def lost(*_args: Any, **_given: Any) -> bool:
        return False

    monkeypatch.setattr(stage.ledger, "posted", lost)
    with capture_logs() as logs:
        await stage.tick_at(DUE)

    assert [line["event"] for line in logs] == ["digest.posted_in_vain", "digest.claim_lost"]
    assert logs[0]["ts"]


# --- shutting down ---------------------------------------------------------------------------------------------------


async def given_up_while(stage: Stage, job_ref: int, reached: asyncio.Event) -> asyncio.Task[None]:
    """Begin an attempt, and cancel it when it has come so far."""
    task = asyncio.create_task(stage.deliverer.attempt(job_ref, 1))
    await asyncio.wait_for(reached.wait(), 5)
    task.cancel()
    await asyncio.sleep(0)
    return task


async def test_an_attempt_given_up_while_writing_gives_its_delivery_back_at_once(stage: Stage) -> None:
    """The next process need not wait for the lease."""
    digest = await stage.add()
    reached = asyncio.Event()

    class Slow:
        async def write(self, *_args: Any, **_given: Any) -> Any:
            reached.set()
            await asyncio.Event().wait()

    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)
    stage.deliverer = stage.process("stopping", writer=Slow())
    task = await given_up_while(stage, job.ref, reached)
    with pytest.raises(asyncio.CancelledError):
        await task

    row = await stage.only_row(digest)
    assert (row.state, row.reason, row.retry_at) == (PLANNED, reasons.SHUT_DOWN, DUE)
    assert await stage.tick(stage.process("next")) == 1
    assert await stage.states(digest) == [POSTED]


async def test_an_attempt_given_up_while_posting_is_brought_to_its_end_first(stage: Stage) -> None:
    """What Slack may have must not be forgotten."""
    digest = await stage.add()
    stage.messenger.gate.clear()
    reached = asyncio.Event()
    post = stage.messenger.post

    async def noticed(*args: Any, **given: Any) -> Posted:
        reached.set()
        return await post(*args, **given)

    stage.messenger.post = noticed  # type: ignore[method-assign]  # one call is enough
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)
    task = await given_up_while(stage, job.ref, reached)
    assert not task.done()
    stage.messenger.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await stage.states(digest) == [POSTED]


async def test_work_that_ends_badly_after_it_was_given_up_is_in_the_log() -> None:
    """Nobody waits for its error any more."""

    async def work() -> None:
        await asyncio.sleep(0)
        raise StoreError("gone")

    task = asyncio.create_task(unbroken(work()))
    await asyncio.sleep(0)
    with capture_logs() as logs:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert [(line["event"], line["error"]) for line in logs] == [("work.ended_badly", "StoreError")]


async def test_an_attempt_given_up_twice_ends_in_mid_air(stage: Stage) -> None:
    """Whoever comes next looks for it."""
    digest = await stage.add()
    stage.messenger.gate.clear()
    reached = asyncio.Event()
    post = stage.messenger.post

    async def noticed(*args: Any, **given: Any) -> Posted:
        reached.set()
        return await post(*args, **given)

    stage.messenger.post = noticed  # type: ignore[method-assign]  # one call is enough
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)
    task = await given_up_while(stage, job.ref, reached)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await stage.states(digest) == [POSTING]
    stage.messenger.gate.set()
    await stage.tick_at(DUE + LEASE)
    assert await stage.states(digest) == [POSTED]
    assert not stage.doubles


async def test_a_delivery_in_mid_air_is_not_given_back_before_somebody_looked(stage: Stage) -> None:
    """Planned again it would be sent again."""
    digest = await stage.add()
    stage.messenger.lose_answer()
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)
    now = stage.clock.now()
    await stage.ledger.claim_delivery(job.ref, attempt=1, holder="dead", now=now, lease_until=now)
    await stage.ledger.begin_posting(job.ref, attempt=1, version=1, snapshot=None, now=now, lease_until=now)
    reached = asyncio.Event()

    async def find(*_args: Any, **_given: Any) -> Posted | None:
        reached.set()
        await asyncio.Event().wait()
        return None

    stage.messenger.find = find  # type: ignore[method-assign]  # one call is enough
    task = asyncio.create_task(stage.deliverer.attempt(job.ref, 2))
    await asyncio.wait_for(reached.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await stage.states(digest) == [POSTING]
