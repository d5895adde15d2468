"""A ledger that remembers what arrived, and dies when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import AlertStep, Posted, Sending, SendingKind, StepKind
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.model import Alert, Card
    from bot.ports.watches import AlertChange


class Killed(Exception):
    """The process died here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message, and what it told."""

    at: datetime
    """True time."""

    card: Card
    sending: Sending
    opened: tuple[int, ...]
    """`Alert.ref` of those that were told to be open for the first time."""

    ended: tuple[AlertStep, ...]
    """Ends that it told."""

    steps: tuple[AlertStep, ...]


@dataclass
class Spoken:
    """Everything that was recorded."""

    told: list[Told] = field(default_factory=list)
    steps: dict[int, list[AlertStep]] = field(default_factory=dict)
    """By `Alert.ref`: all of its record, oldest first."""

    repeated: list[int] = field(default_factory=list)
    """`AlertStep.ref` of those that were told twice."""


class RecordingLedger(FakeWatchLedger):
    """Keeps the same contract, and a diary.

    Args:
        true_now: tells the true time.
        dies: tells before and after each write whether the process dies here.
    """

    def __init__(self, true_now: Callable[[], datetime], dies: Callable[[], bool]) -> None:
        super().__init__()
        self.spoken = Spoken()
        self._dies = dies
        self._true_now = true_now
        self._told_steps: set[int] = set()

    def _draw_breath(self) -> None:
        if self._dies():
            raise Killed

    async def change_alerts(self, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
        """Die before, or after."""
        self._draw_breath()
        written = await super().change_alerts(changes, now=now)
        for alert in written:
            self.spoken.steps[alert.ref] = list(self._steps[alert.ref])
        self._draw_breath()
        return written

    async def note_progress(
        self, marks: Mapping[tuple[int, str], datetime], *, seen: Mapping[int, int] | None = None
    ) -> None:
        """Die before, or after."""
        self._draw_breath()
        await super().note_progress(marks, seen=seen)
        self._draw_breath()

    async def look_at_cards(self, dues: Mapping[int, datetime]) -> None:
        """Die before, or after."""
        self._draw_breath()
        await super().look_at_cards(dues)

    async def sent(
        self, ref: int, *, attempt: int, sending: Sending, posted: Posted | None, drawn: str | None, now: datetime
    ) -> bool:
        """Write into the diary what arrived."""
        self._draw_breath()
        fresh = tuple(each for each in sending.alerts if self._alerts[each].announced_at is None)
        noted = await super().sent(ref, attempt=attempt, sending=sending, posted=posted, drawn=drawn, now=now)
        if noted:
            self._note(ref, sending, fresh)
        self._draw_breath()
        return noted

    def _note(self, ref: int, sending: Sending, fresh: tuple[int, ...]) -> None:
        steps = tuple(self._step(each) for each in sending.steps)
        self.spoken.repeated += [each.ref for each in steps if each.ref in self._told_steps]
        self._told_steps.update(each.ref for each in steps)
        ends = () if sending.kind is SendingKind.PERSON else tuple(
            each for each in steps if each.kind in {StepKind.BACK, StepKind.CLOSED}
        )  # fmt: skip
        self.spoken.told.append(
            Told(at=self._true_now(), card=self._cards[ref], sending=sending, opened=fresh, ended=ends, steps=steps)
        )

    def _step(self, ref: int) -> AlertStep:
        steps = (step for record in self._steps.values() for step in record if step.ref == ref)
        return next(steps)

    def every_alert(self) -> list[Alert]:
        """Return all alerts."""
        return list(self._alerts.values())

    def every_card(self) -> list[Card]:
        """Return all cards."""
        return list(self._cards.values())
