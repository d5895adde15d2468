"""Watches: adding, editing, resting, removing, and how far they were evaluated."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Condition, ConditionKind, DigestChange, Hours, PauseKind, Signal, Watch
from tests.builders import NOW
from tests.store.watches.drafts import CHANNEL, DAY, HOUR, WORKSPACE, add, change, draft, pause

if TYPE_CHECKING:
    from bot.model import WatchDraft
    from bot.ports import WatchLedger


async def test_a_watch_is_kept_as_it_was_asked_for(ledger: WatchLedger) -> None:
    """What is read back is what was written, by number and by our own."""
    added = await ledger.add_watch(draft(), now=NOW, most=5)

    assert added is not None
    assert added == Watch(ref=added.ref, number=1, draft=draft(), created_at=NOW, version=1)
    assert await ledger.watch(added.ref) == added
    assert await ledger.watches(WORKSPACE, CHANNEL) == await ledger.watches(WORKSPACE) == (added,)
    assert await ledger.record_of_watch(added, most=5) == (DigestChange(at=NOW, by="U1", what="added it"),)


@pytest.mark.parametrize(
    "asked",
    [
        draft(owner=None, query="", hours=None, broadcast=True),
        draft(hours=Hours(begin=time(7, 30), end=time(18, 45))),
        draft(condition=Condition(kind=ConditionKind.BUILD_REJECTED)),
        draft(condition=Condition(kind=ConditionKind.QUEUE, threshold=timedelta(seconds=90))),
        draft(
            condition=Condition(
                kind=ConditionKind.INACTIVE, threshold=timedelta(days=365), signals=tuple(Signal), working_days=True
            )
        ),
        draft(condition=Condition(kind=ConditionKind.INACTIVE, threshold=DAY, signals=(Signal.VIEWERS,))),
    ],
)
async def test_every_part_of_a_watch_survives(ledger: WatchLedger, asked: WatchDraft) -> None:
    """Conditions, hours and what may be missing."""
    added = await ledger.add_watch(asked, now=NOW, most=5)

    assert added is not None
    assert added.draft == asked


async def test_numbers_are_given_once_in_a_channel(ledger: WatchLedger) -> None:
    """A removed watch keeps its number; other channels and workspaces count for themselves."""
    first, second = await add(ledger), await add(ledger)
    assert await ledger.remove_watch(second, change())
    third, elsewhere, foreign = await add(ledger), await add(ledger, channel="C2"), await add(ledger, workspace="w2")

    assert [each.number for each in (first, second, third, elsewhere, foreign)] == [1, 2, 3, 1, 1]
    assert await ledger.watches(WORKSPACE, CHANNEL) == (first, third)
    assert await ledger.watches(WORKSPACE) == (first, third, elsewhere)


async def test_a_channel_has_so_many_watches_and_no_more(ledger: WatchLedger) -> None:
    """Removed ones do not count."""
    first = await add(ledger, most=1)

    assert await ledger.add_watch(draft(), now=NOW, most=1) is None
    assert await ledger.remove_watch(first, change())
    assert (await add(ledger, most=1)).number == 2


async def test_watches_added_at_once_get_different_numbers(ledgers: tuple[WatchLedger, WatchLedger]) -> None:
    """Two replicas hear two people at the same moment."""
    added = await asyncio.gather(*(ledgers[place % 2].add_watch(draft(), now=NOW, most=6) for place in range(8)))

    assert sorted(each.number for each in added if each is not None) == [1, 2, 3, 4, 5, 6]


async def test_an_edit_changes_what_is_said_and_is_recorded(ledger: WatchLedger, watch: Watch) -> None:
    """Channel, workspace and owner stay whose they were."""
    asked = draft(query="", zone="UTC", hours=None, broadcast=True, owner="U9", channel="C9", workspace="w9")

    assert await ledger.edit_watch(watch, asked, change("changed the filters", at=NOW + HOUR))

    edited = replace(
        watch, version=2, asked_at=NOW + HOUR, draft=replace(asked, owner="U1", channel=CHANNEL, workspace=WORKSPACE)
    )
    assert await ledger.watch(watch.ref) == edited
    assert (await ledger.record_of_watch(watch, most=1))[0].what == "changed the filters"
    assert [each.what for each in await ledger.record_of_watch(watch, most=5)] == ["changed the filters", "added it"]


async def test_a_watch_knows_since_when_it_asks_what_it_asks(ledger: WatchLedger, watch: Watch) -> None:
    """When it speaks is no other question."""
    assert await ledger.edit_watch(watch, draft(query="off"), change(at=NOW + HOUR))
    (asked,) = await ledger.watches(WORKSPACE)
    assert await ledger.edit_watch(asked, replace(asked.draft, hours=None), change(at=NOW + 2 * HOUR))

    (current,) = await ledger.watches(WORKSPACE)
    assert (watch.asked_at, asked.asked_at, current.asked_at) == (None, NOW + HOUR, NOW + HOUR)


async def test_of_two_people_one_is_too_late(ledger: WatchLedger, watch: Watch) -> None:
    """Whoever saw an older version changes nothing, whatever he wants."""
    assert await ledger.edit_watch(watch, draft(query="live"), change())

    assert not await ledger.edit_watch(watch, draft(query="off"), change())
    assert not await ledger.pause_watch(watch, pause(), change())
    assert not await ledger.remove_watch(watch, change())
    assert len(await ledger.record_of_watch(watch, most=9)) == 2
    (current,) = await ledger.watches(WORKSPACE)
    assert current.draft.query == "live"


async def test_a_watch_rests_and_wakes(ledger: WatchLedger, watch: Watch) -> None:
    """It says why it rests; what rests cannot be paused, what is awake cannot be woken."""
    why = pause(PauseKind.CHANNEL, "the channel is archived", None)

    assert not await ledger.pause_watch(watch, None, change())
    assert await ledger.pause_watch(watch, why, change())
    resting = replace(watch, version=2, pause=why)
    assert await ledger.watch(watch.ref) == resting
    assert not await ledger.pause_watch(resting, pause(), change())
    assert await ledger.pause_watch(resting, None, change())
    assert await ledger.watch(watch.ref) == replace(watch, version=3)


async def test_all_watches_of_a_channel_or_of_all_rest_at_once(ledgers: tuple[WatchLedger, WatchLedger]) -> None:
    """Each is told once, to one of two callers; what rested before keeps its reason."""
    ledger = ledgers[0]
    here, rests, there, _ = (
        await add(ledger), await add(ledger), await add(ledger, channel="C2"), await add(ledger, workspace="w2"),
    )  # fmt: skip
    assert await ledger.pause_watch(rests, pause(), change())
    why = pause(PauseKind.CHANNEL, "the channel is archived", None)

    told = await asyncio.gather(*(each.pause_watches(WORKSPACE, why, change(), channel=CHANNEL) for each in ledgers))
    all_told = await ledger.pause_watches(WORKSPACE, pause(PauseKind.WORKSPACE, "no token"), change())

    assert [each for some in told for each in some] == [replace(here, version=2, pause=why)]
    assert [each.ref for each in all_told] == [there.ref]
    assert await ledger.pause_watches(WORKSPACE, why, change()) == ()
    assert [each.ref for each in await ledger.paused_watches(WORKSPACE, PauseKind.CHANNEL)] == [here.ref]
    assert [each.ref for each in await ledger.paused_watches(WORKSPACE, PauseKind.PERSON, CHANNEL)] == [rests.ref]
    assert await ledger.paused_watches(WORKSPACE, PauseKind.WORKSPACE, CHANNEL) == ()


async def test_a_removed_watch_is_seen_no_more(ledger: WatchLedger, watch: Watch) -> None:
    """Its record stays; nothing can be done with it."""
    assert await ledger.remove_watch(watch, change("removed it"))

    gone = replace(watch, version=2)
    assert await ledger.watch(watch.ref) is None
    assert await ledger.watches(WORKSPACE) == await ledger.watches(WORKSPACE, CHANNEL) == ()
    assert not await ledger.remove_watch(gone, change())
    assert not await ledger.edit_watch(gone, draft(), change())
    assert not await ledger.pause_watch(gone, pause(), change())
    assert await ledger.pause_watches(WORKSPACE, pause(), change()) == ()
    assert [each.what for each in await ledger.record_of_watch(watch, most=9)] == ["removed it", "added it"]


async def test_progress_is_kept_for_each_connection(ledger: WatchLedger, watch: Watch) -> None:
    """What is missing was never evaluated; another workspace is nobody's business."""
    foreign = await add(ledger, workspace="w2")
    assert await ledger.progress(WORKSPACE) == {}

    await ledger.note_progress({(watch.ref, "a"): NOW, (watch.ref, "b"): NOW, (foreign.ref, "a"): NOW})
    await ledger.note_progress({(watch.ref, "b"): NOW + HOUR})
    await ledger.note_progress({})

    assert await ledger.progress(WORKSPACE) == {(watch.ref, "a"): NOW, (watch.ref, "b"): NOW + HOUR}
    assert await ledger.progress("w2") == {(foreign.ref, "a"): NOW}


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (draft(query="live"), False),
        (draft(condition=Condition(kind=ConditionKind.OFF)), False),
        (draft(hours=None, broadcast=True), True),
    ],
)
async def test_another_question_was_never_evaluated(
    ledger: WatchLedger,
    watch: Watch,
    asked: WatchDraft,
    kept: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Hours and manners do not matter to that."""
    other = await add(ledger)
    await ledger.note_progress({(watch.ref, "a"): NOW, (other.ref, "a"): NOW})

    assert await ledger.edit_watch(watch, asked, change())

    assert ((watch.ref, "a") in await ledger.progress(WORKSPACE)) is kept
    assert (other.ref, "a") in await ledger.progress(WORKSPACE)


async def test_who_wakes_or_goes_was_never_evaluated(ledger: WatchLedger, watch: Watch) -> None:
    """Resting alone forgets nothing; what happened meanwhile is a backlog."""
    gone = await add(ledger)
    await ledger.note_progress({(watch.ref, "a"): NOW, (gone.ref, "a"): NOW})

    assert await ledger.pause_watch(watch, pause(), change())
    assert await ledger.remove_watch(gone, change())
    assert await ledger.progress(WORKSPACE) == {(watch.ref, "a"): NOW}

    assert await ledger.pause_watch(replace(watch, version=2), None, change())
    assert await ledger.progress(WORKSPACE) == {}


async def test_progress_of_a_watch_that_was_changed_meanwhile_is_not_noted(ledger: WatchLedger, watch: Watch) -> None:
    """Who evaluated the old question knows nothing of the new one, whose baseline would get lost."""
    other, gone = await add(ledger), await add(ledger)
    assert await ledger.edit_watch(watch, draft(query="live"), change())
    assert await ledger.remove_watch(gone, change())

    marks = {(each.ref, "a"): NOW for each in (watch, other, gone)}
    await ledger.note_progress(marks, seen={watch.ref: 1, other.ref: 1, gone.ref: 1})
    assert await ledger.progress(WORKSPACE) == {(other.ref, "a"): NOW}

    await ledger.note_progress(marks, seen={watch.ref: 2})
    assert await ledger.progress(WORKSPACE) == {(other.ref, "a"): NOW, (watch.ref, "a"): NOW}


async def test_a_watch_is_mute_until_it_was_evaluated_again(ledger: WatchLedger, watch: Watch) -> None:
    """Only where it was evaluated before: what never was has no record that could be behind."""
    other, foreign = await add(ledger), await add(ledger, workspace="w2")
    places = {(watch.ref, "a"): NOW, (watch.ref, "b"): NOW, (other.ref, "a"): NOW, (foreign.ref, "a"): NOW}
    await ledger.note_progress(places)
    assert await ledger.mute(WORKSPACE) == frozenset()

    await ledger.note_mute([*places, (other.ref, "b")])
    await ledger.note_mute([])
    assert await ledger.mute(WORKSPACE) == places.keys() - {(foreign.ref, "a")}
    assert await ledger.progress(WORKSPACE) == {place: NOW for place in places if place[0] != foreign.ref}

    await ledger.note_progress({(watch.ref, "a"): NOW + HOUR})
    assert await ledger.edit_watch(other, draft(query="live"), change())
    await ledger.note_progress({(other.ref, "a"): NOW})
    assert await ledger.mute(WORKSPACE) == {(watch.ref, "b")}
