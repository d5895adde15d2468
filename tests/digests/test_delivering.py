"""A planned digest is sent: once, in full or in one line, on time or by hand."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from bot.answers import Purpose
from bot.digests import reasons
from bot.digests.due import plan_for
from bot.errors import NotPosted
from bot.metrics import DELIVERIES_WAITING
from bot.model import DeliveryKind
from tests.digests.stage import (
    CHANNEL,
    DAILY,
    DUE,
    HOUR,
    HOURLY,
    MINUTE,
    OWNER,
    PLANNED,
    POSTED,
    SKIPPED,
    Stage,
    baseline,
    silent,
)

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from bot.model import Digest, Plan, Uptime


# --- on time ---------------------------------------------------------------------------------------------------------


async def test_a_due_digest_is_posted_once_and_becomes_what_the_next_is_compared_with(stage: Stage) -> None:
    """One slot, one message, under the key of the slot."""
    digest = await stage.add()

    with capture_logs() as logs:
        await stage.tick_at(DUE)
        await stage.tick_at(DUE + MINUTE)

    row = await stage.only_row(digest)
    assert (row.state, row.attempts, row.reason) == (POSTED, 1, "")
    (post,) = stage.messenger.in_channel(CHANNEL)
    assert (post.posted, post.key) == (row.posted, f"digest:{digest.ref}:2026-03-02T09:00")
    assert (await baseline(stage, digest)).at == DUE
    assert stage.writer.calls == [(Purpose.SCHEDULED, stage.timing.patience)]
    assert [line["event"] for line in logs if line["event"].startswith("digest.")] == ["digest.posted"]


async def test_a_tick_before_the_time_does_nothing(stage: Stage) -> None:
    """Nothing is planned ahead."""
    digest = await stage.add()

    await stage.tick_at(DUE - timedelta(seconds=1))

    assert await stage.rows(digest) == ()
    assert stage.posted == []


async def test_two_processes_at_the_same_tick_send_one_message(stage: Stage) -> None:
    """Both plan, both get the job, one claims it."""
    digest = await stage.add()
    stage.clock.moment = DUE
    other = stage.process("two")

    await asyncio.gather(stage.tick(), stage.tick(other))

    assert await stage.states(digest) == [POSTED]
    assert len(stage.posted) == 1


async def test_jobs_have_the_same_names_in_every_process_and_another_for_each_attempt(stage: Stage) -> None:
    """The engine does under one name one thing."""
    digest = await stage.add()
    stage.clock.moment = DUE
    await stage.deliverer.plan()

    (first,) = await stage.deliverer.jobs(10)
    assert (first,) == await stage.process("two").jobs(10)
    stage.messenger.refuse(NotPosted("ratelimited"))
    await stage.deliverer.attempt(first.ref, first.attempt)
    stage.clock.move(MINUTE)
    (second,) = await stage.deliverer.jobs(10)

    assert first.workflow_id == f"digest:{digest.ref}:2026-03-02T09:00"
    assert (first.attempt, first.channel) == (1, CHANNEL)
    assert second.workflow_id == f"digest:{digest.ref}:2026-03-02T09:00:2"
    assert second.attempt == 2
    assert DELIVERIES_WAITING._value.get() == 1


async def test_work_is_handed_out_with_its_channel_and_nothing_is_looked_up_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds may wait for many minutes; a removed one has its channel, too."""
    await stage.add()
    removed = await stage.add(query="name:x", channel="C0OTHER")
    stage.clock.moment = DUE + 2 * MINUTE
    await stage.deliverer.plan()
    await stage.book.run(removed, OWNER, "run-1")
    row = (await stage.rows(removed))[0]
    await stage.ledger.claim_delivery(
        row.ref, attempt=1, holder="dead", now=stage.clock.now(), lease_until=stage.clock.now()
    )
    await stage.book.remove(removed, OWNER)

    async def look_up(_ref: int) -> Digest | None:
        raise AssertionError

    monkeypatch.setattr(stage.ledger, "digest", look_up)
    jobs = await stage.deliverer.jobs(10)

    assert {job.channel for job in jobs} == {CHANNEL, "C0OTHER"}


async def test_many_digests_are_planned_in_one_tick(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches bound the memory, not the number."""
    monkeypatch.setattr("bot.digests.planner.BATCH", 3)
    for hour in range(10):
        await stage.add(query=f"name:{hour}")
    stage.clock.moment = DUE

    assert await stage.deliverer.plan() == 10
    assert await stage.deliverer.plan() == 0


async def test_counting_what_was_missed_holds_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After weeks of absence it takes seconds, in which answers are given and messages sent: so it is done aside."""
    threads: set[threading.Thread] = set()

    def plan_aside(*args: Any) -> Plan:
        threads.add(threading.current_thread())
        return plan_for(*args)

    monkeypatch.setattr("bot.digests.planner.plan_for", plan_aside)
    monkeypatch.setattr("bot.digests.planner.ASIDE", 2)
    for number in range(5):
        await stage.add(HOURLY, query=f"name:{number}")
    stage.clock.moment = DUE + timedelta(days=20)

    assert await stage.deliverer.plan() == 5
    assert threading.main_thread() not in threads


async def test_what_one_call_leaves_is_planned_in_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick does not last for ever, however many digests there are."""
    monkeypatch.setattr("bot.digests.planner.BATCH", 2)
    monkeypatch.setattr("bot.digests.planner.MOST_BATCHES", 2)
    for number in range(5):
        await stage.add(query=f"name:{number}")
    stage.clock.moment = DUE

    assert await stage.deliverer.plan() == 4
    assert await stage.deliverer.plan() == 1


async def test_a_digest_that_somebody_else_plans_at_the_same_moment_is_planned_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is second does nothing, and counts nothing."""
    digest = await stage.add()
    stage.clock.moment = DUE
    uptimes = stage.ledger.uptimes
    other = stage.process("two")

    async def overtaken(since: datetime) -> tuple[Uptime, ...]:
        monkeypatch.setattr(stage.ledger, "uptimes", uptimes)
        assert await other.plan() == 1
        return await uptimes(since)

    monkeypatch.setattr(stage.ledger, "uptimes", overtaken)

    assert await stage.deliverer.plan() == 0
    assert await stage.states(digest) == [PLANNED]


async def test_a_digest_that_cannot_be_planned_keeps_none_of_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zone that is gone from the tables is one digest's trouble."""
    broken, good = await stage.add(), await stage.add(query="name:x")
    kept = stage.ledger._kept[broken.ref]  # no port makes such a digest
    kept.digest = replace(kept.digest, schedule=replace(DAILY, zone="Europe/Atlantis"))
    monkeypatch.setattr("bot.digests.planner.BATCH", 2)
    stage.clock.moment = DUE

    with capture_logs() as logs:
        planned = await stage.deliverer.plan()

    assert planned == 1
    assert await stage.states(good) == [PLANNED]
    assert {line["event"] for line in logs} == {"digest.not_planned"}


async def test_a_claim_that_somebody_else_has_is_left_alone(stage: Stage) -> None:
    """The engine may call twice for the same attempt."""
    await stage.add()
    await stage.tick_at(DUE)

    await stage.deliverer.attempt(2, 1)

    assert len(stage.posted) == 1


# --- run by hand -----------------------------------------------------------------------------------------------------


async def test_a_digest_run_by_hand_is_posted_in_full_and_moves_nothing(stage: Stage) -> None:
    """Neither the slot nor what the next is compared with."""
    digest = await silent(stage)
    stage.clock.moment = DUE + HOUR
    before = await stage.ledger.digest(digest.ref)

    await stage.book.run(digest, "U0BEN", "run-1")
    await stage.tick()

    row = (await stage.rows(digest))[-1]
    assert (row.kind, row.state, row.by, row.reason) == (DeliveryKind.MANUAL, POSTED, "U0BEN", "")
    assert stage.writer.calls[-1][0] is Purpose.MANUAL
    assert (await baseline(stage, digest)).at == DUE
    assert await stage.ledger.digest(digest.ref) == before


async def test_a_resting_digest_can_be_run_by_hand(stage: Stage) -> None:
    """People try things out before they let them loose."""
    digest = await stage.book.pause(await stage.add(), OWNER)

    await stage.book.run(digest, OWNER, "run-1")
    await stage.tick()

    assert await stage.states(digest) == [POSTED]


async def test_who_runs_a_blind_digest_by_hand_is_told_at_once(stage: Stage) -> None:
    """Somebody is waiting."""
    digest = await stage.add()
    stage.writer.blind = True

    await stage.book.run(digest, OWNER, "run-1")
    await stage.tick()

    assert (await stage.only_row(digest)).reason == reasons.ONLY_THAT_NO_SOURCE
    assert len(stage.posted) == 1


async def test_a_run_by_hand_is_given_up_after_an_hour(stage: Stage) -> None:
    """Nobody waits for it any more."""
    digest = await stage.add()
    await stage.book.run(digest, OWNER, "run-1")

    await stage.tick_at(stage.clock.now() + HOUR + MINUTE)

    manual = next(row for row in await stage.rows(digest) if row.kind is DeliveryKind.MANUAL)
    assert manual.state is SKIPPED
    assert manual.reason.startswith("too late")
