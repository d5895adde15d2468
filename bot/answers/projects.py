"""Answers about projects, help, and refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import (
        Cursor,
        Entry,
        Event,
        Found,
        FoundEvents,
        Freshness,
        Idle,
        Moment,
        Raised,
        Service,
        SourceSheet,
        Tally,
    )
    from bot.query import Field, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What every answer that rests on data says about itself."""

    command: str
    """The command that gives this answer again, in canonical form."""

    freshness: tuple[Freshness, ...]
    """Each connection with its age or its problem."""

    moment: Moment
    cursor: Cursor | None = None
    """Where this page begins; None for the first one."""

    @property
    def now(self) -> datetime:
        """When the answer was written."""
        return self.moment.now


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectList(Shown):
    """One page of projects."""

    verb: str
    query: Query
    found: Found
    tally: Tally | None = None
    """Counts over the same filters without the verb's own condition, where the verb tells of them."""

    silences: Mapping[int, Idle] = field(default_factory=dict)
    """`Entry.ref` to the evidence of its silence, where the verb judges by other signals than its state does."""

    raised: Mapping[int, tuple[Raised, ...]] = field(default_factory=dict)
    """`Entry.ref` to what watches of this channel say of it: open, snoozed or kept alerts."""

    watches: int = 0
    """Watches of this channel that wait for silence."""

    unsure: int | None = None
    """Projects of which not enough was observed to call them quiet or not; None where the verb does not say."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview(Shown):
    """The bare command: a line for each source, and the first page of the list."""

    projects: ProjectList


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard(Shown):
    """One project with everything known about it, and its newest events."""

    entry: Entry
    sheet: SourceSheet
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Shown):
    """Several projects answer to what was typed."""

    verb: str
    phrase: str
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceList(Shown):
    """The services of one project; asked for just now."""

    entry: Entry
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Shown):
    """Counts over all projects that match."""

    query: Query
    tally: Tally
    since: datetime
    """Events are counted from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeList(Shown):
    """One page of events, newest first."""

    query: Query
    found: FoundEvents
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Shown):
    """A file with all matches was made."""

    query: Query
    rows: int
    hidden_archived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbHelp:
    """What help says about one verb."""

    name: str
    usage: str
    summary: str
    details: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """All verbs, or one."""

    verbs: tuple[VerbHelp, ...]
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterHelp:
    """All filters, and what each means at each source."""

    fields: tuple[Field, ...]
    sheets: tuple[SourceSheet, ...]
    zone: str
    """Name of the zone whose calendar days are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no answer, and what to do about it."""

    sentence: str
    """Plain text; stretches between backquotes are code."""

    text: str = ""
    """The command as it was read, if a place in it can be pointed at."""

    position: int = 0
    length: int = 0
    correction: str | None = None
    """A whole command that was probably meant."""

    freshness: tuple[Freshness, ...] = ()
    now: datetime | None = None
    reference: str | None = None
    """Request id to look for in the log, when the fault is ours."""
