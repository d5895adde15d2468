"""Digests in a ledger: numbers, versions, records."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.model import DeliveryState, EmptyPolicy, PauseKind, Schedule
from bot.store import digest_changes
from tests.builders import HOSTILE, NOW
from tests.store.ledger.drafts import (
    CHANNEL,
    DAILY,
    HOUR,
    SPREAD,
    WORKSPACE,
    add,
    begun,
    change,
    claimed,
    delivered,
    draft,
    ended,
    newest,
    pause,
    plan,
    planned,
    posted,
    put_off,
    reread,
    row,
    slot,
    snapshot,
)

if TYPE_CHECKING:
    import pytest

    from bot.model import Digest
    from bot.ports import Ledger

WEEKLY = Schedule("30 8 * * 1", "America/New_York")


async def _edit(ledger: Ledger, digest: Digest, **given: Any) -> bool:
    """Edit a digest; what is not given stays."""
    kept: dict[str, Any] = {
        "query": digest.query, "schedule": digest.schedule, "empty": digest.empty,
        "next_slot": slot(5), "due_at": slot(5).at + SPREAD, "change": change(),
    }  # fmt: skip
    return await ledger.edit_digest(digest, **(kept | given))


async def test_a_digest_is_kept_as_it_was_asked_for(ledger: Ledger) -> None:
    """What comes back is what went in, and what the ledger adds."""
    added = await add(ledger, hours=1)

    assert added == await ledger.digest(added.ref)
    assert (added.workspace, added.channel, added.number, added.owner) == (WORKSPACE, CHANNEL, 1, "U1")
    assert (added.query, added.schedule, added.empty) == ("inactive", DAILY, EmptyPolicy.SKIP)
    assert (added.created_at, added.version, added.next) == (NOW, 1, slot(1))
    assert (added.pause, added.last) == (None, None)


async def test_hostile_texts_come_back_as_they_are(ledger: Ledger) -> None:
    """A query, a channel of the terminal and a reason may be anything."""
    for text in HOSTILE:
        added = await add(ledger, query=text, channel=text, owner=text)
        assert (added.query, added.channel, added.owner) == (text, text, text)
        assert await ledger.pause_digest(added, pause(reason=text, by=text), change(text, by=text))
        resting = await reread(ledger, added)
        assert resting.pause == pause(reason=text, by=text)
        assert (await ledger.record_of(added, most=1))[0] == change(text, by=text)


async def test_a_digest_of_the_terminal_has_no_owner(ledger: Ledger) -> None:
    """None stays None, in the record too."""
    added = await add(ledger, owner=None)

    assert added.owner is None
    assert [entry.by for entry in await ledger.record_of(added, most=5)] == [None]


async def test_numbers_count_up_in_each_channel(ledger: Ledger) -> None:
    """People type `digest show 2`, so every channel has its own small numbers."""
    numbers = [(await add(ledger)).number for _ in range(3)]
    elsewhere = await add(ledger, channel="C2")
    of_others = await add(ledger, workspace="other")

    assert numbers == [1, 2, 3]
    assert (elsewhere.number, of_others.number) == (1, 1)
    assert [each.number for each in await ledger.digests(WORKSPACE, CHANNEL)] == numbers
    assert await ledger.digests("other", CHANNEL) == (of_others,)


async def test_a_number_is_never_given_again(ledger: Ledger) -> None:
    """An old message that speaks of digest 2 must not come to speak of another one."""
    await add(ledger)
    second = await add(ledger)
    assert await ledger.remove_digest(second, change("removed it"))

    third = await add(ledger)

    assert third.number == 3


async def test_a_full_channel_gets_no_more(ledger: Ledger) -> None:
    """The limit counts what is there, not what was removed."""
    first = await add(ledger, most=2)
    await add(ledger, most=2)

    assert await ledger.add_digest(draft(), next_slot=slot(0), due_at=NOW, now=NOW, most=2) is None
    await add(ledger, channel="C2", most=1)
    assert await ledger.remove_digest(first, change())
    await add(ledger, most=2)


async def test_digests_added_at_once_get_different_numbers_and_keep_to_the_limit(
    ledgers: tuple[Ledger, Ledger],
) -> None:
    """Two replicas hear two people in one channel."""
    tried = await asyncio.gather(
        *(ledgers[place % 2].add_digest(draft(), next_slot=slot(0), due_at=NOW, now=NOW, most=7) for place in range(12))
    )

    numbers = sorted(each.number for each in tried if each is not None)
    assert numbers == list(range(1, 8))


async def test_an_edit_changes_everything_and_is_recorded(ledger: Ledger) -> None:
    """The record says who changed what, newest first."""
    digest = await add(ledger)
    what = change("changed the schedule", at=NOW + HOUR)

    assert await _edit(ledger, digest, query="live", schedule=WEEKLY, empty=EmptyPolicy.FULL, change=what)

    assert await reread(ledger, digest) == replace(
        digest, query="live", schedule=WEEKLY, empty=EmptyPolicy.FULL, next=slot(5), version=2
    )
    record = await ledger.record_of(digest, most=10)
    assert record[0] == what
    assert (record[1].at, record[1].by, record[1].what) == (NOW, "U1", "added it")
    assert await ledger.record_of(digest, most=1) == (what,)


async def test_a_change_of_an_older_version_changes_nothing(ledger: Ledger) -> None:
    """Of two people who look at the same digest, the slower one is told."""
    seen = await add(ledger)
    assert await _edit(ledger, seen, query="live")
    current = await reread(ledger, seen)

    assert not await _edit(ledger, seen, query="archived")
    assert not await ledger.pause_digest(seen, pause(), change())
    assert not await ledger.remove_digest(seen, change())
    assert not await ledger.resume_digest(seen, next_slot=slot(1), due_at=NOW, change=change())

    assert await reread(ledger, seen) == current
    assert len(await ledger.record_of(seen, most=10)) == 2


async def test_one_of_many_changes_at_once_is_made(ledgers: tuple[Ledger, Ledger]) -> None:
    """Each names the version it has seen, and only one can be right."""
    digest = await add(ledgers[0])

    done = await asyncio.gather(
        *(_edit(ledgers[place % 2], digest, query=f"name:{place}") for place in range(8)),
        *(ledgers[place % 2].pause_digest(digest, pause(), change()) for place in range(4)),
        *(ledgers[place % 2].remove_digest(digest, change()) for place in range(4)),
    )

    assert sum(done) == 1
    assert len(await ledgers[0].record_of(digest, most=50)) == 2


async def test_an_edited_query_forgets_what_was_said(ledger: Ledger) -> None:
    """Other filters cannot be compared; when something was sent last is still true."""
    digest = await add(ledger)
    sent = await delivered(ledger, digest, snapshot=snapshot())
    assert await ledger.snapshot(digest) is not None

    assert await _edit(ledger, await reread(ledger, digest), query="live")

    assert await ledger.snapshot(digest) is None
    assert await ledger.delivered_at(digest) == sent.finished_at


async def test_an_edited_schedule_keeps_what_was_said(ledger: Ledger) -> None:
    """The same filters can be compared, whenever they are read."""
    digest = await add(ledger)
    await delivered(ledger, digest, snapshot=snapshot())

    assert await _edit(ledger, digest, schedule=WEEKLY, empty=EmptyPolicy.LINE)

    assert await ledger.snapshot(digest) == snapshot()


async def test_what_a_message_in_the_air_says_is_no_baseline_for_other_filters(ledger: Ledger) -> None:
    """The query may change while a message is being sent, or after it was written and before it is sent."""
    digest = await add(ledger)
    early = await planned(ledger, digest)
    await claimed(ledger, early.ref)
    await begun(ledger, early.ref, snapshot=snapshot())

    assert await _edit(ledger, digest, query="live")
    assert await posted(ledger, early.ref)
    assert await ledger.snapshot(digest) is None

    late = await planned(ledger, digest, 1)
    await claimed(ledger, late.ref)
    await begun(ledger, late.ref, snapshot=snapshot("inactive"))
    assert await posted(ledger, late.ref)
    assert await ledger.snapshot(digest) is None


async def test_an_edited_schedule_forgets_what_is_only_planned(ledger: Ledger) -> None:
    """A slot of the old schedule would surprise; what was attempted is told, what was asked for by hand goes on."""
    digest = await add(ledger)
    under_way = await planned(ledger, digest)
    await claimed(ledger, under_way.ref)
    untouched = await planned(ledger, digest, 1)
    waiting = await planned(ledger, digest, 2)
    await claimed(ledger, waiting.ref)
    await put_off(ledger, waiting.ref)
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW)
    assert by_hand is not None

    assert await _edit(ledger, await reread(ledger, digest), schedule=WEEKLY)

    states = {each.ref: (each.state, each.reason) for each in await ledger.deliveries(digest, most=5)}
    assert untouched.ref not in states
    assert states[waiting.ref] == (DeliveryState.SKIPPED, "the schedule was changed")
    assert states[under_way.ref] == (DeliveryState.CLAIMED, "")
    assert states[by_hand.ref] == (DeliveryState.PLANNED, "")


async def test_there_is_one_run_for_each_wall_time_whatever_the_zone(ledger: Ledger) -> None:
    """Nine in Berlin has come; nine in New York on the same day has the same key, so the edit must ask for another."""
    digest = await add(ledger)
    await delivered(ledger, digest)
    current = await reread(ledger, digest)
    new_york = Schedule(DAILY.cron, "America/New_York")

    async def to(hours: float) -> bool:
        return await ledger.edit_digest(
            current, query=current.query, schedule=new_york, empty=current.empty, next_slot=slot(hours),
            due_at=slot(hours).at, change=change(),
        )  # fmt: skip

    assert not await to(0)
    assert await reread(ledger, digest) == current
    assert len(await ledger.record_of(digest, most=5)) == 1
    assert await to(24)
    assert (await reread(ledger, digest)).next == slot(24)


async def test_a_wall_time_that_was_only_planned_is_free_again(ledger: Ledger) -> None:
    """Nobody has worked on it, so it is not in the way of the same minute in another zone."""
    digest = await add(ledger)
    waiting = await planned(ledger, digest)
    current = await reread(ledger, digest)

    assert await ledger.edit_digest(
        current, query=current.query, schedule=WEEKLY, empty=current.empty, next_slot=slot(0), due_at=NOW,
        change=change(),
    )  # fmt: skip

    moved = await reread(ledger, digest)
    assert await plan(ledger, moved, row(moved, 0), hours=24)
    again = await newest(ledger, digest)
    assert (again.slot, again.state, again.attempts) == (waiting.slot, DeliveryState.PLANNED, 0)
    assert len(await ledger.deliveries(digest, most=5)) == 1


async def test_a_digest_wakes_only_for_a_wall_time_that_is_free(ledger: Ledger) -> None:
    """Its zone may have been changed while it rested."""
    digest = await add(ledger)
    await delivered(ledger, digest)
    assert await ledger.pause_digest(await reread(ledger, digest), pause(), change())
    resting = await reread(ledger, digest)

    assert not await ledger.resume_digest(resting, next_slot=slot(0), due_at=NOW, change=change())
    assert await reread(ledger, digest) == resting
    assert await ledger.resume_digest(resting, next_slot=slot(24), due_at=NOW, change=change())


async def test_an_edit_and_a_claim_at_the_same_time_leave_no_promise_behind(ledgers: tuple[Ledger, Ledger]) -> None:
    """Either the edit is first and the row is gone, or the claim is, and the edit asks for another minute."""
    for number in range(8):
        digest = await add(ledgers[0], channel=f"C{number}")
        waiting = await planned(ledgers[0], digest)
        current = await reread(ledgers[0], digest)

        claim, edited = await asyncio.gather(
            claimed(ledgers[1], waiting.ref),
            ledgers[0].edit_digest(
                current, query=current.query, schedule=WEEKLY, empty=current.empty, next_slot=slot(0), due_at=NOW,
                change=change(),
            ),
        )  # fmt: skip

        assert (claim is None) == edited
        assert len(await ledgers[0].deliveries(digest, most=5)) == (not edited)


async def test_an_edit_of_the_query_alone_leaves_what_is_planned(ledger: Ledger) -> None:
    """The slot is still right; it will be written for the new filters."""
    digest = await add(ledger)
    waiting = await planned(ledger, digest)

    assert await _edit(ledger, digest, query="live")

    assert await newest(ledger, digest) == waiting


async def test_a_paused_digest_rests(ledger: Ledger) -> None:
    """It has no next slot, is never due, and what was planned for it is skipped with its reason."""
    digest = await add(ledger)
    await planned(ledger, digest)
    resting = pause(PauseKind.CHANNEL, "the channel is archived", by=None)

    assert await ledger.pause_digest(digest, resting, change("paused it", by=None))

    paused = await reread(ledger, digest)
    skipped = await newest(ledger, digest)
    assert (paused.pause, paused.next, paused.version) == (resting, None, 2)
    assert await ledger.due_digests(WORKSPACE, NOW + 100 * HOUR, most=5) == ()
    assert (skipped.state, skipped.finished_at) == (DeliveryState.SKIPPED, NOW)
    assert skipped.reason == "the digest rests: the channel is archived"
    assert not await ledger.pause_digest(paused, pause(), change())


async def test_a_person_who_pauses_needs_no_reason(ledger: Ledger) -> None:
    """The skipped row says as much as there is to say."""
    digest = await add(ledger)
    await planned(ledger, digest)

    assert await ledger.pause_digest(digest, pause(), change())

    assert (await newest(ledger, digest)).reason == "the digest was paused"


async def test_all_digests_of_a_channel_rest_at_once(ledger: Ledger) -> None:
    """Each as if it had been paused alone; those that rest, are removed or are elsewhere stay as they are."""
    first, second, resting, removed = [await add(ledger) for _ in range(4)]
    elsewhere, of_others = await add(ledger, channel="C2"), await add(ledger, workspace="other")
    await planned(ledger, first)
    by_hand = await ledger.plan_manual(second, slot="run-1", by="U1", now=NOW)
    assert await ledger.pause_digest(resting, pause(), change())
    assert await ledger.remove_digest(removed, change())
    archived, why = pause(PauseKind.CHANNEL, "the channel is archived", by=None), change("paused it", by=None)

    rested = await ledger.pause_digests(WORKSPACE, archived, why, channel=CHANNEL)

    assert rested == (await reread(ledger, first), await reread(ledger, second))
    assert [(each.pause, each.next, each.version) for each in rested] == [(archived, None, 2)] * 2
    assert [await ledger.record_of(each, most=1) for each in rested] == [(why,)] * 2
    skipped = await newest(ledger, first)
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "the digest rests: the channel is archived")
    assert await ledger.deliveries(second, most=5) == (by_hand,)
    assert (await reread(ledger, resting)).pause == pause()
    assert (await reread(ledger, elsewhere), await reread(ledger, of_others)) == (elsewhere, of_others)
    assert await ledger.pause_digests(WORKSPACE, archived, why, channel=CHANNEL) == ()


async def test_all_digests_of_a_workspace_rest_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, and wherever; other workspaces go on."""
    monkeypatch.setattr(digest_changes, "AT_ONCE", 5)
    ours = [await add(ledger, channel=f"C{number % 3}") for number in range(12)]
    of_others = await add(ledger, workspace="other")
    closed = pause(PauseKind.WORKSPACE, "Slack takes nothing from Rollcall (token_revoked)", by=None)

    rested = await ledger.pause_digests(WORKSPACE, closed, change(by=None))

    assert [each.ref for each in rested] == [each.ref for each in ours]
    assert {each.pause for each in rested} == {closed}
    assert await reread(ledger, of_others) == of_others


async def test_of_two_who_let_a_channel_rest_one_gets_all_its_digests(ledgers: tuple[Ledger, Ledger]) -> None:
    """So the owners are told once."""
    for _ in range(3):
        added = [(await add(ledgers[0], channel="C3")).ref for _ in range(8)]
        closed = pause(PauseKind.CHANNEL, "the channel is archived", by=None)

        rested = await asyncio.gather(
            *(each.pause_digests(WORKSPACE, closed, change(by=None), channel="C3") for each in ledgers * 3)
        )

        assert sorted(len(each) for each in rested) == [0, 0, 0, 0, 0, 8]
        assert [each.ref for each in max(rested, key=len)] == added


async def test_a_digest_that_wakes_goes_on_with_its_next_slot(ledger: Ledger) -> None:
    """What passed while it rested is no delivery."""
    digest = await add(ledger)
    assert await ledger.pause_digest(digest, pause(), change())
    paused = await reread(ledger, digest)

    async def resume(resting: Digest) -> bool:
        due_at = slot(9).at + SPREAD
        return await ledger.resume_digest(resting, next_slot=slot(9), due_at=due_at, change=change("resumed it"))

    assert await resume(paused)

    awake = await reread(ledger, digest)
    assert (awake.pause, awake.next, awake.version) == (None, slot(9), 3)
    assert await ledger.deliveries(digest, most=5) == ()
    assert not await resume(awake)


async def test_a_resting_digest_can_be_edited_and_rests_on(ledger: Ledger) -> None:
    """Somebody sets it right before waking it."""
    digest = await add(ledger)
    assert await ledger.pause_digest(digest, pause(), change())

    paused = await reread(ledger, digest)
    assert await _edit(ledger, paused, query="live", next_slot=None, due_at=None)

    edited = await reread(ledger, digest)
    assert (edited.query, edited.next, edited.pause) == ("live", None, pause())


async def test_resting_digests_are_found_by_reason_and_channel(ledger: Ledger) -> None:
    """A channel that is back wakes what rested because of it, and nothing else."""
    archived = [await add(ledger), await add(ledger, channel="C2")]
    by_person, elsewhere, removed = await add(ledger), await add(ledger, workspace="other"), await add(ledger)
    await add(ledger)
    for digest in (*archived, elsewhere, removed):
        assert await ledger.pause_digest(digest, pause(PauseKind.CHANNEL, "archived", None), change())
    assert await ledger.pause_digest(by_person, pause(), change())
    assert await ledger.remove_digest(await reread(ledger, removed), change())

    async def found(kind: PauseKind, channel: str | None = None) -> list[int]:
        return [each.ref for each in await ledger.paused_digests(WORKSPACE, kind, channel)]

    assert await found(PauseKind.CHANNEL) == [each.ref for each in archived]
    assert await found(PauseKind.CHANNEL, "C2") == [archived[1].ref]
    assert await found(PauseKind.PERSON) == [by_person.ref]
    assert await found(PauseKind.WORKSPACE) == []


async def test_a_removed_digest_is_nowhere_but_its_record_and_deliveries_stay(ledger: Ledger) -> None:
    """Nobody can change or send it any more; who removed it can still be found out."""
    digest = await add(ledger)
    sent = await delivered(ledger, digest, snapshot=snapshot())
    await planned(ledger, digest, 1)
    assert await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW) is not None
    current = await reread(ledger, digest)

    assert await ledger.remove_digest(current, change("removed it"))

    assert await ledger.digest(digest.ref) is None
    assert await ledger.digests(WORKSPACE, CHANNEL) == ()
    assert await ledger.due_digests(WORKSPACE, NOW + 100 * HOUR, most=5) == ()
    assert await ledger.waiting(WORKSPACE, NOW + 100 * HOUR, most=5) == ()
    assert await ledger.snapshot(digest) is None
    assert [each.what for each in await ledger.record_of(digest, most=1)] == ["removed it"]
    kept = {each.ref: (each.state, each.reason) for each in await ledger.deliveries(digest, most=5)}
    assert kept.pop(sent.ref) == (DeliveryState.POSTED, "")
    assert set(kept.values()) == {(DeliveryState.SKIPPED, "the digest was removed")}
    assert not await ledger.remove_digest(current, change())
    assert not await _edit(ledger, replace(current, version=current.version + 1))
    assert await ledger.plan_manual(digest, slot="again", by="U1", now=NOW) is None


async def test_a_digest_comes_with_its_newest_finished_slot(ledger: Ledger) -> None:
    """`digest list` shows the last delivery: not what is planned, and not what was run by hand."""
    digest = await add(ledger)
    await delivered(ledger, digest, 0)
    await ended(ledger, digest, 1, DeliveryState.FAILED)
    failed = await newest(ledger, digest)
    by_hand = await ledger.plan_manual(digest, slot="hand", by="U1", now=NOW + 2 * HOUR)
    assert by_hand is not None
    await claimed(ledger, by_hand.ref)
    await posted(ledger, by_hand.ref)
    await planned(ledger, digest, 2)
    other = await add(ledger)

    listed = await ledger.digests(WORKSPACE, CHANNEL)

    assert [each.last for each in listed] == [failed, None]
    assert (await reread(ledger, digest)).last == failed
    assert (await ledger.due_digests(WORKSPACE, NOW + timedelta(days=2), most=5))[0].ref == other.ref
