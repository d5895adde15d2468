"""What of the untold steps of a card is told when, and what is not worth telling any more. Pure.

An opening and its end belong together: who was told of the one is told of the other, and nobody of an end alone. It is
decided here and not when an alert changes, since only who sends a card knows of what the channel was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.model import AlertState, StepKind, Telling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from bot.model import Alert, AlertStep

ENDS: Final = frozenset((StepKind.BACK, StepKind.CLOSED))

TROUBLE: Final = frozenset(
    (StepKind.OPENED, StepKind.WORSE, StepKind.REPEATED, StepKind.SNOOZE_ENDED, StepKind.ACK_ENDED)
)
"""What can wait for working hours, and is told only now and then, also if it names who began it."""

STILL_TRUE: Final = frozenset((StepKind.OPENED, StepKind.WORSE, StepKind.REPEATED))
"""Trouble that says how it is now."""

AFTER_THE_END: Final = frozenset((StepKind.STEADY, StepKind.KEEP_ENDED, StepKind.ARCHIVE_ASKED))
"""What is news of an alert that is not open, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """The untold steps of a card, sorted; each is in one of these, oldest first, unless it waits for how it goes on."""

    persons: tuple[AlertStep, ...] = ()
    at_once: tuple[AlertStep, ...] = ()
    """Ends, and what a person did just now: for the thread, at any hour."""

    trouble: tuple[AlertStep, ...] = ()
    """For the thread, in working hours."""

    aside: tuple[AlertStep, ...] = ()
    """For the thread together with anything else, or when trouble would be told."""

    idle: tuple[AlertStep, ...] = ()
    """Not worth telling."""


def may_be_over(alert: Alert, doubts: AbstractSet[int] = frozenset()) -> bool:
    """Tell whether an open alert of which nobody was told yet shows a sign of life that is not confirmed.

    It may hold no more, so nobody is told of it, nor sees it on a card, until it holds again.
    """
    return alert.state is AlertState.RECOVERING and alert.announced_at is None and alert.ref not in doubts


def sort(steps: Sequence[AlertStep], members: Sequence[Alert], doubts: AbstractSet[int] = frozenset()) -> Untold:
    """Sort the untold steps of a card. Those of an alert that went to another card meanwhile are told there.

    Args:
        steps: oldest first.
        members: the alerts of the card, as they are now or were after the last of these steps.
        doubts: `Alert.ref` of those of which the channel may have heard, although nobody knows: an end too many is
            better than one too few.
    """
    alerts = {alert.ref: alert for alert in members}
    heaps: dict[str, list[AlertStep]] = {name: [] for name in ("persons", "at_once", "trouble", "aside", "idle")}
    for step in steps:
        if step.alert in alerts and not _waits(step, alerts[step.alert], doubts):
            heaps[_heap_of(step, alerts[step.alert], steps, doubts)].append(step)
    return Untold(**{name: tuple(heap) for name, heap in heaps.items()})


def _heap_of(step: AlertStep, alert: Alert, steps: Sequence[AlertStep], doubts: AbstractSet[int]) -> str:
    if step.telling is Telling.PERSON:
        return "persons" if step.person is not None else "idle"
    if not _is_worth_telling(step, alert, steps, doubts):
        return "idle"
    if step.kind in TROUBLE:
        return "trouble"
    if step.kind in ENDS or _is_deed(step) or (step.kind is StepKind.STEADY and not alert.is_open):
        return "at_once"
    return "aside"


def _waits(step: AlertStep, alert: Alert, doubts: AbstractSet[int]) -> bool:
    """Tell whether it shows only later if a step is true: it says how bad it is, and then there was a sign of life."""
    if step.telling is Telling.PERSON or step.kind not in STILL_TRUE or alert.state is not AlertState.RECOVERING:
        return False
    return step.kind is not StepKind.OPENED or may_be_over(alert, doubts)


def _is_deed(step: AlertStep) -> bool:
    """Tell whether a person did it just now; of a keep whose time is over, the step names who began it."""
    return step.by is not None and step.kind is not StepKind.KEEP_ENDED


def _is_worth_telling(step: AlertStep, alert: Alert, steps: Sequence[AlertStep], doubts: AbstractSet[int]) -> bool:
    if step.kind in ENDS:
        return alert.ref in doubts or _was_announced(step, alert, steps)
    if step.kind in TROUBLE:
        return alert.is_open and _is_news(step, alert, steps)
    return alert.is_open or step.kind in AFTER_THE_END


def _was_announced(end: AlertStep, alert: Alert, steps: Sequence[AlertStep]) -> bool:
    """Tell whether the channel knows of the opening that ended.

    What is known of an alert is known of its last opening. If that is a later one, the earlier one was announced
    unless its step is still untold.
    """
    if any(step.alert == alert.ref and step.kind is StepKind.OPENED and step.ref < end.ref for step in steps):
        return False
    return alert.is_open or alert.announced_at is not None


def _is_news(step: AlertStep, alert: Alert, steps: Sequence[AlertStep]) -> bool:
    """Tell whether a step of an open alert says what nobody was told, nor is told by a later one or its opening."""
    mine = [each for each in steps if each.alert == alert.ref and each.telling is Telling.THREAD]
    if any(each.kind is step.kind and each.ref > step.ref for each in mine):
        return False
    if step.kind is StepKind.OPENED:
        return alert.announced_at is None and alert.snooze is None
    return not any(each.kind is StepKind.OPENED and _is_news(each, alert, steps) for each in mine)
