"""Watches, findings and looks with sane defaults, so that a test says only what matters to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import machine
from bot.model import (
    Alert,
    AlertState,
    Condition,
    ConditionKind,
    Entry,
    Finding,
    Sight,
    Sights,
    Stretch,
    Verdict,
    Watch,
    WatchDraft,
)
from tests.builders import NOW, entry, microvisualizer

if TYPE_CHECKING:
    from bot.ports.watches import AlertChange

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ZONE = "Europe/Berlin"
INACTIVE = Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY)


def seen(*stretches: tuple[float, float], every: timedelta = 5 * MINUTE, share: float = 1.0) -> Sight:
    """Return what was seen in stretches of days before `NOW`: ``(90, 20), (18, 0)`` has a hole of two days."""
    return Sight(
        tuple(
            Stretch(
                since=NOW - since * DAY,
                until=NOW - until * DAY,
                looks=1 + round((since - until) * DAY / every * share),
                every=every,
            )
            for since, until in stretches
        )
    )


ALL = Sights(listing=seen((400, 0)))
"""A source that dates what it has, looked at without a hole."""

BOTH = Sights(listing=seen((400, 0)), viewers=seen((400, 0), every=15 * MINUTE))
"""One that counts viewers, too."""


def watch(condition: Condition = INACTIVE, **given: Any) -> Watch:
    """Return a watch for all projects."""
    draft = WatchDraft(
        workspace="T1", channel="C1", owner="U1", condition=condition, query="", zone=ZONE, **given
    )  # fmt: skip
    return Watch(ref=3, number=1, draft=draft, created_at=NOW - 400 * DAY)


FIRES = Finding(verdict=Verdict.FIRES, since=NOW - 31 * DAY, age=31 * DAY, signal_at=NOW - 31 * DAY)
UNSURE = Finding(verdict=Verdict.UNSURE)


def clear(at: datetime | None = None, *, sampled: bool = False, **given: Any) -> Finding:
    """Return that something happened at this moment."""
    return Finding(verdict=Verdict.CLEAR, signal_at=at, sampled=sampled, **given)


def opened(**given: Any) -> Alert:
    """Return an open alert that the channel was told of an hour ago."""
    plain: dict[str, Any] = {
        "ref": 7,
        "watch": 3,
        "project": 12,
        "connection": "microvisualizer",
        "number": 1,
        "state": AlertState.INACTIVE,
        "since": NOW - HOUR,
        "opened_at": NOW - HOUR,
        "announced_at": NOW - HOUR,
        "signal_at": NOW - 31 * DAY,
        "version": 2,
    }
    return Alert(**(plain | given))


def step(
    alert: Alert | None,
    finding: Finding,
    now: datetime = NOW,
    *,
    of: Watch | None = None,
    project: Entry | None = None,
    baseline: bool = False,
) -> AlertChange | None:
    """Take one step."""
    project = project or entry(microvisualizer())
    return machine.step(alert, finding, watch=of or watch(), entry=project, now=now, baseline=baseline)


def stepped(alert: Alert | None, finding: Finding, now: datetime = NOW, **given: Any) -> AlertChange:
    """Take one step that changes something."""
    change = step(alert, finding, now, **given)
    assert change is not None
    return change
