"""How much a digest says, when it is tried again, and when it is given up: rules without anything around them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.digests import policy, reasons
from bot.digests.absences import overlapping
from bot.digests.looking import _sent_at
from bot.digests.outcome import Ended, PutOff
from bot.digests.reasons import Circumstances, wall
from bot.errors import MaybePosted
from bot.model import Delivery, DeliveryKind, DeliveryState, Digest, EmptyPolicy, Posted, Schedule, Uptime
from tests.digests.stage import (
    BERLIN,
    CHANNEL,
    DAILY,
    DUE,
    HOUR,
    HOURLY,
    MINUTE,
    MONDAY_9,
    OWNER,
    WEEKLY,
    WORKSPACE,
)


def digest(schedule: Schedule = DAILY) -> Digest:
    """Return a digest."""
    return Digest(
        ref=7,
        workspace=WORKSPACE,
        channel=CHANNEL,
        number=1,
        owner=OWNER,
        query="",
        schedule=schedule,
        empty=EmptyPolicy.SKIP,
        created_at=MONDAY_9,
    )


def delivery(kind: DeliveryKind = DeliveryKind.SLOT, reason: str = "", attempts: int = 0) -> Delivery:
    """Return its delivery of Monday at nine."""
    return Delivery(
        ref=1,
        digest=7,
        kind=kind,
        slot="2026-03-02T09:00",
        planned_at=MONDAY_9,
        due_at=DUE,
        state=DeliveryState.PLANNED,
        attempts=attempts,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("kind", "schedule", "grace"),
    [
        (DeliveryKind.SLOT, HOURLY, 15 * MINUTE),
        (DeliveryKind.SLOT, DAILY, 4 * HOUR),
        (DeliveryKind.SLOT, WEEKLY, 24 * HOUR),
        (DeliveryKind.MANUAL, WEEKLY, HOUR),
    ],
)
def test_the_deadline_is_counted_from_the_slot(kind: DeliveryKind, schedule: Schedule, grace: timedelta) -> None:
    """The spread of the channel prolongs nothing."""
    assert policy.deadline(delivery(kind), digest(schedule)) == MONDAY_9 + grace


def test_only_a_slot_can_be_late_and_only_after_five_minutes() -> None:
    """Who runs it by hand has been promised nothing."""
    assert not policy.is_late(delivery(), DUE + 5 * MINUTE)
    assert policy.is_late(delivery(), DUE + 5 * MINUTE + timedelta(seconds=1))
    assert not policy.is_late(delivery(DeliveryKind.MANUAL), DUE + HOUR)


@pytest.mark.parametrize(("attempt", "pause"), [(1, 1), (2, 2), (3, 5), (4, 10), (5, 15), (6, 15), (50, 15)])
def test_sources_are_asked_again_after_growing_pauses(attempt: int, pause: int) -> None:
    """One minute, two, five, ten, fifteen, fifteen."""
    assert policy.read_again_at(delivery(), digest(), attempt=attempt, now=DUE) == DUE + pause * MINUTE


def test_sources_are_asked_for_the_last_time_after_an_hour() -> None:
    """A pause is cut short at its end, and then there is none."""
    assert policy.read_again_at(delivery(), digest(), attempt=9, now=DUE + 50 * MINUTE) == DUE + HOUR
    assert policy.read_again_at(delivery(), digest(), attempt=9, now=DUE + HOUR) is None
    assert policy.read_again_at(delivery(DeliveryKind.MANUAL), digest(), attempt=1, now=DUE) is None
    last = MONDAY_9 + 13 * MINUTE
    assert policy.read_again_at(delivery(), digest(HOURLY), attempt=9, now=DUE) == last


def test_what_slack_did_not_take_is_tried_again_up_to_the_deadline() -> None:
    """To the second; a longer pause than that is a failure at once."""
    left = 4 * HOUR - (DUE - MONDAY_9)

    in_time = policy.again(delivery(), digest(), "why", attempt=1, now=DUE, wait=left)
    too_late = policy.again(delivery(), digest(), "why", attempt=1, now=DUE, wait=left + timedelta(seconds=1))
    at_once = policy.again(delivery(), digest(), "why", attempt=1, now=DUE, wait=timedelta(0))

    assert in_time == PutOff(until=MONDAY_9 + 4 * HOUR, reason="why")
    assert too_late == Ended(state=DeliveryState.FAILED, reason="why")
    assert at_once == PutOff(until=DUE, reason="why")


@pytest.mark.parametrize("ts", ["", "x", "1e400", "nan"])
def test_a_timestamp_that_is_none_counts_as_now(ts: str) -> None:
    """Slack has never sent one; if it does, nothing breaks."""
    assert _sent_at(Posted(CHANNEL, ts), DUE) == DUE
    assert _sent_at(Posted(CHANNEL, "1772438400.000000"), DUE) == MONDAY_9


def test_wall_times_name_the_day_only_if_it_is_another() -> None:
    """In the zone of the digest: 23:30 in Berlin is the same day as 9:00 there, 00:30 is not."""
    assert wall(MONDAY_9, BERLIN, beside=MONDAY_9) == "09:00"
    assert wall(MONDAY_9 + timedelta(hours=14.5), BERLIN, beside=MONDAY_9) == "23:30"
    assert wall(MONDAY_9 + timedelta(hours=15.5), BERLIN, beside=MONDAY_9) == "Tue 3 Mar 00:30"


def test_a_delay_is_explained_by_everything_that_is_known() -> None:
    """What the last attempt met decides, then absences."""
    away = (Uptime(MONDAY_9, MONDAY_9 + HOUR), Uptime(MONDAY_9 + 2 * HOUR, MONDAY_9 + 3 * HOUR))

    assert reasons.too_late(
        delivery(reason="no source could be read"), MONDAY_9 + 5 * HOUR, away, BERLIN, Circumstances()
    ) == (
        "too late at 14:00: no source could be read; "
        "Rollcall was not running from 09:00 to 10:00 and from 11:00 to 12:00; the next digest covers it"
    )


def test_only_the_two_longest_absences_are_told() -> None:
    """In their order, and with both days where a night is between them."""
    lengths = {0: HOUR, 2: 3 * MINUTE, 14: 2 * HOUR, 20: 4 * MINUTE}
    away = [Uptime(MONDAY_9 + hour * HOUR, MONDAY_9 + hour * HOUR + length) for hour, length in lengths.items()]

    assert reasons.not_running(away, BERLIN, beside=MONDAY_9) == (
        "Rollcall was not running from 09:00 to 10:00 and from Mon 2 Mar 23:00 to Tue 3 Mar 01:00"
    )
    assert reasons.not_running(away[-1:], BERLIN, beside=MONDAY_9) == (
        "Rollcall was not running from Tue 3 Mar 05:00 to 05:04"
    )


def test_an_absence_of_less_than_two_minutes_is_none() -> None:
    """A restart explains nothing."""
    short, long = Uptime(DUE, DUE + 1.9 * MINUTE), Uptime(DUE, DUE + 2 * MINUTE)

    assert overlapping((short, long), MONDAY_9, MONDAY_9 + HOUR) == (long,)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (MaybePosted("http_500"), "Slack answered with an error (500) and may have taken it"),
        (MaybePosted("internal_error"), "Slack answered with an error (internal_error) and may have taken it"),
        (MaybePosted("timeout"), reasons.ANSWER_LOST),
        (TimeoutError(), reasons.ANSWER_LOST),
    ],
)
def test_an_error_of_slack_is_no_lost_answer(error: Exception, why: str) -> None:
    """Who reads it looks for the trouble in the right place."""
    assert reasons.doubt(error) == why


@pytest.mark.parametrize(
    ("given", "away", "around", "why"),
    [
        ({}, (), {}, reasons.NOT_IN_TIME),
        ({}, (), {"others": reasons.A_CROWD - 1}, reasons.NOT_IN_TIME),
        ({}, (), {"others": reasons.A_CROWD}, reasons.BUSY),
        ({}, (), {"others": 400, "began_at": DUE}, "it waited for the sources"),
        ({}, (), {"began_at": DUE, "unread": ("MicroVisualizer",)}, "it waited for MicroVisualizer"),
        ({"attempts": 2}, (), {"others": 400, "began_at": DUE}, reasons.interrupted(2)),
        ({"attempts": 1}, (Uptime(MONDAY_9, DUE),), {"others": 400}, ""),
        ({"reason": reasons.NOT_THERE, "attempts": 1}, (Uptime(MONDAY_9, DUE),), {}, reasons.NOT_THERE),
        ({"reason": reasons.NO_SOURCE, "attempts": 1}, (), {}, "no source could be read until 10:00"),
    ],
)
def test_besides_our_absence_there_is_a_reason_that_is_known_or_none(
    given: dict[str, Any], away: tuple[Uptime, ...], around: dict[str, Any], why: str
) -> None:
    """A queue only if there was one; that no source can be read ends when one can."""
    known = Circumstances(read_at=MONDAY_9 + HOUR, **around)
    assert reasons.held_up(delivery(**given), away, BERLIN, known) == why


def test_sources_that_still_cannot_be_read_have_no_end() -> None:
    """The message says so, and nothing else."""
    assert reasons.held_up(delivery(reason=reasons.NO_SOURCE), (), BERLIN, Circumstances()) == reasons.NO_SOURCE


def test_what_nothing_is_compared_with_changed_in_no_known_time() -> None:
    """No date is made up."""
    assert reasons.nothing_changed(None, BERLIN, beside=MONDAY_9) == "nothing changed"
