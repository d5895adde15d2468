"""Working on deliveries: claims, fences, and what a death in mid-air leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import DeliveryState, Posted, State
from tests.builders import NOW
from tests.store.ledger.drafts import (
    CHANNEL,
    HOUR,
    LEASE,
    add,
    begun,
    change,
    claimed,
    delivered,
    finished,
    newest,
    pause,
    planned,
    posted,
    put_off,
    reread,
    snapshot,
)

if TYPE_CHECKING:
    from bot.model import Digest
    from bot.ports import Ledger

SECOND = timedelta(seconds=1)
LATER = NOW + LEASE
"""When a lease taken at `NOW` has ended."""


@pytest.fixture
async def digest(ledger: Ledger) -> Digest:
    """Return a digest with nothing planned."""
    return await add(ledger)


async def test_a_claim_is_a_lease_with_a_number(ledger: Ledger, digest: Digest) -> None:
    """The claimer gets the row as it was; others see who long it is taken."""
    row = await planned(ledger, digest)

    assert await claimed(ledger, row.ref) == row

    taken = await newest(ledger, digest)
    assert taken == replace(row, state=DeliveryState.CLAIMED, attempts=1, lease_until=LATER)


async def test_one_of_twenty_claimers_wins(ledgers: tuple[Ledger, Ledger]) -> None:
    """The same attempt at the same delivery is started in two processes at once."""
    row = await planned(ledgers[0], await add(ledgers[0]))

    won = await asyncio.gather(*(claimed(ledgers[place % 2], row.ref, holder=str(place)) for place in range(20)))

    assert [each for each in won if each is not None] == [row]


async def test_an_attempt_is_made_once(ledger: Ledger, digest: Digest) -> None:
    """An engine that replays an attempt, even after its lease, finds it taken; the next attempt goes on."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)

    assert await claimed(ledger, row.ref, now=LATER) is None
    assert await claimed(ledger, row.ref, 2, now=LATER - SECOND) is None
    assert await claimed(ledger, row.ref, 2, now=LATER) is not None
    assert await claimed(ledger, row.ref, 1, now=LATER + LEASE) is None
    assert (await newest(ledger, digest)).attempts == 2


async def test_there_is_nothing_to_claim_where_there_is_no_row(ledger: Ledger) -> None:
    """A row may have been purged while an attempt slept."""
    assert await claimed(ledger, 12345) is None
    assert not await begun(ledger, 12345)
    assert not await posted(ledger, 12345)
    assert not await put_off(ledger, 12345)
    assert not await finished(ledger, 12345)


async def test_a_delivery_goes_from_claim_to_channel(ledger: Ledger, digest: Digest) -> None:
    """The plain life: planned, claimed, posting, posted."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)

    assert await begun(ledger, row.ref, now=NOW + SECOND)
    in_the_air = await newest(ledger, digest)
    assert await posted(ledger, row.ref, state=DeliveryState.LATE, reason="we were down", now=NOW + 2 * SECOND)
    sent = await newest(ledger, digest)

    assert (in_the_air.state, in_the_air.lease_until) == (DeliveryState.POSTING, LATER + SECOND)
    assert sent == replace(
        row, state=DeliveryState.LATE, attempts=1, reason="we were down", posted=Posted(CHANNEL, f"{row.ref}.1"),
        finished_at=NOW + 2 * SECOND,
    )  # fmt: skip


async def test_what_was_sent_can_be_remarked_on_by_who_sent_it(ledger: Ledger, digest: Digest) -> None:
    """What follows a message may get lost, and the ledger names that; it never speaks of what was not sent."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref)

    assert not await ledger.remark(row.ref, attempt=1, reason="too early")
    await posted(ledger, row.ref, reason="late")
    sent = await newest(ledger, digest)

    assert not await ledger.remark(row.ref, attempt=2, reason="somebody else's")
    assert not await ledger.remark(12345, attempt=1, reason="nobody's")
    assert await ledger.remark(row.ref, attempt=1, reason="late; and more")
    assert await newest(ledger, digest) == replace(sent, reason="late; and more")


async def test_a_death_in_mid_air_is_seen_by_the_next_claim(ledger: Ledger, digest: Digest) -> None:
    """It must look for the message before it sends one; if it dies too, so must the third."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref)

    seen = await claimed(ledger, row.ref, 2, now=LATER)
    taken = await newest(ledger, digest)
    third = await claimed(ledger, row.ref, 3, now=LATER + LEASE)

    assert seen is not None
    assert (seen.state, seen.attempts, seen.lease_until) == (DeliveryState.POSTING, 1, LATER)
    assert (taken.state, taken.attempts, taken.lease_until) == (DeliveryState.POSTING, 2, LATER + LEASE)
    assert third is not None
    assert third.state is DeliveryState.POSTING


async def test_a_death_before_the_message_is_just_another_attempt(ledger: Ledger, digest: Digest) -> None:
    """Nothing was sent, so nobody has to look."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)

    seen = await claimed(ledger, row.ref, 2, now=LATER)

    assert seen is not None
    assert seen.state is DeliveryState.CLAIMED
    assert (await newest(ledger, digest)).state is DeliveryState.CLAIMED


async def test_whoever_lost_a_claim_changes_nothing(ledger: Ledger, digest: Digest) -> None:
    """A process that slept through its lease wakes up and goes on, in vain."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref, 1)
    await claimed(ledger, row.ref, 2, now=LATER)
    before = await newest(ledger, digest)

    assert not await begun(ledger, row.ref, 1, snapshot=snapshot(p1=State.ACTIVE), now=LATER)
    assert not await posted(ledger, row.ref, 1, now=LATER)
    assert not await put_off(ledger, row.ref, 1)
    assert not await finished(ledger, row.ref, 1, now=LATER)

    assert await newest(ledger, digest) == before
    assert await posted(ledger, row.ref, 2, now=LATER)
    assert await ledger.snapshot(digest) is None


async def test_a_lease_that_ended_is_still_a_claim_while_nobody_else_wants_it(ledger: Ledger, digest: Digest) -> None:
    """Only another claim ends a claim: what was sent slowly is still noted."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)

    assert await begun(ledger, row.ref, now=NOW + HOUR)
    assert await posted(ledger, row.ref, now=NOW + 3 * HOUR)


async def test_a_delivery_in_doubt_is_held_for_longer_and_keeps_what_it_knows(ledger: Ledger, digest: Digest) -> None:
    """Nobody else can have it before; the snapshot still waits for the message to be found."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref, snapshot=snapshot(p1=State.ACTIVE))

    assert await ledger.hold(row.ref, attempt=1, lease_until=NOW + HOUR)

    assert (await newest(ledger, digest)).state is DeliveryState.POSTING
    assert await claimed(ledger, row.ref, 2, now=NOW + HOUR - SECOND) is None
    assert await claimed(ledger, row.ref, 2, now=NOW + HOUR) is not None
    assert not await ledger.hold(row.ref, attempt=1, lease_until=NOW + 2 * HOUR)
    assert await posted(ledger, row.ref, 2, now=NOW + HOUR)
    assert await ledger.snapshot(await reread(ledger, digest)) is not None


async def test_a_delivery_that_was_put_off_waits_and_is_tried_again(ledger: Ledger, digest: Digest) -> None:
    """The reason stands beside it meanwhile; the next attempt has the next number."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)

    assert await put_off(ledger, row.ref, until=NOW + HOUR)

    waiting = await newest(ledger, digest)
    assert waiting == replace(row, attempts=1, retry_at=NOW + HOUR, reason="Slack was busy")
    assert not await put_off(ledger, row.ref)
    assert not await begun(ledger, row.ref)
    again = await claimed(ledger, row.ref, 2, now=NOW + HOUR)
    assert again == waiting
    assert (await newest(ledger, digest)).retry_at is None


@pytest.mark.parametrize("state", [DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_what_is_finished_never_changes(ledger: Ledger, digest: Digest, state: DeliveryState) -> None:
    """No claim, no late word of the one who finished it, whatever the time."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref)

    assert await finished(ledger, row.ref, state=state)

    end = await newest(ledger, digest)
    assert end == replace(row, state=state, attempts=1, reason="for a reason", finished_at=NOW)
    assert await claimed(ledger, row.ref, 2, now=NOW + 100 * HOUR) is None
    assert not await begun(ledger, row.ref)
    assert not await posted(ledger, row.ref)
    assert not await put_off(ledger, row.ref)
    assert not await finished(ledger, row.ref)
    assert await newest(ledger, digest) == end


async def test_one_of_many_endings_counts(ledgers: tuple[Ledger, Ledger]) -> None:
    """The same attempt may be noted twice, when the first answer of the database was lost."""
    digest = await add(ledgers[0])
    row = await planned(ledgers[0], digest)
    await claimed(ledgers[0], row.ref)
    await begun(ledgers[0], row.ref, snapshot=snapshot(p1=State.ACTIVE))

    done = await asyncio.gather(
        *(posted(ledgers[place % 2], row.ref) for place in range(5)),
        *(finished(ledgers[place % 2], row.ref) for place in range(5)),
        *(put_off(ledgers[place % 2], row.ref) for place in range(5)),
    )

    assert sum(done) == 1
    was_posted = (await newest(ledgers[0], digest)).state is DeliveryState.POSTED
    assert (await ledgers[0].snapshot(digest) is not None) == was_posted
    assert (await ledgers[0].delivered_at(digest) is not None) == was_posted


async def test_the_baseline_is_what_the_last_message_said(ledger: Ledger, digest: Digest) -> None:
    """Not before it was sent; and then until the next one was."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref, snapshot=snapshot(p1=State.ACTIVE))
    assert await ledger.snapshot(digest) is None

    assert await posted(ledger, row.ref)
    assert await ledger.snapshot(digest) == snapshot(p1=State.ACTIVE)

    await delivered(ledger, digest, 1, snapshot=snapshot(p1=State.INACTIVE, p9=State.OFF))
    assert await ledger.snapshot(digest) == snapshot(p1=State.INACTIVE, p9=State.OFF)
    assert await ledger.snapshot(await add(ledger)) is None


async def test_what_a_dead_process_was_saying_is_kept_for_whoever_finds_the_message(
    ledger: Ledger, digest: Digest
) -> None:
    """The second attempt finds the message at Slack, and notes it without writing it again."""
    row = await planned(ledger, digest)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref, snapshot=snapshot(p1=State.ACTIVE))

    await claimed(ledger, row.ref, 2, now=LATER)
    assert await posted(ledger, row.ref, 2, now=LATER)

    assert await ledger.snapshot(digest) == snapshot(p1=State.ACTIVE)


async def test_a_message_written_anew_says_something_new(ledger: Ledger, digest: Digest) -> None:
    """The first was not at Slack; the second says what is true by then, or nothing to compare with."""
    first = await planned(ledger, digest)
    await claimed(ledger, first.ref)
    await begun(ledger, first.ref, snapshot=snapshot(p1=State.ACTIVE))
    await claimed(ledger, first.ref, 2, now=LATER)
    await begun(ledger, first.ref, 2, snapshot=snapshot(p2=State.OFF), now=LATER)
    await posted(ledger, first.ref, 2, now=LATER)
    assert await ledger.snapshot(digest) == snapshot(p2=State.OFF)

    second = await planned(ledger, digest, 1)
    await claimed(ledger, second.ref)
    await begun(ledger, second.ref, snapshot=snapshot(p3=State.OFF))
    await claimed(ledger, second.ref, 2, now=LATER)
    await begun(ledger, second.ref, 2, snapshot=None, now=LATER)
    await posted(ledger, second.ref, 2, now=LATER)
    assert await ledger.snapshot(digest) == snapshot(p2=State.OFF)


async def test_what_was_not_sent_is_no_baseline(ledger: Ledger, digest: Digest) -> None:
    """Failed, unknown or put off: people have not read it."""
    await delivered(ledger, digest, 0, snapshot=snapshot(p1=State.ACTIVE))
    for hours, state in ((1, DeliveryState.FAILED), (2, DeliveryState.UNKNOWN)):
        row = await planned(ledger, digest, hours)
        await claimed(ledger, row.ref)
        await begun(ledger, row.ref, snapshot=snapshot(p2=State.OFF))
        assert await finished(ledger, row.ref, state=state)
    row = await planned(ledger, digest, 3)
    await claimed(ledger, row.ref)
    await begun(ledger, row.ref, snapshot=snapshot(p2=State.OFF))
    await put_off(ledger, row.ref)
    await claimed(ledger, row.ref, 2, now=LATER)
    await posted(ledger, row.ref, 2, now=LATER)

    assert await ledger.snapshot(digest) == snapshot(p1=State.ACTIVE)


async def test_a_message_is_sent_only_if_its_digest_is_what_it_was_written_for(ledger: Ledger, digest: Digest) -> None:
    """Whoever was told that it is paused, removed or changed is not contradicted by a message."""
    edited, paused, removed = digest, await add(ledger), await add(ledger)
    refs = [(await planned(ledger, each)).ref for each in (edited, paused, removed)]
    taken = [await claimed(ledger, ref) for ref in refs]
    assert None not in taken
    assert await ledger.edit_digest(
        edited, query="live", schedule=edited.schedule, empty=edited.empty, next_slot=edited.next, due_at=NOW,
        change=change(),
    )  # fmt: skip
    assert await ledger.pause_digest(paused, pause(), change())
    assert await ledger.remove_digest(removed, change())

    assert [await begun(ledger, ref, snapshot=snapshot(p1=State.ACTIVE)) for ref in refs] == [False] * 3
    assert [await begun(ledger, ref, version=2) for ref in refs] == [True, False, False]
    assert [await finished(ledger, ref, state=DeliveryState.SKIPPED) for ref in refs] == [True] * 3
    assert await ledger.snapshot(removed) is None


async def test_what_was_run_by_hand_is_sent_by_a_digest_that_rests(ledger: Ledger, digest: Digest) -> None:
    """As it is now, that is; if it was written before the pause, it is written again."""
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW)
    assert by_hand is not None
    await claimed(ledger, by_hand.ref)
    assert await ledger.pause_digest(digest, pause(), change())

    assert not await begun(ledger, by_hand.ref, version=1)
    assert await begun(ledger, by_hand.ref, version=2)


async def test_a_message_run_by_hand_is_no_message_of_the_schedule(ledger: Ledger, digest: Digest) -> None:
    """It moves neither the baseline nor the time of the last delivery."""
    sent = await delivered(ledger, digest, 0, snapshot=snapshot(p1=State.ACTIVE))
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW + HOUR)
    assert by_hand is not None
    await claimed(ledger, by_hand.ref)
    await begun(ledger, by_hand.ref, snapshot=None)
    assert await posted(ledger, by_hand.ref, now=NOW + 2 * HOUR)

    assert await ledger.snapshot(digest) == snapshot(p1=State.ACTIVE)
    assert await ledger.delivered_at(digest) == sent.finished_at
