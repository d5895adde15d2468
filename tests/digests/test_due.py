"""Which messages a digest owes after any downtime."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.absences import absences, overlapping
from bot.digests.due import MOST_SKIPPED, plan_for
from bot.model import DeliveryKind, DeliveryState, Digest, EmptyPolicy, Schedule, Slot, Uptime
from bot.schedules import grace, slot_after, slots, spread
from tests.digests.stage import BERLIN, CHANNEL, DAILY, DUE, HOURLY, MONDAY_9, OWNER, SPREAD, WEEKLY, WORKSPACE

PLANNED, SKIPPED = DeliveryState.PLANNED, DeliveryState.SKIPPED


def digest(
    schedule: Schedule = DAILY, after: datetime = MONDAY_9 - timedelta(hours=1), channel: str = CHANNEL
) -> Digest:
    """Return a digest whose next slot is the first after a moment."""
    return Digest(
        ref=7,
        workspace=WORKSPACE,
        channel=channel,
        number=1,
        owner=OWNER,
        query="",
        schedule=schedule,
        empty=EmptyPolicy.FULL,
        created_at=after,
        next=slot_after(schedule, after),
    )


def test_a_slot_is_planned_when_it_and_the_spread_of_its_channel_have_passed() -> None:
    """A channel keeps its distance from the full hour, and the row says both moments."""
    planned = plan_for(digest(), MONDAY_9 + SPREAD)

    (row,) = planned.deliveries
    assert (row.kind, row.state, row.digest, row.merged) == (DeliveryKind.SLOT, PLANNED, 7, 0)
    assert (row.slot, row.planned_at, row.due_at) == ("2026-03-02T09:00", MONDAY_9, MONDAY_9 + SPREAD)
    assert planned.next_slot == Slot("2026-03-03T09:00", MONDAY_9 + timedelta(days=1))
    assert planned.due_at == planned.next_slot.at + SPREAD


def test_nothing_is_planned_a_second_too_early() -> None:
    """Then the next slot stays what it was."""
    planned = plan_for(digest(), MONDAY_9 + SPREAD - timedelta(seconds=1))

    assert planned.deliveries == ()
    assert planned.next_slot == Slot("2026-03-02T09:00", MONDAY_9)


def test_a_resting_digest_owes_nothing() -> None:
    """Whoever asks has made a mistake."""
    with pytest.raises(ValueError, match="rests"):
        plan_for(replace(digest(), next=None), MONDAY_9)


def test_a_schedule_that_never_comes_again_is_no_endless_search() -> None:
    """Reading refuses such schedules; a database may hold one all the same."""
    never = replace(digest(), schedule=Schedule("0 9 */30 2 1#5", BERLIN))

    with pytest.raises(ValueError, match="never comes"):
        plan_for(never, DUE)


@pytest.mark.parametrize(("schedule", "days"), [(DAILY, 2), (WEEKLY, 14)])
def test_within_its_grace_the_newest_slot_is_sent_and_covers_the_older_ones(schedule: Schedule, days: int) -> None:
    """Three days without us are one message, not three."""
    newest = MONDAY_9 + timedelta(days=days)

    planned = plan_for(digest(schedule), newest + grace(schedule))

    *older, last = planned.deliveries
    assert [row.state for row in older] == [SKIPPED] * len(older)
    assert (last.state, last.planned_at, last.merged) == (PLANNED, newest, len(older))
    assert {row.reason for row in older} == {f"merged into the digest of {newest:%a} {newest.day} Mar 09:00"}
    assert all(row.finished_at == newest + grace(schedule) for row in older)


@pytest.mark.parametrize("schedule", [HOURLY, DAILY, WEEKLY])
def test_beyond_its_grace_a_slot_is_skipped_and_says_when_nothing_ran(schedule: Schedule) -> None:
    """The reason names the absence, not only that it is too late."""
    now = MONDAY_9 + grace(schedule) + timedelta(minutes=1)
    away = (Uptime(MONDAY_9 - timedelta(minutes=20), now),)

    (row, *_) = plan_for(digest(schedule), now, away).deliveries

    until = f"{now.astimezone(UTC) + timedelta(hours=1):%H:%M}" if schedule is not WEEKLY else "Tue 3 Mar 09:01"
    assert row.state is SKIPPED
    since = "08:40" if schedule is not WEEKLY else "Mon 2 Mar 08:40"
    assert row.reason == f"missed: Rollcall was not running from {since} to {until}; the next digest covers it"


def test_a_slot_that_was_overlooked_while_we_ran_says_so() -> None:
    """No absence is made up."""
    now = MONDAY_9 + timedelta(hours=5)
    elsewhere = (Uptime(MONDAY_9 - timedelta(days=2), MONDAY_9 - timedelta(days=1)),)

    (row,) = plan_for(digest(), now, elsewhere).deliveries

    assert row.reason == "missed: I came to it only at 14:00; the next digest covers it"


@pytest.mark.parametrize(
    ("hours", "silent", "told"),
    [
        (MOST_SKIPPED, 0, ""),
        (MOST_SKIPPED + 1, 1, "; so was 1 before it, 2026-03-02 09:00"),
        (MOST_SKIPPED + 30, 30, "; so were 30 before it, from 2026-03-02 09:00 to 2026-03-03 14:00"),
    ],
)
def test_after_a_long_absence_the_oldest_row_speaks_for_those_without_one(hours: int, silent: int, told: str) -> None:
    """A year of missed hours is not eight thousand rows, but none of them is forgotten."""
    newest = MONDAY_9 + timedelta(hours=hours)

    planned = plan_for(digest(HOURLY), newest + timedelta(minutes=3))

    *older, last = planned.deliveries
    assert len(older) == MOST_SKIPPED
    assert older[0].planned_at == MONDAY_9 + timedelta(hours=silent)
    assert older[0].reason.endswith(told or "11:00")
    assert all("before it" not in row.reason for row in older[1:])
    assert last.merged == hours


def test_a_skipped_wall_time_is_planned_under_its_own_name() -> None:
    """On the day on which clocks go forward 02:30 does not exist: it is sent at 03:00, and its key stays."""
    night = Schedule("30 2 * * *", BERLIN)
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)

    (row,) = plan_for(digest(night, before), datetime(2026, 3, 29, 1, 3, tzinfo=UTC)).deliveries

    assert (row.slot, row.planned_at) == ("2026-03-29T02:30", datetime(2026, 3, 29, 1, tzinfo=UTC))


_SCHEDULES = st.sampled_from(
    [
        HOURLY,
        DAILY,
        WEEKLY,
        Schedule("30 2 * * *", BERLIN),
        Schedule("0 */6 * * *", "Australia/Lord_Howe"),
        Schedule("0 9 1 * *", "America/New_York"),
        Schedule("0 16 * * 5L", "Asia/Kathmandu"),
    ]
)


@given(
    schedule=_SCHEDULES,
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - st wants naive bounds
    downtime=st.timedeltas(timedelta(0), timedelta(days=40)),
    channel=st.sampled_from(["C1", "C2", CHANNEL]),
)
def test_after_any_downtime_every_slot_is_told_once_and_at_most_one_is_sent(
    schedule: Schedule, start: datetime, downtime: timedelta, channel: str
) -> None:
    """No double and no hole, whatever the schedule, the clocks and the length of the downtime are."""
    asleep = digest(schedule, start, channel)
    now = start + downtime
    come = list(takewhile(lambda slot: slot.at + spread(channel) <= now, slots(schedule, start)))

    planned = plan_for(asleep, now)

    rows = planned.deliveries
    kept = come[max(0, len(come) - len(rows)) :]
    assert [(row.slot, row.planned_at) for row in rows] == [(slot.local, slot.at) for slot in kept]
    assert len(rows) == len(come) or len(rows) >= MOST_SKIPPED
    to_send = [row for row in rows if row.state is PLANNED]
    in_time = [slot.at for slot in come[-1:] if now <= slot.at + grace(schedule)]
    assert [row.planned_at for row in to_send] == in_time
    assert all(row.reason for row in rows if row.state is SKIPPED)
    assert all(row.merged == len(come) - 1 for row in to_send)
    untold = len(come) - len(rows)
    assert ("before it" in rows[0].reason) == (untold > 0) if rows else not come
    assert planned.next_slot == slot_after(schedule, come[-1].at if come else start)
    assert planned.due_at == planned.next_slot.at + spread(channel) > now


def test_absences_are_what_lies_between_the_stretches_of_all_processes() -> None:
    """Stretches may overlap and come in any order."""
    at = [MONDAY_9 + timedelta(hours=hour) for hour in range(10)]
    stretches = (Uptime(at[6], at[7]), Uptime(at[0], at[3]), Uptime(at[1], at[2]), Uptime(at[7], at[8]))

    away = absences(stretches)

    assert away == (Uptime(at[3], at[6]),)
    assert absences(()) == ()
    assert overlapping(away, at[5], at[9]) == away
    assert overlapping(away, at[6], at[9]) == ()
    assert overlapping(away, at[1], at[3]) == ()
