"""How an alert is closed for a reason that is not its condition's: archived, kept, gone, its watch removed. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import Alert, AlertState, AlertStep, StepKind, Telling
from bot.ports.watches import AlertChange

if TYPE_CHECKING:
    from datetime import datetime


def closing(
    alert: Alert, reason: str, now: datetime, *, state: AlertState = AlertState.CLOSED
) -> AlertChange:  # fmt: skip
    """Close an alert; what was open is told, and nothing but its owner and its keep outlasts that.

    It is told even while it flaps: this is no flip. Whether its opening was ever told is known to the deliverer only,
    who drops the end if it was not.

    Args:
        alert: in any state.
        reason: the end of a sentence of ours: ``it was archived``.
        now: aware UTC.
        state: as which it ends: what its source has no more is GONE.
    """
    closed = replace(
        alert, state=state, since=now, reason=reason, next_at=None, signal_at=None, confirmed_at=None,
        snooze=None, ack=None, flips=(), flapping_since=None,
    )  # fmt: skip
    if not alert.is_open:
        return AlertChange(alert=closed)
    step = AlertStep(kind=StepKind.CLOSED, at=now, what=f"is closed: {reason}", telling=Telling.THREAD)
    return AlertChange(alert=closed, steps=(step,))
