"""What becomes of alerts when Slack does not take a message, or nobody knows whether it did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts.cards import attempt as attempts
from bot.errors import ChannelClosed, MaybePosted, NeverPosted, NotPosted, StoreError, WorkspaceClosed
from bot.model import DigestChange, PauseKind, Posted, StepKind, Telling
from tests.alerts.cards.stage import CHANNEL, OPERATORS, Stage
from tests.fakes.messenger import FakeMessenger
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Alert, Message

HOUR = timedelta(hours=1)


async def standing(stage: Stage, **given: Any) -> Alert:
    """Let a card stand at Slack, with one alert."""
    watch = await stage.begin(**given)
    (alert,) = await stage.opens(watch, "Checkout")
    await stage.delivers(minutes=5)
    assert len(stage.cards()) == 1
    return alert


# --- not now


async def test_card_that_slack_does_not_take_now_is_sent_later(stage: Stage) -> None:
    """When Slack says that it will."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    stage.messenger.refuse(NotPosted("ratelimited", wait=timedelta(minutes=3)))

    await stage.delivers(minutes=5)
    card = await stage.card_of(alert)
    assert card.due_at == stage.clock.now() + timedelta(minutes=3)
    assert "ratelimited" in card.reason
    assert card.failures == 1
    assert card.sending is None
    await stage.delivers(minutes=3)

    assert len(stage.cards()) == 1
    assert stage.messenger.looks == []
    assert (await stage.card_of(alert)).failures == 0


async def test_pauses_grow_with_every_failure(stage: Stage) -> None:
    """Slack has worse days than minutes."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    stage.messenger.refuse(NotPosted("service_unavailable"), times=9)
    await stage.delivers(minutes=5)

    waits: list[float] = []
    while stage.messenger.posts == []:
        due_at = (await stage.card_of(alert)).due_at
        assert due_at is not None
        waits.append((due_at - stage.clock.now()).total_seconds())
        await stage.delivers(seconds=waits[-1])

    assert waits == [30, 60, 120, 300, 600, 1800, 1800, 1800, 1800]


async def test_card_that_never_got_out_says_what_is_true_when_it_does(stage: Stage) -> None:
    """Not what was true when it failed."""
    watch = await stage.begin()
    first, _ = await stage.opens(watch, "Checkout", "Atlas")
    stage.messenger.refuse(NotPosted("service_unavailable"))
    await stage.delivers(minutes=5)
    await stage.ends(first)

    await stage.delivers(minutes=1)

    (card,) = stage.cards()
    assert "Checkout" not in card.message.text
    assert stage.thread() == []


# --- nobody knows


async def test_card_whose_answer_was_lost_is_found(stage: Stage) -> None:
    """And then drawn anew, since nobody knows what it said."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    stage.messenger.lose_answer()

    await stage.delivers(minutes=5)

    (card,) = stage.cards()
    assert (await stage.card_of(alert)).posted == card.posted
    assert (await stage.now_of(alert)).announced_at is not None


async def test_card_that_got_lost_is_sent_again(stage: Stage) -> None:
    """It is not there, as a look shows."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    stage.messenger.lose_before()

    await stage.delivers(minutes=5)

    assert len(stage.cards()) == 1
    assert len(stage.messenger.tries) == 2


async def test_answer_in_a_thread_is_looked_for_in_the_thread(stage: Stage) -> None:
    """A channel's history does not have it."""
    alert = await standing(stage)
    stage.messenger.lose_answer()
    await stage.ends(alert)

    await stage.delivers(minutes=1)

    assert len(stage.thread()) == 1


async def test_rather_twice_than_never_where_nobody_may_look(stage: Stage) -> None:
    """A double annoys; an alert that was lost is not an alert."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    stage.messenger.may_look = False
    stage.messenger.lose_answer()

    await stage.delivers(minutes=5)

    assert len(stage.cards()) == 2


class Blinking(FakeMessenger):
    """Cannot look while it is told so."""

    blind: Exception | None = MaybePosted("http_503")

    async def find(self, channel: str, key: str, *, since: datetime, thread: str | None = None) -> Posted | None:
        """Look, or not."""
        if self.blind is not None:
            raise self.blind
        return await super().find(channel, key, since=since, thread=thread)


async def test_look_that_is_not_possible_now_is_made_later(stage: Stage) -> None:
    """Until then nothing is sent."""
    stage.messenger = messenger = Blinking(stage.clock)
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    messenger.lose_answer()

    await stage.delivers(minutes=5)
    assert len(messenger.tries) == 1
    messenger.blind = None
    await stage.delivers(minutes=1)

    assert len(messenger.tries) == 1
    assert len(stage.cards()) == 1


async def test_after_some_minutes_of_blindness_it_is_sent_again(stage: Stage) -> None:
    """Nobody waits for ever."""
    stage.messenger = messenger = Blinking(stage.clock)
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    messenger.lose_before()

    await stage.delivers(minutes=5)
    for _ in range(15):
        await stage.delivers(minutes=1)

    assert len(stage.cards()) == 1


async def test_workspace_that_is_closed_when_we_look_rests(stage: Stage) -> None:
    """As when we post."""
    stage.messenger = messenger = Blinking(stage.clock)
    messenger.blind = WorkspaceClosed("account_inactive")
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    messenger.lose_before()

    await stage.delivers(minutes=5)

    assert await stage.ledger.paused_watches("local", PauseKind.WORKSPACE) != ()


class Odd(FakeMessenger):
    """Raises what no messenger should, once."""

    odd = True

    async def post(self, channel: str, message: Message, **given: Any) -> Posted:
        """Post, after a surprise."""
        if self.odd:
            self.odd = False
            raise ZeroDivisionError
        return await super().post(channel, message, **given)


async def test_surprise_while_sending_is_a_doubt_like_any_other(stage: Stage) -> None:
    """Whatever it was, the message may be there."""
    stage.messenger = Odd(stage.clock)
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")

    await stage.delivers(minutes=5)

    assert len(stage.cards()) == 1
    assert len(stage.messenger.looks) == 1


# --- never


async def test_card_that_slack_never_takes_is_tried_again_after_a_while(stage: Stage) -> None:
    """It is a mistake of ours, and the next version may have mended it."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    stage.messenger.refuse(NeverPosted("invalid_blocks"))

    await stage.delivers(minutes=5)
    assert "invalid_blocks" in (await stage.card_of(alert)).reason
    await stage.delivers(minutes=30)

    assert len(stage.cards()) == 1


async def test_answer_that_slack_never_takes_is_left_out(stage: Stage) -> None:
    """The card says the same."""
    alert = await standing(stage)
    stage.messenger.refuse(NeverPosted("msg_too_long"))
    await stage.ends(alert)

    await stage.delivers(minutes=1)

    assert stage.thread() == []
    assert (await stage.card_of(alert)).closed_at is not None


# --- the message is gone


async def test_card_that_was_deleted_is_sent_anew_if_anything_is_open(stage: Stage) -> None:
    """Somebody cleaned up, and the trouble is still there."""
    alert = await standing(stage)
    stage.messenger.delete(stage.cards()[0].posted)

    await stage.says(alert, StepKind.FLAPPING, "flaps")
    await stage.opens((await stage.ledger.watches("local"))[0], "Atlas")
    await stage.delivers(minutes=1)

    (card,) = stage.cards()
    assert "Checkout" in card.message.text
    assert "Atlas" in card.message.text


async def test_card_that_was_deleted_is_forgotten_if_all_is_over(stage: Stage) -> None:
    """Its end is told all the same, in the channel."""
    alert = await standing(stage)
    stage.messenger.delete(stage.cards()[0].posted)
    await stage.ends(alert)

    await stage.delivers(minutes=1)

    (told,) = stage.cards()
    assert "Checkout" in told.message.text
    assert "is back" in told.message.text
    assert stage.thread() == []
    assert (await stage.card_of(alert)).closed_at is not None
    assert await stage.ledger.untold((await stage.card_of(alert)).ref) == ()


async def test_ends_on_a_deleted_card_are_told_before_the_others_get_a_new_one(stage: Stage) -> None:
    """Nobody would look at the old one any more."""
    watch = await stage.begin()
    first, second = await stage.opens(watch, "Checkout", "Atlas")
    await stage.delivers(minutes=5)
    old = await stage.card_of(first)
    stage.messenger.delete(stage.cards()[0].posted)
    await stage.ends(first)

    await stage.delivers(minutes=1)

    end, card = stage.cards()
    assert "Checkout" in end.message.text
    assert "Atlas" in card.message.text
    assert await stage.ledger.untold(old.ref) == ()
    assert (await stage.card_of(second)).after == old.ref


@pytest.mark.parametrize("may_look", [True, False])
async def test_end_in_the_channel_whose_answer_was_lost_is_looked_for_in_the_channel(
    stage: Stage, *, may_look: bool
) -> None:
    """There is no thread that could have it; where nobody may look it is sent again."""
    alert = await standing(stage)
    stage.messenger.delete(stage.cards()[0].posted)
    await stage.ends(alert)
    stage.messenger.may_look = may_look
    stage.messenger.lose_answer()

    await stage.delivers(minutes=1)

    assert len(stage.cards()) == (1 if may_look else 2)
    assert (await stage.card_of(alert)).closed_at is not None


async def test_end_for_a_card_put_away_whose_thread_is_closed_is_told_in_the_channel(stage: Stage) -> None:
    """A card that was put away stays due until all is told."""
    alert = await standing(stage)
    await stage.ends(alert)
    await stage.delivers(minutes=1)
    await stage.says(alert, StepKind.STEADY, "does not flap any more")
    stage.messenger.refuse(ChannelClosed("thread_not_found"))

    await stage.delivers(minutes=1)

    assert len(stage.cards()) == 2
    assert await stage.ledger.untold((await stage.card_of(alert)).ref) == ()


async def test_ends_of_a_removed_watch_in_a_closed_channel_are_given_up_after_a_month(stage: Stage) -> None:
    """Nothing wakes such a card."""
    alert = await standing(stage)
    (watch,) = await stage.ledger.watches("local")
    await stage.ledger.remove_watch(watch, DigestChange(at=stage.clock.now(), by="U0ANNA", what="removed it"))
    await stage.ends(alert, kind=StepKind.CLOSED)
    stage.messenger.close(CHANNEL)

    for _ in range(29):
        await stage.delivers(days=1)
    assert (await stage.card_of(alert)).closed_at is None
    for _ in range(3):
        await stage.delivers(days=1)

    card = await stage.card_of(alert)
    assert card.closed_at is not None
    assert "30 days" in card.reason
    assert card.due_at is None


async def test_thread_that_is_closed_is_gone_on_with_on_a_new_card(stage: Stage) -> None:
    """The channel is open: its watches do not rest for that."""
    await standing(stage)
    watch = (await stage.ledger.watches("local"))[0]
    (late,) = await stage.opens(watch, "Atlas")
    await stage.delivers(minutes=1)
    stage.messenger.refuse(ChannelClosed("restricted_action_thread_locked"))

    await stage.delivers(hours=6)

    assert len(stage.cards()) == 2
    assert (await stage.card_of(late)).after is not None
    assert (await stage.ledger.watches("local"))[0].pause is None


# --- edits


async def test_edit_that_slack_does_not_take_now_is_made_later(stage: Stage) -> None:
    """It does no harm to wait."""
    alert = await standing(stage)
    stage.messenger.refuse_edits(NotPosted("ratelimited", wait=timedelta(minutes=2)))
    await stage.says(alert, StepKind.ACKED, telling=Telling.NOBODY)

    await stage.delivers(minutes=1)
    assert stage.messenger.edits == []
    await stage.delivers(minutes=2)

    assert len(stage.messenger.edits) == 1


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (ChannelClosed("is_archived"), PauseKind.CHANNEL),
        (WorkspaceClosed("account_inactive"), PauseKind.WORKSPACE),
    ],
)
async def test_edit_finds_out_that_slack_is_closed(stage: Stage, refusal: ChannelClosed, kind: PauseKind) -> None:
    """As a post does."""
    alert = await standing(stage)
    stage.messenger.refuse_edits(refusal)
    await stage.says(alert, StepKind.ACKED, telling=Telling.NOBODY)

    await stage.delivers(minutes=1)

    assert await stage.ledger.paused_watches("local", kind) != ()


# --- the channel is closed


async def test_closed_channel_lets_its_watches_rest_and_tells_people_once(stage: Stage) -> None:
    """Their owner, and those who run Rollcall."""
    watch = await stage.begin()
    await stage.adds_watch(query="source:streampixel")
    await stage.opens(watch, "Checkout")
    stage.messenger.close(CHANNEL)

    await stage.delivers(minutes=5)

    resting = await stage.ledger.paused_watches("local", PauseKind.CHANNEL, CHANNEL)
    assert len(resting) == 2
    (told,) = stage.messenger.in_channel("U0ANNA")
    assert "Your watches 1 and 2" in told.message.text
    (operators,) = stage.messenger.in_channel(OPERATORS)
    assert "Watches 1 and 2" in operators.message.text


async def test_nothing_is_lost_when_the_channel_comes_back(stage: Stage) -> None:
    """What is still true is told, and what is over is not."""
    watch = await stage.begin()
    first, second = await stage.opens(watch, "Checkout", "Atlas")
    stage.messenger.close(CHANNEL)
    await stage.delivers(minutes=5)
    await stage.ends(first)
    await stage.delivers(hours=1)
    assert stage.cards() == []

    stage.messenger.reopen(CHANNEL)
    assert await stage.returning.channel_is_back(CHANNEL) == 1
    await stage.delivers()

    (card,) = stage.cards()
    assert "Atlas" in card.message.text
    assert "Checkout" not in card.message.text
    assert (await stage.now_of(second)).announced_at == stage.clock.now()


async def test_end_that_could_not_be_told_is_told_when_the_channel_is_back(stage: Stage) -> None:
    """Whoever heard of the beginning hears of the end."""
    alert = await standing(stage)
    stage.messenger.close(CHANNEL)
    await stage.ends(alert)
    await stage.delivers(minutes=1)

    stage.messenger.reopen(CHANNEL)
    await stage.returning.look()
    await stage.delivers()

    assert len(stage.thread()) == 1


async def test_connecting_anew_wakes_everything(stage: Stage) -> None:
    """After a new token."""
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    stage.messenger.workspace_closed = "token_revoked"
    await stage.delivers(minutes=5)
    assert await stage.ledger.paused_watches("local", PauseKind.WORKSPACE) != ()

    stage.messenger.workspace_closed = None
    assert await stage.returning.connected() == 1
    await stage.delivers()

    assert len(stage.cards()) == 1


# --- our own side


class Forgetful(FakeWatchLedger):
    """Does not take notes of what was sent, for a while."""

    failures = 0

    async def sent(self, ref: int, **given: Any) -> bool:
        """Note it, or fail."""
        if self.failures:
            self.failures -= 1
            raise StoreError("locked")
        return await super().sent(ref, **given)


async def test_note_of_what_was_sent_is_written_again(stage: Stage) -> None:
    """A database that is locked for a moment makes no double."""
    stage.ledger = ledger = Forgetful()
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    ledger.failures = 4

    await stage.delivers(minutes=5)

    assert len(stage.cards()) == 1
    assert stage.messenger.looks == []


async def test_what_could_not_be_noted_is_found_later(stage: Stage) -> None:
    """When the lease has ended."""
    stage.ledger = ledger = Forgetful()
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    ledger.failures = 5

    await stage.delivers(minutes=5)
    assert (await stage.now_of(alert)).announced_at is None
    await stage.delivers(minutes=1)

    assert len(stage.cards()) == 1
    assert (await stage.now_of(alert)).announced_at is not None


async def test_mistake_of_ours_puts_a_card_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged, and tried again."""
    watch = await stage.begin()
    (alert,) = await stage.opens(watch, "Checkout")
    monkeypatch.setattr(attempts, "MOST_MOVES", None)  # range(None) is a mistake like any other

    await stage.delivers(minutes=5)

    assert "our side" in (await stage.card_of(alert)).reason
    monkeypatch.undo()
    await stage.delivers(minutes=1)
    assert len(stage.cards()) == 1


async def test_attempt_does_a_limited_number_of_things(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other cards of the channel wait for their turn."""
    monkeypatch.setattr(attempts, "MOST_MOVES", 1)
    alert = await standing(stage)
    await stage.ends(alert)

    await stage.delivers(minutes=1)

    assert (await stage.card_of(alert)).closed_at is not None
    assert (await stage.card_of(alert)).attempts > 3


class Overtaken(FakeWatchLedger):
    """Somebody else has the card when it matters."""

    lost = ""

    async def begin_sending(self, ref: int, **given: Any) -> bool:
        """Begin, unless it is lost."""
        return self.lost != "begin_sending" and await super().begin_sending(ref, **given)

    async def sent(self, ref: int, **given: Any) -> bool:
        """Note it, unless it is lost."""
        return self.lost != "sent" and await super().sent(ref, **given)

    async def let_go(self, ref: int, **given: Any) -> bool:
        """Give it back, unless it is lost."""
        return self.lost != "let_go" and await super().let_go(ref, **given)


@pytest.mark.parametrize(("lost", "posts"), [("begin_sending", 0), ("sent", 1), ("let_go", 1)])
async def test_who_has_lost_a_card_leaves_it_alone(stage: Stage, lost: str, posts: int) -> None:
    """Whoever has it now knows better."""
    stage.ledger = ledger = Overtaken()
    watch = await stage.begin()
    await stage.opens(watch, "Checkout")
    ledger.lost = lost

    await stage.delivers(minutes=5)

    assert len(stage.messenger.posts) == posts
