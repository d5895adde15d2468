"""What arrives of alerts, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Snooze, StepKind, Telling
from bot.ports.watches import AlertChange
from tests.alerts.cards.scenes import MONDAY_10
from tests.alerts.cards.stage import CHANNEL

if TYPE_CHECKING:
    from tests.alerts.cards.stage import Stage


async def test_card_goes_out_with_everything_that_is_open(stage: Stage) -> None:
    """And nothing is said twice: its thread stays empty."""
    watch = await stage.begin()
    first, second = await stage.opens(watch, "Checkout", "Atlas")

    await stage.delivers(minutes=4)
    assert stage.cards() == []
    await stage.delivers(minutes=1)

    (card,) = stage.cards()
    assert "Checkout" in card.message.text
    assert "Atlas" in card.message.text
    assert stage.thread() == []
    assert (await stage.now_of(first)).announced_at == stage.clock.now()
    assert (await stage.now_of(second)).announced_at == stage.clock.now()
    assert (await stage.card_of(first)).posted == card.posted


async def test_new_member_shows_on_the_card_and_is_told_after_the_interval(stage: Stage) -> None:
    """The edit is silent."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    stage.clock.forward(minutes=10)

    (late,) = await stage.opens(watch, "Atlas")
    await stage.delivers()

    assert "Atlas" in stage.cards()[0].message.text
    assert stage.thread() == []
    await stage.delivers(hours=6)
    (told,) = stage.thread()
    assert "Atlas" in told
    assert "Checkout" not in told
    assert (await stage.now_of(late)).announced_at == stage.clock.now()


@pytest.mark.parametrize(
    ("changes", "edits"),
    [
        ({"next_at": MONDAY_10 + timedelta(days=3)}, 0),
        ({"confirmed_at": MONDAY_10}, 0),
        ({"severity": 2}, 1),
        ({"detail": "the licence is missing"}, 1),
    ],
)
async def test_card_is_edited_for_what_it_shows(stage: Stage, changes: dict[str, Any], edits: int) -> None:
    """Also without an entry in the record; and not because of what nobody sees."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    stage.clock.forward(minutes=5)

    after = replace(await stage.now_of(alert), **changes)
    (stored,) = await stage.ledger.change_alerts([AlertChange(alert=after)], now=stage.clock.now())
    assert stored.version > after.version
    assert stored.card is not None
    await stage.ledger.look_at_cards({stored.card: stage.clock.now()})
    await stage.delivers()

    assert len(stage.messenger.edits) == edits


async def test_end_is_told_at_once_and_the_card_is_put_away(stage: Stage) -> None:
    """With the reason, in the thread, and on the card itself."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    stage.clock.forward(hours=9)

    await stage.ends(alert)
    await stage.delivers()

    (told,) = stage.thread()
    assert "is back" in told
    assert len(stage.messenger.edits) == 1
    assert (await stage.card_of(alert)).closed_at == stage.clock.now()


async def test_what_begins_again_gets_a_card_of_its_own(stage: Stage) -> None:
    """The old one is over."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    await stage.ends(alert)
    await stage.delivers(minutes=1)

    await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)

    assert len(stage.cards()) == 2
    assert len(stage.thread()) == 1


async def test_what_came_and_went_before_the_card_leaves_no_trace(stage: Stage) -> None:
    """Nobody was told that it began."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    stage.clock.forward(minutes=2)
    await stage.ends(alert)

    await stage.delivers(minutes=10)

    assert stage.messenger.posts == []
    assert (await stage.now_of(alert)).card is None


async def test_backlog_goes_out_as_one_card(stage: Stage) -> None:
    """However much it is; the card names the worst and counts the rest, and all of it counts as told."""
    watch = await stage.begin()
    alerts = await stage.opens(watch, *(f"P{number:03}" for number in range(120)), baseline=True)

    await stage.delivers(seconds=30)

    assert len(stage.cards()) == 1
    assert stage.thread() == []
    assert all([(await stage.now_of(alert)).announced_at is not None for alert in alerts])


async def test_rest_of_a_backlog_is_shown_and_its_end_is_told(stage: Stage) -> None:
    """It came while the card was on its way."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout", baseline=True)
    await stage.delivers(seconds=30)
    (late,) = await stage.opens(watch, "Atlas", baseline=True)

    await stage.delivers(seconds=30)
    assert "Atlas" in stage.cards()[0].message.text
    assert stage.thread() == []

    await stage.ends(late)
    await stage.delivers(minutes=1)
    (told,) = stage.thread()
    assert "Atlas" in told


async def test_snoozed_alert_is_told_when_the_snooze_ends(stage: Stage) -> None:
    """And only then does its opening count as told."""
    watch = await stage.begin()
    now = stage.clock.now()
    snooze = Snooze(by="U0BEN", at=now, until=now + timedelta(days=1))
    (alert,) = await stage.opens(watch, "Checkout", snooze=snooze)
    await stage.delivers(days=1)
    assert stage.messenger.posts == []

    awake = replace(await stage.now_of(alert), snooze=None)
    await stage.writes(awake, kind=StepKind.SNOOZE_ENDED, what="is no longer snoozed by Ben")
    await stage.delivers()

    assert len(stage.cards()) == 1
    assert (await stage.now_of(alert)).announced_at == stage.clock.now()


async def test_person_is_told_directly(stage: Stage) -> None:
    """What only they need to know."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)

    await stage.says(alert, StepKind.SNOOZE_ENDS_SOON, telling=Telling.PERSON, person="U0BEN")
    await stage.delivers()

    assert len(stage.messenger.in_channel("U0BEN")) == 1
    assert await stage.ledger.untold((await stage.card_of(alert)).ref) == ()


async def test_person_who_cannot_be_told_holds_nothing_up(stage: Stage) -> None:
    """People leave."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    stage.messenger.close("U0BEN", "user_disabled")

    await stage.says(alert, StepKind.SNOOZE_ENDS_SOON, telling=Telling.PERSON, person="U0BEN")
    await stage.delivers()

    assert await stage.ledger.untold((await stage.card_of(alert)).ref) == ()
    assert (await stage.ledger.watches("local"))[0].pause is None


async def test_broadcast_is_for_trouble_only(stage: Stage) -> None:
    """If the watch asks for it."""
    watch = await stage.begin(broadcast=True)
    (first,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    await stage.opens(watch, "Atlas")
    await stage.delivers(hours=6)
    await stage.ends(first)
    await stage.delivers()

    replies = [post for post in stage.messenger.in_channel(CHANNEL) if post.thread is not None]
    assert [post.broadcast for post in replies] == [True, False]


async def test_what_gets_worse_after_a_week_is_told_on_a_new_card_with_a_link(stage: Stage) -> None:
    """The old one says that it goes on below."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    await stage.delivers(days=8)

    await stage.says(alert, StepKind.WORSE, "is quiet for 60 d")
    await stage.delivers(hours=6)

    old, new = stage.cards()
    link = await stage.messenger.link(old.posted)
    assert link is not None
    assert link in str(new.message.blocks)
    assert "newer card below" in old.message.text
    assert (await stage.card_of(alert)).posted == new.posted
    assert stage.thread() == []


async def test_a_card_that_goes_on_says_which_are_new(stage: Stage) -> None:
    """What was told on the older one is not."""
    watch = await stage.begin()
    (known,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    await stage.delivers(days=8)

    await stage.opens(watch, "Billing")
    await stage.says(known, StepKind.WORSE, "is quiet for 60 d")
    await stage.delivers(hours=6)

    said = stage.cards()[-1].message.text.splitlines()
    assert [line.partition(" ")[0] == "🆕" for line in said if "#1" in line or "#2" in line] == [True, False]
    assert "Billing" in said[0]


async def test_card_of_a_removed_watch_tells_the_end(stage: Stage) -> None:
    """Although nobody knows any more what it asked for."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    change = (await stage.ledger.record_of_watch(watch, most=1))[0]
    assert await stage.ledger.remove_watch(watch, change)

    await stage.ends(alert, kind=StepKind.CLOSED)
    await stage.delivers(minutes=1)

    assert len(stage.thread()) == 1
    assert (await stage.card_of(alert)).closed_at is not None


async def test_who_looks_only_now_and_then_is_told_when_a_card_is_due(stage: Stage) -> None:
    """Ten seconds after a press the next tick may be fifty seconds away."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")

    await stage.delivers()

    assert stage.dues == [stage.clock.now() + timedelta(minutes=5)]
