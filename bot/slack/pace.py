"""Waiting for the turn of a channel: Slack takes about one message in a second and channel.

https://docs.slack.dev/apis/web-api/rate-limits#posting-messages
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import NotPosted, StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.slack.patience import Patience

EVERY: Final = timedelta(seconds=1)
"""How often a channel's queue moves."""

LONGEST: Final = timedelta(minutes=5)
"""What looks like a longer queue is a clock that was put back."""

Turn = Callable[[str], Awaitable[timedelta]]
"""Takes the next turn of a queue over all processes, and returns how long to wait for it; may raise `StoreError`."""


class Pace:
    """The queues of all channels.

    A turn that was taken is never given back. If a crowd whose turns come too late took one each time it tried, it
    would push its own turns ahead of itself for ever. So what is known of a queue's length is remembered, and a turn
    that is certain to be too late is not taken.

    Args:
        turn: `bot.ports.Ledger.turn` with everything but its key.
        patience: its clock and its sleep.
        every: how often `turn` moves a queue.
    """

    def __init__(self, turn: Turn, patience: Patience, *, every: timedelta = EVERY) -> None:
        self._turn = turn
        self._every = every
        self._patience = patience
        self._taking = asyncio.Lock()
        self._free_at: dict[str, datetime] = {}
        """The earliest moment at which a channel's next turn can be; other processes may have made it later."""

    async def wait(self, channel: str, before: datetime) -> None:
        """Wait for the turn of a message.

        Raises:
            NotPosted: it comes after the given moment (``too_late``), or cannot be had (``no_turn``).
        """
        async with self._taking:
            wait = await self._taken(channel, before)
        if wait:
            await self._patience.sleep(wait.total_seconds())

    async def _taken(self, channel: str, before: datetime) -> timedelta:
        now = self._patience.clock.now()
        free_at = self._free_at.get(channel, now)
        if before < free_at <= now + LONGEST or now > before:
            raise NotPosted("too_late", wait=max(free_at - now, timedelta()))
        try:
            wait = await self._turn(f"slack:{channel}")
        except StoreError:
            raise NotPosted("no_turn") from None
        self._free_at = {known: at for known, at in self._free_at.items() if at > now}
        self._free_at[channel] = now + wait + self._every
        if now + wait > before:
            raise NotPosted("too_late", wait=wait)
        return wait
