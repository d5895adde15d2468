"""What became of an alert, as sentences without their subject. Plain text that may quote what a source wrote. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.model import ConditionKind, Signal
from bot.views.alert_ends import ENDED_WORDS
from bot.views.silence import age, limit

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Alert, Condition, Entry, Finding

_SILENT: Final = frozenset({ConditionKind.INACTIVE, ConditionKind.CI_SILENT})

_NOTHING: Final[dict[tuple[Signal, ...], str]] = {(Signal.EDITS,): "no edit", (Signal.VIEWERS,): "nobody there"}


def opened(condition: Condition, finding: Finding, *, baseline: bool) -> str:
    """Say what began; of a baseline what held already."""
    if condition.kind in _SILENT:
        return f"{'was quiet already' if baseline else 'went quiet'}: {_silence(condition, finding)}"
    return holding(condition, finding)


def holding(condition: Condition, finding: Finding) -> str:  # noqa: PLR0911 - a table
    """Say what is so."""
    match condition.kind:
        case ConditionKind.INACTIVE | ConditionKind.CI_SILENT:
            return f"is quiet: {_silence(condition, finding)}"
        case ConditionKind.EMPTY:
            return f"has had no services for {_age(finding)}{_limit(condition)}"
        case ConditionKind.QUEUE:
            return f"has had viewers waiting for {_age(finding)}{_limit(condition)}"
        case ConditionKind.OFF:
            return "is switched off although it is paid for"
        case ConditionKind.LAPSED:
            return f"has no active subscription{_quoted(finding)}"
        case ConditionKind.GONE:
            return "is gone from its source"
        case ConditionKind.BUILD_REJECTED:
            return f"had a build rejected{_quoted(finding)}"
        case ConditionKind.BUILD_APPROVED:
            return "has a new build live"


def still(condition: Condition, finding: Finding) -> str:
    """Say that it is so still."""
    if condition.kind is ConditionKind.BUILD_REJECTED:
        return f"has had no better build since one was rejected{_quoted(finding)}"
    verb, _, rest = holding(condition, finding).partition(" ")
    return f"{verb} still {rest}"


def worse(condition: Condition, finding: Finding) -> str:
    """Say that it is past twice the limit, or still paid for."""
    if condition.kind is ConditionKind.OFF:
        return f"has been switched off for {_age(finding)} and is still paid for"
    if condition.threshold is None or finding.age is None or finding.age >= 2 * condition.threshold:
        return f"{holding(condition, finding)}: more than twice that"
    return f"{holding(condition, finding)}, and is still paid for"


def another_build(condition: Condition, finding: Finding) -> str:
    """Say that the same happened to another build."""
    if condition.kind is ConditionKind.BUILD_APPROVED:
        return "has another new build live"
    return f"had another build rejected{_quoted(finding)}"


def back(condition: Condition, alert: Alert, finding: Finding, entry: Entry, now: datetime) -> str:
    """Say why it ended well, and after how long."""
    if condition.kind not in _SILENT:
        return f"{ENDED_WORDS[condition.kind]}, after {_since_opening(alert, now)}"
    if finding.sampled or finding.signal_at is None or alert.signal_at is None:
        return f"is back: {_sign(finding)}, {_since_opening(alert, now)} after this began"
    by = entry.project.updated_by
    edited = f"edited by {by}" if by and finding.signal_at == entry.project.updated_at else "edited"
    return f"is back: {edited}, after {age(finding.signal_at - alert.signal_at)} of silence"


def recovering(condition: Condition, finding: Finding) -> str:
    """Say what was seen and waits for its confirmation."""
    if condition.kind is ConditionKind.QUEUE:
        return "had nobody waiting at the last look"
    if condition.kind not in _SILENT:
        return ENDED_WORDS[condition.kind]
    return f"shows a sign of life: {_sign(finding)}"


def _sign(finding: Finding) -> str:
    signal = finding.idle.signal if finding.idle else None
    return "somebody was there" if signal is Signal.VIEWERS else "something was changed"


def _silence(condition: Condition, finding: Finding) -> str:
    nothing = _NOTHING.get(condition.signals, "nothing")
    if condition.kind is ConditionKind.CI_SILENT:
        nothing = "last edited with an API key, nothing"
    return f"{nothing} for {_age(finding)}{_limit(condition)}"


def _age(finding: Finding) -> str:
    return "some time" if finding.age is None else age(finding.age)


def _limit(condition: Condition) -> str:
    if condition.threshold is None:
        return ""
    return f" (limit {limit(condition.threshold, working_days=condition.working_days)})"


def _quoted(finding: Finding) -> str:
    return f": {finding.detail}" if finding.detail else ""


def _since_opening(alert: Alert, now: datetime) -> str:
    return age(now - (alert.opened_at or now))
