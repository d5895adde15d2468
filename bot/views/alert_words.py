"""Words for alerts: the evidence, what people said of them, and how they ended. Plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import PAID_FOR_LONG, AlertState, ConditionKind, Signal, StepKind
from bot.views.blocks import clip, one_line
from bot.views.digest_words import on_day
from bot.views.evidence import count, objection, person
from bot.views.people import named
from bot.views.silence import age, blind_words, counted_age, day, last_sign, limit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta, tzinfo
    from zoneinfo import ZoneInfo

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

SEEMS_OVER = "👀 seems over"
"""All that is said of what shows a first sign that it holds no more."""


# --- evidence ----------------------------------------------------------------------------------------------------


def evidence(condition: Condition, finding: Finding | None, entry: Entry | None, zone: ZoneInfo, now: datetime) -> str:
    """Say what speaks for an alert, in one line: ``last edit 3 Oct by anna, 51 d ago``."""
    if finding is None or entry is None:
        return "no longer in my database" if entry is None else ""
    if finding.idle is not None:
        return f"{last_sign(entry, finding.idle, zone, now)}{_by_key(condition)}{_ago(finding.idle, condition, now)}"
    return _joined(_fact(condition, finding, entry, zone, now), _length(condition, finding))


def glimpse(condition: Condition, finding: Finding | None, entry: Entry | None, zone: ZoneInfo, now: datetime) -> str:
    """Say the same in the few words that fit beside a name, below a headline that says the rest: ``51 d · anna``."""
    if finding is None or entry is None:
        return evidence(condition, finding, entry, zone, now)
    if finding.idle is not None:
        return _joined(_real_age(finding.idle, condition, now), _editor(entry, finding.idle))
    if condition.kind in {ConditionKind.OFF, ConditionKind.EMPTY, ConditionKind.GONE}:
        return "" if finding.since is None else age(now - finding.since)
    return evidence(condition, finding, entry, zone, now)


def _ago(idle: Idle, condition: Condition, now: datetime) -> str:
    """Say how long ago a date was that was named before, on the clock of the watch, too, if that is another."""
    start = idle.last_at or idle.since
    if start is None:
        return ""
    counted = f", {counted_age(idle.age, working_days=True)}" if condition.working_days else ""
    how_long = age(now - start)
    return f", {how_long} ago{counted}" if idle.last_at is not None else f" ({how_long}{counted})"


def _real_age(idle: Idle, condition: Condition, now: datetime) -> str:
    """Return how long nothing happened by the calendar, as far as that is known."""
    start = idle.last_at or idle.since
    if start is None or condition.working_days:
        return counted_age(idle.age, working_days=condition.working_days)
    return age(now - start)


def _editor(entry: Entry, idle: Idle) -> str:
    """Return who was active last, or that nobody ever was."""
    if idle.last_at is None:
        return "nobody seen yet" if entry.viewers is not None else "no change seen yet"
    known = idle.signal is Signal.EDITS and idle.last_at == entry.project.updated_at
    return person(entry.project.updated_by) if known and entry.project.updated_by else ""


def _by_key(condition: Condition) -> str:
    return " (API key)" if condition.kind is ConditionKind.CI_SILENT else ""


def silence(idle: Idle, condition: Condition, entry: Entry, zone: tzinfo, now: datetime) -> str:
    """Say when the last activity was, how long ago that is, the limit, and what is not counted where that matters."""
    working = condition.working_days
    if idle.since is None and not working:
        how_long, left_out = f"{_real_age(idle, condition, now)} ago", ""
    else:
        left_out = blind_words(idle)
        when = " ago" if idle.last_at is not None and not left_out else ""
        how_long = f"{counted_age(idle.age, working_days=working)}{when}"
    bounds = f"limit {limit(idle.threshold, working_days=working)}{f', {left_out}' if left_out else ''}"
    return _joined(f"{last_sign(entry, idle, zone, now)}{_by_key(condition)}", f"{how_long} ({bounds})")


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
    return counted_age(finding.age, working_days=condition.working_days)


# --- what people said --------------------------------------------------------------------------------------------


def overlays(
    alert: Alert,
    condition: Condition,
    zone: ZoneInfo,
    now: datetime,
    people: Mapping[str, str],
    *,
    finding: Finding | None = None,
) -> list[str]:
    """Say what else is so of an alert, each in a few words: owner, snooze, acknowledgement, how bad, how sure.

    Why it is bad is known from its finding only.
    """
    said = [course(alert, condition, finding, now), *said_of(alert, zone, now, people)]
    return [words for words in said if words]


def course(alert: Alert, condition: Condition, finding: Finding | None, now: datetime) -> str:
    """Say how it goes: that it seems over, or got worse after it opened; what was so from the beginning is no news."""
    if alert.state is AlertState.RECOVERING:
        return SEEMS_OVER
    if not got_worse(alert, condition, finding, now):
        return ""
    how_long = finding.age if finding is not None else None
    twice = condition.threshold is not None and how_long is not None and how_long >= 2 * condition.threshold
    return "🔺 twice the limit by now" if twice else "🔺 still paid for"


def said_of(alert: Alert, zone: ZoneInfo, now: datetime, people: Mapping[str, str]) -> list[str]:
    """Say what people said of an alert, and whether it goes back and forth."""
    said = [
        f"👤 {named(alert.owner, people)}" if alert.owner else "",
        snoozed(alert, zone, now, people),
        acknowledged(alert, people),
        kept(alert, zone, now, people),
        _flapping(alert),
    ]
    return [words for words in said if words]


def got_worse(alert: Alert, condition: Condition, finding: Finding | None, now: datetime) -> bool:
    """Tell whether an open alert came to its higher severity after it had opened."""
    if alert.severity < 2 or not alert.is_open or finding is None:  # noqa: PLR2004 - the only higher one
        return False
    if finding.age is None or alert.opened_at is None:
        return False
    return finding.age - (now - alert.opened_at) < _worse_from(condition, finding.age)


def _worse_from(condition: Condition, how_long: timedelta) -> timedelta:
    """Return from which age on it is worse: what is so before twice the limit is paid for all the while."""
    if condition.threshold is None:
        return PAID_FOR_LONG
    twice = 2 * condition.threshold
    return twice if how_long >= twice else condition.threshold + PAID_FOR_LONG


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
    if alert.flapping_since is None or alert.state is AlertState.RECOVERING:
        return ""
    return f"🔀 goes back and forth ({count(len(alert.flips), 'time')} lately), so I tell it only here"


def _by(user: str | None, people: Mapping[str, str]) -> str:
    return f" by {named(user, people)}" if user else ""


def _why(words: str) -> str:
    return f": {clip(one_line(words), REASON_WIDTH)}" if words.strip() else ""


def open_for(alert: Alert, now: datetime) -> str:
    """Say for how long an alert has been open: ``for 19 d``."""
    return f"for {age(now - (alert.opened_at or alert.since))}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
