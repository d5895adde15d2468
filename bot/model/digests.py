"""The nouns of digests: what a channel asked for, what was planned for it, and what became of that.

A digest is due in *slots*: minutes of its own wall clock. Each slot that comes is a row of the ledger, a delivery,
before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.projects import State


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest is due: wall time and zone, never an offset."""

    cron: str
    """Five fields, canonical: ``0 9 * * 1-5``."""

    zone: str
    """IANA name: ``Europe/Paris``."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One minute at which a schedule is due."""

    local: str
    """Wall time as planned, ``2026-10-25T02:30``: with the digest it is the key of a delivery.

    It may be a minute that the clocks of the zone skip or show twice; `at` is then the first minute that is right.
    """

    at: datetime
    """The moment, aware UTC."""


class EmptyPolicy(StrEnum):
    """What to send when nothing changed."""

    SKIP = "skip"
    """Nothing, but a sign of life every seven days."""

    LINE = "line"
    """One line."""

    FULL = "full"
    """The whole digest all the same."""


class PauseKind(StrEnum):
    """Why a digest rests."""

    PERSON = "person"
    """Somebody paused it; only a person resumes it."""

    CHANNEL = "channel"
    """Its channel takes nothing from us: archived, or we are no member. Resumes when the channel is back."""

    WORKSPACE = "workspace"
    """Slack takes nothing from us at all: token, scopes or plan. Resumes when we have connected anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """That a digest rests, since when, and why."""

    kind: PauseKind
    at: datetime
    reason: str
    """A few words for people: ``the channel is archived``; empty for a person's pause."""

    by: str | None = None
    """Slack id of the person."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PLANNED = "planned"
    """Nobody works on it; due, or to be tried again at `retry_at`."""

    CLAIMED = "claimed"
    """One process works on it until `lease_until`; nothing was sent."""

    POSTING = "posting"
    """It is being sent: if the process dies now, nobody knows whether it arrived."""

    POSTED = "posted"
    LATE = "late"
    """Posted, later than promised, and the message says so."""

    SKIPPED = "skipped"
    """Not sent, on purpose: nothing new, too late, merged into a later one."""

    FAILED = "failed"
    """Not sent; Slack did not take it."""

    UNKNOWN = "unknown"
    """Perhaps sent: the answer was lost, and there was no way to look. Never sent again."""


DELIVERED = (DeliveryState.POSTED, DeliveryState.LATE)
MISSING = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
"""Meant to arrive, and did not or perhaps not."""

FINISHED = (*DELIVERED, DeliveryState.SKIPPED, *MISSING)


class DeliveryKind(StrEnum):
    """What made a delivery."""

    SLOT = "slot"
    """The schedule."""

    MANUAL = "manual"
    """A person: Run now. Moves neither slot nor baseline."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message at Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One planned message of a digest."""

    ref: int
    digest: int
    """`Digest.ref`."""

    kind: DeliveryKind
    slot: str
    """`Slot.local`, or a unique key for a manual one."""

    planned_at: datetime
    """The slot's moment."""

    due_at: datetime
    """When it may be sent: the slot's moment and the channel's spread."""

    state: DeliveryState
    attempts: int = 0
    """How often it was claimed; the number of a claim is its fencing number."""

    lease_until: datetime | None = None
    retry_at: datetime | None = None
    reason: str = ""
    """Why it is where it is, in plain words for people."""

    merged: int = 0
    """Slots before this one that it covers, because they were missed."""

    by: str | None = None
    """Who ran it by hand."""

    posted: Posted | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A channel's scheduled report."""

    ref: int
    """Our own number over all channels; never shown."""

    workspace: str
    channel: str
    """Id of the channel at Slack; any word in the terminal."""

    number: int
    """Short number in its channel, never given twice there: ``digest show 2``."""

    owner: str | None
    """Slack id of who added it; None from the terminal."""

    query: str
    """Filters in canonical form; may be empty."""

    schedule: Schedule
    empty: EmptyPolicy
    created_at: datetime
    version: int = 1
    """Grows with every change."""

    next: Slot | None = None
    """The next slot; None while it rests."""

    pause: Pause | None = None
    last: Delivery | None = None
    """The newest finished slot or, if none is finished, None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a digest owes by now, and when it is due next."""

    digest: Digest
    """As it was when this was planned."""

    deliveries: tuple[Delivery, ...]
    """Oldest first; `Delivery.ref` means nothing yet."""

    next_slot: Slot
    due_at: datetime
    """When the next slot may be sent."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that somebody should work on, and where it goes."""

    delivery: Delivery
    channel: str
    """Of its digest, even if that was removed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDraft:
    """What a person asks for."""

    workspace: str
    channel: str
    owner: str | None
    query: str
    schedule: Schedule
    empty: EmptyPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestChange:
    """One entry of a digest's record: who changed what, and when."""

    at: datetime
    by: str | None
    """Slack id; None for Rollcall itself or the terminal."""

    what: str
    """A sentence of ours without its subject: ``changed the schedule from … to …``."""


# --- what it said -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a delivered digest knew of one project; the next one is compared with it."""

    connection: str
    state: State
    enabled: bool | None = None
    subscription: str | None = None
    service_count: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a delivered digest knew."""

    at: datetime
    """When it was written."""

    query: str
    """The filters it was written for."""

    marks: dict[int, Mark] = field(default_factory=dict)
    """`Entry.ref` to mark, of all projects that matched; of a blind connection, those that matched when it was read."""

    blind: tuple[str, ...] = ()
    """Connections that could not be read then."""

    peaks: dict[str, int] = field(default_factory=dict)
    """Connection to the most viewers at one project at once, in the period it covered."""

    since: dict[str, datetime] = field(default_factory=dict)
    """Blind connection to when the digest was written that its marks and peak are from; without one it has none."""

    def known_at(self, connection: str) -> datetime:
        """Return when the digest was written that knew the marks of a connection."""
        return self.since.get(connection, self.at)

    def knows(self, connection: str) -> bool:
        """Tell whether a connection was read for this digest, or for an older one whose marks it has kept."""
        return connection in self.since or connection not in self.blind


@dataclass(frozen=True, slots=True)
class Uptime:
    """A stretch in which some process of ours was at work."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The most viewers at one project at once, in a stretch of time."""

    ref: int
    """`Entry.ref`."""

    connection: str
    live: int
    at: datetime


SIGN_OF_LIFE_AFTER = timedelta(days=7)
"""A digest that skips empty messages sends one all the same after so long a silence."""
