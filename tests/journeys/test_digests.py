"""Digests, from the command that adds one to what stands in the channel by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest_asyncio

from bot.demo.slack.validate import refusals
from bot.engine.work import Timing
from bot.wiring import Tempo
from tests.journeys.conftest import ADA, JONAS, STUDIO, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.demo.slack.nouns import Message
    from tests.journeys.conftest import House

WHEN_NUDGED = Tempo(ticking=Timing(tick="0 0 1 1 *", look_every=timedelta(seconds=0.1)))
"""Ticks at the start and when it is asked to; the demo's clock asks when it jumps."""


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A running house with an engine."""
    async with open_house(tmp_path, tempo=WHEN_NUDGED) as opened:
        yield opened


def jump(house: House, **by: float) -> None:
    """Let time pass, as the page does."""
    house.clock.forward(timedelta(**by))
    house.bot.nudge()


async def by_itself(house: House, *, number: int = 1) -> Message:
    """Wait for so many messages that nobody asked for, and return the last."""

    def found() -> Message | None:
        posted = [m for m in house.workspace.messages(STUDIO) if m.key is not None]
        return posted[number - 1] if len(posted) >= number else None

    return await house.workspace.wait_for(found, within_s=15)


async def test_a_digest_is_posted_when_its_time_has_come(house: House) -> None:
    """For everybody, once, under a key that says which it is, and without anybody being pinged."""
    added = await house.ask('digest add "daily 9:00"')
    jump(house, hours=24, minutes=3)
    message = await by_itself(house)

    assert "Added digest 1" in added.text
    assert (message.only_for, message.user) == (None, "U0ROLLCALL")
    assert message.key is not None
    assert message.key.startswith("digest:1:20")
    assert "60 projects" in message.text
    assert refusals([*message.blocks]) == []
    assert house.workspace.broadcasts == []


async def test_the_next_one_tells_what_changed_meanwhile(house: House) -> None:
    """Compared with the last delivered digest, not with whatever somebody looked at in between."""
    await house.ask('digest add "daily 9:00" empty:full')
    jump(house, hours=24, minutes=3)
    await by_itself(house)
    jump(house, days=10)
    second = await by_itself(house, number=2)

    assert "since" in second.text
    assert "quiet" in second.text or "inactive" in second.text


async def test_run_now_posts_at_once_and_twice_is_once(house: House) -> None:
    """Marked as run by hand; a second person who presses a moment later gets no second message."""
    await house.ask('digest add "mondays 9:00"')
    await house.ask("digest run 1")
    again = await house.ask("digest run 1", user=JONAS)
    message = await by_itself(house)

    assert "by hand" in message.text
    assert "did not plan it again" in again.text
    assert len([m for m in house.workspace.messages(STUDIO) if m.key is not None]) == 1


async def test_a_channel_that_is_archived_pauses_its_digests_until_it_is_back(house: House) -> None:
    """The owner is told once, by direct message; unarchiving is all that has to be done."""
    await house.ask('digest add "daily 9:00"')
    await house.demo.slack.membership.archive("C0STUDIO")
    jump(house, hours=24, minutes=3)
    told = await house.workspace.wait_for(
        lambda: next((m for m in house.workspace.messages("D0ADA", viewer=ADA) if m.user == "U0ROLLCALL"), None),
        within_s=15,
    )
    await house.demo.slack.membership.unarchive("C0STUDIO")
    await house.workspace.wait_for(lambda: not house.workspace.channels["C0STUDIO"].archived)
    listed = await house.ask("digest list")
    jump(house, hours=24)
    message = await by_itself(house)

    assert "archived" in told.text
    assert "paused" not in listed.text.lower()
    assert message.channel == "C0STUDIO"


async def test_what_was_missed_while_nothing_ran_is_sent_late_and_says_so(tmp_path: Path) -> None:
    """Within the grace of a daily digest; the process was gone when it was due."""
    async with open_house(tmp_path, tempo=WHEN_NUDGED) as house:
        await house.ask('digest add "hourly"')
        jump(house, hours=1, minutes=3)
        await by_itself(house)
        house.clock.forward(timedelta(minutes=70))
        house.bot.nudge()
        late = await by_itself(house, number=2)

    assert late.text
