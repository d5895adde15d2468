"""Acting on alerts while somebody else changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.alerts import overlays
from bot.alerts.desk import AlertDesk, Target
from bot.errors import ChangedMeanwhile, NoSuchAlert
from bot.model import Alert, AlertFilter, AlertState, AlertStep, StepKind
from bot.ports import AlertChange
from tests.alerts.cases import watch
from tests.builders import NOW
from tests.fakes.clock import HandClock
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Raised


EVERYTHING = AlertFilter(only_open=False)


class Contested(FakeWatchLedger):
    """A ledger in which the evaluator writes just before whoever else does, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def change_alerts(self, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
        """Let the evaluator be faster."""
        if self.times and changes[0].alert.ref:
            self.times -= 1
            (raised,) = await self.raised("T1", "C1", EVERYTHING, most=9)
            later = replace(raised.alert, next_at=now + timedelta(hours=self.times + 1))
            worse = AlertStep(kind=StepKind.WORSE, at=now, what="is quiet: nothing for 60 d")
            await super().change_alerts([AlertChange(alert=later, steps=(worse,))], now=now)
        return await super().change_alerts(changes, now=now)


async def open_one(ledger: FakeWatchLedger) -> Alert:
    """Keep a watch, and let it fire for a project."""
    kept = await ledger.add_watch(watch().draft, now=NOW, most=9)
    assert kept is not None
    fresh = Alert(
        ref=0, watch=kept.ref, project=12, connection="microvisualizer", state=AlertState.INACTIVE, since=NOW
    )  # fmt: skip
    (alert,) = await ledger.change_alerts([AlertChange(alert=fresh)], now=NOW)
    return alert


def ack(raised: Raised, now: datetime) -> AlertChange:
    """Acknowledge an alert."""
    return overlays.ack(raised.alert, by="U1", zone="UTC", now=now)


def desk_of(ledger: FakeWatchLedger, nudges: list[int]) -> AlertDesk:
    """Return a desk over a ledger."""
    return AlertDesk("T1", ledger, HandClock(NOW), (), lambda: nudges.append(1))


async def test_who_names_no_version_is_done_even_if_the_evaluator_was_faster() -> None:
    """A typed command means the alert as it is."""
    ledger, nudges = Contested(2), list[int]()
    await open_one(ledger)
    outcome = await desk_of(ledger, nudges).act("C1", [Target(number=1)], ack)

    assert outcome.done == (1,)
    assert outcome.said.startswith("is acknowledged")
    (raised,) = await ledger.raised("T1", "C1", EVERYTHING, most=9)
    assert raised.alert.ack is not None
    assert nudges


async def test_who_pressed_a_button_is_told_that_it_changed_at_that_moment() -> None:
    """What was drawn is not what is."""
    ledger = Contested(1)
    alert = await open_one(ledger)
    outcome = await desk_of(ledger, []).act("C1", [Target(number=1, revision=alert.revision)], ack)
    assert (outcome.done, outcome.stale) == ((), (1,))


async def test_after_some_tries_the_person_is_asked_to_look_again() -> None:
    """No loop goes on for ever."""
    ledger = Contested(99)
    await open_one(ledger)
    with pytest.raises(ChangedMeanwhile):
        await desk_of(ledger, []).act("C1", [Target(number=1)], ack)


async def test_what_was_done_is_shown_on_its_card_at_once() -> None:
    """The card is made due."""
    ledger = FakeWatchLedger()
    alert = await open_one(ledger)
    await desk_of(ledger, []).act("C1", [Target(number=1)], ack)
    (card,) = await ledger.cards_due("T1", NOW, most=9)
    assert card.ref == alert.card


async def test_a_number_of_another_channel_is_none_here() -> None:
    """Numbers belong to channels."""
    ledger = FakeWatchLedger()
    await open_one(ledger)
    with pytest.raises(NoSuchAlert):
        await desk_of(ledger, []).numbered("C2", [1])
