"""Alerts that open and end too often: one line says so, then they stay open in silence until they are steady. Pure.

While it flaps an alert is INACTIVE or, with its end confirmed but not told, RECOVERING: whatever the channel was told
of its opening still waits for one end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.alerts import sentences
from bot.alerts.lapsing import note_change
from bot.alerts.pace import FLIPS, STEADY_AFTER
from bot.model import AlertState, StepKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.turn import Turn
    from bot.model import Alert

_MOST_KEPT: Final = 10
"""Flips that are remembered."""


def flip(turn: Turn) -> None:
    """Count an opening or an end; enough of them, and it flaps from now on."""
    recent = [at for at in turn.alert.flips if at > turn.now - STEADY_AFTER]
    turn.become(flips=(*recent, turn.now)[-_MOST_KEPT:])
    if turn.alert.flapping_since is None and len(turn.alert.flips) >= FLIPS:
        days = STEADY_AFTER.days
        what = f"goes back and forth: {len(turn.alert.flips)} changes within {days} d; now only the card shows them"
        turn.say(StepKind.FLAPPING, what, aloud=turn.alert.snooze is None)
        turn.become(flapping_since=turn.now)


def would_flap(alert: Alert, now: datetime) -> bool:
    """Tell whether an alert flaps, or will with the next flip."""
    recent = sum(at > now - STEADY_AFTER for at in alert.flips)
    return alert.flapping_since is not None or recent + 1 >= FLIPS


def is_calm(alert: Alert) -> bool:
    """Tell whether it would have ended if it did not flap."""
    if alert.state is not AlertState.RECOVERING or alert.confirmed_at is None:
        return False
    return alert.signal_at is None or alert.confirmed_at > alert.signal_at


def calm_down(turn: Turn) -> None:
    """Note an end that is not told yet: it may open again at any moment."""
    known, seen = turn.alert.signal_at, turn.finding.signal_at
    confirmed_at = seen if seen is not None and (known is None or seen > known) else turn.now
    turn.become(
        state=AlertState.RECOVERING,
        since=turn.now,
        signal_at=None if known is not None and known >= confirmed_at else known,
        confirmed_at=confirmed_at,
    )
    turn.say(StepKind.RECOVERING, sentences.recovering(turn.watch.condition, turn.finding))
    flip(turn)
    note_change(turn, why="it has changed")


def grow_steady(turn: Turn) -> None:
    """End the silence after some days without a flip; how it stands now is told, once."""
    at = steady_at(turn.alert)
    if at is None or turn.now < at or turn.frozen:
        return
    alert = turn.alert
    turn.become(flapping_since=None, flips=())
    if is_calm(alert):
        turn.say(StepKind.STEADY, "has been steady for 7 d")
        turn.become(state=AlertState.ACTIVE, since=turn.now, ack=None)
        turn.say(StepKind.BACK, f"is well for {STEADY_AFTER.days} d after it went back and forth", aloud=True)
        return
    known = alert.announced_at is not None
    turn.say(StepKind.STEADY, "goes back and forth no more, and is still open", aloud=known)
    if not known:
        what = sentences.opened(turn.watch.condition, turn.finding, baseline=False)
        turn.say(StepKind.OPENED, what, aloud=True)


def steady_at(alert: Alert) -> datetime | None:
    """Return when an alert that flaps will flap no more; None: it does not flap, or nobody may hear of it."""
    if alert.flapping_since is None or (alert.snooze is not None and not is_calm(alert)):
        return None
    return max((*alert.flips, alert.flapping_since)) + STEADY_AFTER
