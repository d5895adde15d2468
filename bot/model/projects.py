"""The nouns of projects, and of asking about them.

Times are aware UTC and end in ``_at``. `None` always means "not known or not offered", never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from bot.model.inactivity import Idle, Silence, idle_of
from bot.model.sight import Sight, Sights, Stretch


class ActorKind(StrEnum):
    """Who did something at a source."""

    MEMBER = "member"
    API_KEY = "api_key"


class State(StrEnum):
    """What a project is, in one word. Derived by `state_of`, in the order in which it is decided."""

    GONE = "gone"
    ARCHIVED = "archived"
    LAPSED = "lapsed"
    OFF = "off"
    ACTIVE = "active"
    QUIET = "quiet"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class ProblemKind(StrEnum):
    """Why a connection could not be refreshed."""

    BUSY = "busy"
    DOWN = "down"
    REFUSED = "refused"
    GARBLED = "garbled"
    SUSPICIOUS = "suspicious"
    """The source answered well, but so many projects were missing that we want to see it again first."""


class EventKind(StrEnum):
    """What changed about a project between two looks at its source."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    ENABLED = "enabled"
    DISABLED = "disabled"
    SUBSCRIPTION = "subscription"
    UPDATED = "updated"
    BUILD_STARTED = "build_started"
    """A build was handed in."""

    BUILD_APPROVED = "build_approved"
    """A build went live."""

    BUILD_REJECTED = "build_rejected"
    """A build failed; `Event.after` says why, in the source's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One record of a source, in the words all sources share."""

    source: str
    """Key of the source: ``streampixel``, ``microvisualizer``."""

    connection: str
    """Name of the account it was read through; unique in a workspace."""

    id: str
    """The source's own id, unique inside the connection."""

    name: str
    """As the source has it, made printable; may be empty, long or hostile. Never put it into mrkdwn raw."""

    description: str | None = None
    archived: bool = False
    enabled: bool | None = None
    """Whether viewers can reach it; None where the source has no such switch."""

    subscription: str | None = None
    """The source's own word (open set); only ``active`` is healthy. None where there is none per project."""

    service_count: int | None = None
    pinned: bool | None = None
    is_owner: bool | None = None
    """Whether the account behind our key created it."""

    created_at: datetime | None = None
    updated_at: datetime | None = None
    created_by: str | None = None
    """A person's name as it may be shown: of an e-mail address only the part before the ``@``."""

    updated_by: str | None = None
    created_by_kind: ActorKind | None = None
    updated_by_kind: ActorKind | None = None
    url: str | None = None
    """Where a person can open it; http(s) only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewers:
    """One measurement of the people at a project."""

    live: int
    """Viewers in a session."""

    queued: int
    """Viewers waiting for one."""

    at: datetime
    """When it was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How a build ended, as the source told us without being asked: a hint, since messages get lost."""

    approved: bool
    at: datetime
    objection: str | None = None
    """Why it was rejected; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the catalog: what the source said, and what we saw ourselves."""

    ref: int
    """Our own short number for it, stable for as long as the database lives; typed as ``#12``."""

    project: Project
    first_seen_at: datetime
    gone_at: datetime | None = None
    """When a complete listing first lacked it; None while it is listed."""

    viewers: Viewers | None = None
    """The newest measurement; None if there never was one."""

    last_viewed_at: datetime | None = None
    """The last time we looked and saw somebody."""

    measured_since: datetime | None = None
    """The first measurement since the last time that its viewers could not be counted while those of others were."""

    changed_at: datetime | None = None
    """The last time that a look found its services, pin, switch or subscription changed."""

    emptied_at: datetime | None = None
    """When a look found that its last service was gone; None while it has any, or if it never had."""

    own_at: datetime | None = None
    """The date that our own last change has at its source, which counts as no edit; None: there was none."""

    queued_since: datetime | None = None
    """The first of the looks, without a hole between them, at which somebody was waiting; None: nobody is."""

    build: Build | None = None
    """The last build whose end we were told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The moment and the rules under which relative words are understood."""

    now: datetime
    quiet_after: timedelta = timedelta(days=30)
    """How long without activity makes a project inactive."""

    zone: tzinfo = UTC
    """The zone whose calendar days ``today`` and ``2026-01-01`` mean."""

    blind_since: dict[str, datetime] = field(default_factory=dict)
    """Connections that cannot be read now, and when they last were: what happened there since, nobody knows."""

    sights: dict[str, Sights] = field(default_factory=dict)
    """What was seen of the connections that somebody looks at regularly; others are read when somebody asks."""

    def known_until(self, connection: str) -> datetime:
        """Return the moment up to which a connection's projects are known; an outage stops their clocks."""
        return min(self.blind_since.get(connection, self.now), self.now)

    def sights_of(self, connection: str) -> Sights:
        """Return what was seen of a connection.

        One that nobody looks at regularly has no holes, and no measurement whose absence would mean anything.
        """
        seen = self.sights.get(connection, Sights())
        if seen.listing.until is not None and seen.viewers.until is not None:
            return seen
        at = self.known_until(connection)
        once = Sight((Stretch(since=at, until=at, looks=1, every=timedelta(minutes=1)),))
        if seen.listing.until is None:
            return Sights(listing=once, viewers=once)
        return Sights(listing=seen.listing, viewers=once)


HEALTHY_SUBSCRIPTION = "active"


def last_activity_at(entry: Entry) -> datetime | None:
    """Return the newest sign of life that we know of; None if there is none."""
    signs = [at for at in (entry.project.updated_at, entry.last_viewed_at) if at is not None]
    return max(signs, default=None)


def idle_in(entry: Entry, moment: Moment) -> Idle:
    """Judge the silence of a project by the rules of this installation."""
    return idle_of(entry, moment.sights_of(entry.project.connection), threshold=moment.quiet_after)


def is_lapsed(project: Project) -> bool:
    """Tell whether its subscription is anything but in order."""
    return project.subscription is not None and project.subscription.casefold() != HEALTHY_SUBSCRIPTION


def is_off(project: Project) -> bool:
    """Tell whether it is switched off although it is, as far as we know, paid for."""
    return project.enabled is False and not is_lapsed(project)


def state_of(entry: Entry, moment: Moment) -> State:
    """Decide what a project is.

    A lapsed subscription comes before `OFF`, because a source switches such projects off by itself. Then silence
    decides, see `bot.model.inactivity`: while a source cannot be read, its projects grow no older.
    """
    project = entry.project
    if entry.gone_at is not None:
        return State.GONE
    if project.archived:
        return State.ARCHIVED
    if is_lapsed(project):
        return State.LAPSED
    return State.OFF if is_off(project) else _STATES[idle_in(entry, moment).silence]


_STATES = {
    Silence.UNKNOWN: State.UNKNOWN,
    Silence.ACTIVE: State.ACTIVE,
    Silence.QUIET: State.QUIET,
    Silence.INACTIVE: State.INACTIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that changed about a project."""

    ref: int
    """Our own number; grows with the order in which events were recorded."""

    kind: EventKind
    at: datetime
    """When it happened as far as the source says, else when we noticed."""

    seen_at: datetime
    """When we noticed."""

    before: str | None = None
    after: str | None = None
    """For a person to read: names, words, counts; untrusted like every text of a source."""

    entry: Entry
    """The project as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An event about to be recorded: what `Event` says, before it has a number."""

    project_id: str
    kind: EventKind
    at: datetime
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much of a plan is used."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One part of a project's architecture."""

    name: str
    description: str | None = None
    owner: str | None = None
    category: str | None = None
    updated_at: datetime | None = None
    updated_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a source said when it was asked for its projects."""

    projects: tuple[Project, ...]
    complete: bool
    """Whether these are all projects; if not, they are the newest ones and nothing is missing among those."""

    total: int
    """How many projects the source says it has."""

    quota: Quota | None = None
    requests: int = 1
    """How many requests it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a connection could not be refreshed, as a value that can be stored and shown."""

    kind: ProblemKind
    detail: str
    """Safe words of ours, such as ``HTTP 503``."""

    since: datetime
    """When the first attempt of this trouble failed."""

    retry_at: datetime | None = None
    """Before this moment we do not ask again by ourselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What the catalog knows of one connection, and how old that is."""

    connection: str
    source: str
    title: str
    """Name of the source for people; of the connection, where a source has several."""

    rows: int = 0
    """Projects known and not gone."""

    last_success_at: datetime | None = None
    last_attempt_at: datetime | None = None
    last_full_at: datetime | None = None
    watched_since: datetime | None = None
    """When it was read well for the first time; what happened there before, nobody saw."""

    newest_at: datetime | None = None
    """The newest `updated_at` among the listed rows: where an incremental listing may stop."""

    problem: Problem | None = None
    quota: Quota | None = None
    measures_viewers: bool = False
    """Whether the source counts viewers at all."""

    viewers_at: datetime | None = None
    """When the last complete round of viewer measurements ended."""

    viewers_problem: Problem | None = None
    sights: Sights | None = None
    """What was seen of it, if somebody looks at it regularly."""

    refreshing: bool = False
    """Whether a refresh was still under way when the answer was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Projects that a query could not judge, because their source does not tell."""

    connection: str
    title: str
    fields: tuple[str, ...]
    """The query's fields that were missing."""

    count: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a sorted list, kept in a button; it stays right while rows come and go."""

    forward: bool
    """Whether to go on after this place or to go back before it."""

    start: int
    """How many rows stood before the page when the button was drawn (0-based)."""

    key: tuple[str | int | None, ...]
    """Sort values of the row at the edge, in the order of the sort; opaque to everybody but the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of rows that match a query."""

    entries: tuple[Entry, ...]
    total: int
    """How many match in all."""

    start: int = 0
    """How many stand before the first of this page."""

    previous: Cursor | None = None
    next: Cursor | None = None
    hidden_archived: int = 0
    """How many would match too, but are archived and were not asked for."""

    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvents:
    """One page of events, newest first."""

    events: tuple[Event, ...]
    total: int
    start: int = 0
    previous: Cursor | None = None
    next: Cursor | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts over all matches of a query."""

    states: dict[tuple[str, State], int]
    """``(connection, state)`` to number of projects, gone ones left out."""

    subscriptions: dict[tuple[str, str], int]
    """``(connection, the source's word)`` to number of projects."""

    events: dict[EventKind, int]
    """Changes since the moment asked for."""

    live: int | None = None
    """Viewers now over all measured projects; None if nothing was measured."""

    queued: int | None = None
    measured: int = 0
    """Projects with a measurement."""

    measurable: int = 0
    """Projects whose source counts viewers."""

    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who is looking: every read of the catalog takes one."""

    workspace: str
    channel: str | None = None


LOCAL_WORKSPACE = "local"
"""The one workspace of an installation that serves a single Slack team, and of the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question, wherever it was asked."""

    text: str
    """The command without its slash name: ``search foo archived:false``."""

    scope: Scope = field(default_factory=lambda: Scope(workspace=LOCAL_WORKSPACE))
    user: str | None = None
    """Id of the person at Slack; None in the terminal."""

    cursor: Cursor | None = None
    """Set by Prev and Next."""

    force: bool = False
    """Set by Refresh: ask the sources now, however young the data."""

    patience: timedelta = timedelta(seconds=1.5)
    """How long the answer may wait for a refresh."""

    size: int = 10
    """Rows on a page."""

    mentions: tuple[tuple[str, str], ...] = ()
    """People that Slack itself resolved in the text: what stands there after the ``@``, and their Slack id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSheet:
    """What a source is and what it can tell; shown in `help filters` and used to name what was left out."""

    name: str
    """Key as typed in ``source:``, lower case."""

    title: str
    """Name for people."""

    measures_viewers: bool = False
    lists_services: bool = False
    archives: bool = False
    """Whether projects can be archived there, and taken out of the archive again."""

    tells_builds: bool = False
    """Whether it tells by itself how builds ended."""

    fields: dict[str, str]
    """Filter field to what it means at this source, in a few words. A field that is not here is not known to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSpec:
    """One account at a source, as configured; no credentials."""

    name: str
    sheet: SourceSheet
