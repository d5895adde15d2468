"""Letting everything rest that cannot be delivered, whoever found out: digests and watches share their channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.digests.resting import paused, rest_all
from bot.model import Pause, PauseKind

if TYPE_CHECKING:
    from bot.digests.notices import Notices
    from bot.ports import Clock, Ledger, WatchLedger

log = structlog.get_logger(__name__)


class Closing:
    """Lets the digests and watches of one workspace rest; who does it first tells the people.

    Args:
        workspace: whose they are.
        ledger: keeps digests.
        watches: keeps watches; None: there are none.
        clock: tells the time.
        notices: tells owners and those who run Rollcall.
    """

    def __init__(
        self, workspace: str, ledger: Ledger, watches: WatchLedger | None, clock: Clock, notices: Notices
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._watches = watches
        self._clock = clock
        self._notices = notices

    async def closed(self, kind: PauseKind, reason: str, *, channel: str | None) -> None:
        """Let everything rest in a channel that takes nothing from us any more, or everywhere, and tell people once.

        Args:
            kind: what takes nothing.
            reason: why, as a part of a sentence.
            channel: which; of the whole workspace it does not matter.

        Raises:
            StoreError: our database could not be used.
        """
        pause = Pause(kind=kind, at=self._clock.now(), reason=reason)
        where = channel if kind is PauseKind.CHANNEL else None
        digests = await rest_all(self._ledger, self._workspace, pause, channel=where)
        if digests:
            await self._notices.resting(digests, pause)
        if self._watches is None:
            return
        watches = await self._watches.pause_watches(self._workspace, pause, paused(pause), channel=where)
        if watches:
            log.info("watches.paused", watches=len(watches), channel=where, kind=kind.value, reason=reason)
            await self._notices.resting(watches, pause)
