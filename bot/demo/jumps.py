"""Moving the demo's time: some days, or to the next digest.

A bot that runs is not left behind: on its way the time stops at each digest and each card that falls due, as days that
pass would, and often enough that the bot can say it was looking all the while. A bot that was killed misses what it
missed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.errors import BotError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.clock import DemoClock
    from bot.demo.outlet import Outlet
    from bot.demo.slack.nouns import JSON
    from bot.demo.story import Story

log = structlog.get_logger(__name__)

MARGIN = timedelta(seconds=1)
"""How far behind the moment of a digest the time stops."""

LOOK_EVERY_S = 0.1
LOOK_EVERY = timedelta(hours=12)
"""How often the bot looks at its sources while the time moves. Days in which nobody looked would be days of which
nobody knows anything, and nothing would ever go quiet."""

LOOK_TWICE = timedelta(minutes=15)
"""How long before the goal it looks, too: what has turned is believed at a second look."""

AT_PACE = timedelta(hours=1)
"""For so long a jump is passed at the pace of a real bot while a source is in trouble: a person who mends it sees that
it is believed as soon as it would be."""

PACE = timedelta(minutes=15)
"""What that pace is; a little more often than a real one counts viewers, and less often than it reads lists."""

STOP_S = 4.0
"""The longest stop."""

STOPS_S = 150.0
"""The longest way; the digests after that are jumped over, and the bot finds that it has missed them."""

NO_DIGEST = 'There is no digest yet. Try /projects digest add "weekdays at 9:00"'
NO_WAY_BACK = (
    "Time does not go back once there is a digest or a watch: what was sent would lie in the future. "
    "End the demo and start it anew for a fresh one."
)


class Jumps:
    """Moves the clock and lets the bot know.

    Args:
        clock: the demo's.
        outlet: where the bot is, or is not.
        story: goes on while time passes.
        stop_s: the longest stop at one digest.
        stops_s: the longest way.
    """

    def __init__(
        self, clock: DemoClock, outlet: Outlet, story: Story, *, stop_s: float = STOP_S, stops_s: float = STOPS_S
    ) -> None:
        self._clock = clock
        self._outlet = outlet
        self._story = story
        self._stop_s, self._stops_s = stop_s, stops_s
        self._one_at_a_time = asyncio.Lock()
        self._coming: tuple[datetime, str] | None = None
        self._used = False

    async def ahead(self, by: timedelta) -> None:
        """Move on by so much."""
        async with self._one_at_a_time:
            goal = self._clock.ahead + by
            with suppress(TimeoutError):
                async with asyncio.timeout(self._stops_s):
                    await self._pass_stops(goal)
            await self._forward(goal - self._clock.ahead)

    async def to_next(self) -> None:
        """Move on to the next digest; not at all if it is due already.

        Raises:
            LookupError: there is none.
        """
        async with self._one_at_a_time:
            coming = await self._look()
            if coming is None:
                raise LookupError(NO_DIGEST)
            await self._to(coming[0] + MARGIN)

    async def back(self) -> None:
        """Return to the real time.

        Raises:
            ValueError: there are digests. Their slots, leases and turns are kept as moments, and would have to wait
                until the real time has come that far.
        """
        async with self._one_at_a_time:
            await self._look()
            if self._used:
                raise ValueError(NO_WAY_BACK)
            self._clock.reset()
            self._outlet.moved()

    async def picture(self) -> JSON:
        """Return what the page shows: seconds ahead, the next digest, whether the time can be reset."""
        coming = await self._look()
        return {
            "ahead_s": round(self._clock.ahead.total_seconds()),
            "next": coming and {"at": round(coming[0].timestamp()), "label": coming[1]},
            "can_reset": not self._used,
        }

    async def _pass_stops(self, goal: timedelta) -> None:
        """Stop wherever something falls due before the demo is as far ahead as `goal`, and to look."""
        end, near = self._clock.real.now() + goal, self._clock.now()
        with suppress(BotError):
            near += AT_PACE if await self._outlet.agenda.in_trouble() else timedelta()
        while self._runs() and (stop := await self._next_stop(end, near)) < end:
            await self._to(stop)
            await self._catch_up()
        if self._runs():
            await self._to(end)
            await self._catch_up()

    async def _next_stop(self, end: datetime, near: datetime) -> datetime:
        """Return the moment of the next stop, later than now; `end` if there is none before it.

        Args:
            end: of the way.
            near: until when the bot looks as often as a real one.
        """
        now, stops = self._clock.now(), [end]
        with suppress(BotError):
            coming, card = await self._look(), await self._outlet.agenda.next_card()
            stops += [at + MARGIN for at in (coming and coming[0], card) if at is not None]
        stops += [now + (PACE if now < near else LOOK_EVERY), end - LOOK_TWICE]
        return min(stop for stop in stops if stop > now or stop is end)

    async def _catch_up(self) -> None:
        """Let the bot look, and do what is due."""
        with suppress(TimeoutError, BotError):
            async with asyncio.timeout(self._stop_s):
                await self._outlet.agenda.catch_up()
                self._outlet.moved()
                await self._settled()

    async def _settled(self) -> None:
        """Wait until the bot has planned what is due, and has sent it or given it up."""
        while self._runs() and (await self._is_due() or await self._outlet.agenda.busy()):  # noqa: ASYNC110 - a ledger tells nobody
            await asyncio.sleep(LOOK_EVERY_S)

    def _runs(self) -> bool:
        return self._outlet.state == "running"

    async def _is_due(self) -> bool:
        coming = await self._look()
        return coming is not None and coming[0] <= self._clock.now()

    async def _to(self, moment: datetime) -> None:
        """Move on to a moment, unless it has passed."""
        await self._forward(moment - self._clock.now())

    async def _forward(self, by: timedelta) -> None:
        """Move on; a bot that runs was at work all the time that is jumped over."""
        by = max(by, timedelta())
        await self._note()
        self._clock.forward(by)
        await self._note(jumped=by)
        await self._story.go_on()
        self._outlet.moved()

    async def _note(self, *, jumped: timedelta = timedelta()) -> None:
        if self._runs():
            try:
                await self._outlet.agenda.at_work(jumped=jumped)
            except BotError as error:
                log.info("demo.jump_not_noted", error=type(error).__name__)

    async def _look(self) -> tuple[datetime, str] | None:
        """Return the next digest; of a bot that is not running, what was known last: nobody else plans."""
        if self._runs():
            try:
                self._coming = await self._outlet.agenda.upcoming()
                self._used = self._used or await self._outlet.agenda.used()
            except BotError as error:
                log.info("demo.agenda_unread", error=type(error).__name__)
        return self._coming
