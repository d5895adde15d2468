"""How people name alerts, days and other people; what cannot be known is asked, and never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import AlertDetails, AlertDone, Refusal, WatchKept
from bot.commands.alerts.ends import End, Open, Weekday, leading_end, read_end
from bot.errors import UsageError
from tests.builders import NOW
from tests.commands.alarms import ends, opens
from tests.commands.conftest import ADMIN, CHANNEL

if TYPE_CHECKING:
    from bot.model import Alert
    from tests.commands.conftest import Desk

DAY = timedelta(days=1)


@pytest.fixture
async def alarmed(desk: Desk) -> Desk:
    """Return a desk with one watch, and two open alerts: 1 about Checkout Legacy, 2 about Billing."""
    await desk.answers("watch add inactive for 20d source:microvisualizer hours:8-17", WatchKept)
    await opens(desk, "Checkout Legacy")
    await opens(desk, "Billing")
    return desk


async def alert(desk: Desk, number: int) -> Alert:
    """Return an alert as it is kept."""
    (found,) = await desk.context.watches.desk.numbered(CHANNEL, [number])
    return found.alert


# --- days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("7d", 7 * DAY),
        ("for 2 weeks", 14 * DAY),
        ("a month", 30 * DAY),
        ("in an hour", timedelta(hours=1)),
        ("for a year", 365 * DAY),
        ("until Friday", Weekday.FRIDAY),
        ("fri", Weekday.FRIDAY),
        ("next monday", Weekday.MONDAY),
        ("until next week", Weekday.MONDAY),
        ("until 2027-01-31", date(2027, 1, 31)),
        ("tomorrow", Open.TOMORROW),
        ("until it changes", Open.UNTIL_IT_CHANGES),
        ("forever", Open.FOR_EVER),
    ],
)
def test_an_end_is_read_as_people_say_it(typed: str, said: object) -> None:
    """Lengths, days of the week, dates."""
    assert read_end(typed) == End(said)  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["soon", "christmas", "now", "5m", "10", "friday evening", ""])
async def test_what_is_no_end_is_refused_and_nobody_guesses(alarmed: Desk, typed: str) -> None:
    """Another day than was meant is worse than none."""
    with pytest.raises(UsageError):
        read_end(typed)
    if typed:
        assert (await alarmed.answers(f"alerts snooze 1 until {typed}", Refusal)).correction is None


@given(st.text(max_size=30))
def test_any_text_is_an_end_or_refused(text: str) -> None:
    """Only `UsageError` leaves it."""
    try:
        read_end(text)
    except UsageError as refusal:
        assert "tomorrow" in refusal.for_user()


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("until friday", NOW.replace(month=4, day=3, hour=8)),
        ("until monday", NOW.replace(month=4, day=6, hour=8)),
        ("next week", NOW.replace(month=4, day=6, hour=8)),
        ("a month", NOW + 30 * DAY),
    ],
)
async def test_a_day_of_the_week_is_the_next_one(alarmed: Desk, typed: str, until: object) -> None:
    """Not today, and with the hours of the watch."""
    await alarmed.answers(f"alerts snooze 1 {typed}", AlertDone)
    snooze = (await alert(alarmed, 1)).snooze
    assert snooze is not None
    assert snooze.until == until


@pytest.mark.parametrize(
    ("text", "end", "rest"),
    [
        ("until friday Ben asks", Weekday.FRIDAY, " Ben asks"),
        ("for 2 weeks", 14 * DAY, ""),
        ("until the next working morning it rests", Open.TOMORROW, " it rests"),
    ],
)
def test_a_note_may_begin_with_an_end(text: str, end: object, rest: str) -> None:
    """What follows is the note."""
    found = leading_end(text, 0)
    assert found is not None
    assert (found[0].said, text[found[1] :]) == (end, rest)


@pytest.mark.parametrize("text", ["for now", "until it changes", "for good", "on it", "for", ""])
def test_a_note_without_a_date_stays_a_note(text: str) -> None:
    """Most notes are."""
    assert leading_end(text, 0) is None


async def test_an_admin_keeps_as_long_as_they_like(alarmed: Desk) -> None:
    """Others are offered the longest."""
    assert (await alarmed.answers("alerts keep 1 2099-01-01", Refusal)).correction == "alerts keep 1 365d"
    alarmed.user = ADMIN
    await alarmed.answers("alerts keep 1 2099-01-01", AlertDone)


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Checkout Legacy", "checkout legacy", "Legacy", "checkout", '"Checkout Legacy"'])
async def test_an_alert_is_called_by_its_project(alarmed: Desk, name: str) -> None:
    """The whole name or a word of it that no other has; what follows is read as after a number."""
    why = await alarmed.answers(f"alerts why {name}", AlertDetails)
    await alarmed.answers(f"alerts snooze {name} 7d because holidays", AlertDone)

    assert why.raised.alert.number == 1
    snooze = (await alert(alarmed, 1)).snooze
    assert snooze is not None
    assert (snooze.until, snooze.reason) == (NOW + 7 * DAY, "holidays")


async def test_of_several_of_one_name_nobody_chooses(alarmed: Desk) -> None:
    """They are numbered."""
    await alarmed.answers("watch add inactive for 10d", WatchKept)
    await opens(alarmed, "Billing", watch=2)
    refusal = await alarmed.answers("alerts ack billing", Refusal)

    assert "Several alerts are called “billing”: 2, 3." in refusal.sentence
    assert (refusal.position, refusal.length) == (len("alerts ack "), len("billing"))
    assert (await alert(alarmed, 2)).ack is None


async def test_what_ended_is_found_after_what_is_open(alarmed: Desk) -> None:
    """Its record is worth a look."""
    await ends(alarmed, await alert(alarmed, 1))
    assert (await alarmed.answers("alerts why Checkout Legacy", AlertDetails)).raised.alert.number == 1


@pytest.mark.parametrize("typed", ["ack all", "ack everything", "why leg", "archive Legacy"])
async def test_what_is_no_name_changes_nothing(alarmed: Desk, typed: str) -> None:
    """Half a word is none, and what changes a source wants the whole name."""
    assert "no project of one is called so" in (await alarmed.answers(f"alerts {typed}", Refusal)).sentence


async def test_it_is_said_of_which_project_it_makes_no_sense(alarmed: Desk) -> None:
    """Of several numbers, each may be another one."""
    refusal = await alarmed.answers("alerts unack 1,2", Refusal)
    assert refusal.sentence == "Checkout Legacy: It is not acknowledged. Billing: It is not acknowledged."


async def test_a_name_that_slack_did_not_resolve_is_nobody(alarmed: Desk) -> None:
    """The button would assign it to somebody else."""
    refusal = await alarmed.answers("alerts assign 1 jonas", Refusal)

    assert "type `@`" in refusal.sentence
    assert refusal.correction is None
