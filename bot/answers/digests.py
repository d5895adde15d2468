"""Answers about digests, and the digest itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.answers.projects import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import (
        Delivery,
        DeliveryState,
        Digest,
        DigestChange,
        Entry,
        LeftOut,
        Peak,
        Raised,
        Slot,
        State,
        Uptime,
    )
    from bot.ports import Place
    from bot.query import Query
    from bot.schedules import Run


class DifferenceKind(StrEnum):
    """What became of a project since the last delivered digest; in the order in which a digest tells it."""

    LAPSED = "lapsed"
    """Its subscription is no longer active."""

    OFF = "off"
    INACTIVE = "inactive"
    GONE = "gone"
    QUIET = "quiet"
    NEW = "new"
    BACK = "back"
    """In use again, switched on, paid again, or taken out of the archive."""

    SUBSCRIPTION = "subscription"
    """The source's word changed, and is no better or worse."""

    ARCHIVED = "archived"
    SERVICES = "services"
    JOINED = "joined"
    """Matches the filters now, though it was known before, for another reason than those above."""

    LEFT = "left"
    """No longer matches the filters, for another reason than those above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One project that is not what the last delivered digest said."""

    kind: DifferenceKind
    ref: int
    connection: str
    name: str
    """As it is now, or was; hostile."""

    entry: Entry | None
    """The row as it is now; None if there is none any more."""

    before: str | None = None
    """A state, the source's word or a number, as text; None if it was not known then."""

    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTotals:
    """One connection in a digest."""

    connection: str
    title: str
    states: dict[State, int]
    """How many matching projects are what, as last known."""

    before: dict[State, int] | None
    """The same in the last delivered digest; None if the two cannot be compared."""

    blind: bool
    """Whether it cannot be read now: the numbers are as old as the footer says."""

    read: bool
    """Whether it was ever read; if not, there are no numbers."""

    peak: Peak | None = None
    """The most viewers in the period."""

    peak_name: str = ""
    peak_before: int | None = None
    viewers_counted: bool = True
    """Whether viewers were counted in the period and still are, if the source counts any at all."""

    @property
    def total(self) -> int:
        """All matching projects."""
        return sum(self.states.values())


class Purpose(StrEnum):
    """Why a digest was written."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    """Run now: posted for everybody, and marked."""

    PREVIEW = "preview"
    """Shown to one person, and marked."""


class DigestForm(StrEnum):
    """How much a digest says."""

    FULL = "full"
    LINE = "line"
    """Nothing changed: one line."""

    UNAVAILABLE = "unavailable"
    """No source could be read: one line that says so, and no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Why a digest comes late."""

    planned_at: datetime
    sent_at: datetime
    absences: tuple[Uptime, ...] = ()
    """Stretches in between in which no process of ours was at work."""

    reason: str = ""
    """What kept it waiting besides our absence, as the end of a sentence; may quote a word of Slack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A slot whose message did not arrive, or perhaps did not."""

    planned_at: datetime
    state: DeliveryState
    """FAILED; UNKNOWN: perhaps it did arrive; SKIPPED: it was too late for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert of the digest's channel, and the project it is about."""

    raised: Raised
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReport(Shown):
    """A digest: what changed, what needs a decision, totals."""

    digest: Digest
    query: Query
    purpose: Purpose
    form: DigestForm
    since: datetime | None
    """When the digest was written that this one is compared with; None: there is none."""

    slot: Slot | None
    """The planned slot it is for; None for previews and manual ones."""

    next_run: Run | None
    """The one after it; None while the digest rests."""

    differences: tuple[Difference, ...] = ()
    """All of them, most pressing first."""

    not_compared: tuple[str, ...] = ()
    """Titles of connections that cannot be read now, or that no digest of these filters could read before."""

    compared_since: Mapping[str, datetime] = field(default_factory=dict)
    """Titles of connections that are compared with an older digest than that of `since`, and when it was written.

    The digests in between could not read them.
    """

    undelivered: tuple[Undelivered, ...] = ()
    """Slots before this one, since the last that was delivered, whose message is missing; the oldest first."""

    decisions: tuple[Entry, ...] = ()
    """Projects that need one, the most pressing ones: lapsed, switched off though paid, inactive."""

    decisions_total: int = 0
    alerts: tuple[OpenAlert, ...] = ()
    """Open alerts of the channel, the longest open first; of projects that the filters let through."""

    alerts_total: int = 0
    ending: tuple[OpenAlert, ...] = ()
    """Alerts whose snooze or exemption ends before the next digest, the first to end first."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what owners of alerts are called, as far as it is known; hostile."""

    totals: tuple[SourceTotals, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    hidden_archived: int = 0
    merged: int = 0
    """Slots before this one that it covers because they were missed."""

    lateness: Lateness | None = None
    owner_name: str = ""
    """What its owner is called; hostile, and empty if it is not known or not asked for."""

    fresh_start: str = ""
    """Why it is compared with nothing, or with less: ``first digest``, ``the filters changed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestKept(Shown):
    """A digest was added or changed: what was stored, and what it means."""

    what: str
    """What was done, as the beginning of a sentence: ``Added digest 2``."""

    digest: Digest
    runs: tuple[Run, ...]
    """The next three; empty while it rests."""

    matching: int
    hidden_archived: int
    example: DigestReport
    place: Place
    """Whether we can post there; otherwise the answer says what to do."""

    zone_from: str = ""
    """Where the zone of the schedule comes from, in a few words; empty if it was not asked for."""

    warning: str = ""
    """What is probably not meant: the filters match nothing now. Stretches between backquotes are code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestList:
    """The digests of a channel."""

    digests: tuple[Digest, ...]
    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what owners are called, as far as it is known; hostile."""

    command: str = "digest list"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDetails:
    """One digest: its settings, its next runs, its last deliveries, and who changed it."""

    digest: Digest
    runs: tuple[Run, ...]
    deliveries: tuple[Delivery, ...]
    """The newest 20, newest first."""

    changes: tuple[DigestChange, ...]
    now: datetime
    command: str
    hint: str = ""
    """A sentence with the commands that change it, when somebody asked how to edit it."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""

    removable: bool = True
    """Whether the asker may remove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDone:
    """Something was done to a digest that needs one sentence."""

    digest: Digest
    sentence: str
    """Plain text; stretches between backquotes are code."""

    runs: tuple[Run, ...] = ()
    offers: tuple[tuple[str, str], ...] = field(default=())
    """Label and command of what one might want to do next."""

    command: str = "digest list"
