"""Slack refuses, loses an answer, or is closed."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise
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
    DAILY,
    DAY,
    DUE,
    FAILED,
    HOUR,
    HOURLY,
    LATE,
    LEASE,
    MINUTE,
    MONDAY_9,
    OPERATORS,
    OWNER,
    PLANNED,
    POSTED,
    POSTING,
    SKIPPED,
    UNKNOWN,
    WEEKLY,
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
    assert "; Slack did not take it (service_unavailable)." in stage.posted[0]


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
    message = stage.messenger.posts[0].message if stage.messenger.posts else ANYTHING
    stage.messenger._arrive(CHANNEL, message, key, None, broadcast=False)

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
    assert (row.state, row.reason) == (UNKNOWN, reasons.cannot_look(reasons.ANSWER_LOST))
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


@pytest.mark.parametrize("error", [NotPosted("ratelimited"), MaybePosted("timeout"), RuntimeError("a bug")])
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


async def test_looks_become_rare(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of them is some 150 and not 1,440; the last one is when it has become too late to send."""
    digest = await stage.add(WEEKLY)
    stage.messenger.lose_before()
    looks: list[datetime] = []

    async def find(*_args: Any, **_given: Any) -> Posted | None:
        looks.append(stage.clock.now())
        raise MaybePosted("timeout")

    monkeypatch.setattr(stage.messenger, "find", find)
    stage.clock.moment = DUE - MINUTE
    await stage.run_until(MONDAY_9 + DAY + 2 * MINUTE)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (UNKNOWN, reasons.NOBODY_LOOKED)
    assert [round((later - sooner) / MINUTE) for sooner, later in pairwise(looks[:7])] == [1, 1, 2, 5, 10, 10]
    assert len(looks) < 160


async def test_a_look_that_finds_slack_closed_is_the_last(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest rests until Slack answers us again, and its people are told."""
    digest = await stage.add()
    stage.messenger.lose_before()
    looks: list[str] = []

    async def find(channel: str, *_args: Any, **_given: Any) -> Posted | None:
        looks.append(channel)
        raise WorkspaceClosed("token_revoked")

    monkeypatch.setattr(stage.messenger, "find", find)
    stage.clock.moment = DUE - MINUTE
    await stage.run_until(DUE + HOUR)

    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (UNKNOWN, "Slack takes nothing from Rollcall (token_revoked)")
    (resting,) = await stage.book.listed(CHANNEL)
    assert resting.pause is not None
    assert resting.pause.kind is PauseKind.WORKSPACE
    assert looks == [CHANNEL]


async def test_a_word_that_nobody_knows_is_tried_a_few_times(stage: Stage) -> None:
    """It may be a no for good; a whole grace of tries would be hundreds."""
    digest = await stage.add(WEEKLY)
    stage.messenger.refuse(NotPosted("some_new_word", understood=False), times=1000)

    stage.clock.moment = DUE - MINUTE
    await stage.run_until(DUE + HOUR)

    row = await stage.only_row(digest)
    assert (row.state, row.attempts, row.reason) == (FAILED, 5, "Slack did not take it (some_new_word)")


async def test_a_word_that_nobody_knows_is_tried_again_after_other_trouble(stage: Stage) -> None:
    """Whatever came before it, one answer is not enough to give up."""
    digest = await stage.add(WEEKLY)
    stage.messenger.refuse(NotPosted("ratelimited"), times=6)
    stage.messenger.refuse(NotPosted("some_new_word", understood=False))

    stage.clock.moment = DUE - MINUTE
    await stage.run_until(DUE + HOUR)

    assert await stage.states(digest) == [LATE]


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
        job.ref, attempt=1, version=1, snapshot=None, now=stage.clock.now(), lease_until=stage.clock.now() + LEASE
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


async def test_a_closed_channel_lets_all_its_digests_rest_at_once(stage: Stage) -> None:
    """Whoever owns some of them hears it once, and not once as each comes due."""
    digests = [await stage.add(schedule, query=query) for schedule in (DAILY, HOURLY, WEEKLY) for query in ("", "live")]
    other = await stage.add(HOURLY, owner="U0BEN", query="quiet")
    elsewhere = await stage.add(HOURLY, channel="C0ELSEWHERE")
    stage.messenger.close(CHANNEL)

    stage.clock.moment = DUE - MINUTE
    await stage.run_until(DUE + 2 * HOUR + 2 * MINUTE)

    for digest in (*digests, other):
        found = await stage.ledger.digest(digest.ref)
        assert found is not None
        assert found.pause is not None
        assert found.pause.reason == "the channel is archived"
    ended = [row for digest in (*digests, other) for row in await stage.rows(digest)]
    assert Counter((row.state, row.reason) for row in ended) == {
        (FAILED, "the channel is archived"): 1,
        (SKIPPED, "the digest rests: the channel is archived"): len(ended) - 1,
    }
    assert await stage.states(elsewhere) == [POSTED] * 3
    assert [len(stage.messenger.in_channel(each)) for each in (OWNER, "U0BEN", OPERATORS)] == [1, 1, 1]
    (told,) = stage.messenger.in_channel(OWNER)
    assert "Your digests 1, 2, 3, 4, 5 and 6 in" in told.message.text


async def test_two_processes_that_find_a_channel_closed_tell_it_once(stage: Stage) -> None:
    """The ledger gives all its digests to one of them."""
    for query in ("", "live", "quiet", "inactive"):
        await stage.add(query=query)
    stage.clock.moment = DUE
    await stage.deliverer.plan()
    jobs = await stage.deliverer.jobs(10)
    stage.messenger.close(CHANNEL)
    stage.messenger.gate.clear()

    processes = [stage.process(f"process {number}") for number in range(len(jobs))]
    attempts = [
        asyncio.create_task(process.attempt(job.ref, job.attempt)) for process, job in zip(processes, jobs, strict=True)
    ]
    while len(stage.messenger.tries) < len(jobs):  # noqa: ASYNC110 - the fake tells nobody that it was asked
        await asyncio.sleep(0)
    stage.messenger.gate.set()
    await asyncio.gather(*attempts)

    assert [len(stage.messenger.in_channel(each)) for each in (OWNER, OPERATORS)] == [1, 1]
    assert "Your digests 1, 2, 3 and 4 in" in stage.messenger.in_channel(OWNER)[0].message.text


async def test_what_is_sent_by_hand_finds_a_closed_channel_for_all(stage: Stage) -> None:
    """Also where the digest itself rests for another reason: that stays."""
    by_hand, other = await stage.add(), await stage.add(WEEKLY, owner="U0BEN")
    await stage.book.pause(by_hand, OWNER)
    await stage.book.run(by_hand, OWNER, "run-1")
    stage.messenger.close(CHANNEL)

    await stage.tick()

    kinds = [each.pause.kind for each in await stage.book.listed(CHANNEL) if each.pause is not None]
    assert kinds == [PauseKind.PERSON, PauseKind.CHANNEL]
    assert stage.messenger.in_channel(OWNER) == ()
    assert len(stage.messenger.in_channel("U0BEN")) == 1
    assert await stage.rows(other) == ()


async def test_a_digest_goes_on_by_itself_when_its_channel_is_back(stage: Stage) -> None:
    """From the next slot on; what was missed is covered by that."""
    digest = await stage.add()
    stage.messenger.close(CHANNEL)
    await stage.tick_at(DUE)
    stage.messenger.reopen(CHANNEL)
    stage.clock.moment = DUE + 2 * DAY + HOUR

    assert await stage.returning.channel_is_back("C0ELSEWHERE") == 0
    assert await stage.returning.channel_is_back(CHANNEL) == 1
    assert await stage.returning.channel_is_back(CHANNEL) == 0
    await stage.tick()
    await stage.tick_at(DUE + 3 * DAY)

    assert await stage.states(digest) == [FAILED, POSTED]
    (change, *_) = (await stage.book.history(digest)).changes
    assert change.what == "resumed it because the channel is back"


async def test_a_closed_workspace_pauses_and_a_new_connection_resumes(stage: Stage) -> None:
    """Nobody can be told while Slack takes nothing; that breaks nothing."""
    digest = await stage.add()
    elsewhere = await stage.add(channel="C0ELSEWHERE")
    stage.messenger.workspace_closed = "token_revoked"
    await stage.tick_at(DUE)
    row = await stage.only_row(digest)
    assert (row.state, row.reason) == (FAILED, "Slack takes nothing from Rollcall (token_revoked)")

    stage.messenger.workspace_closed = None
    assert await stage.returning.channel_is_back(CHANNEL) == 0
    assert await stage.returning.connected() == 2
    await stage.tick_at(DUE + DAY + 2 * MINUTE)

    assert await stage.states(digest) == [FAILED, POSTED]
    assert (await stage.states(elsewhere))[-1] is POSTED


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
