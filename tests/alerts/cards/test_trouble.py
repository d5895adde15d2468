"""Cards of sources in trouble: outages, and changes too large to be believed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import ChannelClosed, NeverPosted
from bot.model import CardKind, ConditionKind, Hold, ProblemKind
from bot.ports import Person
from tests.alerts.cards.scenes import MONDAY_20, TUESDAY_9
from tests.alerts.cards.stage import CHANNEL, CONNECTION, OPERATORS, WORKSPACE

if TYPE_CHECKING:
    from bot.model import Outage
    from tests.alerts.cards.stage import Stage

ADMIN = "U0ADMIN"


async def ends(stage: Stage, outage: Outage) -> None:
    """Let an outage be over, and its cards be due."""
    now = stage.clock.now()
    assert await stage.ledger.save_outage(replace(outage, ended_at=now, missed=7))
    cards = await stage.ledger.cards_of(WORKSPACE, CardKind.OUTAGE, outage.ref)
    await stage.ledger.look_at_cards({card.ref: now for card in cards})


async def test_operators_are_told_of_an_outage_at_once_at_any_hour(stage: Stage) -> None:
    """It is their business."""
    await stage.begin()
    stage.clock.moment = MONDAY_20
    await stage.outage()

    await stage.delivers()

    (card,) = stage.cards(OPERATORS)
    assert "MicroVisualizer" in card.message.text
    assert "HTTP 503" in card.message.text


async def test_operators_are_told_again_every_four_hours_in_working_hours(stage: Stage) -> None:
    """An outage that nobody sees hides everything."""
    await stage.begin()
    await stage.outage()
    await stage.delivers()

    await stage.delivers(hours=4)
    assert len(stage.thread(OPERATORS)) == 1
    await stage.delivers(hours=4)
    assert len(stage.thread(OPERATORS)) == 1
    await stage.delivers(hours=16)
    assert len(stage.thread(OPERATORS)) == 2


async def test_channel_is_told_once_and_in_its_hours(stage: Stage) -> None:
    """Whoever watches the source wants to know, but not at night."""
    await stage.begin()
    stage.clock.moment = MONDAY_20
    await stage.outage(CHANNEL)

    await stage.delivers()
    assert stage.cards() == []
    stage.clock.moment = TUESDAY_9
    await stage.delivers()
    await stage.delivers(hours=5)

    assert len(stage.cards()) == 1
    assert stage.thread() == []


async def test_channel_that_wants_to_be_told_at_night_is(stage: Stage) -> None:
    """By one of its watches."""
    await stage.begin()
    await stage.adds_watch(query="source:microvisualizer", hours=None)
    stage.clock.moment = MONDAY_20
    await stage.outage(CHANNEL)

    await stage.delivers()

    assert len(stage.cards()) == 1


async def test_channel_without_a_watch_any_more_is_told_in_usual_hours(stage: Stage) -> None:
    """The last one was removed a moment ago."""
    await stage.store.register(WORKSPACE, [])
    await stage.outage(CHANNEL)

    await stage.delivers()

    assert len(stage.cards()) == 1


async def test_outage_that_is_over_before_anybody_was_told_leaves_nothing(stage: Stage) -> None:
    """The channel slept through it."""
    await stage.begin()
    stage.clock.moment = MONDAY_20
    outage, _ = await stage.outage(CHANNEL)
    await stage.delivers()

    await ends(stage, outage)
    await stage.delivers(hours=14)

    assert stage.cards() == []


async def test_end_of_an_outage_is_told_with_what_was_missed(stage: Stage) -> None:
    """In the thread, at any hour, and the card says it, too."""
    await stage.begin()
    outage, card = await stage.outage()
    await stage.delivers()
    stage.clock.moment = MONDAY_20

    await ends(stage, outage)
    await stage.delivers()

    (told,) = stage.thread(OPERATORS)
    assert "7" in told
    assert len(stage.messenger.edits) == 1
    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert after.closed_at is not None
    await stage.delivers(hours=24)
    assert len(stage.thread(OPERATORS)) == 1


async def test_outage_that_ends_while_a_message_is_on_its_way_is_told(stage: Stage) -> None:
    """Whatever the clocks say: what was drawn did not tell of the end."""
    await stage.begin()
    outage, card = await stage.outage()
    stage.messenger.gate.clear()
    sending = asyncio.create_task(stage.delivers())
    while stage.messenger.tries == []:  # noqa: ASYNC110 - a fake tells nobody
        await asyncio.sleep(0)
    await ends(stage, outage)
    stage.clock.forward(seconds=1)
    stage.messenger.gate.set()
    await sending

    await stage.delivers(minutes=1)

    (told,) = stage.thread(OPERATORS)
    assert "can be read again" in told
    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert (after.end_told, after.closed_at is None) == (True, False)


async def test_end_that_slack_never_takes_is_tried_once(stage: Stage) -> None:
    """The card says it."""
    await stage.begin()
    outage, card = await stage.outage()
    await stage.delivers()
    await ends(stage, outage)
    stage.messenger.refuse(NeverPosted("msg_too_long"))

    await stage.delivers(minutes=1)

    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert after.closed_at is not None
    assert len(stage.messenger.tries) == 2


async def test_reminder_that_slack_never_takes_waits_like_any_other_failure(stage: Stage) -> None:
    """It would be due again at once."""
    await stage.begin()
    await stage.outage()
    await stage.delivers()
    stage.messenger.refuse(NeverPosted("msg_too_long"))

    await stage.delivers(hours=4)
    assert stage.thread(OPERATORS) == []
    await stage.delivers(minutes=30)

    assert len(stage.thread(OPERATORS)) == 1


@pytest.mark.parametrize("over", [True, False])
async def test_outage_whose_card_was_deleted_is_told_anew(stage: Stage, *, over: bool) -> None:
    """Its end, too: whoever heard of the one hears of the other."""
    await stage.begin()
    outage, card = await stage.outage()
    await stage.delivers()
    stage.messenger.delete(stage.cards(OPERATORS)[0].posted)
    if over:
        stage.messenger.refuse(ChannelClosed("thread_not_found"))
        await ends(stage, outage)
    else:
        assert await stage.ledger.save_outage(replace(outage, detail="HTTP 500"))
        await stage.ledger.look_at_cards({card.ref: stage.clock.now()})

    await stage.delivers(minutes=1)

    (told,) = stage.cards(OPERATORS)
    assert ("can be read again" in told.message.text) == over
    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert (after.closed_at is not None) == over


async def test_end_of_an_outage_is_given_up_after_a_month(stage: Stage) -> None:
    """The channel takes nothing, and nobody will open it."""
    await stage.begin()
    outage, card = await stage.outage()
    await stage.delivers()
    await ends(stage, outage)
    stage.messenger.close(OPERATORS)
    await stage.delivers()

    await stage.delivers(days=29)
    assert await stage.ledger.cards_due(WORKSPACE, stage.clock.now() + timedelta(days=1), most=9) != ()
    await stage.delivers(days=2)

    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert after.closed_at is not None
    assert (after.due_at, "30 days" in after.reason) == (None, True)


async def test_only_watches_on_the_source_are_counted_as_resting(stage: Stage) -> None:
    """The others go on."""
    await stage.begin(query="source:streampixel")
    await stage.adds_watch(query="source:microvisualizer")
    await stage.adds_watch(query="-source:microvisualizer", hours=None)
    await stage.adds_watch(ConditionKind.LAPSED, query="", hours=None)
    stage.clock.moment = MONDAY_20
    await stage.outage()
    await stage.outage(CHANNEL)

    await stage.delivers()
    assert "1 watch waits for it" in stage.cards(OPERATORS)[0].message.text
    assert stage.cards() == []
    stage.clock.moment = TUESDAY_9
    await stage.delivers()

    assert "1 watch waits for it" in stage.cards()[0].message.text


async def test_admin_is_told_directly(stage: Stage) -> None:
    """A person's id is a channel; there is nobody else to remind."""
    await stage.begin()
    await stage.outage(ADMIN)

    await stage.delivers()
    await stage.delivers(hours=5)

    assert len(stage.messenger.in_channel(ADMIN)) == 1


async def test_channel_hears_who_was_told_to_mend_a_refused_key(stage: Stage) -> None:
    """It can do nothing itself; who was told in a channel is nobody's name."""
    await stage.begin()
    refused = {"kind": ProblemKind.REFUSED, "detail": "HTTP 401"}
    await stage.outage(OPERATORS, **refused)
    await stage.outage(ADMIN, **refused)
    stage.messenger.people[ADMIN] = Person(name="Ada")
    await stage.outage(CHANNEL)

    await stage.delivers(minutes=1)

    (card,) = stage.cards()
    assert "Ada was told what to do." in card.message.text


async def test_outage_whose_cause_changes_is_drawn_anew(stage: Stage) -> None:
    """Silently."""
    await stage.begin()
    outage, card = await stage.outage()
    await stage.delivers()
    assert await stage.ledger.save_outage(replace(outage, detail="HTTP 500"))
    await stage.ledger.look_at_cards({card.ref: stage.clock.now()})

    await stage.delivers(seconds=10)
    assert stage.messenger.edits == []
    await stage.delivers(seconds=20)

    assert "HTTP 500" in stage.cards(OPERATORS)[0].message.text


async def test_closed_operators_channel_is_tried_again(stage: Stage) -> None:
    """Nothing wakes such a card."""
    await stage.begin()
    await stage.outage()
    stage.messenger.close(OPERATORS)
    await stage.delivers()

    stage.messenger.reopen(OPERATORS)
    await stage.delivers(hours=1)

    assert len(stage.cards(OPERATORS)) == 1


async def held(stage: Stage, **given: Any) -> Hold:
    """Hold alerts back."""
    now = stage.clock.now()
    plain: dict[str, Any] = {
        "workspace": WORKSPACE, "connection": CONNECTION, "since": now, "projects": 30, "of": 100, "looked_at": now,
    }  # fmt: skip
    hold = await stage.ledger.save_hold(Hold(**(plain | given)))
    assert hold is not None
    return hold


async def test_mass_change_is_told_and_its_release_shown(stage: Stage) -> None:
    """By an edit: who released it knows."""
    await stage.begin()
    hold = await held(stage)
    card = await stage.adds_card(CardKind.MASS, hold.ref, OPERATORS)
    await stage.delivers()
    (drawn,) = stage.cards(OPERATORS)
    assert "30" in drawn.message.text

    now = stage.clock.forward(minutes=1)
    assert await stage.ledger.save_hold(replace(hold, released_at=now, released_by="U0BEN"))
    await stage.ledger.look_at_cards({card.ref: now})
    await stage.delivers()

    assert len(stage.messenger.edits) == 1
    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert after.closed_at is not None


@pytest.mark.parametrize("released", [True, False])
async def test_mass_change_whose_card_was_deleted_is_told_anew_while_it_can_be_released(
    stage: Stage, *, released: bool
) -> None:
    """Its button is the only way to see it."""
    await stage.begin()
    hold = await held(stage)
    card = await stage.adds_card(CardKind.MASS, hold.ref, OPERATORS)
    await stage.delivers()
    stage.messenger.delete(stage.cards(OPERATORS)[0].posted)
    now = stage.clock.forward(minutes=1)
    changed = {"released_at": now} if released else {"looks": 2}
    assert await stage.ledger.save_hold(replace(hold, **changed))
    await stage.ledger.look_at_cards({card.ref: now})

    await stage.delivers()

    assert len(stage.cards(OPERATORS)) == (0 if released else 1)
    after = await stage.ledger.card(card.ref)
    assert after is not None
    assert (after.closed_at is not None) == released


async def test_mass_change_that_was_released_before_it_was_told_is_not(stage: Stage) -> None:
    """Nothing happened."""
    await stage.begin()
    hold = await held(stage, released_at=stage.clock.now())
    await stage.adds_card(CardKind.MASS, hold.ref, OPERATORS)

    await stage.delivers()

    assert stage.messenger.posts == []


async def test_card_without_anything_to_tell_of_is_forgotten(stage: Stage) -> None:
    """What it told of was purged."""
    await stage.begin()
    await stage.adds_card(CardKind.MASS, 99, OPERATORS)
    await stage.adds_card(CardKind.OUTAGE, 99, OPERATORS)

    await stage.delivers()

    assert stage.messenger.posts == []
    assert await stage.ledger.cards_due(WORKSPACE, stage.clock.now() + timedelta(days=900), most=9) == ()
