"""What a watch ledger in memory remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Alert, AlertStep, Card, DigestChange, Hold, Outage, Watch


@dataclass(slots=True)
class KeptWatch:
    """A watch and its record."""

    watch: Watch
    changes: list[DigestChange] = field(default_factory=list)
    removed: bool = False

    @property
    def rests(self) -> bool:
        """Whether it will go on some day, and does not now."""
        return self.watch.pause is not None and not self.removed


class Memory:
    """Everything that is remembered; the classes that build on this one answer for it."""

    def __init__(self) -> None:
        self._refs = count(101)  # far from the short numbers that people see, which must not pass for these
        self._watches: dict[int, KeptWatch] = {}
        self._progress: dict[tuple[int, str], datetime] = {}
        self._mute: set[tuple[int, str]] = set()
        self._alerts: dict[int, Alert] = {}
        self._pairs: dict[tuple[int, int], int] = {}
        self._steps: dict[int, list[AlertStep]] = {}
        self._alert_of: dict[int, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._announcing: dict[int, str] = {}
        self._cards: dict[int, Card] = {}
        self._outages: dict[int, Outage] = {}
        self._holds: dict[int, Hold] = {}

    def _workspace_of(self, alert: Alert) -> str:
        return self._watches[alert.watch].watch.workspace

    def _alerts_on(self, card: int) -> list[Alert]:
        return [alert for _, alert in sorted(self._alerts.items()) if alert.card == card]
