"""Ending the alerts of watches that were removed, or that somebody paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.alerts import machine
from bot.model import AlertFilter, PauseKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.alerts.recording import Recording
    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

REMOVED: Final = "the watch was removed"
PAUSED: Final = "the watch was paused"
MOST: Final = 10_000
"""Open alerts of one watch that are ended when it rests."""


class Dismissing:
    """Ends what nobody watches any more.

    Alerts of a watch that rests because its channel takes nothing from us stay as they are: it will go on by itself.

    Args:
        ledger: has watches and alerts.
        recording: writes them.
        workspace: whose.
    """

    def __init__(self, ledger: WatchLedger, recording: Recording, workspace: str) -> None:
        self._ledger = ledger
        self._recording = recording
        self._workspace = workspace
        self._done: set[tuple[int, int]] = set()

    async def dismiss(self, watches: Sequence[Watch], due: Sequence[Alert], now: datetime, *, most: int) -> int:
        """End alerts; returns how many were written.

        Args:
            watches: all of the workspace.
            due: alerts whose time has come, those of removed watches among them.
            now: aware UTC.
            most: at most so many of removed watches in one round.
        """
        there = {watch.ref for watch in watches}
        removed = {alert.ref: alert for alert in await self._ledger.alerts_of_removed(self._workspace, most=most)}
        removed |= {alert.ref: alert for alert in due if alert.watch not in there}
        written = await self._end(list(removed.values()), REMOVED, now, for_good=True)
        for watch in watches:
            if watch.pause is not None and watch.pause.kind is PauseKind.PERSON:
                written += await self._pause(watch, now)
        return written

    async def _pause(self, watch: Watch, now: datetime) -> int:
        """End what is open, once: nothing opens while the watch rests."""
        this = (watch.ref, watch.version)
        if this in self._done:
            return 0
        raised = await self._ledger.raised(watch.workspace, watch.channel, AlertFilter(watch=watch.ref), most=MOST)
        open_ones = [each.alert for each in raised if each.alert.is_open]
        written = await self._end(open_ones, PAUSED, now, for_good=False)
        if written == len(open_ones):
            self._done.add(this)
        return written

    async def _end(self, alerts: Sequence[Alert], reason: str, now: datetime, *, for_good: bool) -> int:
        changes = [machine.end(alert, reason, now, for_good=for_good) for alert in alerts]
        return await self._recording.write(changes, now)
