"""What shows a sign of life, not confirmed yet, at the moment when the channel would be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts.cards.actions import Hush, Post, Reply, Wait
from bot.alerts.cards.decide import decide
from bot.model import AlertState, Condition, ConditionKind, StepKind, Viewers
from tests.alerts.cards.scenes import (
    BACK,
    HOUR,
    MONDAY_10,
    MONDAY_20,
    OPENED,
    TUESDAY_9,
    WORSE,
    alert,
    announced,
    ended,
    posted,
    scene,
    step,
)

if TYPE_CHECKING:
    from bot.model import Alert, AlertStep, Watch
    from tests.alerts.cards.stage import Stage


def recovering(ref: int = 1, **given: Any) -> Alert:
    """Return an alert that opened in the evening, and shows a sign of life since the night."""
    return alert(ref, at=MONDAY_20, **({"state": AlertState.RECOVERING, "since": MONDAY_20 + 5 * HOUR} | given))


def opening(ref: int = 1) -> AlertStep:
    """Return the step that nobody was told of."""
    return step(ref, OPENED, alert=ref, at=MONDAY_20)


def test_it_begins_no_card() -> None:
    """In the morning only what is still true goes out; nothing is forgotten, either."""
    night = scene(members=(recovering(),), steps=(opening(),), now=TUESDAY_9)

    assert decide(night) == Wait()


def test_it_is_not_on_the_card_that_others_begin() -> None:
    """Neither its opening nor itself counts as told."""
    members = (recovering(), alert(2, at=MONDAY_20))
    morning = scene(members=members, steps=(opening(), opening(2)), now=TUESDAY_9)

    assert decide(morning) == Post(alerts=(members[1],), steps=(opening(2),))


def test_it_is_told_once_it_holds_again() -> None:
    """The sign was chance."""
    again = recovering(state=AlertState.INACTIVE)

    assert decide(scene(members=(again,), steps=(opening(),), now=TUESDAY_9)) == Post(
        alerts=(again,), steps=(opening(),)
    )


def test_it_is_never_heard_of_if_it_is_over() -> None:
    """Who was not told of its beginning is not told of its end."""
    steps = (opening(), step(2, BACK, at=TUESDAY_9))
    over = ended(at=TUESDAY_9, announced_at=None)

    assert decide(scene(members=(over,), steps=steps, now=TUESDAY_9)) == Hush(steps=steps)


def test_end_of_another_does_not_wait_for_it() -> None:
    """Nothing else begins the card."""
    members = (recovering(), ended(2, at=MONDAY_20))
    end = step(3, BACK, alert=2, at=MONDAY_20)

    assert decide(scene(members=members, steps=(opening(), end), now=MONDAY_20)) == Reply(steps=(end,))


def test_it_is_not_told_in_the_thread() -> None:
    """Of a card that stands."""
    members = (announced(5), recovering())
    standing = scene(card=posted(), members=members, steps=(opening(),), now=TUESDAY_9)

    assert decide(standing) == decide(replace(standing, steps=()))


@pytest.mark.parametrize("kind", [WORSE, StepKind.REPEATED])
def test_how_bad_it_is_waits_for_what_becomes_of_the_sign(kind: StepKind) -> None:
    """Although the channel knows of it."""
    known, bad = recovering(announced_at=MONDAY_20), step(4, kind, at=MONDAY_20)
    standing = scene(card=posted(), members=(known,), steps=(bad,), now=TUESDAY_9)

    assert decide(standing) == decide(replace(standing, steps=()))
    holds = replace(standing, members=(replace(known, state=AlertState.INACTIVE),))
    assert decide(holds) == Reply(steps=(bad,))
    over = replace(standing, members=(ended(at=TUESDAY_9),))
    assert decide(over) == Hush(steps=(bad,))


def test_end_of_a_snooze_is_told_all_the_same() -> None:
    """It says that something happened, not that nothing did."""
    known, heard = recovering(announced_at=MONDAY_20), step(4, StepKind.SNOOZE_ENDED, at=MONDAY_20)

    assert decide(scene(card=posted(), members=(known,), steps=(heard,), now=TUESDAY_9)) == Reply(steps=(heard,))


def test_of_what_may_have_been_told_the_channel_hears_again() -> None:
    """Rather twice than not at all."""
    doubtful = recovering()

    sent = decide(scene(members=(doubtful,), steps=(opening(),), doubts=frozenset({1}), now=TUESDAY_9))

    assert sent == Post(alerts=(doubtful,), steps=(opening(),))


def test_backlog_that_shows_a_sign_does_not_count_as_shown() -> None:
    """It is not on the card."""
    members = (announced(5, at=MONDAY_10), recovering(baseline=True))
    standing = scene(card=posted(), members=members, now=MONDAY_20 + 6 * HOUR)

    assert decide(standing) == decide(replace(standing, members=members[:1]))


async def recovers(stage: Stage, given: Alert, state: AlertState) -> None:
    """Let it show a sign of life, or let that be chance."""
    after = replace(await stage.now_of(given), state=state, since=stage.clock.now())
    kind = StepKind.RECOVERING if state is AlertState.RECOVERING else StepKind.RELAPSED
    (stored,) = await stage.writes(after, kind=kind, what="something")
    assert stored.state is state


async def two_at_night(stage: Stage) -> tuple[Watch, list[Alert]]:
    """Let two projects go quiet in the evening, one of which shows a sign of life before the morning."""
    watch = await stage.begin()
    stage.clock.forward(hours=10)
    alerts = await stage.opens(watch, "Checkout", "Atlas")
    stage.clock.forward(hours=5)
    await recovers(stage, alerts[0], AlertState.RECOVERING)
    await stage.delivers(hours=9)
    return watch, alerts


async def test_card_of_the_morning_leaves_it_out_until_the_sign_was_chance(stage: Stage) -> None:
    """Then it is added, and told in the thread."""
    _, alerts = await two_at_night(stage)
    (card,) = stage.cards()
    assert "Checkout" not in card.message.text
    assert (await stage.now_of(alerts[0])).announced_at is None

    await recovers(stage, alerts[0], AlertState.INACTIVE)
    await stage.delivers(hours=6)

    assert "Checkout" in stage.cards()[0].message.text
    (told,) = stage.thread()
    assert "Checkout" in told
    assert "went quiet" in told


async def test_nothing_is_ever_said_of_it_if_it_was_true(stage: Stage) -> None:
    """The card stays as it is."""
    _, alerts = await two_at_night(stage)

    await stage.ends(alerts[0])
    await stage.delivers(hours=6)

    assert stage.thread() == []
    assert "Checkout" not in stage.cards()[0].message.text


def waiting(stage: Stage, alert: Alert, people: int) -> None:
    """Let people wait at a project, for eleven minutes already, or nobody."""
    now, row = stage.clock.now(), stage.store.entries[alert.project]
    stage.store.entries[alert.project] = replace(
        row,
        viewers=Viewers(live=9, queued=people, at=now),
        queued_since=now - timedelta(minutes=11) if people else None,
    )


async def test_queue_is_not_told_when_nobody_waits_any_more(stage: Stage) -> None:
    """Not even if that was seen only now, and nobody has judged it: nothing more absurd could be said of a queue."""
    condition = Condition(kind=ConditionKind.QUEUE, threshold=timedelta(minutes=10))
    watch = await stage.begin(condition=condition, hours=None)
    (alert,) = await stage.opens(watch, "Estate", signal_at=stage.clock.now() - timedelta(minutes=11))
    waiting(stage, alert, 0)

    await stage.delivers(minutes=5)
    assert stage.cards() == []

    await recovers(stage, alert, AlertState.RECOVERING)
    await recovers(stage, alert, AlertState.INACTIVE)
    waiting(stage, alert, 3)
    await stage.delivers(minutes=5)

    (card,) = stage.cards()
    assert "Estate" in card.message.text
