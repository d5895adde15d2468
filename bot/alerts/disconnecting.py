"""Ending the alerts of connections that were taken out of the settings: nobody looks there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.alerts import machine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.alerts.recording import Recording
    from bot.ports import WatchLedger

log = structlog.get_logger(__name__)

DISCONNECTED: Final = "Rollcall is no longer connected to its source, so nobody knows how it goes on"
MOST: Final = 1_000
"""Alerts ended in one round."""


class Disconnecting:
    """Ends what was open at connections that are not configured any more, and forgets how far they were evaluated.

    So each end is told once, and if the connection comes back everything there begins with a baseline: what is quiet by
    then comes on one card, and is no news. What was kept is kept then, too.

    Args:
        ledger: has alerts, and how far watches were evaluated.
        recording: writes alerts.
        workspace: whose.
    """

    def __init__(self, ledger: WatchLedger, recording: Recording, workspace: str) -> None:
        self._ledger = ledger
        self._recording = recording
        self._workspace = workspace
        self._done: frozenset[str] | None = None
        """The connections that were configured when nothing was left to be ended elsewhere."""

    async def dismiss(self, configured: Iterable[str], now: datetime, *, most: int = MOST) -> int:
        """End alerts; returns how many were written.

        Args:
            configured: names of the connections that are.
            now: aware UTC.
            most: at most so many in one round; the others follow in the next.

        Raises:
            StoreError: our database could not be used; what was not done is done the next time.
        """
        names = frozenset(configured)
        if names == self._done:
            return 0
        left = await self._ledger.alerts_elsewhere(self._workspace, names, most=most)
        changes = [machine.end(alert, DISCONNECTED, now, for_good=False) for alert in left]
        written = await self._recording.write(changes, now)
        await self._ledger.forget_elsewhere(self._workspace, names)
        if left:
            log.warning("alerts.disconnected", connections=sorted({alert.connection for alert in left}), ended=written)
        if written == len(left) < most:
            self._done = names
        return written
