"""Words for how an alert ended. Plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import AlertState, ConditionKind, StepKind
from bot.views.alert_words import STEP_MARKS
from bot.views.blocks import one_line

if TYPE_CHECKING:
    from bot.answers import CardLine
    from bot.model import Alert

PAUSED = "the watch was paused"
"""Why the alerts of a paused watch ended, as `bot.alerts` writes it."""

_KEPT, _ARCHIVED, _GONE = "it is kept", "it was archived", "it is gone"
"""How the reasons begin for which an alert is closed, as `bot.alerts` writes them."""

ENDED_WORDS: dict[ConditionKind, str] = {
    ConditionKind.OFF: "is switched on again",
    ConditionKind.LAPSED: "has an active subscription again",
    ConditionKind.GONE: "is listed by its source again",
    ConditionKind.QUEUE: "has nobody waiting any more",
    ConditionKind.EMPTY: "has services again",
    ConditionKind.BUILD_REJECTED: "has an approved build again",
}
"""How a condition ended that is no silence; of a silence: it is back."""


def is_well(alert: Alert) -> bool:
    """Tell whether an alert that ended did so because its project is well; it may be about to open again."""
    return alert.state in {AlertState.ACTIVE, AlertState.QUIET} and not alert.reason


def ended(line: CardLine) -> tuple[str, str]:
    """Return sign and words for how an alert ended: ``✅``, ``is back: edited by anna, after 34 d of silence``."""
    alert = line.raised.alert
    if undone := _undone(line):
        return undone
    good = is_well(alert)
    kind = StepKind.BACK if good else StepKind.CLOSED
    told = next((step.what for step in line.raised.steps if step.kind is kind), "")
    well = ENDED_WORDS.get(line.raised.watch.condition.kind, "is back")
    words = told or (well if good else f"is closed: {alert.reason or 'its watch ended'}")
    return end_mark(kind, words), what_of(kind, words)


def _undone(line: CardLine) -> tuple[str, str] | None:
    """Say that somebody took back what had ended it; nothing if nobody did."""
    alert, entry = line.raised.alert, line.entry
    if alert.reason.startswith(_KEPT) and alert.keep is None:
        return "👁️", "was kept, and is watched again"
    if alert.reason.startswith(_ARCHIVED) and entry is not None and not entry.project.archived:
        return "📂", "was archived, and is not any more"
    return None


def what_of(kind: StepKind, what: str) -> str:
    """Return what a step says as it may be shown after the project's name; it is the alert that is closed, not that."""
    words = one_line(what)
    if kind is not StepKind.CLOSED:
        return words
    reason = words.partition("is closed: ")[2]
    if reason.startswith(_GONE):
        return f"is gone{reason.removeprefix(_GONE)}; to hear when it returns: watch add gone"
    if reason.startswith((_KEPT, _ARCHIVED)):
        return reason.removeprefix("it ")
    return f"· {words.replace('is closed', 'alert closed', 1)}"


def end_mark(kind: StepKind, words: str) -> str:
    """Return the sign of an end; what was put away or is gone has its own."""
    if kind is not StepKind.CLOSED:
        return STEP_MARKS[kind]
    marks = {"is kept": "📌", "archived": "📦", "is gone": "⚠️", "watch": "⏹️"}  # why it is kept is anybody's words
    return next((mark for word, mark in marks.items() if word in words), STEP_MARKS[kind])
