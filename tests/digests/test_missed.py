"""Digests that come late, too late, or not at all, and what is said about that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.digests import reasons
from bot.errors import (
    NotPosted,
)
from tests.digests.stage import (
    CHANNEL,
    DAILY,
    DAY,
    DUE,
    HOUR,
    HOURLY,
    LATE,
    LEASE,
    MINUTE,
    MONDAY_9,
    OWNER,
    PLANNED,
    POSTED,
    SKIPPED,
    WEEKLY,
    Stage,
    baseline,
)

if TYPE_CHECKING:
    from typing import Any

    from bot.model import Schedule


async def test_a_late_digest_says_when_it_was_planned_and_when_we_were_not_there(stage: Stage) -> None:
    """Planned 09:00, sent 10:20, down 08:40 to 10:20."""
    digest = await stage.add()
    await stage.tick_at(MONDAY_9 - 20 * MINUTE)

    await stage.tick_at(MONDAY_9 + 80 * MINUTE)

    row = await stage.only_row(digest)
    assert row.state is LATE
    assert row.reason == "planned 09:00, sent 10:20: Rollcall was not running from 08:40 to 10:20"
    assert "Planned 09:00, sent 10:20" in stage.posted[0]
    assert (await baseline(stage, digest)).at == MONDAY_9 + 80 * MINUTE


async def test_a_digest_is_not_late_within_its_promise(stage: Stage) -> None:
    """Five minutes are no news."""
    digest = await stage.add()
    await stage.tick_at(DUE - MINUTE)

    await stage.tick_at(DUE + 5 * MINUTE)

    assert await stage.states(digest) == [POSTED]


async def test_several_missed_slots_become_one_message(stage: Stage) -> None:
    """Three days down are three rows and one message, which covers them."""
    digest = await stage.add()
    await stage.tick_at(DUE - MINUTE)

    await stage.tick_at(DUE + 2 * DAY + HOUR)

    assert await stage.states(digest) == [SKIPPED, SKIPPED, LATE]
    assert len(stage.posted) == 1
    assert (await stage.rows(digest))[2].merged == 2


@pytest.mark.parametrize(("schedule", "grace"), [(HOURLY, 15 * MINUTE), (DAILY, 4 * HOUR), (WEEKLY, DAY)])
async def test_grace_is_four_hours_a_day_or_fifteen_minutes(stage: Stage, schedule: Schedule, grace: timedelta) -> None:
    """At its end a digest is still sent, past it never."""
    stage.clock.moment = MONDAY_9 - MINUTE
    digest = await stage.add(schedule)
    other = await stage.add(schedule, query="name:x")
    await stage.tick()

    stage.clock.moment = MONDAY_9 + grace
    await stage.deliverer.plan()
    first, second = await stage.deliverer.jobs(10)
    await stage.deliverer.attempt(first.ref, 1)
    stage.clock.move(timedelta(seconds=1))
    await stage.deliverer.attempt(second.ref, 1)

    assert await stage.states(digest) == [LATE]
    assert await stage.states(other) == [SKIPPED]
    assert "too late" in (await stage.only_row(other)).reason


async def test_a_digest_missed_beyond_its_grace_is_never_sent_and_the_next_covers_it(stage: Stage) -> None:
    """The hole is named in the ledger."""
    digest = await stage.add()
    await stage.tick_at(MONDAY_9 - MINUTE)

    with capture_logs() as logs:
        await stage.tick_at(MONDAY_9 + 5 * HOUR)

    row = await stage.only_row(digest)
    assert (row.state, row.attempts) == (SKIPPED, 0)
    assert row.reason == "missed: Rollcall was not running from 08:59 to 14:00; the next digest covers it"
    assert stage.posted == []
    assert [line["event"] for line in logs if line["event"].startswith("digest.")] == ["digest.skipped"]


@pytest.mark.parametrize(("others", "why"), [(60, reasons.BUSY), (0, reasons.NOT_IN_TIME)])
async def test_what_waited_too_long_says_that_there_was_a_queue_only_if_there_was_one(
    stage: Stage, others: int, why: str
) -> None:
    """We were there and Slack was: there were too many, or nobody knows."""
    digest = await stage.add()
    for number in range(others):
        await stage.add(query=f"name:x{number}", channel=f"C{number}")
    await stage.tick_at(DUE - MINUTE)
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    row = await stage.only_row(digest)
    jobs = await stage.deliverer.jobs(100)
    (job,) = (job for job in jobs if job.ref == row.ref)
    while stage.clock.now() <= MONDAY_9 + 4 * HOUR:
        stage.clock.move(MINUTE)
        await stage.deliverer.alive()
    await stage.deliverer.plan()

    await stage.deliverer.attempt(job.ref, job.attempt)

    row = await stage.only_row(digest)
    assert row.state is SKIPPED
    assert row.reason == f"too late at 13:00: {why}; the next digest covers it"


async def test_what_waited_for_a_source_names_it(stage: Stage) -> None:
    """It was begun in time, and one digest is no queue."""
    digest = await stage.add()
    stage.writer.meanwhile = lambda: stage.clock.move(27 * MINUTE)

    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert row.state is LATE
    assert row.reason.endswith(": it waited for the sources")


async def test_what_slack_did_not_take_until_it_was_too_late_says_so(stage: Stage) -> None:
    """The reason is what the last attempt met, and that we were away afterwards."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("service_unavailable"))
    await stage.tick_at(DUE)

    await stage.tick_at(MONDAY_9 + 6 * HOUR)

    row = await stage.only_row(digest)
    assert row.state is SKIPPED
    cause = "too late at 15:00: Slack did not take it (service_unavailable); Rollcall was not running from"
    assert row.reason.startswith(cause)
    assert row.reason.endswith("; the next digest covers it")


async def test_an_older_slot_is_never_sent_after_a_newer_one(stage: Stage) -> None:
    """It was put off beyond the next one, which speaks for it."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("ratelimited", wait=3 * HOUR))
    await stage.tick_at(DUE)
    older, next_slot = await stage.only_row(digest), (await stage.book.listed(CHANNEL))[0].next
    assert next_slot is not None
    newer = replace(older, slot="2026-03-02T11:00", planned_at=older.planned_at + 2 * HOUR)
    current = (await stage.book.listed(CHANNEL))[0]
    assert await stage.ledger.plan(current, [newer], next_slot=next_slot, due_at=next_slot.at)

    await stage.tick_at(DUE + 3 * HOUR)

    row = next(row for row in await stage.rows(digest) if row.ref == older.ref)
    assert (row.state, row.reason) == (SKIPPED, "merged into the digest of Mon 2 Mar 11:00")
    assert stage.posted == []


async def test_a_newer_slot_waits_for_an_older_one_that_is_being_worked_on(stage: Stage) -> None:
    """Of two processes, whichever order they come in, the newer one is never first."""
    digest = await stage.add(replace(DAILY, cron="0 9,10 * * *"))
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    (older,) = await stage.deliverer.jobs(1)
    lease = stage.clock.now() + 61 * MINUTE
    claim = await stage.ledger.claim_delivery(
        older.ref, attempt=1, holder="slow", now=stage.clock.now(), lease_until=lease
    )
    assert claim is not None

    await stage.tick_at(DUE + HOUR)

    _, newer = await stage.rows(digest)
    assert newer.state is PLANNED
    assert newer.reason == "the digest of 09:00 was still being sent"
    assert newer.retry_at == stage.clock.now() + LEASE / 4
    assert stage.posted == []

    await stage.run_until(DUE + 65 * MINUTE)

    older_row, newer = await stage.rows(digest)
    assert (older_row.state, newer.state) == (SKIPPED, POSTED)


async def test_a_digest_paused_after_it_was_planned_is_not_sent(stage: Stage) -> None:
    """Also when the pause came while it was claimed."""
    digest = await stage.add()
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    await stage.book.pause(digest, OWNER)
    await stage.tick()

    assert await stage.states(digest) == [SKIPPED]
    assert stage.posted == []


@pytest.mark.parametrize(
    ("ending", "reason"), [("pause", "the digest was paused"), ("remove", "the digest was removed")]
)
async def test_a_digest_stopped_between_the_claim_and_its_reading_is_not_sent(
    stage: Stage, ending: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is taken, and then there is nothing to send."""
    digest = await stage.add()
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    claim = stage.ledger.claim_delivery

    async def claimed_and_stopped(*args: Any, **given: Any) -> Any:
        before = await claim(*args, **given)
        await getattr(stage.book, ending)(digest, OWNER)
        return before

    monkeypatch.setattr(stage.ledger, "claim_delivery", claimed_and_stopped)
    await stage.deliverer.attempt(2, 1)

    assert (await stage.only_row(digest)).state is SKIPPED
    assert (await stage.only_row(digest)).reason == reason
    assert stage.posted == []
