"""Slack refuses, loses an answer, or is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.digests import reasons
from bot.digests.timing import Timing
from bot.errors import (
    CannotLook,
    ChannelClosed,
    MaybePosted,
    NeverPosted,
    NotPosted,
    WorkspaceClosed,
)
from bot.model import PauseKind
from tests.digests.stage import (
    ANYTHING,
    CHANNEL,
    DAY,
    DUE,
    FAILED,
    HOUR,
    LATE,
    LEASE,
    MINUTE,
    MONDAY_9,
    OPERATORS,
    OWNER,
    PLANNED,
    POSTED,
    POSTING,
    UNKNOWN,
    Stage,
    baseline,
)

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from bot.model import Posted


# --- Slack refuses ---------------------------------------------------------------------------------------------------


async def test_what_slack_certainly_did_not_take_is_tried_again_after_the_pause_it_asks_for(stage: Stage) -> None:
    """Retry-After decides."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("ratelimited", wait=timedelta(seconds=90)))
    await stage.tick_at(DUE)
    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (PLANNED, "Slack did not take it (ratelimited)")

    assert await stage.tick_at(DUE + timedelta(seconds=89)) == 0
    assert await stage.tick_at(DUE + timedelta(seconds=90)) == 1

    assert await stage.states(digest) == [POSTED]


async def test_without_a_pause_of_slacks_the_pauses_grow(stage: Stage) -> None:
    """Half a minute, one, two, five, five."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("service_unavailable"), times=5)
    stage.clock.moment = DUE
    pauses = []
    for _ in range(5):
        await stage.tick()
        row = await stage.only_row(digest)
        assert row.retry_at is not None
        pauses.append(row.retry_at - stage.clock.now())
        stage.clock.moment = row.retry_at

    await stage.tick()

    assert [pause.total_seconds() for pause in pauses] == [30, 60, 120, 300, 300]
    row = await stage.only_row(digest)
    assert row.state is LATE
    assert "Slack did not take it (service_unavailable)" in row.reason


async def test_what_slack_does_not_take_within_the_grace_fails(stage: Stage) -> None:
    """With Slack's own word as the reason."""
    digest = await stage.add()
    stage.messenger.refuse(NotPosted("ratelimited", wait=5 * HOUR))

    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, "Slack did not take it (ratelimited)")
    assert row.finished_at == DUE


async def test_a_message_that_slack_can_never_take_fails_at_once(stage: Stage) -> None:
    """Asking again would change nothing."""
    digest = await stage.add()
    stage.messenger.refuse(NeverPosted("msg_too_long"))

    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, "Slack did not take it (msg_too_long)")


async def test_a_message_whose_turn_would_come_after_half_the_lease_is_put_off(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender leaves the queue in time, so that nobody looks for it in vain."""
    digest = await stage.add()
    asked: list[datetime] = []

    async def post(*_args: Any, before: datetime, **_given: Any) -> Posted:
        asked.append(before)
        raise NotPosted("too_late", wait=timedelta(seconds=40))

    monkeypatch.setattr(stage.messenger, "post", post)
    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert asked == [DUE + LEASE / 2]
    assert (row.state, row.reason) == (PLANNED, "other messages to the channel came first")
    assert row.retry_at == DUE + timedelta(seconds=40)


async def test_a_lost_answer_is_looked_up_at_once(stage: Stage) -> None:
    """The message is there: that is what counts."""
    digest = await stage.add()
    stage.messenger.lose_answer()

    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (POSTED, reasons.FOUND)
    assert row.posted == stage.messenger.in_channel(CHANNEL)[0].posted
    assert (await baseline(stage, digest)).at == DUE


async def test_a_message_lost_on_its_way_is_sent_again_only_after_its_lease(stage: Stage) -> None:
    """Slack may be slow: what is not there at once may be there a moment later."""
    digest = await stage.add()
    stage.messenger.lose_before()

    await stage.tick_at(DUE)
    assert await stage.states(digest) == [POSTING]
    assert await stage.tick_at(DUE + LEASE - timedelta(seconds=1)) == 0
    await stage.tick_at(DUE + LEASE)

    assert await stage.states(digest) == [POSTED]
    assert len(stage.posted) == 1


async def test_a_message_that_arrives_after_the_first_look_is_not_sent_again(stage: Stage) -> None:
    """The second look, after the lease, finds it."""
    digest = await stage.add()
    stage.messenger.lose_before()
    await stage.tick_at(DUE)
    key = f"digest:{digest.ref}:2026-03-02T09:00"
    stage.messenger._arrive(CHANNEL, stage.messenger.posts[0].message if stage.messenger.posts else ANYTHING, key, None)

    await stage.tick_at(DUE + LEASE)

    assert await stage.states(digest) == [POSTED]
    assert not stage.doubles


async def test_who_may_not_look_does_not_send_again(stage: Stage) -> None:
    """A digest prefers a hole to a double, and the ledger says so."""
    digest = await stage.add()
    stage.messenger.may_look = False
    stage.messenger.lose_before()

    await stage.tick_at(DUE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (UNKNOWN, reasons.CANNOT_LOOK)
    await stage.run_until(DUE + 10 * MINUTE)
    assert stage.posted == []


@pytest.mark.parametrize("error", [RuntimeError("a bug in posting"), TimeoutError()])
async def test_an_unforeseen_error_while_posting_may_have_posted(
    stage: Stage, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows, so somebody looks."""
    digest = await stage.add()
    post = stage.messenger.post

    async def post_and_break(*args: Any, **given: Any) -> Posted:
        await post(*args, **given)
        raise error

    monkeypatch.setattr(stage.messenger, "post", post_and_break)
    await stage.tick_at(DUE)

    assert await stage.states(digest) == [POSTED]
    assert len(stage.posted) == 1


async def test_posting_that_takes_longer_than_a_lease_is_given_up() -> None:
    """Somebody else may begin then, and must not find us still at it."""
    stage = Stage(Timing(lease=timedelta(milliseconds=40)))
    digest = await stage.add()
    stage.messenger.gate.clear()

    await stage.tick_at(DUE)

    assert await stage.states(digest) == [POSTING]
    assert stage.messenger.looks
    assert stage.posted == []


@pytest.mark.parametrize("error", [NotPosted("ratelimited"), MaybePosted("timeout"), WorkspaceClosed("token_revoked")])
async def test_a_look_that_fails_is_repeated_and_nothing_is_sent_meanwhile(
    stage: Stage, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is too late; then nobody knows."""
    digest = await stage.add()
    stage.messenger.lose_before()

    async def find(*_args: Any, **_given: Any) -> Posted | None:
        raise error

    monkeypatch.setattr(stage.messenger, "find", find)
    stage.clock.moment = DUE - MINUTE
    await stage.run_until(MONDAY_9 + 4 * HOUR - MINUTE)
    assert await stage.states(digest) == [POSTING]
    await stage.run_until(MONDAY_9 + 4 * HOUR + 5 * MINUTE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (UNKNOWN, reasons.NOBODY_LOOKED)
    assert stage.posted == []


@pytest.mark.parametrize("error", [CannotLook("missing_scope"), ChannelClosed("not_in_channel")])
async def test_a_channel_that_is_closed_to_us_cannot_be_looked_into(
    stage: Stage, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking again would change nothing."""
    digest = await stage.add()
    stage.messenger.lose_before()

    async def find(*_args: Any, **_given: Any) -> Posted | None:
        raise error

    monkeypatch.setattr(stage.messenger, "find", find)
    await stage.tick_at(DUE)

    assert await stage.states(digest) == [UNKNOWN]


async def test_what_was_found_after_a_crash_is_late_if_slack_has_it_late(stage: Stage) -> None:
    """Slack's own time tells, not that of the look."""
    digest = await stage.add()
    stage.messenger.lose_answer()
    stage.messenger.may_look = False
    stage.clock.moment = DUE + 10 * MINUTE
    await stage.deliverer.plan()
    (job,) = await stage.deliverer.jobs(1)
    await stage.ledger.claim_delivery(
        job.ref, attempt=1, holder="dead", now=stage.clock.now(), lease_until=stage.clock.now() + LEASE
    )
    await stage.ledger.begin_posting(
        job.ref, attempt=1, snapshot=None, now=stage.clock.now(), lease_until=stage.clock.now() + LEASE
    )
    with pytest.raises(MaybePosted):
        await stage.messenger.post(CHANNEL, ANYTHING, key=f"digest:{digest.ref}:2026-03-02T09:00")
    stage.messenger.may_look = True

    await stage.tick_at(DUE + 20 * MINUTE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (LATE, reasons.FOUND)


# --- Slack is closed -------------------------------------------------------------------------------------------------


async def test_a_closed_channel_pauses_its_digest_and_tells_the_owner_and_the_operators_once(stage: Stage) -> None:
    """Nothing is tried again until the channel is back."""
    digest = await stage.add()
    stage.messenger.close(CHANNEL)

    await stage.tick_at(DUE)
    await stage.tick_at(DUE + 2 * DAY)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, "the channel is archived")
    rests = await stage.ledger.digest(digest.ref)
    assert rests is not None
    assert rests.pause is not None
    assert (rests.pause.kind, rests.pause.reason, rests.pause.by) == (
        PauseKind.CHANNEL,
        "the channel is archived",
        None,
    )
    assert len(stage.messenger.in_channel(OWNER)) == 1
    assert len(stage.messenger.in_channel(OPERATORS)) == 1
    (change, *_) = (await stage.book.history(digest)).changes
    assert (change.by, change.what) == (None, "paused it because the channel is archived")


async def test_a_digest_goes_on_by_itself_when_its_channel_is_back(stage: Stage) -> None:
    """From the next slot on; what was missed is covered by that."""
    digest = await stage.add()
    stage.messenger.close(CHANNEL)
    await stage.tick_at(DUE)
    stage.messenger.reopen(CHANNEL)
    stage.clock.moment = DUE + 2 * DAY + HOUR

    assert await stage.book.channel_is_back("C0ELSEWHERE") == 0
    assert await stage.book.channel_is_back(CHANNEL) == 1
    assert await stage.book.channel_is_back(CHANNEL) == 0
    await stage.tick()
    await stage.tick_at(DUE + 3 * DAY)

    assert await stage.states(digest) == [FAILED, POSTED]
    (change, *_) = (await stage.book.history(digest)).changes
    assert change.what == "resumed it because the channel is back"


async def test_a_closed_workspace_pauses_and_a_new_connection_resumes(stage: Stage) -> None:
    """Nobody can be told while Slack takes nothing; that breaks nothing."""
    digest = await stage.add()
    stage.messenger.workspace_closed = "token_revoked"
    await stage.tick_at(DUE)
    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, "Slack takes nothing from Rollcall (token_revoked)")

    stage.messenger.workspace_closed = None
    assert await stage.book.channel_is_back(CHANNEL) == 0
    assert await stage.book.connected() == 1
    await stage.tick_at(DUE + DAY)

    assert await stage.states(digest) == [FAILED, POSTED]


async def test_a_person_who_paused_at_the_same_moment_is_not_overruled(stage: Stage) -> None:
    """Then it rests for a person's reason, and nobody is told anything."""
    digest = await stage.add()
    stage.messenger.close(CHANNEL)
    post = stage.messenger.post

    async def paused_meanwhile(*args: Any, **given: Any) -> Posted:
        await stage.book.pause(digest, OWNER)
        return await post(*args, **given)

    stage.messenger.post = paused_meanwhile  # type: ignore[method-assign]  # one call is enough
    await stage.tick_at(DUE)

    rests = await stage.ledger.digest(digest.ref)
    assert rests is not None
    assert rests.pause is not None
    assert rests.pause.kind is PauseKind.PERSON
    assert stage.messenger.in_channel(OWNER) == ()


async def test_three_failures_in_a_row_are_told_to_the_owner_once(stage: Stage) -> None:
    """Silence is not success; the fourth failure says nothing new."""
    digest = await stage.add()
    told = []
    for day in range(5):
        stage.messenger.refuse(NotPosted("ratelimited", wait=5 * HOUR))
        await stage.tick_at(DUE + day * DAY)
        told.append(len(stage.messenger.in_channel(OWNER)))

    assert await stage.states(digest) == [FAILED] * 5
    assert told == [0, 0, 1, 1, 1]
    assert stage.messenger.in_channel(OPERATORS) == ()


async def test_failures_by_hand_are_no_series(stage: Stage) -> None:
    """Who pressed the button sees it himself."""
    digest = await stage.add()
    for number in range(3):
        await stage.book.run(digest, OWNER, f"run-{number}")
        stage.messenger.refuse(NotPosted("ratelimited", wait=5 * HOUR))
        await stage.tick()

    assert await stage.states(digest) == [FAILED] * 3
    assert stage.messenger.in_channel(OWNER) == ()
