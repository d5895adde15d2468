"""Words for alerts: the evidence, what people said of them, and how they ended. Plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import AlertState, ConditionKind, StepKind
from bot.views.blocks import clip, one_line
from bot.views.digest_words import on_day
from bot.views.evidence import count, objection, person
from bot.views.people import named
from bot.views.silence import age, blind_words, counted_age, day, last_sign, limit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo
    from zoneinfo import ZoneInfo

    from bot.answers import CardLine
    from bot.model import Alert, Condition, Entry, Finding, Idle

REASON_WIDTH = 80
"""Of what a person wrote."""

STEP_MARKS: dict[StepKind, str] = {
    StepKind.OPENED: "🔔",
    StepKind.RECOVERING: "👀",
    StepKind.RELAPSED: "💤",
    StepKind.BACK: "✅",
    StepKind.CLOSED: "☑️",
    StepKind.WORSE: "🔺",
    StepKind.FLAPPING: "🔀",
    StepKind.STEADY: "🧘",
    StepKind.REPEATED: "🔁",
    StepKind.SNOOZED: "🔕",
    StepKind.SNOOZE_ENDED: "🔔",
    StepKind.SNOOZE_ENDS_SOON: "⏰",
    StepKind.ACKED: "👍",
    StepKind.ACK_ENDED: "👍",
    StepKind.ASSIGNED: "👤",
    StepKind.KEPT: "📌",
    StepKind.KEEP_ENDS_SOON: "⏰",
    StepKind.KEEP_ENDED: "📌",
    StepKind.ARCHIVE_ASKED: "📦",
}

STATE_WORDS: dict[AlertState, str] = {
    AlertState.QUIET: "not confirmed yet, so nobody was told",
    AlertState.INACTIVE: "open",
    AlertState.RECOVERING: "open, but seems over, which is not confirmed yet",
    AlertState.GONE: "gone from its source",
    AlertState.ACTIVE: "over: it ended well",
    AlertState.CLOSED: "closed",
}


# --- evidence ----------------------------------------------------------------------------------------------------


def evidence(condition: Condition, finding: Finding | None, entry: Entry | None, zone: ZoneInfo, now: datetime) -> str:
    """Say what speaks for an alert, in one line: ``last edit 3 Oct by anna · 51 d ago (limit 30 d)``."""
    if finding is None or entry is None:
        return "no longer in my database" if entry is None else ""
    if finding.idle is not None:
        return silence(finding.idle, condition, entry, zone, now)
    fact = _fact(condition, finding, entry, zone, now)
    return _joined(fact, _length(condition, finding))


def silence(idle: Idle, condition: Condition, entry: Entry, zone: tzinfo, now: datetime) -> str:
    """Say when the last activity was, how long ago that is on the clock of the watch, and its limit."""
    key = " (API key)" if condition.kind is ConditionKind.CI_SILENT else ""
    return _joined(f"{last_sign(entry, idle, zone, now)}{key}", silent_for(idle, condition, ago=True))


def silent_for(idle: Idle, condition: Condition, *, ago: bool = False) -> str:
    """Say how long nothing happened on the clock of the watch, its limit, and what is not counted.

    After a date it may be that long `ago`; but only if nothing is left out.
    """
    working, blind = condition.working_days, blind_words(idle)
    counted = counted_age(idle.age, working_days=working)
    when = " ago" if ago and idle.last_at is not None and not blind else ""
    return f"{counted}{when} (limit {limit(idle.threshold, working_days=working)}{f', {blind}' if blind else ''})"


def _fact(  # noqa: PLR0911 - one sentence per kind
    condition: Condition, finding: Finding, entry: Entry, zone: ZoneInfo, now: datetime
) -> str:
    since = "" if finding.since is None else f" since {day(finding.since, zone, now)}"
    match condition.kind:
        case ConditionKind.OFF:
            return f"switched off{since} though paid for"
        case ConditionKind.LAPSED:
            return f"subscription “{person(entry.project.subscription or finding.detail or '?')}”{since}"
        case ConditionKind.GONE:
            return f"not in its source’s list{since}"
        case ConditionKind.QUEUE:
            waiting = entry.viewers.queued if entry.viewers else 0
            return count(waiting, "person waiting", "people waiting")
        case ConditionKind.EMPTY:
            return f"no services{since}"
        case ConditionKind.BUILD_REJECTED:
            why = f": {objection(finding.detail)}" if finding.detail else ""
            return f"rejected{_moment(finding.since, zone, now)}{why}"
        case ConditionKind.BUILD_APPROVED:
            return f"live{_moment(finding.since, zone, now, 'since ')}"
        case _:
            return f"quiet{since}"


def _moment(at: datetime | None, zone: ZoneInfo, now: datetime, begin: str = "") -> str:
    return "" if at is None else f" {begin}{on_day(at, zone, now)}"


def _length(condition: Condition, finding: Finding) -> str:
    if finding.age is None or condition.kind in {ConditionKind.BUILD_APPROVED, ConditionKind.BUILD_REJECTED}:
        return ""
    counted = counted_age(finding.age, working_days=condition.working_days)
    if condition.threshold is None:
        return counted
    return f"{counted} (limit {limit(condition.threshold, working_days=condition.working_days)})"


# --- what people said --------------------------------------------------------------------------------------------


def overlays(alert: Alert, condition: Condition, zone: ZoneInfo, now: datetime, people: Mapping[str, str]) -> list[str]:
    """Say what else is so of an alert, each in a few words: owner, snooze, acknowledgement, how bad, how sure."""
    said = [
        _seems_over(alert, condition),
        _worse(alert, condition),
        f"👤 {named(alert.owner, people)}" if alert.owner else "",
        snoozed(alert, zone, now, people),
        acknowledged(alert, people),
        kept(alert, zone, now, people),
        _flapping(alert),
    ]
    return [words for words in said if words]


def _seems_over(alert: Alert, condition: Condition) -> str:
    if alert.state is not AlertState.RECOVERING:
        return ""
    silent = condition.kind in {ConditionKind.INACTIVE, ConditionKind.CI_SILENT}
    return f"👀 {'a sign of life' if silent else 'seems over'}, not confirmed yet"


def _worse(alert: Alert, condition: Condition) -> str:
    if alert.severity < 2 or not alert.is_open:  # noqa: PLR2004 - the only higher one
        return ""
    return "🔺 more than twice the limit" if condition.threshold else "🔺 paid for all the while"


def snoozed(alert: Alert, zone: ZoneInfo, now: datetime, people: Mapping[str, str]) -> str:
    """Say until when nobody hears of it, who wants that, and why; empty if it is not so."""
    if alert.snooze is None:
        return ""
    until = alert.snooze.until
    end = "until it changes" if until is None else f"until {on_day(until, zone, now)}"
    return f"🔕 snoozed {end}{_by(alert.snooze.by, people)}{_why(alert.snooze.reason)}"


def acknowledged(alert: Alert, people: Mapping[str, str]) -> str:
    """Say who knows of it; empty if nobody said so."""
    if alert.ack is None:
        return ""
    return f"👍 acknowledged{_by(alert.ack.by, people)}{_why(alert.ack.note)}"


def kept(alert: Alert, zone: ZoneInfo, now: datetime, people: Mapping[str, str]) -> str:
    """Say until when the watch leaves it alone; empty if it does not."""
    if alert.keep is None:
        return ""
    end = "for good" if alert.keep.until is None else f"until {day(alert.keep.until, zone, now)}"
    return f"📌 kept as it is {end}{_by(alert.keep.by, people)}{_why(alert.keep.reason)}"


def _flapping(alert: Alert) -> str:
    if alert.flapping_since is None:
        return ""
    return f"🔀 keeps changing ({count(len(alert.flips), 'time')} lately), so I tell it only here"


def _by(user: str | None, people: Mapping[str, str]) -> str:
    return f" by {named(user, people)}" if user else ""


def _why(words: str) -> str:
    return f": {clip(one_line(words), REASON_WIDTH)}" if words.strip() else ""


# --- ends --------------------------------------------------------------------------------------------------------


def ended(line: CardLine) -> tuple[str, str]:
    """Return sign and words for how an alert ended: ``✅``, ``is back: edited by anna, after 34 d of silence``."""
    alert = line.raised.alert
    good = alert.state is AlertState.ACTIVE
    kind = StepKind.BACK if good else StepKind.CLOSED
    told = next((step.what for step in line.raised.steps if step.kind is kind), "")
    words = told or ("is back" if good else f"is closed: {alert.reason or 'its watch ended'}")
    return end_mark(kind, words), what_of(kind, words)


def what_of(kind: StepKind, what: str) -> str:
    """Return what a step says as it may be shown after the project's name; it is the alert that is closed, not that."""
    words = one_line(what)
    return f"· {words.replace('is closed', 'alert closed', 1)}" if kind is StepKind.CLOSED else words


def end_mark(kind: StepKind, words: str) -> str:
    """Return the sign of an end; what was put away or is gone has its own."""
    if kind is not StepKind.CLOSED:
        return STEP_MARKS[kind]
    marks = {"archive": "📦", "gone": "👻", "kept": "📌", "watch": "⏹️"}
    return next((mark for word, mark in marks.items() if word in words), STEP_MARKS[kind])


def open_for(alert: Alert, now: datetime) -> str:
    """Say for how long an alert has been open: ``for 19 d``."""
    return f"for {age(now - (alert.opened_at or alert.since))}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
