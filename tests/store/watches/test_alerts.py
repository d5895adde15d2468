"""Alerts: writing them, their numbers and cards, and finding them again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Ack, AlertFilter, AlertState, CardKind, Keep, PauseKind, Snooze, StepKind, Telling
from bot.ports import AlertChange
from tests.builders import NOW
from tests.store.watches.drafts import (
    CHANNEL,
    CONNECTION,
    DAY,
    HOUR,
    WORKSPACE,
    add,
    alert,
    announced,
    card_of,
    change,
    ended,
    opened,
    opening,
    pause,
    reread,
    step,
    written,
)

if TYPE_CHECKING:
    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

MANY = 20

SNOOZE = Snooze(by="U1", at=NOW, until=None, reason="<!channel>", noted=True)
ACK = Ack(by=None, at=NOW, until=NOW + DAY, note="looking")
KEEP = Keep(by="U3", at=NOW, until=NOW + DAY, reason="a demo", asked=True)


async def test_an_alert_that_is_not_open_has_neither_number_nor_card(ledger: WatchLedger, watch: Watch) -> None:
    """It was seen once; nobody is told, so nobody needs to name it."""
    pending = alert(watch, next_at=NOW + HOUR)

    stored = await written(ledger, pending)

    assert stored == replace(pending, ref=stored.ref, version=1)
    assert stored.ref > 0
    assert await ledger.alerts_of(watch.ref, [7, 8]) == {7: stored}


async def test_alerts_of_all_watches_are_found_by_their_projects(ledger: WatchLedger, watch: Watch) -> None:
    """Whatever their state; also those of a watch that was removed."""
    other = await add(ledger)
    one = await written(ledger, alert(watch))
    two = await written(ledger, alert(other))
    elsewhere = await written(ledger, alert(other, 8))
    assert await ledger.remove_watch(other, change())

    assert await ledger.alerts_about([7, 9]) == {(watch.ref, 7): one, (other.ref, 7): two}
    assert await ledger.alerts_about([8]) == {(other.ref, 8): elsewhere}
    assert await ledger.alerts_about([]) == {}


async def test_every_part_of_an_alert_survives(ledger: WatchLedger, watch: Watch) -> None:
    """Also what people said of it, and what is missing in what they said."""
    full = opening(
        watch, next_at=NOW, baseline=True, severity=2, signal_at=NOW, confirmed_at=NOW, detail="it's <bad>",
        repeats=3, repeated_at=NOW, reason="it was archived", snooze=SNOOZE, ack=ACK, keep=KEEP, owner="U4",
        flips=(NOW, NOW + HOUR), flapping_since=NOW,
    )  # fmt: skip

    stored = await written(ledger, full)
    assert stored == replace(full, ref=stored.ref, version=1, number=1, card=stored.card)

    bare = replace(stored, snooze=None, ack=None, keep=None, owner=None, flips=(), flapping_since=None, next_at=None)
    assert await written(ledger, bare) == replace(bare, version=2)
    longer = replace(bare, version=2, snooze=replace(SNOOZE, until=NOW + DAY), keep=replace(KEEP, until=None))
    assert await written(ledger, longer) == replace(longer, version=3)


async def test_a_revision_counts_the_entries_of_the_record(ledger: WatchLedger, watch: Watch) -> None:
    """What is written without any, such as the time of the next look, leaves it alone."""
    stored = await written(ledger, opening(watch, revision=0), step(), step(StepKind.ASSIGNED))
    assert (stored.version, stored.revision) == (1, 2)

    moved = await written(ledger, replace(stored, next_at=NOW + HOUR))
    assert (moved.version, moved.revision) == (2, 2)
    assert (await written(ledger, moved, step(StepKind.WORSE))).revision == 3


async def test_an_alert_that_opens_gets_the_next_number_of_its_channel(ledger: WatchLedger, watch: Watch) -> None:
    """Over all watches there; it keeps it for ever."""
    other, elsewhere = await add(ledger), await add(ledger, channel="C2")

    first, second = await opened(ledger, watch), await opened(ledger, other)
    far, third = await opened(ledger, elsewhere), await opened(ledger, watch, 8)
    again = await written(ledger, replace(await ended(ledger, first), state=AlertState.INACTIVE))

    assert [each.number for each in (first, second, far, third, again)] == [1, 2, 1, 3, 1]


async def test_a_number_is_not_given_again_after_its_alert_was_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """Somebody may have it in an old message."""
    first = await opened(ledger, watch)
    await ended(ledger, first)
    assert first.card is not None
    await announced(ledger, first.card)
    await ledger.look_at_cards({first.card: NOW})
    assert await ledger.claim_card(first.card, attempt=2, holder="one", now=NOW, lease_until=NOW + HOUR)
    assert await ledger.close_card(first.card, attempt=2, now=NOW + HOUR)
    assert await ledger.purge_alerts(NOW + DAY) == 2

    assert (await opened(ledger, watch)).number == 2


async def test_alerts_that_open_share_the_open_card_of_their_watch_and_connection(
    ledger: WatchLedger, watch: Watch
) -> None:
    """A card tells of one connection; it is not due before somebody says so."""
    other = await add(ledger)
    first, second = await opened(ledger, watch), await opened(ledger, watch, 8, at=NOW + HOUR)
    third = await opened(ledger, watch, 9, connection="microvisualizer")
    fourth = await opened(ledger, other)

    card = await card_of(ledger, first)

    assert first.card == second.card
    assert len({first.card, third.card, fourth.card}) == 3
    assert (card.kind, card.watch, card.connection, card.channel) == (CardKind.WATCH, watch.ref, CONNECTION, CHANNEL)
    assert (card.opened_at, card.due_at, card.attempts, card.workspace) == (NOW, None, 0, WORKSPACE)
    assert await ledger.members(card.ref) == (first, second)
    assert {each.ref for each in await ledger.cards_of(WORKSPACE, CardKind.WATCH, watch.ref)} == {card.ref, third.card}


async def test_what_was_changed_meanwhile_is_left_out_with_its_steps(ledger: WatchLedger, watch: Watch) -> None:
    """The others of the same transaction are written; the order of what comes back is that of the changes."""
    stale, fresh = await opened(ledger, watch), await opened(ledger, watch, 8)
    current = await written(ledger, replace(stale, severity=2))

    done = await ledger.change_alerts(
        [
            AlertChange(alert=opening(watch, 10), steps=(step(),)),
            AlertChange(alert=replace(stale, owner="U9"), steps=(step(StepKind.ASSIGNED),)),
            AlertChange(alert=opening(watch, 7), steps=(step(),)),
            AlertChange(alert=replace(fresh, owner="U9"), steps=(step(StepKind.ASSIGNED),)),
            AlertChange(alert=replace(fresh, ref=fresh.ref + 999, project=99), steps=(step(),)),
        ],
        now=NOW,
    )

    assert [(each.project, each.version, each.number) for each in done] == [(10, 1, 3), (8, 2, 2)]
    assert await reread(ledger, stale) == current
    kinds = [each.kind for each in await ledger.untold(current.card or 0)]
    assert kinds == [StepKind.OPENED] * 3 + [StepKind.ASSIGNED]
    assert await ledger.alerts_of(watch.ref, [99]) == {}


async def test_a_change_is_written_once_however_often_it_comes_at_once(
    ledgers: tuple[WatchLedger, WatchLedger],
) -> None:
    """Two evaluators, and people who press buttons meanwhile: one wins, the record has one entry of it."""
    watch = await add(ledgers[0])
    first = await asyncio.gather(
        *(ledgers[place % 2].change_alerts(_openings(watch, place), now=NOW) for place in range(4))
    )
    stored = [each for some in first for each in some]
    assert sorted(each.project for each in stored) == list(range(MANY))
    assert len({each.number for each in stored}) == MANY
    assert len({each.card for each in stored}) == 1

    after = await asyncio.gather(
        *(
            ledgers[place % 2].change_alerts(
                [AlertChange(alert=replace(each, severity=2), steps=(step(StepKind.WORSE),)) for each in order], now=NOW
            )
            for place, order in enumerate((stored, stored[::-1], stored[5:] + stored[:5]))
        )
    )

    assert sorted(each.ref for some in after for each in some) == sorted(each.ref for each in stored)
    told = await ledgers[1].untold(stored[0].card or 0)
    assert sorted(each.kind for each in told) == [StepKind.OPENED] * MANY + [StepKind.WORSE] * MANY


def _openings(watch: Watch, place: int) -> list[AlertChange]:
    """Return the same openings, each time in another order."""
    projects = [*range(place, MANY), *range(place)]
    return [AlertChange(alert=opening(watch, project), steps=(step(),)) for project in projects]


async def test_nothing_to_change_changes_nothing(ledger: WatchLedger, watch: Watch) -> None:
    """Most ticks find nothing; a watch that never was has no alerts."""
    assert await ledger.change_alerts([], now=NOW) == ()
    assert await ledger.change_alerts([AlertChange(alert=opening(replace(watch, ref=999)))], now=NOW) == ()


async def test_a_record_keeps_everything_of_a_step(ledger: WatchLedger, watch: Watch) -> None:
    """Who, when, what, who is told, and whether they were."""
    entry = step(
        StepKind.SNOOZE_ENDS_SOON, by="U1", what="ends <soon>", telling=Telling.PERSON, person="U2", at=NOW + HOUR
    )
    stored = await written(ledger, opening(watch), entry, step(StepKind.ACKED, telling=Telling.NOBODY, told=True))

    (raised,) = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(), most=5, steps=5)

    acked, snoozed = raised.steps
    assert snoozed == replace(entry, ref=snoozed.ref, alert=stored.ref)
    assert (acked.kind, acked.told, acked.telling) == (StepKind.ACKED, True, Telling.NOBODY)
    assert acked.ref > snoozed.ref > 0


async def test_only_what_somebody_is_still_to_be_told_of_is_untold(ledger: WatchLedger, watch: Watch) -> None:
    """Of the alerts of one card, in the order in which it happened."""
    first = await written(ledger, opening(watch), step(), step(StepKind.ACKED, telling=Telling.NOBODY))
    second = await written(ledger, opening(watch, 8), step(StepKind.REPEATED, told=True), step())
    await written(ledger, replace(first, severity=2), step(StepKind.WORSE, telling=Telling.PERSON))
    await opened(ledger, watch, 9, connection="microvisualizer")

    untold = await ledger.untold(first.card or 0)

    assert [(each.alert, each.kind) for each in untold] == [
        (first.ref, StepKind.OPENED), (second.ref, StepKind.OPENED), (first.ref, StepKind.WORSE),
    ]  # fmt: skip


# --- opening again ------------------------------------------------------------------------------------------------


async def _closed(ledger: WatchLedger, given: Alert) -> None:
    """Close the card of an alert that has ended."""
    card = await card_of(ledger, given)
    number = card.attempts + 1
    await ledger.look_at_cards({card.ref: NOW})
    assert await ledger.claim_card(card.ref, attempt=number, holder="one", now=NOW, lease_until=NOW + HOUR)
    assert await ledger.close_card(card.ref, attempt=number, now=NOW + HOUR)
    assert await ledger.let_go(card.ref, attempt=number, due_at=None)


async def test_an_alert_that_opens_again_is_told_on_the_open_card_with_what_was_untold(
    ledger: WatchLedger, watch: Watch
) -> None:
    """Its last card is closed; what that did not come to tell is not lost."""
    first = await opened(ledger, watch)
    await announced(ledger, first.card or 0, first)
    back = await ended(ledger, await reread(ledger, first))
    await _closed(ledger, back)

    again = await written(
        ledger, replace(back, state=AlertState.INACTIVE, since=NOW + DAY, announced_at=None), step(), now=NOW + DAY
    )

    assert again.card not in {None, first.card}
    assert (again.announced_at, again.number) == (None, first.number)
    assert (await card_of(ledger, again)).opened_at == NOW + DAY
    assert [each.kind for each in await ledger.untold(again.card or 0)] == [StepKind.BACK, StepKind.OPENED]
    assert await ledger.members(first.card or 0) == ()


async def test_an_end_leaves_an_alert_on_its_card(ledger: WatchLedger, watch: Watch) -> None:
    """The card shows for a while what has ended; that it was announced stays known."""
    first = await opened(ledger, watch)
    await announced(ledger, first.card or 0, first)

    back = await ended(ledger, await reread(ledger, first))

    assert (back.card, back.announced_at) == (first.card, NOW)
    recovering = await written(ledger, replace(back, state=AlertState.QUIET))
    assert (recovering.card, recovering.announced_at) == (first.card, NOW)


async def test_who_writes_an_alert_does_not_undo_its_announcement(ledger: WatchLedger, watch: Watch) -> None:
    """It was announced after it was read: that is no other version, and is not forgotten."""
    seen = await opened(ledger, watch)
    await announced(ledger, seen.card or 0, seen)

    stored = await written(ledger, replace(seen, severity=2, card=None, number=99))

    assert (stored.announced_at, stored.version, stored.card, stored.number) == (NOW, 2, seen.card, seen.number)


async def test_an_alert_whose_end_nobody_was_told_keeps_its_announcement(ledger: WatchLedger, watch: Watch) -> None:
    """It flapped in silence: the channel still takes it to be open."""
    seen = await opened(ledger, watch)
    await announced(ledger, seen.card or 0, seen)
    back = await ended(ledger, await reread(ledger, seen))

    again = await written(ledger, replace(back, state=AlertState.INACTIVE))

    assert again.announced_at == NOW


# --- finding them -------------------------------------------------------------------------------------------------


async def test_alerts_are_due_when_their_time_has_come(ledger: WatchLedger, watch: Watch) -> None:
    """The longest due first, so many at most; those that a removed watch left behind are to be ended."""
    foreign, gone = await add(ledger, workspace="w2"), await add(ledger)
    for project, wait in ((1, 2), (2, 1), (3, 0), (4, 5)):
        await written(ledger, alert(watch, project, next_at=NOW + wait * HOUR))
    await written(ledger, alert(gone, 5, next_at=NOW))
    await written(ledger, alert(watch, 6))
    await written(ledger, alert(foreign, 7, next_at=NOW))
    assert await ledger.remove_watch(gone, change())

    due = await ledger.alerts_due(WORKSPACE, NOW + 2 * HOUR, most=9)

    assert [each.project for each in due] == [3, 5, 2, 1]
    assert await ledger.alerts_due(WORKSPACE, NOW + 2 * HOUR, most=2) == due[:2]
    assert await ledger.alerts_due(WORKSPACE, NOW - HOUR, most=2) == ()


@pytest.mark.parametrize("kind", PauseKind)
async def test_alerts_of_a_watch_that_rests_are_not_due_until_it_wakes(
    ledger: WatchLedger, watch: Watch, kind: PauseKind
) -> None:
    """Nobody would do anything about them, every minute anew; if it is removed meanwhile, somebody ends them."""
    removed = await add(ledger)
    for its, project in ((watch, 1), (removed, 2)):
        await opened(ledger, its, project, next_at=NOW)
        assert await ledger.pause_watch(its, pause(kind), change())
    assert await ledger.alerts_due(WORKSPACE, NOW, most=9) == ()

    resting = {each.ref: each for each in await ledger.paused_watches(WORKSPACE, kind)}
    assert await ledger.remove_watch(resting[removed.ref], change())
    assert [each.project for each in await ledger.alerts_due(WORKSPACE, NOW, most=9)] == [2]
    assert await ledger.pause_watch(resting[watch.ref], None, change())

    assert [each.project for each in await ledger.alerts_due(WORKSPACE, NOW, most=9)] == [1, 2]


async def test_what_a_removed_watch_left_behind_is_found(ledger: WatchLedger, watch: Watch) -> None:
    """Open, snoozed or kept; the others are history."""
    removed = await add(ledger)
    await opened(ledger, watch)
    await opened(ledger, removed, 1)
    await written(ledger, alert(removed, 2, snooze=SNOOZE))
    await written(ledger, alert(removed, 3, keep=KEEP))
    await written(ledger, alert(removed, 4, ack=ACK))
    assert await ledger.alerts_of_removed(WORKSPACE, most=9) == ()

    assert await ledger.remove_watch(removed, change())

    assert [each.project for each in await ledger.alerts_of_removed(WORKSPACE, most=9)] == [1, 2, 3]
    assert [each.project for each in await ledger.alerts_of_removed(WORKSPACE, most=2)] == [1, 2]
    assert await ledger.alerts_of_removed("w2", most=9) == ()


async def _some(ledger: WatchLedger, watch: Watch) -> Watch:
    """Write alerts of all kinds in one channel, and some elsewhere; returns the second watch."""
    other = await add(ledger)
    await opened(ledger, watch, 1, at=NOW + HOUR)
    await opened(ledger, other, 2, at=NOW, state=AlertState.RECOVERING)
    await ended(ledger, await opened(ledger, watch, 3), at=NOW + HOUR)
    await ended(ledger, await opened(ledger, watch, 4), at=NOW + 2 * HOUR)
    await written(ledger, replace(await ended(ledger, await opened(ledger, other, 5), at=NOW), keep=KEEP))
    await written(ledger, alert(watch, 6))
    await opened(ledger, await add(ledger, channel="C2"), 7)
    await opened(ledger, await add(ledger, workspace="w2"), 8)
    return other


async def test_the_alerts_of_a_channel_are_raised_longest_open_first(ledger: WatchLedger, watch: Watch) -> None:
    """Then what is kept; what ended only if it is asked for, newest first; never what was not opened yet."""
    await _some(ledger, watch)

    live = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(), most=9)
    every = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(only_open=False), most=9)
    two = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(only_open=False), most=2)

    assert [each.alert.project for each in live] == [2, 1, 5]
    assert [each.alert.project for each in every] == [2, 1, 4, 3, 5]
    assert two == every[:2]
    assert [each.steps for each in live] == [()] * 3


@pytest.mark.parametrize(
    ("numbers", "only_open", "found"),
    [((1, 2), True, [2, 1]), ((3, 5, 99), False, [3, 5]), ((3,), True, []), ((4, 3), False, [4, 3])],
)
async def test_alerts_are_raised_by_number(
    ledger: WatchLedger,
    watch: Watch,
    numbers: tuple[int, ...],
    only_open: bool,  # noqa: FBT001 - a column of the table
    found: list[int],
) -> None:
    """The numbers of the other channel are its own."""
    await _some(ledger, watch)

    raised = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(numbers=numbers, only_open=only_open), most=9)

    assert [each.alert.number for each in raised] == found


async def test_alerts_are_raised_with_their_watch_and_their_newest_steps(ledger: WatchLedger, watch: Watch) -> None:
    """Of one watch, if that is asked; so many steps of each, newest first; a removed watch still says what it asked."""
    other = await _some(ledger, watch)
    assert await ledger.remove_watch(other, change())

    raised = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(watch=other.ref), most=9, steps=1)
    full = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(watch=other.ref), most=9, steps=9)

    assert [(each.watch.ref, each.watch.draft) for each in raised] == [(other.ref, other.draft)] * 2
    assert [[entry.kind for entry in each.steps] for each in raised] == [[StepKind.OPENED], [StepKind.BACK]]
    assert [entry.kind for entry in full[1].steps] == [StepKind.BACK, StepKind.OPENED]
    elsewhere = await ledger.raised(WORKSPACE, "C2", AlertFilter(watch=other.ref), most=9)
    by_number = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(watch=other.number), most=9)
    assert (elsewhere, by_number) == ((), ())


async def test_open_alerts_are_counted_by_connection(ledger: WatchLedger, watch: Watch) -> None:
    """Recovering ones are open, kept ones are not."""
    await _some(ledger, watch)
    await opened(ledger, watch, 20, connection="microvisualizer")

    assert await ledger.silenced(WORKSPACE, CONNECTION) == 3
    assert await ledger.silenced(WORKSPACE, "microvisualizer") == 1
    assert await ledger.silenced("w2", "microvisualizer") == 0


async def test_alerts_elsewhere_are_open_or_waiting_at_connections_that_are_not_named(
    ledger: WatchLedger, watch: Watch
) -> None:
    """What ended needs no end; what people keep stays kept."""
    await opened(ledger, watch, 1)
    await opened(ledger, watch, 2, connection="other")
    await written(ledger, alert(watch, 3, connection="other"))
    await ended(ledger, await opened(ledger, watch, 4, connection="other"))
    await written(ledger, alert(watch, 5, connection="other", state=AlertState.CLOSED, keep=KEEP))
    await opened(ledger, await add(ledger, workspace="w2"), 6, connection="other")

    async def found(*connections: str, most: int = 9) -> list[int]:
        return [each.project for each in await ledger.alerts_elsewhere(WORKSPACE, connections, most=most)]

    assert await found(CONNECTION) == [2, 3]
    assert await found(CONNECTION, most=1) == [2]
    assert await found(CONNECTION, "other") == []
    assert await found() == [1, 2, 3]


async def test_how_far_watches_were_evaluated_elsewhere_is_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """Only in this workspace, and not at the connections that are named."""
    foreign = await add(ledger, workspace="w2")
    await ledger.note_progress({(watch.ref, CONNECTION): NOW, (watch.ref, "other"): NOW, (foreign.ref, "other"): NOW})
    await ledger.forget_elsewhere(WORKSPACE, [CONNECTION])

    assert await ledger.progress(WORKSPACE) == {(watch.ref, CONNECTION): NOW}
    assert await ledger.progress("w2") == {(foreign.ref, "other"): NOW}
