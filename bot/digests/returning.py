"""Waking digests and watches that rest because Slack was closed to us."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.digests.resting import ends_visibly, wake, wake_watch
from bot.model import PauseKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.model import Digest, Watch
    from bot.ports import Clock, Ledger, Place, WatchLedger

CHANNELS_AT_ONCE: Final = 10
"""Channels that one look asks about; Slack answers fifty such questions a minute to all of us together.

https://docs.slack.dev/reference/methods/conversations.info
"""

ASK_EVERY: Final = timedelta(days=1)
"""How often each channel is asked about."""


class Returning:
    """Wakes the digests and watches of one workspace when what was closed is open again.

    Several processes may do so at once. Every method may raise `StoreError`.

    Args:
        workspace: whose these are.
        ledger: knows which digests rest, and why.
        clock: tells the time.
        place: asks Slack about a channel; raises nothing.
        watches: knows which of these rest; None: there are none.
    """

    def __init__(
        self,
        workspace: str,
        ledger: Ledger,
        clock: Clock,
        place: Callable[[str], Awaitable[Place]],
        watches: WatchLedger | None = None,
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._place = place
        self._watches = watches
        self._to_ask: deque[str] = deque()
        self._listed_at: datetime | None = None

    async def connected(self) -> int:
        """Wake what rests because Slack took nothing from us at all, and `look`; returns how many it woke."""
        return await self._wake(PauseKind.WORKSPACE, None, "Slack takes messages from us again") + await self.look()

    async def channel_is_back(self, channel: str) -> int:
        """Wake what rests because we could not post in this channel; returns how many."""
        return await self._wake(PauseKind.CHANNEL, channel, "the channel is back")

    async def look(self) -> int:
        """Ask about a few channels where something rests, about each once a day; returns how many it woke.

        Slack tells once that a channel is back, and not to who is down at that moment.
        """
        await self._list()
        woken = 0
        for _ in range(min(len(self._to_ask), CHANNELS_AT_ONCE)):
            channel = self._to_ask.popleft()
            if _is_open(await self._place(channel)):
                woken += await self.channel_is_back(channel)
        return woken

    async def _list(self) -> None:
        """Begin the round of a new day, if the last one is over."""
        now = self._clock.now()
        if self._to_ask or (self._listed_at is not None and now - self._listed_at < ASK_EVERY):
            return
        resting: list[Digest | Watch] = [*await self._ledger.paused_digests(self._workspace, PauseKind.CHANNEL)]
        if self._watches is not None:
            resting += await self._watches.paused_watches(self._workspace, PauseKind.CHANNEL)
        self._to_ask.extend(dict.fromkeys(each.channel for each in resting if _may_end_unseen(each)))
        self._listed_at = now

    async def _wake(self, kind: PauseKind, channel: str | None, why: str) -> int:
        now = self._clock.now()
        digests = await self._ledger.paused_digests(self._workspace, kind, channel)
        woken = sum([await wake(self._ledger, digest, by=None, now=now, why=why) for digest in digests])
        if self._watches is None:
            return woken
        watches = await self._watches.paused_watches(self._workspace, kind, channel)
        return woken + sum([await wake_watch(self._watches, watch, now=now, why=why) for watch in watches])


def _is_open(place: Place) -> bool:
    """Tell whether we can post there; what is not known wakes nothing. Conversations of two are not archived."""
    return place.member is True and not place.archived


def _may_end_unseen(resting: Digest | Watch) -> bool:
    return resting.pause is not None and ends_visibly(resting.pause)
