"""Cards: when they are due, who works on them, and what a death in mid-air leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import AlertState, CardKind, Posted, SendingKind, StepKind, Telling
from tests.builders import NOW
from tests.store.watches.drafts import (
    CHANNEL,
    CONNECTION,
    HOUR,
    LEASE,
    MINUTE,
    POSTED,
    WORKSPACE,
    add,
    announced,
    begun,
    card,
    card_of,
    claimed,
    ended,
    opened,
    opening,
    reread,
    sending,
    sent,
    step,
    written,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

LATER = NOW + LEASE
"""When a lease taken at `NOW` has ended."""


@pytest.fixture
async def alert(ledger: WatchLedger, watch: Watch) -> Alert:
    """Return an open alert, the only one on its card."""
    return await opened(ledger, watch)


@pytest.fixture
def ref(alert: Alert) -> int:
    """Return the card of that alert."""
    assert alert.card is not None
    return alert.card


async def _due(ledger: WatchLedger, now: datetime, *, most: int = 9) -> list[int]:
    return [each.ref for each in await ledger.cards_due(WORKSPACE, now, most=most)]


# --- due ----------------------------------------------------------------------------------------------------------


async def test_a_card_is_due_at_the_earliest_moment_that_anybody_named(ledger: WatchLedger, ref: int) -> None:
    """A card that is not there any more is nobody's business."""
    assert await _due(ledger, NOW + HOUR) == []
    await ledger.look_at_cards({ref: NOW + MINUTE, 12345: NOW})
    await ledger.look_at_cards({ref: NOW + HOUR})
    await ledger.look_at_cards({})

    assert await _due(ledger, NOW) == []
    assert await _due(ledger, NOW + MINUTE) == [ref]
    await ledger.look_at_cards({ref: NOW})
    assert await _due(ledger, NOW) == [ref]


async def test_the_longest_due_comes_first(ledger: WatchLedger, ref: int) -> None:
    """So many at most, of one workspace."""
    second = await opened(ledger, await add(ledger))
    foreign = await opened(ledger, await add(ledger, workspace="w2"))
    await ledger.look_at_cards({ref: NOW, second.card or 0: NOW - HOUR, foreign.card or 0: NOW})

    assert await _due(ledger, NOW) == [second.card, ref]
    assert await _due(ledger, NOW, most=1) == [second.card]


async def test_a_card_that_is_worked_on_is_due_again_only_when_its_holder_is_lost(
    ledger: WatchLedger, ref: int
) -> None:
    """Also if something happened to it meanwhile: whoever works on it will see that."""
    assert await claimed(ledger, ref) is not None
    await ledger.look_at_cards({ref: NOW})

    assert await _due(ledger, LATER - MINUTE / 2) == []
    assert await _due(ledger, LATER) == [ref]


# --- claims -------------------------------------------------------------------------------------------------------


async def test_a_claim_is_a_lease_with_a_number(ledger: WatchLedger, ref: int) -> None:
    """The claimer gets the card as it was."""
    await ledger.look_at_cards({ref: NOW})
    before = await ledger.card(ref)

    assert await claimed(ledger, ref) == before

    assert before is not None
    assert await ledger.card(ref) == replace(before, attempts=1, lease_until=LATER, due_at=None)


async def test_a_card_that_is_not_due_is_not_claimed(ledger: WatchLedger, ref: int) -> None:
    """Nor one that is not there; nor is anything done without a claim."""
    assert await claimed(ledger, ref, due=False) is None
    await ledger.look_at_cards({ref: NOW + MINUTE})
    assert await claimed(ledger, ref, due=False) is None
    assert await claimed(ledger, 12345) is None
    for unclaimed in (ref, 12345):
        assert not await begun(ledger, unclaimed, sending())
        assert not await sent(ledger, unclaimed, sending())
        assert not await ledger.edited(unclaimed, attempt=0, drawn="", now=NOW)
        assert not await ledger.let_go(unclaimed, attempt=0, due_at=None)
        assert not await ledger.close_card(unclaimed, attempt=0, now=NOW)
        assert await ledger.continue_card(unclaimed, attempt=0, now=NOW) is None
        assert not await ledger.drop_unannounced(unclaimed, attempt=0)


async def test_one_of_twenty_claimers_wins(ledgers: tuple[WatchLedger, WatchLedger]) -> None:
    """The same attempt at the same card is started in two processes at once."""
    first = await opened(ledgers[0], await add(ledgers[0]))
    ref = first.card or 0
    await ledgers[0].look_at_cards({ref: NOW})

    won = await asyncio.gather(*(claimed(ledgers[place % 2], ref, due=False) for place in range(20)))

    assert sum(each is not None for each in won) == 1


async def test_an_attempt_is_made_once(ledger: WatchLedger, ref: int) -> None:
    """Whoever is replayed, even after his lease, finds it taken; the next attempt goes on."""
    await claimed(ledger, ref)

    assert await claimed(ledger, ref, now=LATER) is None
    assert await claimed(ledger, ref, 2, now=LATER - MINUTE / 2) is None
    assert await claimed(ledger, ref, 2, now=LATER, due=False) is not None
    assert await claimed(ledger, ref, 1, now=LATER + LEASE) is None


async def test_who_lost_his_claim_changes_nothing(ledger: WatchLedger, alert: Alert, ref: int) -> None:
    """His number is too low, however long he slept."""
    what = sending(alerts=(alert.ref,), steps=tuple(each.ref for each in await ledger.untold(ref)))
    await claimed(ledger, ref)
    await begun(ledger, ref, what)
    await claimed(ledger, ref, 2, now=LATER)
    before = await ledger.card(ref)

    assert not await begun(ledger, ref, what)
    assert not await sent(ledger, ref, what)
    assert not await ledger.edited(ref, attempt=1, drawn="x", now=NOW)
    assert not await ledger.let_go(ref, attempt=1, due_at=None)
    assert not await ledger.close_card(ref, attempt=1, now=NOW)
    assert await ledger.continue_card(ref, attempt=1, now=NOW) is None
    assert not await ledger.drop_unannounced(ref, attempt=1)
    assert await ledger.card(ref) == before
    assert (await reread(ledger, alert)).announced_at is None
    assert len(await ledger.untold(ref)) == 1


# --- sending ------------------------------------------------------------------------------------------------------


async def test_a_card_goes_from_claim_to_channel(ledger: WatchLedger, alert: Alert, ref: int) -> None:
    """The plain life: claimed, sending, sent; its alerts are announced, its steps are told."""
    steps = tuple(each.ref for each in await ledger.untold(ref))
    what = sending(alerts=(alert.ref,), steps=steps)
    await claimed(ledger, ref)

    assert await begun(ledger, ref, what, now=NOW + MINUTE / 2)
    in_the_air = await ledger.card(ref)
    assert await sent(ledger, ref, what, drawn="as it is", now=NOW + MINUTE)
    arrived = await ledger.card(ref)

    assert in_the_air is not None
    assert (in_the_air.sending, in_the_air.lease_until) == (what, LATER + MINUTE / 2)
    assert arrived == replace(
        in_the_air, sending=None, posted=POSTED, posted_at=NOW + MINUTE, told_at=NOW + MINUTE, drawn="as it is"
    )
    assert await reread(ledger, alert) == replace(alert, announced_at=NOW + MINUTE)
    assert await ledger.untold(ref) == ()


@pytest.mark.parametrize(
    ("kind", "posted", "told_at"),
    [
        (SendingKind.REPLY, Posted(CHANNEL, "2.2"), NOW + HOUR),
        (SendingKind.REPLY, None, NOW),
        (SendingKind.PERSON, None, NOW),
        (SendingKind.PERSON, Posted("D1", "2.2"), NOW),
    ],
)
async def test_an_answer_leaves_the_card_where_it_is(
    ledger: WatchLedger, alert: Alert, kind: SendingKind, posted: Posted | None, told_at: datetime
) -> None:
    """The channel was told something new only if something was posted there."""
    ref = alert.card or 0
    await announced(ledger, ref, alert)
    await written(ledger, replace(alert, severity=2), step(StepKind.WORSE))
    what = sending("two", kind, steps=tuple(each.ref for each in await ledger.untold(ref)))
    await claimed(ledger, ref, 2)
    await begun(ledger, ref, what, 2)

    assert await sent(ledger, ref, what, 2, posted=posted, now=NOW + HOUR)

    after = await ledger.card(ref)
    assert after is not None
    assert (after.posted, after.posted_at, after.told_at, after.drawn) == (POSTED, NOW, told_at, "as it was")
    assert await ledger.untold(ref) == ()


@pytest.mark.parametrize("posted", [Posted(CHANNEL, "2.2"), None])
async def test_that_the_end_of_an_outage_was_told_is_remembered(
    ledger: WatchLedger, ref: int, posted: Posted | None
) -> None:
    """Also after a death: it is noted with what is on its way. What Slack never takes counts as told."""
    told = replace(sending("one", SendingKind.REPLY), ends=True)
    await claimed(ledger, ref)
    await begun(ledger, ref, told)
    before = await claimed(ledger, ref, 2, now=LATER, due=False)
    assert before is not None
    assert (before.sending, before.end_told) == (told, False)

    assert await sent(ledger, ref, told, 2, posted=posted, now=LATER)

    after = await ledger.card(ref)
    assert after is not None
    assert after.end_told
    assert await sent(ledger, ref, sending("two", SendingKind.LOOSE), 2, now=LATER)
    assert (await ledger.card(ref) or after).end_told


async def test_who_finds_a_dead_ones_message_notes_it_as_sent(ledger: WatchLedger, alert: Alert, ref: int) -> None:
    """What was on its way is told with the claim; it may even have been given back meanwhile."""
    what = sending(alerts=(alert.ref,), steps=tuple(each.ref for each in await ledger.untold(ref)))
    await claimed(ledger, ref)
    await begun(ledger, ref, what)

    before = await claimed(ledger, ref, 2, now=LATER, due=False)
    assert before is not None
    assert before.sending == what
    assert await ledger.let_go(ref, attempt=2, due_at=LATER, reason="cannot look now", failed=True)
    again = await claimed(ledger, ref, 3, now=LATER, due=False)
    assert again is not None
    assert (again.sending, again.failures, again.reason) == (what, 1, "cannot look now")
    assert await sent(ledger, ref, what, 3, now=LATER)

    assert (await reread(ledger, alert)).announced_at == LATER
    assert await ledger.untold(ref) == ()


async def test_a_message_about_an_earlier_opening_announces_nothing_of_a_later_one(
    ledger: WatchLedger, alert: Alert, ref: int
) -> None:
    """It was on its way while the alert ended and opened anew; the channel was not told of that."""
    what = sending(alerts=(alert.ref,))
    await claimed(ledger, ref)
    await begun(ledger, ref, what)
    back = await ended(ledger, alert)
    await written(ledger, replace(back, state=AlertState.INACTIVE, announced_at=None))

    assert await sent(ledger, ref, what)

    assert (await reread(ledger, alert)).announced_at is None


async def test_a_message_on_its_way_announces_an_alert_that_has_ended_meanwhile(
    ledger: WatchLedger, alert: Alert, ref: int
) -> None:
    """The channel was told that it is open, so it is to be told of its end."""
    what = sending(alerts=(alert.ref,), steps=tuple(each.ref for each in await ledger.untold(ref)))
    await claimed(ledger, ref)
    await begun(ledger, ref, what)
    await ended(ledger, alert)

    assert await sent(ledger, ref, what)

    assert (await reread(ledger, alert)).announced_at == NOW
    assert [each.kind for each in await ledger.untold(ref)] == [StepKind.BACK]


async def test_what_needs_no_message_is_noted_without_one(ledger: WatchLedger, alert: Alert, ref: int) -> None:
    """Nothing was begun, so nothing else can have come between."""
    await claimed(ledger, ref)
    what = sending(kind=SendingKind.PERSON, alerts=(alert.ref,))

    assert await sent(ledger, ref, what, posted=None, now=NOW + MINUTE)

    assert (await reread(ledger, alert)).announced_at == NOW + MINUTE
    after = await card_of(ledger, alert)
    assert (after.posted, after.told_at) == (None, None)


async def test_many_alerts_are_announced_at_once(ledger: WatchLedger, watch: Watch) -> None:
    """More than one statement can name."""
    stored = [await opened(ledger, watch, project) for project in range(3)]
    refs = tuple(each.ref for each in stored)
    ref = stored[0].card or 0
    what = sending(alerts=(*refs, *range(10_000, 11_200)), steps=tuple(range(20_000, 21_200)))
    await claimed(ledger, ref)

    assert await begun(ledger, ref, replace(what, alerts=refs, steps=()))
    assert await sent(ledger, ref, replace(what, alerts=refs, steps=()))

    assert {each.announced_at for each in await ledger.members(ref)} == {NOW}


async def test_an_edit_is_noted(ledger: WatchLedger, ref: int) -> None:
    """With when it was, so that the next one is not too soon."""
    await claimed(ledger, ref)

    assert await ledger.edited(ref, attempt=1, drawn="new", now=NOW + MINUTE)

    after = await ledger.card(ref)
    assert after is not None
    assert (after.drawn, after.edited_at, after.told_at) == ("new", NOW + MINUTE, None)


# --- giving back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meanwhile", "given", "due"),
    [
        (None, None, None),
        (None, NOW + HOUR, NOW + HOUR),
        (NOW + MINUTE, None, NOW + MINUTE),
        (NOW + MINUTE, NOW + HOUR, NOW + MINUTE),
        (NOW + HOUR, NOW + MINUTE, NOW + MINUTE),
    ],
)
async def test_what_made_a_card_due_meanwhile_is_not_lost(
    ledger: WatchLedger, ref: int, meanwhile: datetime | None, given: datetime | None, due: datetime | None
) -> None:
    """The earlier of the two counts; what it was claimed for is done."""
    await claimed(ledger, ref)
    if meanwhile is not None:
        await ledger.look_at_cards({ref: meanwhile})

    assert await ledger.let_go(ref, attempt=1, due_at=given)

    after = await ledger.card(ref)
    assert after is not None
    assert (after.due_at, after.lease_until, after.attempts) == (due, None, 1)
    assert not await ledger.let_go(ref, attempt=1, due_at=None)


async def test_failures_are_counted_until_one_attempt_goes_well(ledger: WatchLedger, ref: int) -> None:
    """With the last one's reason."""
    seen = []
    for attempt, failed in enumerate((True, True, False), 1):
        await claimed(ledger, ref, attempt)
        assert await ledger.let_go(
            ref, attempt=attempt, due_at=NOW, reason="Slack was busy" if failed else "", failed=failed
        )
        after = await ledger.card(ref)
        assert after is not None
        seen.append((after.failures, after.reason))

    assert seen == [(1, "Slack was busy"), (2, "Slack was busy"), (0, "")]


@pytest.mark.parametrize("unsent", [True, False])
async def test_what_is_certainly_not_there_is_forgotten(ledger: WatchLedger, ref: int, *, unsent: bool) -> None:
    """Else whoever comes next looks for it."""
    await claimed(ledger, ref)
    await begun(ledger, ref, sending())

    assert await ledger.let_go(ref, attempt=1, due_at=None, unsent=unsent)

    after = await ledger.card(ref)
    assert after is not None
    assert (after.sending is None) is unsent


# --- closing ------------------------------------------------------------------------------------------------------


async def test_a_card_is_closed_when_nothing_on_it_is_open(ledger: WatchLedger, alert: Alert, ref: int) -> None:
    """It can be worked on all the same: somebody may have more to say of what ended. It is closed once."""
    await claimed(ledger, ref)
    assert not await ledger.close_card(ref, attempt=1, now=NOW + MINUTE)
    await ended(ledger, alert)

    assert await ledger.close_card(ref, attempt=1, now=NOW + MINUTE)
    assert await ledger.close_card(ref, attempt=1, now=NOW + HOUR)

    assert (await card_of(ledger, alert)).closed_at == NOW + MINUTE
    assert await ledger.cards_of(WORKSPACE, CardKind.WATCH, alert.watch) == ()
    assert await ledger.let_go(ref, attempt=1, due_at=NOW)
    assert await _due(ledger, NOW) == [ref]


async def test_no_alert_opens_on_a_card_that_is_closed_at_the_same_time(
    ledgers: tuple[WatchLedger, WatchLedger],
) -> None:
    """Either it is not closed, or there is another one."""
    one, two = ledgers
    for project in range(10):
        watch = await add(one)
        first = await opened(one, watch)
        await ended(one, first)
        await claimed(one, first.card or 0)

        closed, stored = await asyncio.gather(
            one.close_card(first.card or 0, attempt=1, now=NOW), opened(two, watch, 100 + project)
        )

        card = await card_of(one, stored)
        assert card.closed_at is None
        assert closed is (card.ref != first.card)


async def test_a_card_is_continued_by_another_with_what_is_open(
    ledger: WatchLedger, watch: Watch, alert: Alert, ref: int
) -> None:
    """What ended stays on the old one; what is told of the open ones is told on the new one."""
    over = await ended(ledger, await opened(ledger, watch, 8))
    await announced(ledger, ref, alert)
    await written(ledger, replace(alert, severity=2), step(StepKind.WORSE))
    await claimed(ledger, ref, 2)

    new = await ledger.continue_card(ref, attempt=2, now=NOW + HOUR)

    old = await ledger.card(ref)
    assert old is not None
    assert new is not None
    assert (old.closed_at, old.posted) == (NOW + HOUR, POSTED)
    assert (new.after, new.due_at, new.opened_at, new.posted, new.attempts, new.drawn) == (
        ref, NOW + HOUR, NOW + HOUR, None, 0, "",
    )  # fmt: skip
    assert (new.channel, new.watch, new.connection, new.kind) == (CHANNEL, watch.ref, CONNECTION, CardKind.WATCH)
    assert [each.ref for each in await ledger.members(new.ref)] == [alert.ref]
    assert [each.ref for each in await ledger.members(ref)] == [over.ref]
    assert [each.kind for each in await ledger.untold(new.ref)] == [StepKind.WORSE]
    assert await ledger.cards_of(WORKSPACE, CardKind.WATCH, watch.ref) == (new,)
    assert (await opened(ledger, watch, 9)).card == new.ref
    assert await ledger.continue_card(ref, attempt=2, now=NOW + HOUR) is None
    assert (await reread(ledger, alert)).announced_at == NOW


async def test_only_the_card_of_a_watch_is_continued(ledger: WatchLedger) -> None:
    """There is nothing on the others that could go on."""
    made = await ledger.add_card(card(3))
    assert made is not None
    await claimed(ledger, made.ref)

    assert await ledger.continue_card(made.ref, attempt=1, now=NOW) is None


async def test_a_card_that_has_nothing_to_say_any_more_is_forgotten(
    ledger: WatchLedger, watch: Watch, alert: Alert, ref: int
) -> None:
    """All had ended before it was sent: nobody will ever be told of that, nor when one of them opens again.

    Nor is its number used again, by which jobs and messages are known.
    """
    await claimed(ledger, ref)
    assert not await ledger.drop_unannounced(ref, attempt=1)
    back = await ended(ledger, alert)

    assert await ledger.drop_unannounced(ref, attempt=1)

    assert await ledger.card(ref) is None
    assert (await reread(ledger, alert)).card is None
    again = await written(ledger, replace(back, state=AlertState.INACTIVE), step())
    assert len(await ledger.untold(again.card or 0)) == 1
    assert await ledger.members(ref) == ()
    assert (await opened(ledger, watch, 9)).card == again.card


async def test_a_card_is_not_forgotten_that_was_sent_or_that_one_person_waits_for(
    ledger: WatchLedger, watch: Watch, alert: Alert, ref: int
) -> None:
    """A message that stands at Slack is edited; what a person asked for is said."""
    await announced(ledger, ref, alert)
    await ended(ledger, await reread(ledger, alert))
    waited = await written(
        ledger, opening(watch, 8, connection="b"), step(StepKind.ASSIGNED, telling=Telling.PERSON, person="U2")
    )
    await ended(ledger, waited)
    await claimed(ledger, ref, 2)
    await claimed(ledger, waited.card or 0)

    assert not await ledger.drop_unannounced(ref, attempt=2)
    assert not await ledger.drop_unannounced(waited.card or 0, attempt=1)
    assert [each.kind for each in await ledger.untold(waited.card or 0)] == [StepKind.ASSIGNED, StepKind.BACK]


async def test_open_cards_of_watches_are_looked_at_together(ledger: WatchLedger, watch: Watch) -> None:
    """Not one that is closed, tells of an outage, belongs to another workspace, or is due already."""
    early, idle, over = [await opened(ledger, each) for each in (watch, await add(ledger), await add(ledger))]
    foreign = await opened(ledger, await add(ledger, workspace="w2"))
    await ended(ledger, over)
    outage = await ledger.add_card(card(3))
    assert outage is not None
    refs = [each.card or 0 for each in (early, idle, over, foreign)] + [outage.ref]
    for ref in refs:
        await claimed(ledger, ref)
    assert await ledger.close_card(refs[2], attempt=1, now=NOW)
    for ref, due_at in zip(refs, (NOW + MINUTE, None, None, None, None), strict=True):
        await ledger.let_go(ref, attempt=1, due_at=due_at)

    await ledger.look_at_open_cards(WORKSPACE, NOW + HOUR)

    cards = [await ledger.card(ref) for ref in refs]
    assert [each and each.due_at for each in cards] == [NOW + MINUTE, NOW + HOUR, None, None, None]


# --- of outages and holds -----------------------------------------------------------------------------------------


async def test_a_channel_has_one_card_of_an_outage(ledgers: tuple[WatchLedger, WatchLedger]) -> None:
    """Also of two that are made at once; a hold with the same number is something else."""
    one, two = ledgers
    made = await asyncio.gather(*(each.add_card(card(3)) for each in (one, two, one)))
    (first,) = (each for each in made if each is not None)
    elsewhere = await one.add_card(card(3, channel="C2"))
    of_hold = await one.add_card(card(3, CardKind.MASS))
    foreign = await one.add_card(card(3, workspace="w2"))

    assert first == card(3, ref=first.ref)
    assert None not in {elsewhere, of_hold, foreign}
    assert await one.cards_of(WORKSPACE, CardKind.OUTAGE, 3) == (first, elsewhere)
    assert await one.cards_of(WORKSPACE, CardKind.MASS, 3) == (of_hold,)
    assert await one.cards_of(WORKSPACE, CardKind.OUTAGE, 4) == ()
    assert await _due(one, NOW) == [each.ref for each in (first, elsewhere, of_hold) if each is not None]


async def test_the_closed_card_of_an_outage_is_still_its_card(ledger: WatchLedger) -> None:
    """It is not told a second time."""
    made = await ledger.add_card(card(3))
    assert made is not None
    await claimed(ledger, made.ref)
    assert await ledger.close_card(made.ref, attempt=1, now=NOW)

    assert [each.ref for each in await ledger.cards_of(WORKSPACE, CardKind.OUTAGE, 3)] == [made.ref]
    assert await ledger.add_card(card(3)) is None
