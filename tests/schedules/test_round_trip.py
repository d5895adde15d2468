"""Print and read are each other's inverse, and nothing that is typed gets through the reader unread."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from cronsim import CronSim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.grammar import plain
from bot.model import Schedule
from bot.schedules import begins_schedule, explain, print_schedule, read_schedule, runs
from bot.schedules.cron import BadField, NeverComes, canonical, walls
from tests.schedules.strategies import CRONS, PHRASES, ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1-5", "weekdays at 09:00"),
        ("5 9,17 * * 0,6", "weekends at 09:05 and 17:05"),
        ("0 7 * * *", "daily at 07:00"),
        ("30 8 * * 1", "every Monday at 08:30"),
        ("0 17 * * 0,1,4", "Monday, Thursday and Sunday at 17:00"),
        ("0 * * * *", "hourly"),
        ("15 */2 * * *", "every 2 hours at :15"),
        ("5 * * * 1", "hourly at :05 on Monday"),
        ("0 9 1 * *", "1st of the month at 09:00"),
        ("0 9 2,3,11 * *", "2nd, 3rd and 11th of the month at 09:00"),
        ("0 9 31 * *", "31st of the month, in months that have one, at 09:00"),
        ("0 9 1,30 * *", "1st and 30th of the month, in months that have them, at 09:00"),
        ("0 9 L * *", "last day of the month at 09:00"),
        ("0 9 1,L * *", "1st and last day of the month at 09:00"),
        ("0 9 LW * *", "last weekday of the month at 09:00"),
        ("0 9 * * 1#1,1#3", "first and third Monday of the month at 09:00"),
        ("0 9 * * 5L", "last Friday of the month at 09:00"),
        ("0 9 * * 5L,5#1", "first and last Friday of the month at 09:00"),
        ("0 9 * * 5#5", "fifth Friday of the month, in months that have one, at 09:00"),
        # without words
        ("0 9 * 1 *", "0 9 * 1 *"),
        ("0 9 1 * 1", "0 9 1 * 1"),
        ("0 9 31,L * *", "0 9 31,L * *"),
        ("0 9 L,LW * *", "0 9 L,LW * *"),
        ("0 9 1-6 * *", "0 9 1-6 * *"),
        ("0 9 */2 * *", "0 9 */2 * *"),
        ("0 9 * * */2", "0 9 * * */2"),
        ("0 9-17 * * *", "0 9-17 * * *"),
        ("0 */5 * * *", "0 */5 * * *"),
        ("0 9 * * 1,2#1", "0 9 * * 1,2#1"),
        ("0 9 * * 1#1,2#1", "0 9 * * 1#1,2#1"),
    ],
)
def test_a_schedule_in_words(cron: str, words: str) -> None:
    """People see words where there are any, and these read back."""
    schedule = Schedule(cron, "Europe/Paris")

    assert print_schedule(schedule, zone=False) == words
    assert print_schedule(schedule) == f"{words} Europe/Paris"
    assert read_schedule(print_schedule(schedule), zone="UTC")[0] == schedule


@pytest.mark.parametrize("cron", ["0,30 9 * * *", "*/30 9 * * 1-5", "0,30 * * * *", "10-12 */2 1 * *"])
def test_a_cron_with_several_minutes_is_refused_and_prints_all_the_same(cron: str) -> None:
    """Nobody can type one, but what is in a database must be shown whatever it is."""
    with pytest.raises(UsageError, match="at most one digest an hour"):
        read_schedule(cron, zone="UTC")

    assert print_schedule(Schedule(cron, "UTC")) == f"{cron} UTC"


@settings(deadline=None)
@given(PHRASES | CRONS.map(" ".join), st.sampled_from(ZONES))
@example("0 9 * * 0-6", "UTC")
@example("0 9 1-31 * 1", "UTC")
@example("0 9 */2 * 1-7", "UTC")
def test_what_is_printed_is_read_back_as_the_same(typed: str, zone: str) -> None:
    """Edit and Share put the printed form into a command."""
    try:
        schedule, end = read_schedule(typed, zone=zone)
    except UsageError as refusal:
        assert refusal.for_user()
        return
    printed = print_schedule(schedule)

    assert end == len(typed)
    assert read_schedule(printed, zone="UTC") == (schedule, len(printed))
    assert read_schedule(f'add "{printed}" demo', start=3, zone="UTC") == (schedule, len(printed) + 6)
    assert explain(schedule)


@settings(deadline=None)
@given(PHRASES)
def test_a_phrase_of_days_times_and_zone_is_read(phrase: str) -> None:
    """Whatever is drawn from the words of the manual reads, but for what no cron can say."""
    try:
        schedule, _ = read_schedule(phrase, zone="UTC")
    except UsageError as refusal:
        assert "would be a second" in refusal.sentence or "leave out weeks" in refusal.sentence
        return
    assert len(runs(schedule, after=datetime(2026, 1, 1, tzinfo=UTC))) == 3


@settings(deadline=None)
@given(CRONS)
@example(("0", "9", "1-31", "*", "1"))
@example(("0", "9", "*,5", "*", "1"))
@example(("0", "9", "*/2", "*", "0-7"))
def test_the_canonical_form_comes_at_the_same_times(fields: tuple[str, ...]) -> None:
    """Also where days of the month and of the week are both given, and a star decides between and and or."""
    try:
        written = canonical(fields)
    except NeverComes:
        assert not any(islice(_counted(" ".join(fields)), 1))
        return
    assert list(islice(walls(written, SOME_DAY), 20)) == list(islice(_counted(" ".join(fields)), 20))
    assert canonical(tuple(written.split())) == written


def _counted(cron: str) -> Iterator[datetime]:
    """Count without our reading of the fields."""
    try:
        return CronSim(cron, SOME_DAY)
    except Exception:  # noqa: BLE001 - whatever it finds wrong, there is nothing to count
        return iter(())


@settings(deadline=None)
@given(st.lists(st.text(), min_size=5, max_size=5))
def test_a_field_that_cannot_be_read_is_named(fields: list[str]) -> None:
    """Nothing but our own two refusals leaves the reading of a cron."""
    try:
        canonical(tuple(fields))
    except BadField as bad:
        assert 0 <= bad.number < 5
    except NeverComes:
        pass


NEARLY = """
weekdays weekdays at at 9:00 9 17 am 25:00 every 2 hours hour minutes 15 :15 :75 mnday Mon,Thu first last second
31st 32nd of the month monthly weekly in months that have one the morning evening Paris EST CET+1 Europe/Pariss UTC
( ) - , and * 0 */15 5L 1#1 ? 99 @daily @x source:x -demo other biweekly yearly daily day days " ' ` demo o'clock
"""
LINES = st.lists(st.sampled_from(NEARLY.split()), max_size=8).map(" ".join)


@settings(deadline=None)
@given(text=st.text() | LINES | LINES.map('"{}"'.format), prefixed=st.booleans())
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str, *, prefixed: bool) -> None:
    """Only UsageError may leave the reader; it points at something, and what it offers reads."""
    typed = plain(f"digest add {text}" if prefixed else text)
    start = min(len("digest add") * prefixed, len(typed))
    begins_schedule(typed, start)
    try:
        schedule, end = read_schedule(typed, start=start, zone="Europe/Berlin")
    except UsageError as refusal:
        assert refusal.text == typed
        assert 0 <= refusal.position <= len(typed)
        assert refusal.length >= 1
        assert refusal.for_user()
        if refusal.correction is not None:
            read_schedule(refusal.correction, start=start, zone="Europe/Berlin")
    else:
        assert start < end <= len(typed)
        assert read_schedule(print_schedule(schedule), zone="UTC")[0] == schedule
