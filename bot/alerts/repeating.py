"""What is open and nobody takes care of is told again, some times. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts import sentences
from bot.alerts.pace import MOST_REPEATS, REPEAT_EVERY
from bot.model import MOMENTARY, AlertState, StepKind, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.turn import Turn


def repeat(turn: Turn) -> None:
    """Say again what is so; only while it surely is."""
    at = repeats_at(turn)
    if at is None or turn.now < at or turn.alert.announced_at is None or turn.finding.verdict is not Verdict.FIRES:
        return
    turn.say(StepKind.REPEATED, sentences.still(turn.watch.condition, turn.finding), aloud=True)
    turn.become(repeats=turn.alert.repeats + 1, repeated_at=turn.now)


def put_off(turn: Turn) -> None:
    """Begin to count anew what would be told again by now: nobody watched it, and what is still so is no news."""
    at = repeats_at(turn)
    if at is not None and turn.now >= at and turn.alert.announced_at is not None:
        turn.become(repeated_at=turn.now)


def repeats_at(turn: Turn) -> datetime | None:
    """Return when it is told again if nothing changes; None: never.

    What was not told yet will have been by then.
    """
    alert = turn.alert
    told_at = max(filter(None, (alert.repeated_at, alert.announced_at)), default=alert.opened_at)
    if alert.state is not AlertState.INACTIVE or told_at is None or alert.repeats >= MOST_REPEATS:
        return None
    if turn.muffled or alert.ack is not None or alert.keep is not None or turn.watch.condition.kind in MOMENTARY:
        return None
    return told_at + REPEAT_EVERY
