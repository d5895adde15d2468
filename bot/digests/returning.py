"""Waking digests that rest because Slack was closed to us."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.digests.resting import ends_visibly, wake
from bot.model import PauseKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.model import Digest
    from bot.ports import Clock, Ledger, Place

CHANNELS_AT_ONCE: Final = 10
"""Channels that one look asks about; Slack answers fifty such questions a minute to all of us together.

https://docs.slack.dev/reference/methods/conversations.info
"""

ASK_EVERY: Final = timedelta(days=1)
"""How often each channel is asked about."""


class Returning:
    """Wakes the digests of one workspace when what was closed is open again. Several processes may do so at once.

    Every method may raise `StoreError`.

    Args:
        workspace: whose digests these are.
        ledger: knows which rest, and why.
        clock: tells the time.
        place: asks Slack about a channel; raises nothing.
    """

    def __init__(self, workspace: str, ledger: Ledger, clock: Clock, place: Callable[[str], Awaitable[Place]]) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._place = place
        self._to_ask: deque[str] = deque()
        self._listed_at: datetime | None = None

    async def connected(self) -> int:
        """Wake what rests because Slack took nothing from us at all, and `look`; returns how many it woke."""
        resting = await self._ledger.paused_digests(self._workspace, PauseKind.WORKSPACE)
        return await self._wake(resting, "Slack takes messages from us again") + await self.look()

    async def channel_is_back(self, channel: str) -> int:
        """Wake what rests because we could not post in this channel; returns how many."""
        resting = await self._ledger.paused_digests(self._workspace, PauseKind.CHANNEL, channel)
        return await self._wake(resting, "the channel is back")

    async def look(self) -> int:
        """Ask about a few channels whose digests rest, about each once a day; returns how many digests it woke.

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
        resting = await self._ledger.paused_digests(self._workspace, PauseKind.CHANNEL)
        self._to_ask.extend(dict.fromkeys(digest.channel for digest in resting if _may_end_unseen(digest)))
        self._listed_at = now

    async def _wake(self, resting: Iterable[Digest], why: str) -> int:
        now = self._clock.now()
        return sum([await wake(self._ledger, digest, by=None, now=now, why=why) for digest in resting])


def _is_open(place: Place) -> bool:
    """Tell whether we can post there; what is not known wakes nothing. Conversations of two are not archived."""
    return place.member is True and not place.archived


def _may_end_unseen(digest: Digest) -> bool:
    return digest.pause is not None and ends_visibly(digest.pause)
