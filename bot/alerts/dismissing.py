"""Ending the alerts of watches that were removed, and showing which watches rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.alerts import machine
from bot.model import CardKind, PauseKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.alerts.recording import Recording
    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

REMOVED: Final = "the watch was removed"


class Dismissing:
    """Ends what nobody watches any more.

    Alerts of a watch that rests stay as they are, with all that people said of them: it may go on tomorrow. Their cards
    say that nobody looks.

    Args:
        ledger: has watches and alerts.
        recording: writes them.
        workspace: whose.
    """

    def __init__(self, ledger: WatchLedger, recording: Recording, workspace: str) -> None:
        self._ledger = ledger
        self._recording = recording
        self._workspace = workspace
        self._resting: frozenset[int] = frozenset()
        """`Watch.ref` of those that were resting when their cards were looked at last."""

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
        changes = [machine.end(alert, REMOVED, now) for alert in removed.values()]
        await self._show_who_rests(watches, now)
        return await self._recording.write(changes, now)

    async def _show_who_rests(self, watches: Sequence[Watch], now: datetime) -> None:
        """Have the cards drawn of those that somebody paused, or resumed, since the last round."""
        paused = (watch.ref for watch in watches if watch.pause is not None and watch.pause.kind is PauseKind.PERSON)
        resting = frozenset(paused)
        dues: dict[int, datetime] = {}
        for ref in resting ^ self._resting:
            dues |= {card.ref: now for card in await self._ledger.cards_of(self._workspace, CardKind.WATCH, ref)}
        if dues:
            await self._ledger.look_at_cards(dues)
        self._resting = resting
