"""What is said of how long nothing happened, and of how well that was observed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, EventKind, Moment, Sight, Sights, Stretch
from bot.views.evidence import OBJECTION_WIDTH, event_of, matter_of, objection
from bot.views.silence import age, blind_words, counted_age, coverage_words, day, doubt, last_sign, limit
from tests.builders import NOW, entry, microvisualizer, streampixel
from tests.views.cases import event
from tests.views.watch_cases import DAY, WELL, idle

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")


def seen(since: datetime, until: datetime = NOW, *, share: float = 1.0) -> Stretch:
    """Return regular looks, every ten minutes."""
    return Stretch(since=since, until=until, looks=int((until - since) / (10 * MINUTE) * share) + 1, every=10 * MINUTE)


def at_sight(*stretches: Stretch, connection: str = "streampixel") -> Moment:
    """Return now, with what was seen of a connection."""
    sight = Sight(stretches)
    return Moment(now=NOW, sights={connection: Sights(listing=sight, viewers=sight)}, quiet_after=14 * DAY)


def pixel(**given: object) -> Entry:
    """Return a project that is measured, with nobody there."""
    return entry(streampixel(), viewers=(0, 0), **given)  # type: ignore[arg-type]


# --- projects ----------------------------------------------------------------------------------------------------


def test_a_short_observation_says_how_short() -> None:
    """Nobody was seen for nine days, because we looked for nine days."""
    words = matter_of(pixel(), at_sight(seen(NOW - 9 * DAY)))

    assert words == "nobody watching (1 min ago) · observed for 9 d of 14 d"


def test_a_thin_observation_says_how_thin() -> None:
    """Looking now and then proves nothing."""
    words = matter_of(pixel(), at_sight(seen(NOW - 60 * DAY, share=0.625)))

    assert words == "nobody watching (1 min ago) · looked at only 62 % of the planned times in 14 d"


def test_a_gap_in_the_observation_is_named() -> None:
    """Somebody may have been there then."""
    words = matter_of(pixel(), at_sight(seen(NOW - 60 * DAY, NOW - 6 * DAY), seen(NOW - 4 * DAY)))

    assert "longest gap 48 h" not in words
    assert "longest gap 2 d" in words


def test_well_observed_silence_is_inactive() -> None:
    """And says since when we look."""
    words = matter_of(pixel(), at_sight(seen(NOW - 60 * DAY)))

    assert words == "idle for 60 d · nobody seen since 29 Jan, when I began to look"


def test_blind_time_is_no_silence() -> None:
    """The last edit was 44 days ago; for seven of them nobody could see."""
    blind = at_sight(seen(NOW - 90 * DAY, NOW - 20 * DAY), seen(NOW - 13 * DAY), connection="microvisualizer")

    words = matter_of(entry(microvisualizer(idle=44 * DAY)), blind)

    assert words == "idle for 37 d · not counting 7 d when I could not look · last edit by ben"


def test_a_forecast_counts_on_the_same_clock() -> None:
    """Twelve days of fourteen, one of them blind, leave three."""
    blind = at_sight(seen(NOW - 90 * DAY, NOW - 5 * DAY), seen(NOW - 4 * DAY), connection="microvisualizer")

    assert "inactive in 2 d" in matter_of(entry(microvisualizer(idle=13 * DAY)), blind)


def test_a_source_that_nobody_watches_is_not_doubted() -> None:
    """There is nothing to have missed."""
    assert matter_of(pixel(), Moment(now=NOW)) == "nobody watching (1 min ago)"


def test_a_project_without_any_signal_is_unknown_without_a_reason() -> None:
    """Its source tells nothing."""
    assert matter_of(entry(streampixel(enabled=None)), at_sight(seen(NOW - 9 * DAY))) == "nothing known yet"


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "words"),
    [(30 * DAY, "30 d"), (90 * MINUTE, "90 min"), (timedelta(hours=36), "36 h"), (timedelta(seconds=45), "45 s")],
)
def test_a_limit_is_exact(length: timedelta, words: str) -> None:
    """What was typed comes back."""
    assert limit(length) == words


def test_working_days_are_called_so() -> None:
    """Twenty of them are four weeks."""
    assert limit(20 * DAY, working_days=True) == "20 working days"
    assert limit(DAY, working_days=True) == "1 working day"
    assert counted_age(36 * DAY, working_days=True) == "36 working days"
    assert counted_age(DAY, working_days=True) == "24 h"


def test_a_day_of_another_year_says_which() -> None:
    """3 Oct may be long ago."""
    assert day(datetime(2025, 10, 3, 23, tzinfo=UTC), BERLIN, NOW) == "4 Oct 2025"
    assert day(NOW, BERLIN, NOW) == "30 Mar"


def test_who_edited_is_named_only_of_that_edit() -> None:
    """A change that we noticed ourselves has no author."""
    row = entry(microvisualizer(idle=51 * DAY, updated_by="anna"))

    assert last_sign(row, idle(51), BERLIN, NOW) == "last edit 7 Feb by anna"
    assert last_sign(row, idle(3), BERLIN, NOW) == "last change seen 27 Mar"
    assert last_sign(row, replace(idle(), last_at=None, signal=None), BERLIN, NOW) == "no change seen yet"


@given(st.timedeltas(timedelta(), 400 * DAY), st.timedeltas(timedelta(), 90 * DAY))
def test_an_age_that_leaves_time_out_never_passes_for_a_date(counted: timedelta, blind: timedelta) -> None:
    """Either it reads the same with the blind time, or it is said."""
    words = blind_words(replace(idle(), age=counted, blind=blind))

    assert bool(words) == (age(counted) != age(counted + blind))


def test_enough_leaves_no_doubt() -> None:
    """Nor does what needs no looking."""
    assert doubt(idle(), NOW) == ""
    assert doubt(replace(idle(), coverage=WELL, since=NOW - 60 * DAY), NOW) == ""
    assert coverage_words(replace(WELL, longest_hole=timedelta())) == "looked at 97 % of the planned times in 14 d"


# --- builds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "after", "words"),
    [
        (EventKind.BUILD_STARTED, None, "got a new build, which is being checked"),
        (EventKind.BUILD_APPROVED, None, "got a new build, which is live"),
        (EventKind.BUILD_REJECTED, None, "had a build rejected"),
        (
            EventKind.BUILD_REJECTED,
            "no <project>\nat https://f.example/x",
            "had a build rejected: no <project> at (address)",
        ),
    ],
)
def test_builds_are_told_without_addresses(kind: EventKind, after: str | None, words: str) -> None:
    """An address may lead to somebody's file."""
    assert event_of(event(kind, after=after)) == words


@given(st.text(max_size=400))
def test_an_objection_is_one_short_line(words: str) -> None:
    """Whatever a source writes."""
    shown = objection(words)

    assert len(shown) <= OBJECTION_WIDTH
    assert "\n" not in shown
    assert "://" not in objection(f"see ftp://files.example/{words}")[:30]
