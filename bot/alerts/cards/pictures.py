"""A card as it would be drawn now: what it says, what is to be done about it, and its messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.alerts.cards import fingerprint
from bot.alerts.cards.actions import Close, Drop, Post, Wait
from bot.alerts.cards.decide import Scene, decide, left_behind
from bot.alerts.cards.trouble import decide_hold, decide_outage
from bot.answers import StepLine
from bot.views.alert_card import draw_card
from bot.views.alert_thread import draw_person, draw_reply
from bot.views.source_cards import draw_hold, draw_outage, draw_outage_reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.alerts.cards.actions import Action, Reply
    from bot.answers import CardLine, CardReport, HoldReport, OutageReport
    from bot.model import Alert, AlertStep, Card, Hours, Message


class Picture(Protocol):
    """What is known of a card, whatever it tells of."""

    @property
    def fingerprint(self) -> str:
        """Of the card as it would be drawn now."""
        ...

    @property
    def is_end(self) -> bool:
        """Whether it tells that an outage is over."""
        ...

    def next(self, now: datetime) -> Action:
        """Say what is to be done."""
        ...

    def left_behind(self, now: datetime) -> Post | Reply | None:
        """Say what is to be told in the channel if its message is not there any more, before it is put away."""
        ...

    def card(self) -> Message:
        """Draw the card."""
        ...

    def continued(self) -> Picture:
        """Return it with the note that another card goes on with it."""
        ...

    def reply(self, steps: Sequence[AlertStep]) -> Message:
        """Draw an answer in its thread."""
        ...

    def person(self, step: AlertStep) -> Message:
        """Draw what one person is told."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPicture:
    """The card of a watch."""

    report: CardReport
    members: tuple[Alert, ...]
    steps: tuple[AlertStep, ...]
    lines: Mapping[int, CardLine]
    """`Alert.ref` to what is said of it; of every alert that a step is about."""

    doubts: frozenset[int] = frozenset()
    """`Alert.ref` of those of which the channel may have heard."""

    judged: bool = True
    """Whether watches are judged at all now."""

    @property
    def fingerprint(self) -> str:
        """Of the card as it would be drawn now."""
        return fingerprint.of_card(self.report)

    @property
    def is_end(self) -> bool:
        """Whether it tells that an outage is over."""
        return False

    def next(self, now: datetime) -> Action:
        """Say what is to be done."""
        return decide(self._scene(now))

    def left_behind(self, now: datetime) -> Reply | None:
        """Say what the card that goes on with it will not tell."""
        return left_behind(self._scene(now))

    def _scene(self, now: datetime) -> Scene:
        report = self.report
        return Scene(
            card=report.card,
            watch=report.watch,
            members=self.members,
            steps=self.steps,
            drawn=self.fingerprint,
            doubts=self.doubts,
            judged=self.judged,
            now=now,
        )

    def card(self) -> Message:
        """Draw the card."""
        return draw_card(self.report)

    def reply(self, steps: Sequence[AlertStep]) -> Message:
        """Draw an answer in its thread."""
        return draw_reply([self._line(step) for step in steps], self.report)

    def person(self, step: AlertStep) -> Message:
        """Draw what one person is told."""
        return draw_person(self._line(step), self.report)

    def continued(self) -> WatchPicture:
        """Return it with the note that another card goes on with it."""
        return replace(self, report=replace(self.report, continued=True))

    def _line(self, step: AlertStep) -> StepLine:
        return StepLine(step=step, line=self.lines[step.alert])


@dataclass(frozen=True, slots=True, kw_only=True)
class OutagePicture:
    """The card of an outage."""

    report: OutageReport
    hours: Hours | None
    """When this channel is told what could wait; None: always."""

    zone: str
    reminds: bool

    @property
    def fingerprint(self) -> str:
        """Of the card as it would be drawn now."""
        return fingerprint.of_outage(self.report)

    def next(self, now: datetime) -> Action:
        """Say what is to be done."""
        return decide_outage(
            self.report.card, self.report.outage,
            drawn=self.fingerprint, hours=self.hours, zone=self.zone, reminds=self.reminds, now=now,
        )  # fmt: skip

    @property
    def is_end(self) -> bool:
        """Whether it tells that an outage is over."""
        return self.report.outage.ended_at is not None

    def left_behind(self, _now: datetime) -> Post | None:
        """Say that it is sent anew, unless all of it was told."""
        return None if self.report.card.end_told else Post()

    def card(self) -> Message:
        """Draw the card."""
        return draw_outage(self.report)

    def continued(self) -> Picture:
        """Return itself: nothing goes on with it."""
        return self

    def reply(self, _steps: Sequence[AlertStep]) -> Message:
        """Draw that it goes on, or its end."""
        return draw_outage_reply(self.report)

    def person(self, step: AlertStep) -> Message:
        """Nobody is told anything alone."""
        raise AssertionError(step)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPicture:
    """The card of alerts that are held back."""

    report: HoldReport

    @property
    def fingerprint(self) -> str:
        """Of the card as it would be drawn now."""
        return fingerprint.of_hold(self.report)

    def next(self, now: datetime) -> Action:
        """Say what is to be done."""
        return decide_hold(self.report.card, self.report.hold, drawn=self.fingerprint, now=now)

    @property
    def is_end(self) -> bool:
        """Whether it tells that an outage is over."""
        return False

    def left_behind(self, _now: datetime) -> Post | None:
        """Say that it is sent anew while somebody can do something about it."""
        return Post() if self.report.hold.released_at is None else None

    def card(self) -> Message:
        """Draw the card."""
        return draw_hold(self.report)

    def continued(self) -> Picture:
        """Return itself: nothing goes on with it."""
        return self

    def reply(self, steps: Sequence[AlertStep]) -> Message:
        """Nothing is told in its thread."""
        raise AssertionError(steps)

    def person(self, step: AlertStep) -> Message:
        """Nobody is told anything alone."""
        raise AssertionError(step)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPicture:
    """A card whose subject was forgotten: nothing can be said of it any more."""

    told: Card

    fingerprint: str = ""
    is_end: bool = False

    def next(self, _now: datetime) -> Action:
        """Say what is to be done."""
        if self.told.closed_at is not None:
            return Wait()
        return Drop() if self.told.posted is None else Close()

    def left_behind(self, _now: datetime) -> None:
        """Say nothing."""
        return

    def card(self) -> Message:
        """Draw nothing."""
        raise AssertionError(self.told.ref)

    def continued(self) -> Picture:
        """Return itself: nothing goes on with it."""
        return self

    def reply(self, steps: Sequence[AlertStep]) -> Message:
        """Draw nothing."""
        raise AssertionError(steps)

    def person(self, step: AlertStep) -> Message:
        """Draw nothing."""
        raise AssertionError(step)
