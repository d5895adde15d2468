"""What can be typed for a schedule, and where it ends."""

from __future__ import annotations

import pytest

from bot.model import Schedule
from bot.schedules import begins_schedule, read_schedule, written_zone, zone_named

OWN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("phrase", "cron"),
    [
        ("weekdays at 9:00", "0 9 * * 1-5"),
        ("Weekdays 9.00", "0 9 * * 1-5"),
        ("every workday at 9h", "0 9 * * 1-5"),
        ("working days at 9h30", "30 9 * * 1-5"),
        ("every week day @ 9:00", "0 9 * * 1-5"),
        ("weekdays at 9:00 in the morning", "0 9 * * 1-5"),
        ("Monday to Friday at 9am", "0 9 * * 1-5"),
        ("from Mon-Fri at 9 a.m.", "0 9 * * 1-5"),
        ("Fri to Mon 9:00", "0 9 * * 0,1,5,6"),
        ("weekdays at 9", "0 9 * * 1-5"),
        ("Mondays at 17", "0 17 * * 1"),
        ("at 9 every Tuesday", "0 9 * * 2"),
        ("Mon,Thu at 9 and 17", "0 9,17 * * 1,4"),
        ("Mon,Thu @ 9, at 12 and at 5pm", "0 9,12,17 * * 1,4"),
        ("weekdays at 9 in the morning", "0 9 * * 1-5"),
        ("weekdays at 7 in the evening", "0 19 * * 1-5"),
        ("weekdays at 12:30 in the afternoon", "30 12 * * 1-5"),
        ("weekends 10:00", "0 10 * * 0,6"),
        ("weekend days 10:00", "0 10 * * 0,6"),
        ("weekdays and Saturday 10:00", "0 10 * * 1-6"),
        ("daily 07:00", "0 7 * * *"),
        ("every day at noon", "0 12 * * *"),
        ("everyday at midnight", "0 0 * * *"),
        ("each day at 12am", "0 0 * * *"),
        ("each day at 12pm", "0 12 * * *"),
        ("every Monday 8:30", "30 8 * * 1"),
        ("9:30pm on mondays", "30 21 * * 1"),
        ("at 17:00 every Tuesday", "0 17 * * 2"),
        ("Mon. and Wed. at 9 o'clock", "0 9 * * 1,3"),
        ("Mon,Thu 17:00", "0 17 * * 1,4"),
        ("Mon + Thu at 17:00", "0 17 * * 1,4"),
        ("sun, tues and thurs 5pm", "0 17 * * 0,2,4"),
        ("weekly on Monday 9:00", "0 9 * * 1"),
        ("once a week on Monday 9:00", "0 9 * * 1"),
        ("weekdays at 9:00 and 17:00", "0 9,17 * * 1-5"),
        ("weekdays 9:00,11:00,10:00", "0 9-11 * * 1-5"),
        ("hourly", "0 * * * *"),
        ("every hour", "0 * * * *"),
        ("hourly at :15", "15 * * * *"),
        ("every 2 hours", "0 */2 * * *"),
        ("every other hour at :45", "45 */2 * * *"),
        ("hourly on weekdays at :05", "5 * * * 1-5"),
        ("1st of month 9:00", "0 9 1 * *"),
        ("on the 15th of each month at 7:00", "0 7 15 * *"),
        ("15 of every month 7:00", "0 7 15 * *"),
        ("day 15 at 7:00", "0 7 15 * *"),
        ("monthly on the 1st 9:00", "0 9 1 * *"),
        ("once a month on the 3rd at 9:00", "0 9 3 * *"),
        ("1st and 15th of month 9:00", "0 9 1,15 * *"),
        ("31st of the month, in months that have one, at 9:00", "0 9 31 * *"),
        ("last day of month 17:00", "0 17 L * *"),
        ("last of the month 17:00", "0 17 L * *"),
        ("1st and last day of month 17:00", "0 17 1,L * *"),
        ("last working day of the month 17:00", "0 17 LW * *"),
        ("first Monday of the month 9:00", "0 9 * * 1#1"),
        ("every second Monday of the month 9:00", "0 9 * * 1#2"),
        ("first and third Monday 9:00", "0 9 * * 1#1,1#3"),
        ("last Friday 16:00", "0 16 * * 5L"),
        ("0 9 * * MON-FRI", "0 9 * * 1-5"),
        ("0 9 * jan,feb,mar 7", "0 9 * 1-3 0"),
        ("@daily", "0 0 * * *"),
        ("@Weekly", "0 0 * * 0"),
    ],
)
def test_a_phrase_is_a_cron(phrase: str, cron: str) -> None:
    """Each reads alike in quotes and without, whatever stands around it."""
    for quote in ("", '"', "'", "`"):
        text = f"digest add {quote}{phrase}{quote} source:streampixel"

        schedule, end = read_schedule(text, start=len("digest add"), zone=OWN)

        assert schedule == Schedule(cron, OWN)
        assert text[end:] == " source:streampixel"


@pytest.mark.parametrize("place", ["{p} {z}", "{p} in {z}", "{p} ({z})", "{z} {p}", "{p} {z} time"])
@pytest.mark.parametrize(
    ("zone", "name"), [("europe/paris", "Europe/Paris"), ("utc", "UTC"), ("US/Eastern", "US/Eastern")]
)
def test_a_zone_in_the_phrase_counts(place: str, zone: str, name: str) -> None:
    """Its name is found whatever the case, and stored as the database writes it."""
    text = place.format(p="weekdays at 9:00", z=zone)

    assert read_schedule(text, zone=OWN) == (Schedule("0 9 * * 1-5", name), len(text))


def test_a_zone_goes_with_a_bare_hour_too() -> None:
    """As people type it."""
    text = "every day at 9 Europe/Paris"

    assert read_schedule(text, zone=OWN) == (Schedule("0 9 * * *", "Europe/Paris"), len(text))


def test_a_zone_goes_with_a_cron_too() -> None:
    """Behind the fifth field."""
    assert read_schedule("0 9 * * 1 Asia/Tokyo demo", zone=OWN) == (Schedule("0 9 * * 1", "Asia/Tokyo"), 20)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("weekdays at 9:00 demo room", " demo room"),
        ("weekdays at 9 demo room", " demo room"),
        ("weekdays at 9:00 -demo", " -demo"),
        ('weekdays at 9:00 "two words"', ' "two words"'),
        ("weekdays at 9:00 on the stage", " on the stage"),
        ("weekdays at 9:00 and more", " and more"),
        ("weekdays at 9:00 name:paris", " name:paris"),
        ('"weekdays at 9:00" paris', " paris"),
        ('"weekdays at 9:00" daily', " daily"),
        ("hourly mountain", " mountain"),
        ("0 9 * * 1 demo", " demo"),
    ],
)
def test_what_follows_a_schedule_is_left_alone(text: str, rest: str) -> None:
    """Filters follow, and words to look for; quotes keep apart what looks like both."""
    _, end = read_schedule(text, zone=OWN)

    assert text[end:] == rest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays", True),
        ('"every Monday 8:30"', True),
        ("0 9 * * 1", True),
        ("every 15 minutes", True),
        ('"weekdays at', True),
        ("demo", False),
        ('"two words"', False),
        ("source:streampixel", False),
        ("", False),
    ],
)
def test_a_schedule_is_told_from_a_filter(text: str, *, expected: bool) -> None:
    """Where both may stand, the first words tell."""
    assert begins_schedule(f"digest edit 2 {text}", len("digest edit 2 ")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays at 9:00 europe/paris", "Europe/Paris"),
        ('"0 9 * * 1 UTC" demo', "UTC"),
        ("weekdays at 9:00", None),
        ("weekdays at 25:00 UTC", None),
    ],
)
def test_a_written_zone_is_told_from_the_writers_own(text: str, expected: str | None) -> None:
    """The answer says where the zone is from."""
    assert written_zone(f"digest add {text}", len("digest add ")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("EUROPE/paris", "Europe/Paris"), ("utc", "UTC"), ("EST", None), ("CET", None), ("localtime", None), ("", None)],
)
def test_a_zone_has_an_area_or_is_utc(text: str, expected: str | None) -> None:
    """Abbreviations of half a year are no zones."""
    assert zone_named(text) == expected
