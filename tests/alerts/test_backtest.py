"""What a watch would have sent: reconstructed from what was recorded, and grouped as cards are."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.alerts.backtest import Stretch, backtest
from bot.alerts.past import Past, spans_of
from bot.model import (
    ActorKind,
    Condition,
    ConditionKind,
    Event,
    EventKind,
    Hours,
    Sample,
    SampleDay,
    Sights,
    Signal,
    WatchDraft,
)
from tests.alerts.cases import ALL, BOTH, DAY, HOUR, MINUTE, seen
from tests.builders import NOW, entry, microvisualizer, streampixel

CONFIRM = 10 * MINUTE
NUMBERS = count(1)
MONTH = Stretch(since=NOW - 30 * DAY, until=NOW)


def condition(kind: ConditionKind = ConditionKind.INACTIVE, days: float | None = 10, **given: Any) -> Condition:
    """Return a condition of some days."""
    return Condition(kind=kind, threshold=None if days is None else days * DAY, **given)


def ago(days: float) -> datetime:
    """Return a moment so many days before now."""
    return NOW - days * DAY


def event(kind: EventKind, days_ago: float, before: str | None = None, after: str | None = None) -> Event:
    """Return something that happened so many days ago."""
    at = ago(days_ago)
    return Event(ref=next(NUMBERS), kind=kind, at=at, seen_at=at, before=before, after=after, entry=entry())


def past(*events: Event, samples: tuple[Sample, ...] = (), days: tuple[SampleDay, ...] = (), **given: Any) -> Past:
    """Return what was recorded of a project that we have known for ninety days."""
    return Past(entry=entry(**given), events=events, samples=samples, days=days)


def spans(kind: Condition, known: Past, sights: Sights = ALL) -> list[tuple[datetime, datetime | None]]:
    """Return from when until when an alert would have been open."""
    found = spans_of(kind, known, sights=sights, zone="UTC", until=NOW)
    return [(span.opens, span.ends) for span in found]


# --- silence ------------------------------------------------------------------------------------------------------


def test_silence_is_found_between_edits_and_after_the_last() -> None:
    """An opening needs the whole threshold and its confirmation; the next edit ends it."""
    known = past(
        event(EventKind.UPDATED, 60), event(EventKind.UPDATED, 45), event(EventKind.UPDATED, 20),
        project=microvisualizer(idle=12 * DAY),
    )  # fmt: skip
    assert spans(condition(), known) == [
        (ago(80) + CONFIRM, ago(60)),
        (ago(50) + CONFIRM, ago(45)),
        (ago(35) + CONFIRM, ago(20)),
        (ago(2) + CONFIRM, None),
    ]


def test_what_was_never_edited_since_we_look_counts_from_its_own_date() -> None:
    """The source dates it: nothing has to be guessed."""
    assert spans(condition(days=30), past(project=microvisualizer(idle=100 * DAY))) == [(ago(70) + CONFIRM, None)]


def test_blind_time_delays_an_opening() -> None:
    """As it does in earnest."""
    sights = Sights(listing=seen((90, 8), (5, 0)))
    known = past(project=microvisualizer(idle=12 * DAY), first_seen_at=ago(5))
    assert spans(condition(), known, sights) == []
    assert spans(condition(days=8), known, sights) == [(ago(1) + CONFIRM, None)]


def test_working_days_stand_still_on_weekends() -> None:
    """Ten of them take two weeks."""
    known = past(project=microvisualizer(idle=20 * DAY), first_seen_at=ago(5))
    assert spans(condition(working_days=True), known) == [(ago(6) + CONFIRM, None)]


def test_viewers_of_days_and_of_measurements_are_signs_of_life() -> None:
    """Of a day that was summed up it is not known when somebody was there."""
    midnight = ago(20).replace(hour=0)
    day = SampleDay(day=midnight, samples=90, seen=1, peak_live=1, peak_queued=0)
    empty = SampleDay(day=midnight + 5 * DAY, samples=90, seen=0, peak_live=0, peak_queued=0)
    samples = (Sample(at=ago(1), live=0, queued=0), Sample(at=ago(0.5), live=2, queued=0))
    known = past(project=streampixel(), viewers=(0, 0), days=(day, empty), samples=samples, first_seen_at=ago(25))

    found = spans(condition(signals=(Signal.VIEWERS,)), known, BOTH)
    assert found == [(midnight + DAY - timedelta.resolution + 10 * DAY + CONFIRM, ago(0.5))]


def test_where_viewers_are_never_counted_nothing_is_said_of_them() -> None:
    """No measurement is no evidence."""
    assert spans(condition(signals=(Signal.VIEWERS,)), past(project=microvisualizer(idle=90 * DAY))) == []
    assert spans(condition(), past(project=streampixel())) == []


def test_edits_of_what_is_not_dated_are_the_changes_that_were_noticed() -> None:
    """A switch that was turned is one."""
    known = past(event(EventKind.DISABLED, 15), project=streampixel(), changed_at=ago(15), first_seen_at=ago(20))
    assert spans(condition(signals=(Signal.EDITS,)), known) == [(ago(5) + CONFIRM, None)]


def test_ci_silence_is_known_of_the_last_edit_only() -> None:
    """Who made the ones before was not recorded."""
    by_key = microvisualizer(idle=12 * DAY, updated_by_kind=ActorKind.API_KEY)
    kind = condition(ConditionKind.CI_SILENT)
    assert spans(kind, past(project=by_key)) == [(ago(2) + CONFIRM, None)]
    assert spans(kind, past(project=microvisualizer(idle=12 * DAY))) == []


# --- what was so --------------------------------------------------------------------------------------------------


def test_a_switch_is_followed_back_through_its_events() -> None:
    """While the subscription had lapsed, being off was another watch's matter."""
    known = past(
        event(EventKind.DISABLED, 20), event(EventKind.SUBSCRIPTION, 15, "active", "past_due"),
        event(EventKind.SUBSCRIPTION, 10, "past_due", "active"), event(EventKind.ENABLED, 5),
        project=streampixel(),
    )  # fmt: skip
    assert spans(condition(ConditionKind.OFF, None), known) == [
        (ago(20) + CONFIRM, ago(15)),
        (ago(10) + CONFIRM, ago(5)),
    ]
    assert spans(condition(ConditionKind.LAPSED, None), known) == [(ago(15) + CONFIRM, ago(10))]


def test_absence_is_believed_after_six_hours() -> None:
    """A shorter one was a fault of the listing."""
    known = past(
        event(EventKind.VANISHED, 20), event(EventKind.APPEARED, 19.9), event(EventKind.VANISHED, 10),
        gone_at=ago(10),
    )  # fmt: skip
    assert spans(condition(ConditionKind.GONE, None), known) == [(ago(10) + 6 * HOUR, None)]


def test_emptiness_is_followed_through_the_counts_of_services() -> None:
    """Other edits say nothing of them."""
    known = past(
        event(EventKind.UPDATED, 30, "3 services", "0 services"), event(EventKind.UPDATED, 25, None, "anna"),
        event(EventKind.UPDATED, 10, "0 services", "2 services"), project=microvisualizer(service_count=2),
    )  # fmt: skip
    assert spans(condition(ConditionKind.EMPTY, 14), known) == [(ago(16) + CONFIRM, ago(10))]


def test_a_queue_is_a_run_of_measurements_without_a_hole() -> None:
    """Two measurements an hour apart say nothing of the time between."""
    waiting = [Sample(at=ago(2) + n * 15 * MINUTE, live=1, queued=2) for n in range(4)]
    over = Sample(at=ago(2) + HOUR, live=1, queued=0)
    torn = [Sample(at=ago(1), live=1, queued=1), Sample(at=ago(1) + HOUR, live=1, queued=1)]
    known = past(project=streampixel(), samples=(*waiting, over, *torn))
    kind = Condition(kind=ConditionKind.QUEUE, threshold=30 * MINUTE)
    assert spans(kind, known) == [(ago(2) + 30 * MINUTE, ago(2) + HOUR)]


def test_a_rejected_build_is_open_until_one_is_approved() -> None:
    """And an approved one is news without an end."""
    known = past(
        event(EventKind.BUILD_REJECTED, 9), event(EventKind.BUILD_REJECTED, 8), event(EventKind.BUILD_APPROVED, 7),
        event(EventKind.BUILD_REJECTED, 3),
    )  # fmt: skip
    assert spans(condition(ConditionKind.BUILD_REJECTED, None), known) == [(ago(9), ago(7)), (ago(3), None)]
    assert spans(condition(ConditionKind.BUILD_APPROVED, None), known) == [(ago(7), None)]


# --- messages -----------------------------------------------------------------------------------------------------


def draft(kind: Condition | None = None, hours: Hours | None = None) -> WatchDraft:
    """Return a watch that is told at any hour, unless said otherwise."""
    return WatchDraft(
        workspace="T1", channel="C1", owner="U1", condition=kind or condition(), query="", zone="UTC", hours=hours
    )  # fmt: skip


def silent(*edits: float, ref: int = 12) -> Past:
    """Return a project that was edited so many days ago, each time."""
    *earlier, last = edits
    events = tuple(event(EventKind.UPDATED, each) for each in edits)
    return Past(entry=entry(microvisualizer(idle=last * DAY), ref=ref, first_seen_at=ago(earlier[0])), events=events)


def counted(watch: WatchDraft, *pasts: Past) -> tuple[int, int, int]:
    """Return openings, ends and messages."""
    found = backtest(watch, pasts, {"microvisualizer": ALL}, MONTH)
    return found.opened, found.ended, found.messages


def test_an_opening_and_its_end_are_two_messages() -> None:
    """A card, and an answer in its thread."""
    assert counted(draft(), silent(24, 9)) == (1, 1, 2)
    assert counted(draft(), silent(28, 16)) == (2, 1, 3)


def test_openings_that_lie_close_together_are_one_card() -> None:
    """Three that go quiet within five minutes are one message."""
    close = [silent(14, 14 - n / 1440, ref=n) for n in range(3)]
    apart = [silent(14 - n, 14 - n, ref=n) for n in range(3)]
    assert counted(draft(), *close) == (3, 0, 1)
    assert counted(draft(), *apart) == (3, 0, 3)


def test_repeats_come_weekly_and_four_times() -> None:
    """Then it lives in the digests only."""
    assert counted(draft(), silent(39, 39)) == (1, 0, 1 + 4)
    assert counted(draft(), silent(20, 20)) == (1, 0, 1 + 1)


def test_what_ends_before_its_channel_wakes_is_never_told() -> None:
    """It opened on Saturday and ended on Sunday: nobody hears of it."""
    saturday = ago(16)
    assert saturday.weekday() == 5
    weekend = silent(26, 15, ref=1)
    assert counted(draft(hours=Hours()), weekend) == (2, 1, 1)
    assert counted(draft(), weekend) == (2, 1, 3)


def test_what_was_open_before_the_stretch_tells_its_end_only() -> None:
    """Its opening was told in an earlier month."""
    assert counted(draft(), silent(60, 5)) == (0, 1, 1)


def test_ends_found_by_one_look_are_one_message() -> None:
    """Ten that come back together are one answer."""
    pasts = [silent(60, 5, ref=n) for n in range(10)]
    assert counted(draft(), *pasts) == (0, 10, 1)


def test_news_is_told_once_and_never_repeated() -> None:
    """Each approved build is a message."""
    approved = condition(ConditionKind.BUILD_APPROVED, None)
    known = past(event(EventKind.BUILD_APPROVED, 20), event(EventKind.BUILD_APPROVED, 5))
    assert counted(draft(approved), known) == (2, 0, 2)


@pytest.mark.parametrize("kind", ConditionKind)
def test_every_condition_can_be_looked_at(kind: ConditionKind) -> None:
    """A kind without a past would break every preview."""
    wanted = Condition(kind=kind, threshold=DAY)
    assert isinstance(spans_of(wanted, past(), sights=BOTH, zone="UTC", until=NOW), tuple)


def test_messages_in_a_week_are_those_of_the_time_that_was_recorded() -> None:
    """Two days of record are no month."""
    stretch = Stretch(since=NOW - 2 * DAY, until=NOW)
    found = backtest(draft(), [silent(11, 11)], {"microvisualizer": ALL}, stretch)
    assert (found.since, found.messages, found.wanted) == (NOW - 2 * DAY, 1, 30 * DAY)
    assert found.per_week == pytest.approx(3.5)
