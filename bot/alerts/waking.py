"""When an alert has to be looked at again even if nothing happens to its project. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts.flapping import is_calm, steady_at
from bot.alerts.lapsing import lapses_at
from bot.alerts.pace import CONFIRM, LOOK_AGAIN, UNCONFIRMED
from bot.alerts.repeating import repeats_at
from bot.model import AlertState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.alerts.turn import Turn
    from bot.model import Alert, Finding

_NEXT_ROUND: Final = timedelta(minutes=1)
"""What should have happened by now waits for the next good look."""


def wakes_at(turn: Turn) -> datetime | None:
    """Return the earliest moment at which time alone could change anything; None: never."""
    known = lapses_at(turn.alert, turn.zone)
    if turn.alert.keep is None:
        known += _judged_at(turn)
    return max(min(known), turn.now + _NEXT_ROUND) if known else None


def _judged_at(turn: Turn) -> Iterator[datetime]:
    alert = turn.alert
    waits = alert.is_open or alert.state is AlertState.QUIET
    if waits and turn.finding.changes_at is not None:
        yield turn.finding.changes_at
    if turn.frozen:
        was_due = alert.next_at is not None and alert.next_at <= turn.now  # as where a keep ended: it is not judged yet
        if waits or was_due or alert.flapping_since is not None:
            yield turn.now + LOOK_AGAIN
        return
    if alert.state is AlertState.QUIET:
        yield confirms_at(alert, turn.finding)
    if alert.state is AlertState.RECOVERING and not is_calm(alert):
        blind = turn.finding.idle.blind if turn.finding.idle else timedelta()
        yield alert.since + UNCONFIRMED + blind
    for at in (steady_at(alert), _repeated_at(turn)):
        if at is not None:
            yield at


def confirms_at(alert: Alert, finding: Finding) -> datetime:
    """Return when a quiet alert may open: some time after it fired first, and not before there is another good look."""
    at = alert.since + CONFIRM
    if not rests_on_same_look(alert, finding) or finding.next_look_at is None:
        return at
    return max(at, finding.next_look_at)


def rests_on_same_look(alert: Alert, finding: Finding) -> bool:
    """Tell whether nobody has looked since a quiet alert fired first."""
    return finding.looked_at is not None and finding.looked_at == alert.confirmed_at


def _repeated_at(turn: Turn) -> datetime | None:
    """Return when it is told again; of what is not told yet, when to see whether it was."""
    at = repeats_at(turn)
    late = at is not None and at <= turn.now and turn.alert.announced_at is None
    return turn.now + LOOK_AGAIN if late else at
