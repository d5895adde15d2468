"""Words for watches: what they wait for, what is stored as commands, and the first line of what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.conditions import condition_words, print_condition
from bot.model import ConditionKind, WatchDraft, usual_hours
from bot.query import print_hours
from bot.views.evidence import count

if TYPE_CHECKING:
    from bot.model import Condition, Watch

CONDITION_MARKS: dict[ConditionKind, str] = {
    ConditionKind.INACTIVE: "💤",
    ConditionKind.OFF: "⛔",
    ConditionKind.LAPSED: "💳",
    ConditionKind.GONE: "👻",
    ConditionKind.QUEUE: "👥",
    ConditionKind.EMPTY: "📭",
    ConditionKind.CI_SILENT: "🤖",
    ConditionKind.BUILD_REJECTED: "❌",
    ConditionKind.BUILD_APPROVED: "🚀",
}

_HAPPENED: dict[ConditionKind, tuple[str, str]] = {
    ConditionKind.INACTIVE: ("went quiet", "went quiet"),
    ConditionKind.OFF: ("is switched off", "are switched off"),
    ConditionKind.LAPSED: ("has no active subscription", "have no active subscription"),
    ConditionKind.GONE: ("is gone from its source", "are gone from their source"),
    ConditionKind.QUEUE: ("has a queue", "have queues"),
    ConditionKind.EMPTY: ("is empty", "are empty"),
    ConditionKind.CI_SILENT: ("went silent", "went silent"),
    ConditionKind.BUILD_REJECTED: ("had a build rejected", "had builds rejected"),
    ConditionKind.BUILD_APPROVED: ("has a new build", "have new builds"),
}
"""What became of one project, and of several."""

_STANDING: dict[ConditionKind, str] = {
    ConditionKind.INACTIVE: "quiet",
    ConditionKind.OFF: "switched off",
    ConditionKind.LAPSED: "without an active subscription",
    ConditionKind.GONE: "gone from its source",
    ConditionKind.QUEUE: "with a queue",
    ConditionKind.EMPTY: "empty",
    ConditionKind.CI_SILENT: "silent",
    ConditionKind.BUILD_REJECTED: "with a rejected build",
    ConditionKind.BUILD_APPROVED: "with a new build",
}
"""What is so of a project."""

_EXPLAINED = (ConditionKind.INACTIVE, ConditionKind.QUEUE, ConditionKind.EMPTY, ConditionKind.CI_SILENT)
"""Kinds whose condition says more than that."""


def mark_of(condition: Condition) -> str:
    """Return the sign of what a watch waits for."""
    return CONDITION_MARKS[condition.kind]


def happened(condition: Condition, number: int) -> str:
    """Say what became of one project or of several, without them: ``went quiet``."""
    one, many = _HAPPENED[condition.kind]
    return one if number == 1 else many


def standing(condition: Condition) -> str:
    """Say what is so of a project, without it: ``quiet``."""
    return _STANDING[condition.kind]


def explained(condition: Condition) -> str:
    """Return ``: no edits for 30 d`` where that says more than what happened."""
    return f": {condition_words(condition)}" if condition.kind in _EXPLAINED else ""


def projects_of(number: int, title: str) -> str:
    """Count projects of a source: ``2 MicroVisualizer projects``."""
    return count(number, f"{title} project")


def zone_of(watch: Watch | WatchDraft) -> ZoneInfo:
    """Return the zone of a watch."""
    return ZoneInfo((watch if isinstance(watch, WatchDraft) else watch.draft).zone)


# --- settings ----------------------------------------------------------------------------------------------------


def settings_of(draft: WatchDraft) -> str:
    """Write what is stored as it would be typed: ``inactive for 30d source:microvisualizer hours:any``."""
    broadcast = "broadcast:yes" if draft.broadcast else ""
    return " ".join(filter(None, (print_condition(draft.condition), draft.query, _hours_option(draft), broadcast)))


def add_command(draft: WatchDraft) -> str:
    """Return the command that would make such a watch."""
    return f"watch add {settings_of(draft)}"


def hours_words(draft: WatchDraft) -> str:
    """Say when the channel is told what can wait."""
    if draft.hours is None:
        return "at any hour"
    return f"Monday to Friday, {draft.hours.begin:%H:%M} to {draft.hours.end:%H:%M} {draft.zone}"


def _hours_option(draft: WatchDraft) -> str:
    usual = draft.hours == usual_hours(draft.condition.kind)
    return "" if usual else f"hours:{print_hours(draft.hours)}"
