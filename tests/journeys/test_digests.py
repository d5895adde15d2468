"""Digests, from the command that adds one to what stands in the channel by itself."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest_asyncio

from bot.demo.agenda import LedgerAgenda
from bot.demo.slack.validate import refusals
from bot.demo.upstreams import StreampixelStandIn
from bot.engine.work import Timing
from bot.model import LOCAL_WORKSPACE, PauseKind
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


def agenda_of(house: House) -> LedgerAgenda:
    """Return what the bot has planned."""
    return LedgerAgenda(
        house.bot.core.ledger,
        house.bot.core.watches,
        house.bot.catch_up,
        workspace=LOCAL_WORKSPACE,
        channels=house.workspace.channels,
        clock=house.clock,
    )


async def to_the_next(house: House, **later: float) -> None:
    """Let time pass until the next digest is due, and a little longer, as the page does."""
    coming = await agenda_of(house).upcoming()
    assert coming is not None
    house.clock.forward(coming[0] - house.clock.now() + timedelta(seconds=1) + timedelta(**later))
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
    await to_the_next(house)
    message = await by_itself(house)

    assert "Added digest 1" in added.text
    assert (message.only_for, message.user) == (None, "U0ROLLCALL")
    assert message.key is not None
    assert message.key.startswith("digest:1:20")
    assert "56 projects" in message.text
    assert refusals([*message.blocks]) == []
    assert house.workspace.broadcasts == []


async def test_the_next_one_tells_what_changed_meanwhile(house: House) -> None:
    """Compared with the last delivered digest, not with whatever somebody looked at in between."""
    await house.ask('digest add "1st of month 9:00" empty:full')
    await to_the_next(house)
    await by_itself(house)
    studio = house.sources["streampixel"].stand_in
    assert isinstance(studio, StreampixelStandIn)
    studio.switch_on(studio.named("Museum of Tides").id, on=False)
    studio.set_subscription(studio.named("Kitchen Planner").id, "canceled")
    await house.ask("status")
    await to_the_next(house)
    second = await by_itself(house, number=2)

    assert re.match(r"2 changes since .*.*1 switched off", second.text)


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
    """The owner is told by direct message; unarchiving is all that has to be done."""
    await house.ask('digest add "daily 9:00"')
    house.demo.slack.membership.archive("C0STUDIO")
    await to_the_next(house)
    told = await house.workspace.wait_for(
        lambda: next((m for m in house.workspace.messages("D0ADA", viewer=ADA) if m.user == "U0ROLLCALL"), None),
        within_s=15,
    )
    await house.demo.slack.membership.unarchive("C0STUDIO", "U0ADA")
    async with asyncio.timeout(5):
        while await house.bot.core.ledger.paused_digests(LOCAL_WORKSPACE, PauseKind.CHANNEL):  # noqa: ASYNC110 - a ledger tells nobody
            await asyncio.sleep(0.02)
    await to_the_next(house)
    message = await by_itself(house)

    assert "archived" in told.text
    assert message.channel == "C0STUDIO"


async def test_a_channel_that_came_back_while_the_bot_was_down_is_found_after_the_start(tmp_path: Path) -> None:
    """Slack told it once, and nobody listened."""
    async with open_house(tmp_path, tempo=WHEN_NUDGED) as house:
        await house.ask('digest add "daily 9:00"')
        await house.ask('digest add "hourly"')
        house.demo.slack.membership.archive("C0STUDIO")
        await to_the_next(house)
        told = await house.workspace.wait_for(
            lambda: next((m for m in house.workspace.messages("D0ADA", viewer=ADA) if m.user == "U0ROLLCALL"), None),
            within_s=15,
        )
    async with open_house(tmp_path) as house:
        assert await house.bot.core.ledger.paused_digests(LOCAL_WORKSPACE, PauseKind.CHANNEL) == ()

    assert "Your digests 1 and 2 in #studio rest now: the channel is archived." in told.text


async def test_a_channel_that_came_back_unheard_is_found_within_a_day(tmp_path: Path) -> None:
    """Slack gives up telling us after a few tries."""
    tidying = Tempo(ticking=Timing(tick="0 0 1 1 *", look_every=timedelta(seconds=0.1), tidy_every=timedelta(0)))
    async with open_house(tmp_path, tempo=tidying) as house:
        ledger, channel = house.bot.core.ledger, house.workspace.channel("C0STUDIO")
        assert channel is not None
        await house.ask('digest add "daily 9:00"')
        channel.archived = True
        await to_the_next(house)
        async with asyncio.timeout(15):
            while not await ledger.paused_digests(LOCAL_WORKSPACE, PauseKind.CHANNEL):  # noqa: ASYNC110 - a ledger tells nobody
                await asyncio.sleep(0.02)
        channel.archived = False
        house.clock.forward(timedelta(days=1))
        house.bot.nudge()
        async with asyncio.timeout(15):
            while await ledger.paused_digests(LOCAL_WORKSPACE, PauseKind.CHANNEL):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        (digest,) = await ledger.digests(LOCAL_WORKSPACE, "C0STUDIO")
        (change, *_) = await ledger.record_of(digest, most=1)

    assert (change.by, change.what) == (None, "resumed it because the channel is back")


async def test_what_was_missed_for_a_while_is_sent_late_and_says_so(house: House) -> None:
    """Within the grace of a daily digest: nothing of ours was at work when it was due."""
    await house.ask('digest add "daily 9:00"')
    await to_the_next(house, hours=1)
    message = await by_itself(house)

    assert re.search(r"Planned 09:00, sent 10:\d\d; I was", message.text)
