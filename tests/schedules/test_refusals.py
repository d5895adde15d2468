"""What is said about a schedule that cannot be read; a caret under what is wrong, and what would have worked."""

from __future__ import annotations

import pytest

from bot.errors import UsageError
from bot.schedules import read_schedule

START = len("digest add ")
OWN = "Europe/Berlin"


def refused(typed: str) -> UsageError:
    """Return the refusal of a schedule that must be refused."""
    with pytest.raises(UsageError) as refusal:
        read_schedule(f"digest add {typed}", start=START, zone=OWN)
    return refusal.value


@pytest.mark.parametrize(
    ("typed", "wrong", "correction"),
    [
        # something is missing
        ("", "", '"weekdays at 9:00"'),
        ('""', '"', '"weekdays at 9:00"'),
        ("source:x", "s", '"weekdays at 9:00" source:x'),
        ("demo", "demo", '"weekdays at 9:00" demo'),
        ('"demo"', "demo", '"weekdays at 9:00"'),
        ("Europe/Paris", "Europe/Paris", "weekdays at 9:00 Europe/Paris"),
        ('"Europe/Paris"', "Europe/Paris", '"weekdays at 9:00 Europe/Paris"'),
        ("weekdays", "weekdays", "weekdays at 9:00"),
        ("weekdays source:x", "weekdays", "weekdays at 9:00 source:x"),
        ('"weekdays at"', "weekdays", '"weekdays at 9:00"'),
        ("1st of the month in UTC", "1st of the month", "1st of the month at 9:00 in UTC"),
        ("9:00", "9:00", "daily 9:00"),
        ("tomorrow 9:00", "tomorrow", "daily 9:00"),
        ("9:00 tonight", "tonight", "9:00 daily"),
        ('"next Monday 9:00"', "next Monday", '"every Monday 9:00"'),
        ("monthly 9:00", "monthly", "1st of month 9:00"),
        ("every month at 9:00", "every month", "1st of month at 9:00"),
        ("Mon/Thu 9:00", "Mon/Thu", '"weekdays at 9:00" Mon/Thu 9:00'),
        ("Mondays of the month 9:00", "Mondays of the month", "first Mondays of the month 9:00"),
        ("weekly", "weekly", "every Monday at 9:00"),
        ("once a week at 9:00", "a week", "once every Monday at 9:00"),
        ("last 9:00", "last", "last day of month 9:00"),
        ('"weekdays at 9:00 source:x', '"', '"weekdays at 9:00" source:x'),
        ('"', '"', '"weekdays at 9:00"'),
        # times
        ("weekdays 9", "9", "weekdays 9:00"),
        ("weekdays at 9 30", "9 30", "weekdays at 9:30"),
        ("weekdays at 9 5", "9", "weekdays at 9:00 5"),
        ("weekdays at 9 to 17", "9", "weekdays at 9:00 to 17"),
        ("weekdays at 24", "24", "weekdays at 0:00"),
        ("at 9", "at 9", "daily at 9"),
        ("weekdays 17", "17", "weekdays 17:00"),
        ("weekdays at 0900", "0900", "weekdays at 9:00"),
        ("weekdays at 9:0", "9:0", "weekdays at 9:00"),
        ("weekdays at 25:00", "25:00", "weekdays at 9:00"),
        ("weekdays at 9:75", "9:75", "weekdays at 9:00"),
        ("daily 24:00", "24:00", "daily 0:00"),
        ("daily 13pm", "13pm", "daily 13:00"),
        ("daily 13 pm", "13 pm", "daily 13:00"),
        ("daily 9:00-17:00", "9:00-17:00", "daily 9:00"),
        ("weekdays 9:00 and 17:30", "9:00 and 17:30", "weekdays 9:00"),
        ("hourly at 9:15", "9:15", "hourly at :15"),
        ("hourly at 15", "15", "hourly at :15"),
        ("hourly at 9 and 17", "9 and 17", "hourly at :00"),
        ("hourly from 9:00 to 17:00 on weekdays", "9:00 to 17:00", "hourly from :00 on weekdays"),
        ("daily at :15", ":15", "daily at 9:15"),
        ("hourly at :75", ":75", "hourly at :00"),
        # days
        ("mnday 9:00", "mnday", "Monday 9:00"),
        ("mnday", "mnday", "Monday at 9:00"),
        ('"weekdys 9:00"', "weekdys", '"weekdays 9:00"'),
        ("dayly 9:00", "dayly", "daily 9:00"),
        ("32nd of month 9:00", "32nd", "1st of month 9:00"),
        ("day 0 9:00", "0", "day 1 9:00"),
        ("10th Monday 9:00", "10th", "last Monday 9:00"),
        ("first weekday 9:00", "weekday", "first Monday 9:00"),
        # too often, too seldom, never
        ("every 15 minutes", "15 minutes", "hourly"),
        ("every minute", "minute", "hourly"),
        ("*/15 * * * *", "*/15", "0 * * * *"),
        ("* * * * *", "*", "0 * * * *"),
        ("0,30 9 * * *", "0,30", "0 9 * * *"),
        ("every 5 hours", "5", "every 4 hours"),
        ("every 0 hours", "0", "every 1 hours"),
        ("every other Monday 9:00", "every other", "first and third Monday 9:00"),
        ("every 2 weeks on Tue 9:00", "every 2 weeks", "first and third Tuesday 9:00"),
        ("every other day at 9:00", "every other day", "Mon,Wed,Fri at 9:00"),
        ("biweekly at 9:00", "biweekly", "first and third Monday at 9:00"),
        ("every second Monday 9:00", "every second Monday", "second Monday of month 9:00"),
        ("quarterly", "quarterly", "0 9 1 1,4,7,10 *"),
        ("every year", "every year", "0 9 1 1 *"),
        ("0 9 31 2 *", "31 2 *", "0 9 31 * *"),
        # crons
        ("0 9 * *", "0 9 * *", "0 9 * * *"),
        ("0 0 9 * * MON source:x", "0 0 9 * * MON", "0 9 * * MON source:x"),
        ("5 9 * * 1 2026", "5 9 * * 1 2026", "5 9 * * 1"),
        ("0 24 * * *", "24", "0 0 * * *"),
        ("0 25 * * *", "25", None),
        ("61 9 * * *", "61", None),
        ("0 9 * * monday", "monday", "0 9 * * MON"),
        ("0 9 ? * MON", "?", "0 9 * * MON"),
        ("0 9 99999999999 * *", "99999999999", None),
        ("@dayly", "@dayly", "@daily"),
        ("@reboot", "@reboot", None),
        # zones
        ("daily 9:00 Europe/Pariss", "Europe/Pariss", "daily 9:00 Europe/Paris"),
        ("daily 9:00 Amerika/New_York", "Amerika/New_York", "daily 9:00 America/New_York"),
        ("daily 9:00 America/New York", "America/New York", "daily 9:00 America/New_York"),
        ("daily 9:00 Europe/Xyzzy", "Europe/Xyzzy", '"daily 9:00" Europe/Xyzzy'),
        ("daily 9:00 CET+1", "CET+1", "daily 9:00 Europe/Paris"),
        ("daily 9:00 UTC+2", "UTC+2", "daily 9:00 Europe/Berlin"),
        ("daily 9:00 GMT+0", "GMT+0", "daily 9:00 UTC"),
        ("daily 9:00 EST", "EST", "daily 9:00 America/New_York"),
        ("daily 9:00 Paris", "Paris", "daily 9:00 Europe/Paris"),
        ("daily 9:00 (new york) source:x", "new york", "daily 9:00 (America/New_York) source:x"),
        ("0 9 * * 1 Tokyo", "Tokyo", "0 9 * * 1 Asia/Tokyo"),
        ('"daily 9:00 Berlni"', "Berlni", '"daily 9:00 Europe/Berlin"'),
        ("daily 9:00 in Berlni", "Berlni", "daily 9:00 in Europe/Berlin"),
        ("daily 9:00 in xyzzy", "xyzzy", '"daily 9:00" in xyzzy'),
        ('"daily 9:00 in xyzzy"', "xyzzy", None),
        # too much
        ("daily 9:00 weekends", "weekends", '"daily 9:00" weekends'),
        ("daily 9:00 last chance", "last", '"daily 9:00" last chance'),
        ("daily 9:00 UTC Europe/Paris", "Europe/Paris", '"daily 9:00 UTC" Europe/Paris'),
        ("every Monday at 9:00 and Thursday at 17:00", "Thursday at 17:00", "every Monday at 9:00"),
        ('"daily 9:00 at 25:00"', "25:00", '"daily 9:00"'),
        ('"0 9 * * 1 daily"', "daily", '"0 9 * * 1"'),
        ('"daily 9:00 source:x"', "source:x", '"daily 9:00" source:x'),
        ('"daily 9:00 hourli"', "hourli", '"daily 9:00" hourli'),
    ],
)
def test_a_refusal_points_at_what_is_wrong_and_offers_what_works(
    typed: str, wrong: str, correction: str | None
) -> None:
    """Each kind of mistake has its place, and a whole command that reads."""
    error = refused(typed)

    assert error.text == f"digest add {typed}"
    assert error.text[error.position : error.position + error.length] == wrong
    assert error.for_user().endswith((".", "?")) or "`" in error.for_user()
    if correction is None:
        assert error.correction is None
    else:
        assert error.correction == f"digest add {correction}"
        read_schedule(error.correction, start=START, zone=OWN)


def test_a_city_behind_a_schedule_asks_whether_it_is_a_zone_or_a_word() -> None:
    """Both may be meant, and the sentence says how to write either."""
    sentence = refused("daily 9:00 Paris").for_user()

    assert "`Europe/Paris`" in sentence
    assert "quotes" in sentence


def test_an_offset_has_no_correction_for_somebody_without_a_zone() -> None:
    """Their own zone is all that could be offered."""
    with pytest.raises(UsageError) as refusal:
        read_schedule('"daily 9:00 UTC+2"', zone="UTC")

    assert refusal.value.correction is None
