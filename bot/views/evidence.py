"""Words for what we know: ages, counts, states, and the one thing that matters about a project. Plain text."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import HEALTHY_SUBSCRIPTION, EventKind, State, idle_in, state_of
from bot.views.blocks import clip, one_line
from bot.views.silence import PERSON_WIDTH, age, blind_words, doubt, last_sign

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry, Event, Moment, Project

MARKS: dict[State, str] = {
    State.ACTIVE: "🟢",
    State.QUIET: "🟡",
    State.INACTIVE: "💤",
    State.OFF: "⛔",
    State.LAPSED: "💳",
    State.ARCHIVED: "📦",
    State.GONE: "👻",
    State.UNKNOWN: "⚪",
}
"""One sign per state; they differ in shape and not only in colour."""

EVENT_MARKS: dict[EventKind, str] = {
    EventKind.APPEARED: "🆕",
    EventKind.VANISHED: "👻",
    EventKind.RENAMED: "🏷️",
    EventKind.ARCHIVED: "📦",
    EventKind.UNARCHIVED: "📂",
    EventKind.ENABLED: "🟢",
    EventKind.DISABLED: "⛔",
    EventKind.SUBSCRIPTION: "💳",
    EventKind.UPDATED: "✏️",
    EventKind.BUILD_STARTED: "🛠️",
    EventKind.BUILD_APPROVED: "🚀",
    EventKind.BUILD_REJECTED: "❌",
}

DETAIL_WIDTH, NARROW_DETAIL_WIDTH = 110, 60
NARROW_FROM = 40
"""Names clipped to this or less have narrow details too."""

OBJECTION_WIDTH = 100
_DAY = timedelta(days=1)
_ADDRESS = re.compile(r"\w+://\S+|www\.\S+")


def ago(at: datetime, now: datetime) -> str:
    """Write how long ago something was."""
    return "just now" if now - at < timedelta(seconds=10) else f"{age(now - at)} ago"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: ``1 project``, ``1,204 projects``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def name_of(project: Project, width: int) -> str:
    """Return the name as it may be shown; a project without one is called by its id."""
    return clip(one_line(project.name) or f"(no name) {one_line(project.id)}", width)


def person(name: str) -> str:
    """Return somebody's name as it may be shown."""
    return clip(one_line(name), PERSON_WIDTH)


def mark_of(entry: Entry, moment: Moment) -> str:
    """Return the sign of a project's state."""
    return MARKS[state_of(entry, moment)]


def matter_of(  # noqa: PLR0911 - one sentence per state
    entry: Entry, moment: Moment, *, forecast: bool = True
) -> str:
    """Say the one thing that matters about a project; a `forecast` would be wrong by tomorrow where it is kept."""
    project, now = entry.project, moment.now
    match state_of(entry, moment):
        case State.GONE:
            return f"gone from its source since {ago(entry.gone_at or now, now)}"
        case State.ARCHIVED:
            return _joined("archived", _edited(project, now))
        case State.LAPSED:
            return _joined(
                f"subscription {person(project.subscription or '?')}", _switch(project), _watched(entry, now)
            )
        case State.OFF:
            paid = (project.subscription or "").casefold() == HEALTHY_SUBSCRIPTION
            return f"switched off{', though paid for' if paid else ''}"
        case State.INACTIVE:
            return _silent(entry, moment, "idle for {}")
        case State.QUIET:
            coming = f", inactive in {_days_left(entry, moment)} d" if forecast else ""
            return _silent(entry, moment, f"quiet for {{}}{coming}")
        case State.ACTIVE | State.UNKNOWN:
            known = _joined(_watched(entry, now) or _switch(project), _edited(project, now))
            return _joined(known or "nothing known yet", _doubted(entry, moment))


def detail_of(entry: Entry, moment: Moment, title: str, width: int) -> str:
    """Return the second line of a list's row: what matters, where it lives, and what else is short.

    `width` is that of the names: details shrink with them.
    """
    project = entry.project
    services = None if project.service_count is None else count(project.service_count, "service")
    pinned = "📌 pinned" if project.pinned else None
    limit = NARROW_DETAIL_WIDTH if width <= NARROW_FROM else DETAIL_WIDTH
    return clip(_joined(matter_of(entry, moment), services, pinned, one_line(title)), limit)


def event_of(event: Event) -> str:  # noqa: PLR0911, C901 - one sentence per kind
    """Say what happened, without the name of the project."""
    before = person(event.before) if event.before else None
    after = person(event.after) if event.after else None
    match event.kind:
        case EventKind.APPEARED:
            return "is new"
        case EventKind.VANISHED:
            return "is gone from its source"
        case EventKind.RENAMED:
            return f"was renamed, before: {before or '(no name)'}"
        case EventKind.ARCHIVED:
            return f"was archived{f' by {after}' if after else ''}"
        case EventKind.UNARCHIVED:
            return f"was taken out of the archive{f' by {after}' if after else ''}"
        case EventKind.ENABLED:
            return "was switched on"
        case EventKind.DISABLED:
            return "was switched off"
        case EventKind.SUBSCRIPTION:
            return f"changed its subscription: {before or 'none'} → {after or 'none'}"
        case EventKind.UPDATED:
            return f"went from {before} to {after}" if before else f"was edited{f' by {after}' if after else ''}"
        case EventKind.BUILD_STARTED | EventKind.BUILD_APPROVED | EventKind.BUILD_REJECTED:
            return _build(event)


def _build(event: Event) -> str:
    if event.kind is EventKind.BUILD_REJECTED:
        return f"had a build rejected{f': {objection(event.after)}' if event.after else ''}"
    return f"got a new build, which is {'live' if event.kind is EventKind.BUILD_APPROVED else 'being checked'}"


def objection(words: str) -> str:
    """Return why a build was rejected, as it may be shown: no address in it, since that may lead to a file."""
    return clip(one_line(_ADDRESS.sub("(address)", words)), OBJECTION_WIDTH)


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _silent(entry: Entry, moment: Moment, words: str) -> str:
    """Say how long nothing happened, what of that time is not counted, and what the last thing was."""
    idle, project = idle_in(entry, moment), entry.project
    if idle.last_at is not None and idle.last_at == project.updated_at:
        sign = f"last edit by {person(project.updated_by)}" if project.updated_by else None
    else:
        sign = last_sign(entry, idle, moment.zone, moment.now)
    return _joined(words.format(age(idle.age)), blind_words(idle), sign)


def _days_left(entry: Entry, moment: Moment) -> int:
    """Return the days until a quiet project is inactive, rounded up: on the last one it still is not."""
    idle = idle_in(entry, moment)
    return -((idle.age - idle.threshold) // _DAY)


def _doubted(entry: Entry, moment: Moment) -> str | None:
    """Say what is missing for a judgement, where somebody looks regularly and the source dates nothing."""
    seen = moment.sights.get(entry.project.connection)
    if seen is None or state_of(entry, moment) is not State.UNKNOWN:
        return None
    return doubt(idle_in(entry, moment), seen.viewers.until or seen.listing.until)


def _edited(project: Project, now: datetime) -> str | None:
    if project.updated_at is None:
        return None
    by = f" by {person(project.updated_by)}" if project.updated_by else ""
    return f"edited {ago(project.updated_at, now)}{by}"


def _switch(project: Project) -> str | None:
    return None if project.enabled is None else "on" if project.enabled else "off"


def _watched(entry: Entry, now: datetime) -> str | None:
    seen = entry.viewers
    if seen is None:
        return None
    waiting = f", {seen.queued} waiting" if seen.queued else ""
    watching = f"{seen.live} watching" if seen.live or seen.queued else "nobody watching"
    return f"{watching}{waiting} ({ago(seen.at, now)})"
