"""What is done next about the card of a watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.cards.actions import Abandon, Close, Continue, Drop, Edit, Hush, Post, Reply, Tell, Wait
from bot.alerts.cards.decide import (
    GIVE_UP_FAILURES,
    LOCKED_OUT,
    MOST_TOGETHER,
    ORPHANED,
    REFRESH_EVERY,
    UNJUDGED,
    decide,
)
from bot.model import AlertState, ConditionKind, Hours, Pause, PauseKind, Snooze, StepKind, Telling
from tests.alerts.cards.scenes import (
    BACK,
    CLOSED,
    DAY,
    HOUR,
    MINUTE,
    MONDAY_10,
    MONDAY_20,
    OPENED,
    TUESDAY_9,
    WORSE,
    alert,
    announced,
    card,
    ended,
    posted,
    scene,
    step,
    watch,
)

SECOND = timedelta(seconds=1)
REFRESH = MONDAY_10 + 5 * MINUTE + REFRESH_EVERY


# --- before it is sent


def test_first_alert_waits_for_others() -> None:
    """Five minutes, so that what comes together is told together."""
    members, steps = (alert(),), (step(1),)

    assert decide(scene(members=members, steps=steps, now=MONDAY_10)) == Wait(until=MONDAY_10 + 5 * MINUTE)
    at = MONDAY_10 + 5 * MINUTE
    assert decide(scene(members=members, steps=steps, now=at)) == Post(alerts=members, steps=steps)


def test_urgent_alert_waits_for_half_a_minute_and_for_no_hours() -> None:
    """Viewers in a queue do not wait for Monday."""
    waiting = scene(watch=watch(ConditionKind.QUEUE), members=(alert(at=MONDAY_20),), now=MONDAY_20)

    assert decide(waiting) == Wait(until=MONDAY_20 + 30 * SECOND)
    assert isinstance(decide(replace(waiting, now=MONDAY_20 + 30 * SECOND)), Post)


def test_urgent_alert_waits_for_hours_that_somebody_asked_for() -> None:
    """Whoever writes `hours:9-17` wants to sleep."""
    owner = watch(ConditionKind.QUEUE, hours=Hours())

    assert decide(scene(watch=owner, members=(alert(at=MONDAY_20),), now=MONDAY_20)) == Wait(until=TUESDAY_9)


def test_what_was_there_before_the_watch_does_not_wait_long() -> None:
    """It all comes at once."""
    members = (alert(baseline=True), alert(2, baseline=True))

    assert decide(scene(members=members, now=MONDAY_10)) == Wait(until=MONDAY_10 + 30 * SECOND)


def test_news_of_the_evening_waits_for_the_morning() -> None:
    """And goes out as one card."""
    members = (alert(at=MONDAY_20), alert(2, at=MONDAY_20 + HOUR))

    assert decide(scene(members=members, now=MONDAY_20 + HOUR)) == Wait(until=TUESDAY_9)
    assert decide(scene(members=members, now=TUESDAY_9)) == Post(alerts=members)


def test_watch_without_hours_tells_at_night() -> None:
    """If it was asked to."""
    members = (alert(at=MONDAY_20),)

    assert isinstance(decide(scene(watch=watch(hours=None), members=members, now=MONDAY_20 + 5 * MINUTE)), Post)


def test_only_what_is_still_true_in_the_morning_is_on_the_card() -> None:
    """What ended overnight was never told, and so its end is not told either."""
    members = (ended(1, at=MONDAY_20 + HOUR, announced_at=None), alert(2, at=MONDAY_20))
    steps = (step(1), step(2, alert=2), step(3, BACK))

    first = decide(scene(members=members, steps=steps, now=TUESDAY_9))

    assert first == Hush(steps=(steps[0], steps[2]))
    assert decide(scene(members=members, steps=(steps[1],), now=TUESDAY_9)) == Post(
        alerts=(members[1],), steps=(steps[1],)
    )


def test_nothing_left_leaves_no_card() -> None:
    """Nobody was told, and nobody is."""
    members = (ended(at=MONDAY_10 + MINUTE, announced_at=None),)

    assert decide(scene(members=members, now=MONDAY_10 + 5 * MINUTE)) == Drop()


def test_snoozed_alert_begins_no_card() -> None:
    """A snooze outlasts an end and a new beginning."""
    snooze = Snooze(by="U0BEN", at=MONDAY_10, until=MONDAY_10 + 9 * DAY)
    opening = step(1)

    assert decide(scene(members=(alert(snooze=snooze),), steps=(opening,), now=MONDAY_10 + HOUR)) == Hush(
        steps=(opening,)
    )
    assert decide(scene(members=(alert(snooze=snooze),), now=MONDAY_10 + HOUR)) == Wait()


def test_snoozed_alert_is_on_the_card_that_others_begin() -> None:
    """And counts as told: it is there for all to see."""
    snooze = Snooze(by="U0BEN", at=MONDAY_10, until=MONDAY_10 + 9 * DAY)
    members = (alert(snooze=snooze), alert(2))

    assert decide(scene(members=members, now=MONDAY_10 + HOUR)) == Post(alerts=members)


def test_end_of_an_earlier_opening_is_told_without_a_card() -> None:
    """Its own card is far behind."""
    end = step(9, BACK)
    over = scene(members=(ended(at=MONDAY_20),), steps=(end,), now=MONDAY_20)

    assert decide(over) == Reply(steps=(end,))


@pytest.mark.parametrize("owner", [None, watch(pause=Pause(kind=PauseKind.PERSON, at=MONDAY_10, reason=""))])
def test_watch_that_is_gone_or_rests_announces_nothing(owner: object) -> None:
    """Its alerts are about to be closed, or stay as they are until it goes on."""
    waiting = scene(watch=owner, members=(alert(),), now=MONDAY_10 + HOUR)

    assert decide(waiting) == Wait(until=MONDAY_10 + HOUR + ORPHANED)


def test_card_of_a_watch_that_rests_says_so_and_tells_no_trouble() -> None:
    """It may be over by the time the watch goes on. What ended before that, or what somebody does, is told."""
    paused = watch(pause=Pause(kind=PauseKind.PERSON, at=MONDAY_10, reason=""))
    news = (step(1, alert=2), step(2, WORSE))
    resting = scene(
        watch=paused, card=posted(), members=(announced(), alert(2)), steps=news, drawn="other", now=TUESDAY_9
    )

    assert decide(resting) == Edit()
    shown = replace(resting, drawn=resting.card.drawn)
    assert decide(shown) == Wait()
    assert decide(replace(shown, watch=watch())) == Reply(steps=news, alerts=(shown.members[1],))
    end = step(3, BACK, alert=3)
    after = replace(shown, members=(*shown.members, ended(3, at=MONDAY_10)), steps=(*news, end))
    assert decide(after) == Reply(steps=(end,))
    assert decide(replace(shown, members=(ended(at=MONDAY_10),), steps=())) == Close()


def test_card_is_not_drawn_as_of_today_while_nothing_is_judged() -> None:
    """It would say how old everything is now, and that it is all still so."""
    old = scene(card=posted(), members=(announced(),), now=REFRESH)

    assert decide(old) == Edit()
    assert decide(replace(old, judged=False)) == Wait(until=REFRESH + UNJUDGED)
    assert decide(replace(old, judged=False, drawn="other")) == Edit()


def test_nothing_is_tried_in_a_channel_that_is_closed() -> None:
    """Whoever opens it again wakes the card."""
    pause = Pause(kind=PauseKind.CHANNEL, at=MONDAY_10, reason="the channel is archived")
    closed = scene(watch=watch(pause=pause), members=(alert(),), steps=(step(1),), now=MONDAY_10 + HOUR)

    assert decide(closed) == Wait(until=MONDAY_10 + HOUR + LOCKED_OUT)


def test_card_that_continues_another_waits_for_nobody() -> None:
    """It has waited already."""
    members = (announced(),)

    assert decide(scene(card=card(after=6), members=members, now=MONDAY_10)) == Post(alerts=members)


# --- while it stands


def test_card_that_says_something_else_is_edited_at_any_hour() -> None:
    """Edits notify nobody."""
    standing = scene(card=posted(), members=(announced(),), drawn="other", now=MONDAY_20)

    assert decide(standing) == Edit()


def test_card_is_edited_once_in_half_a_minute() -> None:
    """Ten presses in a row are one edit or two."""
    edited_at = MONDAY_20 - 10 * SECOND
    standing = scene(card=posted(edited_at=edited_at), members=(announced(),), drawn="other", now=MONDAY_20)

    assert decide(standing) == Wait(until=edited_at + 30 * SECOND)


def test_card_with_open_alerts_is_drawn_anew_once_a_day() -> None:
    """Ages grow."""
    standing = scene(card=posted(), members=(announced(),), now=MONDAY_20)

    assert decide(standing) == Wait(until=REFRESH)
    assert decide(replace(standing, now=REFRESH)) == Edit()


def test_new_member_is_told_after_the_interval() -> None:
    """Six hours after the last news, in working hours."""
    members = (announced(), alert(2, at=MONDAY_10 + HOUR))
    news = step(2, alert=2, at=MONDAY_10 + HOUR)
    standing = scene(card=posted(), members=members, steps=(news,), now=MONDAY_10 + HOUR)
    due = MONDAY_10 + 5 * MINUTE + 6 * HOUR

    assert decide(standing) == Wait(until=due)
    assert decide(replace(standing, now=due)) == Reply(steps=(news,), alerts=(members[1],))


def test_new_member_of_the_night_waits_for_the_morning() -> None:
    """However long ago the last news was."""
    members = (announced(), alert(2, at=MONDAY_20))
    news = step(2, alert=2, at=MONDAY_20)
    standing = scene(card=posted(), members=members, steps=(news,), now=MONDAY_20 + HOUR)

    assert decide(standing) == Wait(until=TUESDAY_9)


def test_urgent_news_waits_for_five_minutes() -> None:
    """At any hour."""
    members = (announced(), alert(2, at=MONDAY_20))
    news = step(2, alert=2, at=MONDAY_20)
    owner = watch(ConditionKind.QUEUE)
    standing = scene(watch=owner, card=posted(MONDAY_20), members=members, steps=(news,), now=MONDAY_20)

    assert decide(standing) == Wait(until=MONDAY_20 + 5 * MINUTE)


def test_ends_told_meanwhile_do_not_put_news_off_for_ever() -> None:
    """No news waits for longer than one interval."""
    members = (announced(), alert(2, at=MONDAY_10 + HOUR))
    news = step(2, alert=2, at=MONDAY_10 + HOUR)
    told = posted(told_at=MONDAY_10 + 5 * HOUR)
    standing = scene(card=told, members=members, steps=(news,), now=MONDAY_10 + 6 * HOUR)

    assert decide(standing) == Wait(until=MONDAY_10 + 23 * HOUR)
    assert decide(replace(standing, watch=watch(hours=None))) == Wait(until=MONDAY_10 + 7 * HOUR)


@pytest.mark.parametrize("kind", [BACK, CLOSED])
def test_end_is_told_at_once_at_any_hour_and_never_broadcast(kind: StepKind) -> None:
    """Whoever was told that it began wants to know."""
    members = (announced(), ended(2, at=MONDAY_20))
    end = step(5, kind, alert=2, at=MONDAY_20)
    standing = scene(watch=watch(broadcast=True), card=posted(), members=members, steps=(end,), now=MONDAY_20)

    assert decide(standing) == Reply(steps=(end,))


def test_news_that_is_due_goes_with_an_end() -> None:
    """One message is better than two."""
    members = (ended(1, at=TUESDAY_9), alert(2, at=MONDAY_20))
    steps = (step(2, alert=2, at=MONDAY_20), step(5, BACK, at=TUESDAY_9))
    standing = scene(card=posted(edited_at=TUESDAY_9), members=members, steps=steps, now=TUESDAY_9)

    assert decide(standing) == Reply(steps=steps, alerts=(members[1],))


def test_what_began_anew_is_told_after_its_end() -> None:
    """Not both in one answer, which would read as if it were over."""
    begun = alert(1, at=MONDAY_20)
    steps = (step(2, BACK, at=MONDAY_10 + HOUR), step(3, at=MONDAY_20))
    standing = scene(card=posted(edited_at=TUESDAY_9), members=(begun,), steps=steps, now=TUESDAY_9)

    assert decide(standing) == Reply(steps=steps[:1])
    assert decide(replace(standing, steps=steps[1:])) == Reply(steps=steps[1:], alerts=(begun,))


def test_answer_that_would_leave_ends_out_is_two() -> None:
    """Of more than ten steps some are only counted."""
    members = (*(ended(ref, at=TUESDAY_9) for ref in range(1, 7)), *(alert(ref, at=MONDAY_20) for ref in range(7, 13)))
    ends = tuple(step(ref, BACK, alert=ref, at=TUESDAY_9) for ref in range(1, 7))
    news = tuple(step(ref, alert=ref, at=MONDAY_20) for ref in range(7, 13))
    standing = scene(card=posted(edited_at=TUESDAY_9), members=members, steps=(*ends, *news), now=TUESDAY_9)

    assert decide(standing) == Reply(steps=ends)


def test_news_that_is_broadcast_does_not_take_an_end_along() -> None:
    """The channel is not called for an end."""
    members = (ended(1, at=TUESDAY_9), alert(2, at=MONDAY_20))
    news, end = step(2, alert=2, at=MONDAY_20), step(5, BACK, at=TUESDAY_9)
    loud = watch(broadcast=True)
    standing = scene(watch=loud, card=posted(), members=members, steps=(news, end), now=TUESDAY_9)

    assert decide(standing) == Reply(steps=(end,))
    assert decide(replace(standing, steps=(news,))) == Reply(steps=(news,), alerts=(members[1],), broadcast=True)


def test_what_a_person_did_is_told_at_once() -> None:
    """Whoever a project was given to wants to know now."""
    given = step(4, StepKind.ASSIGNED, by="U0ANNA", person="U0BEN")
    standing = scene(card=posted(), members=(announced(),), steps=(given,), now=MONDAY_20)

    assert decide(standing) == Reply(steps=(given,))


@pytest.mark.parametrize("kind", [StepKind.SNOOZE_ENDED, StepKind.ACK_ENDED])
def test_end_of_what_somebody_said_waits_for_the_morning_although_it_names_them(kind: StepKind) -> None:
    """They did nothing just now: time did. It is trouble like any other, and shown in the channel if that is wanted."""
    over = step(4, kind, by="U0ANNA", at=MONDAY_20)
    given = {"card": posted(), "members": (announced(),), "steps": (over,), "watch": watch(broadcast=True)}

    assert decide(scene(**given, now=MONDAY_20 + HOUR)) == Wait(until=TUESDAY_9)
    assert decide(scene(**given, now=TUESDAY_9)) == Reply(steps=(over,), broadcast=True)


def test_end_of_a_keep_waits_for_the_morning_although_it_names_somebody() -> None:
    """Nothing is open."""
    over = step(4, StepKind.KEEP_ENDED, by="U0ANNA", at=MONDAY_20)
    given = {"card": posted(), "members": (ended(at=MONDAY_10 + HOUR),), "steps": (over,)}

    assert decide(scene(**given, now=MONDAY_20 + HOUR)) == Wait(until=TUESDAY_9)


@pytest.mark.parametrize("closed_at", [None, MONDAY_10 + HOUR])
def test_every_end_is_named_however_many_there_are(closed_at: object) -> None:
    """An answer names so many one by one: the others are in the next ones."""
    refs = range(1, 26)
    members = tuple(ended(ref, at=MONDAY_10 + HOUR) for ref in refs)
    untold = tuple(step(100 + ref, BACK, alert=ref, at=MONDAY_10 + HOUR) for ref in refs)
    aside = step(200, StepKind.KEEP_ENDED, alert=25, at=MONDAY_10 + HOUR)
    told = []
    while untold:
        action = decide(
            scene(card=posted(closed_at=closed_at), members=members, steps=(*untold, aside), now=MONDAY_10 + 2 * HOUR)
        )
        assert isinstance(action, Reply)
        told.append([each.ref for each in action.steps])
        untold = tuple(each for each in untold if each not in action.steps)

    assert all(len(each) <= MOST_TOGETHER for each in told)
    assert [ref for each in told for ref in each] == [*(100 + ref for ref in refs), 200]


def test_what_is_said_aside_goes_with_an_end_or_waits() -> None:
    """That something flaps is no reason to call anybody."""
    aside = step(4, StepKind.FLAPPING, at=MONDAY_20)
    end = step(5, BACK, alert=2, at=MONDAY_20)
    members = (announced(), ended(2, at=MONDAY_20))
    standing = scene(card=posted(), members=members, steps=(aside, end), now=MONDAY_20)

    assert decide(standing) == Reply(steps=(aside, end))
    assert decide(replace(standing, steps=(aside,))) == Wait(until=TUESDAY_9)


def test_what_shows_only_on_the_card_counts_as_told() -> None:
    """The rest of a backlog came after the card was sent; its end is told all the same."""
    late = alert(2, baseline=True)
    standing = scene(card=posted(), members=(announced(), late), now=MONDAY_20)

    assert decide(standing) == Hush(alerts=(late,))


def test_card_is_put_away_when_all_is_over_and_told() -> None:
    """Not before it says so itself."""
    over = scene(card=posted(), members=(ended(at=MONDAY_20),), now=MONDAY_20)

    assert decide(over) == Close()
    assert decide(replace(over, drawn="other")) == Edit()
    assert decide(replace(over, steps=(step(5, BACK),))) == Reply(steps=(step(5, BACK),))


# --- when it has become old


def test_what_gets_worse_on_an_old_card_is_told_on_a_new_one() -> None:
    """After a week nobody sees the thread."""
    now = MONDAY_10 + 8 * DAY
    news = step(5, WORSE, at=now - 7 * HOUR)
    old = scene(card=posted(edited_at=now), members=(announced(),), steps=(news,), now=now)

    assert decide(old) == Continue()
    assert decide(replace(old, steps=(replace(news, kind=StepKind.REPEATED),))) == Reply(
        steps=(replace(news, kind=StepKind.REPEATED),)
    )


def test_ends_are_told_in_the_thread_before_an_old_card_is_continued() -> None:
    """They do not move to the new card."""
    now = MONDAY_10 + 8 * DAY
    news, end = step(5, WORSE, at=now - 7 * HOUR), step(6, BACK, alert=2, at=now)
    members = (announced(), ended(2, at=now))
    old = scene(card=posted(edited_at=now), members=members, steps=(news, end), now=now)

    assert decide(old) == Reply(steps=(end,))


# --- persons, and what is put away


def test_person_is_told_in_working_hours() -> None:
    """That a snooze ends soon wakes nobody."""
    said = step(4, StepKind.SNOOZE_ENDS_SOON, at=MONDAY_20, telling=Telling.PERSON, person="U0BEN")
    standing = scene(card=posted(), members=(announced(),), steps=(said,), now=MONDAY_20)

    assert decide(standing) == Wait(until=TUESDAY_9)
    assert decide(replace(standing, now=TUESDAY_9)) == Tell(step=said)


def test_step_for_nobody_in_particular_is_dropped() -> None:
    """The terminal has no direct messages."""
    said = step(4, StepKind.SNOOZE_ENDS_SOON, telling=Telling.PERSON)

    assert decide(scene(card=posted(), members=(announced(),), steps=(said,), now=MONDAY_10)) == Hush(steps=(said,))


def test_thread_of_a_card_that_was_put_away_goes_on() -> None:
    """What was kept on purpose ends one day, too."""
    over = ended(at=MONDAY_20, state=AlertState.CLOSED)
    said = step(4, StepKind.KEEP_ENDED, at=TUESDAY_9)
    away = scene(card=posted(closed_at=MONDAY_20), members=(over,), steps=(said,), drawn="other", now=TUESDAY_9)

    assert decide(away) == Reply(steps=(said,))
    assert decide(replace(away, steps=())) == Wait()


def test_card_of_a_removed_watch_is_given_up_after_thirty_days_of_failures() -> None:
    """Its channel takes nothing, and nothing else would ever stop that."""
    over = ended(at=MONDAY_10, state=AlertState.CLOSED)
    given = {"watch": None, "members": (over,), "steps": (step(4, CLOSED),)}
    tired = posted(failures=GIVE_UP_FAILURES)

    assert decide(scene(**given, card=tired, now=MONDAY_10 + 30 * DAY)) == Abandon()
    assert isinstance(decide(scene(**given, card=tired, now=MONDAY_10 + 29 * DAY)), Reply)
    assert isinstance(decide(scene(**given, card=posted(failures=3), now=MONDAY_10 + 30 * DAY)), Reply)
    assert isinstance(decide(scene(**(given | {"watch": watch()}), card=tired, now=MONDAY_10 + 30 * DAY)), Reply)


def test_card_that_was_put_away_unsent_tells_nothing() -> None:
    """There is no thread."""
    said = step(4, StepKind.KEEP_ENDED, at=TUESDAY_9)
    away = scene(card=card(closed_at=MONDAY_20), members=(ended(at=MONDAY_20),), steps=(said,), now=TUESDAY_9)

    assert decide(away) == Hush(steps=(said,))
    assert decide(replace(away, steps=())) == Wait()


# --- what is not worth telling


@pytest.mark.parametrize("kind", [WORSE, StepKind.REPEATED, StepKind.SNOOZE_ENDED])
def test_trouble_that_is_over_is_not_told(kind: StepKind) -> None:
    """Its end is."""
    old, end = step(4, kind), step(5, BACK, at=MONDAY_20)
    standing = scene(card=posted(), members=(ended(at=MONDAY_20),), steps=(old, end), now=MONDAY_20)

    assert decide(standing) == Hush(steps=(old,))


def test_of_the_same_news_only_the_newest_is_told() -> None:
    """Three reminders in a week of holidays are one."""
    steps = tuple(step(ref, StepKind.REPEATED) for ref in (4, 5, 6))
    standing = scene(card=posted(), members=(announced(),), steps=steps, now=MONDAY_10 + HOUR)

    assert decide(standing) == Hush(steps=steps[:2])


def test_opening_tells_what_happened_to_it_since() -> None:
    """It went quiet and got worse: it went quiet."""
    steps = (step(4, OPENED, alert=2), step(5, WORSE, alert=2))
    standing = scene(card=posted(), members=(announced(), alert(2)), steps=steps, now=MONDAY_10 + HOUR)

    assert decide(standing) == Hush(steps=(steps[1],))


def test_end_that_was_not_told_before_it_began_again_is_told() -> None:
    """Its first beginning was announced, on this card or another."""
    steps = (step(4, BACK, at=MONDAY_20), step(5, OPENED, at=MONDAY_20 + HOUR))
    standing = scene(card=posted(), members=(alert(at=MONDAY_20 + HOUR),), steps=steps, now=MONDAY_20 + HOUR)

    assert decide(standing) == Reply(steps=(steps[0],))


def test_beginning_and_end_that_nobody_heard_of_stay_unheard() -> None:
    """It began again, and that is what counts."""
    steps = (step(3), step(4, BACK), step(5, at=MONDAY_20))
    standing = scene(card=posted(), members=(alert(at=MONDAY_20),), steps=steps, now=MONDAY_20)

    assert decide(standing) == Hush(steps=steps[:2])


def test_step_of_an_alert_that_is_elsewhere_is_left_to_the_card_that_has_it() -> None:
    """It began anew on another card while this one was read; nothing of it may count as told here."""
    theirs = (step(3, BACK, alert=99), step(4, alert=99), step(5, alert=99, telling=Telling.PERSON, person="U0BEN"))

    away = decide(scene(card=posted(), members=(announced(),), steps=theirs, now=MONDAY_10))

    assert away == decide(scene(card=posted(), members=(announced(),), steps=(), now=MONDAY_10))
