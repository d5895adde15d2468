"""The next runs, and what is said about clocks on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Schedule
from bot.schedules import ClockChange, clock_changes, runs


def at(text: str) -> datetime:
    """Write a moment shortly."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_three_runs_are_told_unless_more_are_asked_for() -> None:
    """What a person sees after adding a digest."""
    schedule = Schedule("0 9 * * 1-5", "Europe/Berlin")

    assert [run.slot.local for run in runs(schedule, after=at("2026-01-02T12:00"))] == [
        "2026-01-05T09:00",
        "2026-01-06T09:00",
        "2026-01-07T09:00",
    ]
    assert len(runs(schedule, after=at("2026-01-02T12:00"), count=12)) == 12


@pytest.mark.parametrize(
    ("zone", "cron", "after", "notes"),
    [
        ("Europe/Berlin", "0 9 * * *", "2026-01-01T12:00", ["", ""]),
        ("Asia/Kathmandu", "0 9 * * 1", "2026-03-20T12:00", ["", ""]),
        (
            "Europe/Berlin",
            "0 9 * * *",
            "2026-10-23T12:00",
            ["", "clocks in Europe/Berlin go back 1 hour on 25 Oct, before this run", ""],
        ),
        # between now and the first run
        (
            "America/New_York",
            "0 9 * * 1",
            "2026-03-06T12:00",
            ["clocks in America/New_York go forward 1 hour on 8 Mar, before this run", ""],
        ),
        (
            "Australia/Lord_Howe",
            "0 9 * * *",
            "2026-04-04T12:00",
            ["clocks in Australia/Lord_Howe go back 30 minutes on 5 Apr, before this run", ""],
        ),
        (
            "Europe/Berlin",
            "30 2 * * *",
            "2026-03-28T12:00",
            [
                (
                    "clocks in Europe/Berlin go forward 1 hour on 29 Mar, before this run; "
                    "02:30 does not exist on 29 Mar, so it runs at 03:00"
                ),
                "",
            ],
        ),
        (
            "Europe/Berlin",
            "30 2 * * *",
            "2026-10-24T12:00",
            [
                "02:30 comes twice on 25 Oct, and this is the first time",
                "clocks in Europe/Berlin go back 1 hour on 25 Oct, before this run",
            ],
        ),
        # at midnight the day is the one that begins
        (
            "America/Sao_Paulo",
            "0 9 * * *",
            "2018-11-03T13:00",
            ["clocks in America/Sao_Paulo go forward 1 hour on 4 Nov, before this run"],
        ),
        # a whole day
        (
            "Pacific/Apia",
            "0 9 * * *",
            "2011-12-29T20:00",
            [
                (
                    "clocks in Pacific/Apia go forward 24 hours on 30 Dec, before this run; "
                    "09:00 does not exist on 30 Dec, so it runs at 00:00 on 31 Dec"
                ),
            ],
        ),
        # several at once
        (
            "Europe/Berlin",
            "0 9 1 1 *",
            "2026-01-02T12:00",
            [
                "clocks in Europe/Berlin go forward 1 hour on 29 Mar and back 1 hour on 25 Oct, before this run",
                (
                    "clocks in Europe/Berlin go forward 1 hour on 28 Mar 2027 and back 1 hour on 31 Oct 2027, "
                    "before this run"
                ),
            ],
        ),
        (
            "Europe/Berlin",
            "0 9 29 2 *",
            "2026-01-02T12:00",
            [
                (
                    "clocks in Europe/Berlin change 4 times before this run; "
                    "the last time they go back 1 hour on 31 Oct 2027"
                ),
            ],
        ),
    ],
)
def test_clock_changes_before_a_run_are_named(zone: str, cron: str, after: str, notes: list[str]) -> None:
    """With their zone, size and day; and whether the minute itself is skipped or comes twice."""
    found = runs(Schedule(cron, zone), after=at(after), count=len(notes))

    assert [run.note for run in found] == notes


def test_the_changes_of_a_year() -> None:
    """Each at its first new moment, with its size."""
    changes = clock_changes(ZoneInfo("Europe/Berlin"), at("2026-01-01"), at("2027-01-01"))

    assert changes == (
        ClockChange(at("2026-03-29T01:00"), timedelta(hours=1)),
        ClockChange(at("2026-10-25T01:00"), timedelta(hours=-1)),
    )


def test_a_change_belongs_to_the_stretch_that_it_ends() -> None:
    """So that two stretches one after the other name it once."""
    berlin, jump = ZoneInfo("Europe/Berlin"), at("2026-03-29T01:00")

    assert len(clock_changes(berlin, jump - timedelta(hours=1), jump)) == 1
    assert clock_changes(berlin, jump, jump + timedelta(days=1)) == ()
