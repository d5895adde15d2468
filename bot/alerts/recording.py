"""Writing what became of alerts, and making their cards due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.metrics import ALERT_STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.ports import WatchLedger
    from bot.ports.watches import AlertChange

BATCH: Final = 500
"""Alerts written in one transaction."""


class Recording:
    """Writes alerts.

    Args:
        ledger: keeps them.
        workspace: whose.
    """

    def __init__(self, ledger: WatchLedger, workspace: str) -> None:
        self._ledger = ledger
        self._workspace = workspace

    async def write(self, changes: Sequence[AlertChange], now: datetime) -> int:
        """Write alerts and make their cards due; returns how many were written: others were changed meanwhile."""
        written = 0
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            stored = await self._ledger.change_alerts(batch, now=now)
            written += len(stored)
            pairs = {(alert.watch, alert.project): alert for alert in stored}
            said = [change for change in batch if _pair(change) in pairs and change.steps]
            cards = {pairs[_pair(change)].card for change in said}
            await self._ledger.look_at_cards({card: now for card in cards if card is not None})
            for change in said:
                _count(change)
        return written

    async def look_at_open_cards(self, now: datetime) -> None:
        """Make all open cards due: whoever died after writing alerts may not have come to that."""
        await self._ledger.look_at_open_cards(self._workspace, now)


def _pair(change: AlertChange) -> tuple[int, int]:
    return change.alert.watch, change.alert.project


def _count(change: AlertChange) -> None:
    for step in change.steps:
        ALERT_STEPS.labels(step.kind.value).inc()
