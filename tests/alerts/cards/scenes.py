"""Builders of what the next move of a card is decided by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.alerts.cards.decide import Scene
from bot.model import (
    Alert,
    AlertState,
    AlertStep,
    Card,
    CardKind,
    Condition,
    ConditionKind,
    Posted,
    StepKind,
    Telling,
    Watch,
    WatchDraft,
    usual_hours,
)

MONDAY_10 = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""Monday, 10:00 in Berlin."""

BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY_20 = MONDAY_10 + 10 * HOUR
TUESDAY_9 = MONDAY_10 + 23 * HOUR
OPENED, BACK, CLOSED, WORSE = StepKind.OPENED, StepKind.BACK, StepKind.CLOSED, StepKind.WORSE


def watch(kind: ConditionKind = ConditionKind.INACTIVE, **given: Any) -> Watch:
    """Return a watch of a channel in Berlin."""
    pause = given.pop("pause", None)
    plain: dict[str, Any] = {
        "workspace": "local",
        "channel": "C0TEAM",
        "owner": "U0ANNA",
        "condition": Condition(kind=kind, threshold=timedelta(days=30)),
        "query": "",
        "zone": BERLIN,
        "hours": usual_hours(kind),
    }
    return Watch(
        ref=3, number=2, draft=WatchDraft(**(plain | given)), created_at=MONDAY_10 - 9 * DAY, version=1, pause=pause
    )


def alert(ref: int = 1, *, at: datetime = MONDAY_10, **given: Any) -> Alert:
    """Return an open alert that nobody was told of."""
    plain: dict[str, Any] = {
        "ref": ref,
        "watch": 3,
        "project": 100 + ref,
        "connection": "microvisualizer",
        "number": ref,
        "state": AlertState.INACTIVE,
        "since": at,
        "opened_at": at,
        "version": 1,
        "card": 7,
    }
    return Alert(**(plain | given))


def announced(ref: int = 1, *, at: datetime = MONDAY_10, **given: Any) -> Alert:
    """Return an open alert that the channel knows of."""
    return alert(ref, at=at, **({"announced_at": at + 5 * MINUTE} | given))


def ended(ref: int = 1, *, at: datetime, **given: Any) -> Alert:
    """Return an alert that has ended well, and that the channel knew of."""
    over: dict[str, Any] = {"state": AlertState.ACTIVE, "since": at}
    return announced(ref, **(over | given))


def step(ref: int, kind: StepKind = OPENED, *, alert: int = 1, at: datetime = MONDAY_10, **given: Any) -> AlertStep:
    """Return an untold step for the thread."""
    plain: dict[str, Any] = {"what": f"{kind.value} happened", "telling": Telling.THREAD}
    return AlertStep(ref=ref, alert=alert, kind=kind, at=at, **(plain | given))


def card(**given: Any) -> Card:
    """Return a card that was not sent yet."""
    plain: dict[str, Any] = {
        "ref": 7,
        "workspace": "local",
        "channel": "C0TEAM",
        "kind": CardKind.WATCH,
        "connection": "microvisualizer",
        "watch": 3,
        "opened_at": MONDAY_10,
    }
    return Card(**(plain | given))


def posted(at: datetime = MONDAY_10 + 5 * MINUTE, **given: Any) -> Card:
    """Return a card that is at Slack, as it would be drawn now."""
    plain: dict[str, Any] = {
        "posted": Posted("C0TEAM", "1.1"),
        "posted_at": at,
        "told_at": at,
        "drawn": "same",
    }
    return card(**(plain | given))


def scene(*, now: datetime, **given: Any) -> Scene:
    """Return a scene without anything on the card."""
    plain: dict[str, Any] = {"card": card(), "watch": watch(), "members": (), "steps": (), "drawn": "same"}
    return Scene(now=now, **(plain | given))
