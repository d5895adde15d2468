"""How often a schedule comes, and what follows from that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Schedule
from bot.schedules import Rhythm, grace, rhythm, spread


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 * * * *", Rhythm.HOURLY),
        ("0 */3 * * *", Rhythm.HOURLY),
        ("0 9,17 * * 1-5", Rhythm.DAILY),
        ("0 */4 * * *", Rhythm.DAILY),
        ("0 */12 * * *", Rhythm.DAILY),
        ("0 9 * * *", Rhythm.DAILY),
        ("30 2 * * *", Rhythm.DAILY),
        ("0 9 * * 1-5", Rhythm.DAILY),
        ("0 9 * * 1,4", Rhythm.DAILY),
        ("0 9 * * 1", Rhythm.WEEKLY),
        ("0 9 1,15 * *", Rhythm.WEEKLY),
        ("0 9 L * *", Rhythm.WEEKLY),
        ("0 9 29 2 *", Rhythm.WEEKLY),
    ],
)
def test_the_rhythm_is_the_shortest_gap(cron: str, expected: Rhythm) -> None:
    """Whatever the words, what counts is how close two runs come."""
    assert rhythm(Schedule(cron, "Europe/Berlin")) is expected


def test_the_grace_grows_with_the_gaps() -> None:
    """A late hourly digest is soon overtaken, a late weekly one is missed for long."""
    graces = [grace(Schedule(cron, "UTC")) for cron in ("0 * * * *", "0 9 * * *", "0 9 * * 1")]

    assert graces == [timedelta(minutes=15), timedelta(hours=4), timedelta(hours=24)]


@settings(deadline=None)
@given(st.text())
def test_a_spread_is_at_most_two_minutes(channel: str) -> None:
    """Whole seconds from 0 to 120, for any id."""
    assert timedelta(0) <= spread(channel) <= timedelta(seconds=120)
    assert spread(channel).microseconds == 0


def test_a_spread_never_changes() -> None:
    """A changed one would move every digest of an installation; written down, so that it shows."""
    assert (spread("C012345"), spread("C0ROLLCALL")) == (timedelta(seconds=89), timedelta(seconds=35))


def test_spreads_are_spread() -> None:
    """A thousand channels use nearly every second."""
    assert len({spread(f"C{number}") for number in range(1000)}) > 115
