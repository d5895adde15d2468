"""Moving the demo's time past digests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.clock import DemoClock
from bot.demo.jumps import LOOK_EVERY, LOOK_TWICE, MARGIN, PACE, Jumps
from bot.demo.outlet import Outlet
from bot.demo.story import Story
from bot.errors import StoreError
from tests.demo.diary import Diary
from tests.fakes.clock import NOON, HandClock

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)


class Stand:
    """A clock, a bot with a diary, and the jumps."""

    def __init__(self) -> None:
        self.clock = DemoClock(HandClock())
        self.diary = Diary(self.clock)
        self.outlet = Outlet()
        self.news: list[datetime] = []
        self.story = Story(self.clock, [(lambda: self.news.append(self.clock.now()),) * 3])
        self.outlet.plug([], self.diary, self.diary.moved)
        self.jumps = Jumps(self.clock, self.outlet, self.story, stop_s=0.01, stops_s=0.1)
        self.diary.planned = [(NOON + DAY * day, f"day {day}") for day in (1, 2, 3)]


@pytest.fixture
def stand() -> Stand:
    """Three digests, a day apart, the first one in a day."""
    return Stand()


async def test_the_next_digest_is_one_jump_away(stand: Stand) -> None:
    """The bot hears of it at once."""
    await stand.jumps.to_next()

    assert stand.clock.now() == NOON + DAY + MARGIN
    assert stand.diary.done == [("day 1", NOON + DAY + MARGIN)]


async def test_a_jump_is_no_absence_of_a_bot_that_runs(stand: Stand) -> None:
    """It is at work before it and after it, and so in between."""
    await stand.jumps.to_next()

    assert stand.diary.notes == [(NOON, timedelta()), (NOON + DAY + MARGIN, DAY + MARGIN)]


async def test_a_bot_that_was_killed_stays_absent(stand: Stand) -> None:
    """Nobody notes anything for it."""
    stand.outlet.switch(on=False)

    await stand.jumps.ahead(DAY)

    assert stand.diary.notes == []


async def test_without_a_digest_nothing_moves(stand: Stand) -> None:
    """The sentence says how to add one."""
    stand.diary.planned = []

    with pytest.raises(LookupError, match="/projects digest add"):
        await stand.jumps.to_next()

    assert stand.clock.now() == NOON


async def test_days_that_pass_stop_at_each_digest_on_the_way(stand: Stand) -> None:
    """None of them comes late or is lost only because somebody pressed a button."""
    await stand.jumps.ahead(2.5 * DAY)

    assert [label for label, _ in stand.diary.done] == ["day 1", "day 2"]
    assert [at - NOON <= number * DAY + MARGIN for number, (_, at) in enumerate(stand.diary.done, 1)] == [True, True]
    assert stand.clock.ahead == 2.5 * DAY


async def test_days_that_pass_bring_news_before_the_digest_that_tells_them(stand: Stand) -> None:
    """Digests without news would be skipped, and a demo without digests shows nothing."""
    await stand.jumps.ahead(10 * DAY)

    assert len(stand.diary.done) == len(stand.news) == 3
    assert all(news <= told for news, (_, told) in zip(stand.news, stand.diary.done, strict=True))


async def test_the_bot_looks_all_the_way_and_twice_at_its_end(stand: Stand) -> None:
    """Days in which nobody looked would be no evidence, and what has turned is believed at a second look."""
    stand.diary.planned = []

    await stand.jumps.ahead(2.2 * DAY)

    ahead = [look - NOON for look in stand.diary.looks]
    assert ahead == [LOOK_EVERY, 2 * LOOK_EVERY, 3 * LOOK_EVERY, 4 * LOOK_EVERY, 2.2 * DAY - LOOK_TWICE, 2.2 * DAY]


@pytest.mark.parametrize("jump", [timedelta(hours=1), DAY])
async def test_a_jump_begins_at_the_pace_of_a_real_bot_while_a_source_is_in_trouble(
    stand: Stand, jump: timedelta
) -> None:
    """An outage that is mended ends within an hour, as it would in a real one."""
    stand.diary.planned = []
    stand.diary.is_in_trouble = True

    await stand.jumps.ahead(jump)

    assert [look - NOON for look in stand.diary.looks][:4] == [PACE, 2 * PACE, 3 * PACE, 4 * PACE]


async def test_the_time_stops_at_a_card_that_is_due(stand: Stand) -> None:
    """Five minutes after a project has gone quiet, and not at the next look."""
    stand.diary.planned = []
    stand.diary.cards = [NOON + timedelta(minutes=5)]

    await stand.jumps.ahead(timedelta(hours=1))

    assert stand.diary.looks[0] == NOON + timedelta(minutes=5) + MARGIN


async def test_a_bot_that_is_dead_misses_what_falls_due(stand: Stand) -> None:
    """What it had planned is still shown, and the time moves over it."""
    await stand.jumps.picture()
    stand.outlet.switch(on=False)

    await stand.jumps.to_next()
    await stand.jumps.ahead(timedelta(hours=1))

    assert stand.diary.done == []
    assert stand.clock.now() == NOON + DAY + MARGIN + timedelta(hours=1)
    assert (await stand.jumps.picture())["next"]["label"] == "day 1"


async def test_a_digest_that_is_due_already_moves_nothing(stand: Stand) -> None:
    """But the bot is told to look again."""
    await stand.jumps.picture()
    stand.outlet.switch(on=False)
    await stand.jumps.ahead(1.5 * DAY)

    await stand.jumps.to_next()

    assert stand.clock.ahead == 1.5 * DAY


async def test_a_digest_that_does_not_come_to_its_end_is_left_behind(stand: Stand) -> None:
    """It may be retried for hours; nobody waits that long for a button."""
    stand.diary.is_busy = True

    await stand.jumps.ahead(10 * DAY)

    assert [label for label, _ in stand.diary.done] == ["day 1", "day 2", "day 3"]
    assert stand.clock.ahead == 10 * DAY


async def test_a_bot_that_plans_nothing_is_not_waited_for_for_ever(stand: Stand) -> None:
    """Its engine may hang."""
    stand.outlet.plug([], stand.diary)

    await stand.jumps.ahead(10 * DAY)

    assert stand.clock.ahead == 10 * DAY


async def test_the_time_goes_back_only_while_there_is_no_digest(stand: Stand) -> None:
    """Slots, leases and turns are moments: a clock that goes back would leave them in the future."""
    await stand.jumps.ahead(timedelta(hours=1))
    with pytest.raises(ValueError, match="does not go back"):
        await stand.jumps.back()
    assert (await stand.jumps.picture())["can_reset"] is False
    assert stand.clock.ahead == timedelta(hours=1)


async def test_without_digests_a_reset_returns_to_the_real_time(stand: Stand) -> None:
    """The bot hears of that, too."""
    stand.diary.planned = []
    await stand.jumps.ahead(DAY)

    await stand.jumps.back()

    assert stand.clock.now() == NOON
    assert stand.diary.moves[-3:] == [NOON + DAY, NOON + DAY, NOON]


async def test_a_ledger_that_cannot_be_read_leaves_the_picture_as_it_was(stand: Stand) -> None:
    """A bot may be closing while it is looked at."""
    before = await stand.jumps.picture()
    stand.diary.fails = StoreError("closed")

    assert await stand.jumps.picture() == before
