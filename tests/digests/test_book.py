"""What people may do to the digests of a channel, and what is recorded of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.digests.book import MOST_DIGESTS
from bot.errors import ChangedMeanwhile, Forbidden, NoSuchDigest, UsageError
from bot.model import DeliveryKind, DeliveryState, EmptyPolicy, Pause, PauseKind, Schedule, Slot
from bot.schedules import slot_after
from tests.digests.stage import BERLIN, CHANNEL, DAILY, DUE, HOURLY, MONDAY_9, OWNER, SPREAD, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Digest

BEN = "U0BEN"
ADMIN = "U0ADMIN"
NINE = Slot("2026-03-02T09:00", MONDAY_9)


async def record(stage: Stage, digest: Digest) -> list[tuple[str | None, str]]:
    """Return who did what, newest first, without the adding."""
    return [(change.by, change.what) for change in (await stage.book.history(digest)).changes][:-1]


async def close_channel(stage: Stage, digest: Digest) -> Digest:
    """Let a digest rest because its channel takes nothing."""
    stage.messenger.close(CHANNEL)
    await stage.tick_at(DUE)
    resting = await stage.ledger.digest(digest.ref)
    assert resting is not None
    assert resting.pause is not None
    return resting


# --- adding and finding ------------------------------------------------------------------------------------------


async def test_a_new_digest_is_due_at_its_next_slot(stage: Stage) -> None:
    """With the spread of its channel, and not before."""
    digest = await stage.add()

    assert (digest.number, digest.owner, digest.next) == (1, OWNER, NINE)
    assert await stage.ledger.due_digests(digest.workspace, MONDAY_9 + SPREAD, most=5) == (digest,)
    assert await stage.ledger.due_digests(digest.workspace, MONDAY_9 + SPREAD - timedelta(seconds=1), most=5) == ()
    assert await stage.book.listed(CHANNEL) == (digest,)


async def test_the_same_digest_is_not_added_twice(stage: Stage) -> None:
    """The refusal names the one that is there; any difference makes another."""
    await stage.add()

    with pytest.raises(UsageError, match="That is digest 1 of this channel already"):
        await stage.add(owner=BEN)

    assert (await stage.add(query="name:x")).number == 2
    assert (await stage.add(empty=EmptyPolicy.SKIP)).number == 3
    assert (await stage.add(schedule=HOURLY)).number == 4
    assert (await stage.add(channel="C0OTHER")).number == 1


async def test_a_channel_has_at_most_twenty_five_digests(stage: Stage) -> None:
    """The refusal says how many, and what to do."""
    for number in range(MOST_DIGESTS):
        await stage.add(query=f"name:{number}")

    with pytest.raises(UsageError, match=r"25 digests, the most there can be\. Remove one first"):
        await stage.add()


async def test_a_digest_is_found_by_its_number_or_the_others_are_named(stage: Stage) -> None:
    """Numbers belong to a channel."""
    first, second = await stage.add(), await stage.add(query="name:x")

    assert await stage.book.numbered(CHANNEL, 2) == second
    with pytest.raises(NoSuchDigest) as refusal:
        await stage.book.numbered(CHANNEL, 3)
    assert refusal.value.known == (first.number, second.number)
    with pytest.raises(NoSuchDigest):
        await stage.book.numbered("C0OTHER", 1)


# --- editing -----------------------------------------------------------------------------------------------------


async def test_an_edit_changes_what_is_given_and_records_each_change(stage: Stage) -> None:
    """Who, and from what to what."""
    digest = await stage.add()

    edited = await stage.book.edit(digest, BEN, query="name:x")
    edited = await stage.book.edit(edited, BEN, query="", schedule=HOURLY, empty=EmptyPolicy.LINE)

    assert (edited.query, edited.schedule, edited.empty) == ("", HOURLY, EmptyPolicy.LINE)
    assert edited.owner == OWNER
    newest, oldest = await record(stage, edited)
    assert oldest == (BEN, "changed the filters from none to `name:x`")
    assert newest == (
        BEN,
        (
            "changed the schedule from `daily at 09:00 Europe/Berlin` to `hourly Europe/Berlin`"
            " and the filters from `name:x` to none"
            " and what is posted when nothing changed from `full` to `line`"
        ),
    )


async def test_a_new_schedule_begins_with_its_next_slot(stage: Stage) -> None:
    """From now on, not from where the old one was."""
    digest = await stage.add()
    stage.clock.move(timedelta(minutes=90))

    edited = await stage.book.edit(digest, OWNER, schedule=HOURLY)

    assert edited.next == slot_after(HOURLY, stage.clock.now())
    assert await stage.ledger.due_digests(edited.workspace, stage.clock.now(), most=5) == ()


async def test_new_filters_leave_a_slot_that_has_come_due(stage: Stage) -> None:
    """An edit at nine must not swallow the digest of nine."""
    digest = await stage.add()
    stage.clock.moment = DUE

    edited = await stage.book.edit(digest, OWNER, query="name:x")
    await stage.tick()

    assert edited.next == NINE
    assert await stage.states(edited) == [DeliveryState.POSTED]


async def test_a_resting_digest_can_be_edited_and_goes_on_resting(stage: Stage) -> None:
    """It has no next slot, whatever its schedule is."""
    digest = await stage.book.pause(await stage.add(), OWNER)

    edited = await stage.book.edit(digest, OWNER, schedule=HOURLY)

    assert edited.pause is not None
    assert edited.next is None


async def test_an_edit_to_what_is_there_already_is_refused(stage: Stage) -> None:
    """Also if it is another digest that is like that."""
    first = await stage.add()
    second = await stage.add(query="name:x")

    with pytest.raises(UsageError, match="Digest 1 is like that already"):
        await stage.book.edit(first, OWNER, query="", schedule=DAILY)
    with pytest.raises(UsageError, match="That is digest 1 of this channel already"):
        await stage.book.edit(second, OWNER, query="")
    assert await record(stage, first) == []


async def test_who_edits_what_somebody_else_just_edited_is_told(stage: Stage) -> None:
    """Nothing is done on what was seen a moment ago."""
    digest = await stage.add()
    await stage.book.edit(digest, BEN, query="name:x")

    with pytest.raises(ChangedMeanwhile):
        await stage.book.edit(digest, OWNER, query="name:y")


# --- pausing and resuming ----------------------------------------------------------------------------------------


async def test_anybody_may_pause_and_resume_and_pressing_twice_is_harmless(stage: Stage) -> None:
    """The record has each only once."""
    digest = await stage.add()

    paused = await stage.book.pause(digest, BEN)
    assert paused == await stage.book.pause(digest, BEN)
    assert paused == await stage.book.pause(paused, BEN)
    assert paused.pause == Pause(kind=PauseKind.PERSON, at=stage.clock.now(), reason="", by=BEN)
    assert paused.next is None
    resumed = await stage.book.resume(paused, OWNER)
    assert resumed == await stage.book.resume(paused, OWNER)

    assert resumed.pause is None
    assert resumed.next == NINE
    assert await record(stage, digest) == [(OWNER, "resumed it"), (BEN, "paused it")]


async def test_slots_that_passed_while_a_digest_rested_are_no_deliveries(stage: Stage) -> None:
    """Nobody wanted them."""
    digest = await stage.book.pause(await stage.add(), OWNER)
    stage.clock.moment = DUE + timedelta(days=3)

    resumed = await stage.book.resume(digest, OWNER)
    await stage.tick()

    assert await stage.rows(resumed) == ()
    assert resumed.next == Slot("2026-03-06T09:00", MONDAY_9 + timedelta(days=4))


async def test_a_digest_that_rests_for_its_channel_can_be_resumed_by_a_person(stage: Stage) -> None:
    """That tries anew."""
    resting = await close_channel(stage, await stage.add())

    resumed = await stage.book.resume(resting, BEN)

    assert resumed.pause is None


async def test_a_digest_that_a_person_pauses_does_not_go_on_by_itself(stage: Stage) -> None:
    """Also if it rested already, because of its channel."""
    resting = await close_channel(stage, await stage.add())

    paused = await stage.book.pause(resting, BEN)

    assert paused.pause is not None
    assert (paused.pause.kind, paused.pause.by) == (PauseKind.PERSON, BEN)
    assert await stage.returning.channel_is_back(CHANNEL) == 0


async def test_a_pause_survives_an_edit_at_the_same_moment(stage: Stage) -> None:
    """It is meant for the digest, whatever it says by now."""
    digest = await stage.add()
    await stage.book.edit(digest, BEN, query="name:x")

    paused = await stage.book.pause(digest, OWNER)

    assert paused.pause is not None
    assert paused.query == "name:x"


@pytest.mark.parametrize("change", ["pause", "resume"])
async def test_a_removed_digest_can_neither_be_paused_nor_resumed(stage: Stage, change: str) -> None:
    """Who still sees it is told to look again."""
    digest = await stage.add()
    await stage.book.remove(digest, OWNER)

    with pytest.raises(ChangedMeanwhile):
        await getattr(stage.book, change)(digest, OWNER)


async def test_somebody_who_changes_a_digest_again_and_again_wins(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We do not run after them for ever."""
    digest = await stage.add()
    paused = await stage.book.pause(await stage.add(query="name:x"), OWNER)

    async def too_late(*_args: object, **_given: object) -> bool:
        return False

    monkeypatch.setattr(stage.ledger, "pause_digest", too_late)
    monkeypatch.setattr(stage.ledger, "resume_digest", too_late)
    with pytest.raises(ChangedMeanwhile):
        await stage.book.pause(digest, OWNER)
    with pytest.raises(ChangedMeanwhile):
        await stage.book.resume(paused, OWNER)


# --- removing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [OWNER, ADMIN, None])
async def test_the_owner_an_admin_and_the_terminal_may_remove(stage: Stage, by: str | None) -> None:
    """The number is not given again."""
    digest = await stage.add()

    await stage.book.remove(digest, by)

    assert await stage.book.listed(CHANNEL) == ()
    assert (await stage.add()).number == 2


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        (OWNER, "You may not remove this digest; its owner or an admin may."),
        (None, "You may not remove this digest; an admin may."),
    ],
)
async def test_nobody_else_may_remove(stage: Stage, owner: str | None, sentence: str) -> None:
    """The refusal says who may."""
    digest = await stage.add(owner=owner)

    with pytest.raises(Forbidden) as refusal:
        await stage.book.remove(digest, BEN)

    assert refusal.value.for_user() == sentence
    assert await stage.book.listed(CHANNEL) == (digest,)


async def test_what_was_changed_meanwhile_is_not_removed(stage: Stage) -> None:
    """Who removes it has not seen what it is now."""
    digest = await stage.add()
    await stage.book.edit(digest, BEN, query="name:x")

    with pytest.raises(ChangedMeanwhile):
        await stage.book.remove(digest, OWNER)


# --- running by hand ---------------------------------------------------------------------------------------------


async def test_running_plans_one_message_for_one_request_and_wakes_the_engine(stage: Stage) -> None:
    """A press that comes twice is one press."""
    digest = await stage.add()

    planned = await stage.book.run(digest, BEN, "run-1")
    again = await stage.book.run(digest, BEN, "run-1")

    assert planned is not None
    assert (planned.kind, planned.by) == (DeliveryKind.MANUAL, BEN)
    assert again is None
    assert stage.nudges == 2
    assert len((await stage.book.history(digest)).deliveries) == 1


async def test_the_history_has_the_newest_twenty_deliveries(stage: Stage) -> None:
    """Newest first."""
    digest = await stage.add()
    for number in range(25):
        stage.clock.move(timedelta(seconds=1))
        await stage.book.run(digest, BEN, f"run-{number}")

    history = await stage.book.history(digest)

    assert [delivery.slot for delivery in history.deliveries] == [f"run-{number}" for number in range(24, 4, -1)]


# --- by ourselves ------------------------------------------------------------------------------------------------


async def test_only_what_rests_for_that_reason_goes_on(stage: Stage) -> None:
    """What a person paused stays paused."""
    mine, theirs = await stage.add(), await stage.add(query="name:x")
    await stage.book.pause(theirs, BEN)
    await close_channel(stage, mine)

    assert await stage.returning.connected() == 0
    assert await stage.returning.channel_is_back(CHANNEL) == 1

    first, second = await stage.book.listed(CHANNEL)
    assert first.pause is None
    assert second.pause is not None


@pytest.mark.parametrize(
    "settings", [{"schedule": Schedule("0 8 * * *", BERLIN)}, {"query": "name:x"}, {"empty": EmptyPolicy.LINE}]
)
async def test_a_change_of_any_setting_raises_the_version(stage: Stage, settings: dict[str, object]) -> None:
    """So nobody overwrites it unseen."""
    digest = await stage.add()
    edit: Callable[..., object] = stage.book.edit

    edited = await edit(digest, OWNER, **settings)  # type: ignore[misc]  # one setting each

    assert edited == replace(edited, version=digest.version + 1)
