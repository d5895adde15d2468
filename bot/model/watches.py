"""The nouns of watches and alerts: what a channel cares about, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.digests import Pause, Posted
    from bot.model.inactivity import Signal
    from bot.model.projects import ProblemKind


class ConditionKind(StrEnum):
    """What a watch waits for; each is one function of `bot.alerts.rules`."""

    INACTIVE = "inactive"
    """No activity for longer than the threshold."""

    OFF = "off"
    """Switched off although it is paid for."""

    LAPSED = "lapsed"
    """The subscription is not active."""

    GONE = "gone"
    """No longer in its source's list."""

    QUEUE = "queue"
    """Viewers had to wait for longer than the threshold."""

    EMPTY = "empty"
    """No services for longer than the threshold."""

    CI_SILENT = "ci-silent"
    """Last edited by an API key, and then nothing for longer than the threshold."""

    BUILD_REJECTED = "build rejected"
    BUILD_APPROVED = "build approved"


MOMENTARY = frozenset({ConditionKind.BUILD_APPROVED})
"""Conditions that are news and no trouble: they are told, and never end."""

URGENT = frozenset({ConditionKind.QUEUE, ConditionKind.BUILD_REJECTED, ConditionKind.BUILD_APPROVED})
"""Conditions that are told within minutes and, unless a watch says otherwise, at any hour; the others can wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What makes a watch fire. Written and read by `bot.conditions`."""

    kind: ConditionKind
    threshold: timedelta | None = None
    """How long it has to hold; None for those that hold at once."""

    signals: tuple[Signal, ...] = ()
    """What counts as activity, in the order of `Signal`; empty: all that the source tells."""

    working_days: bool = False
    """Whether Saturdays and Sundays of the watch's zone do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a channel is told what can wait: Monday to Friday, between two wall times of the watch's zone."""

    begin: time = time(9)
    end: time = time(17)


def usual_hours(kind: ConditionKind) -> Hours | None:
    """Return when a channel is told of such a condition where nobody said anything; None: at any hour."""
    return None if kind in URGENT else Hours()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDraft:
    """What a person asks for."""

    workspace: str
    channel: str
    owner: str | None
    """Slack id of who added it; None from the terminal."""

    condition: Condition
    query: str
    """Filters in canonical form; may be empty."""

    zone: str
    """IANA name, of working days and hours."""

    hours: Hours | None = Hours()
    """None: at any hour."""

    broadcast: bool = False
    """Whether what is told in the thread is shown in the channel, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A channel's alert rule."""

    ref: int
    """Our own number over all channels; never shown."""

    number: int
    """Short number in its channel, never given twice there: ``watch show 2``."""

    draft: WatchDraft
    """What it says."""

    created_at: datetime
    version: int = 1
    """Grows with every change."""

    asked_at: datetime | None = None
    """When it began to ask for something else than before: another condition, other filters; None: it never did."""

    pause: Pause | None = None

    @property
    def workspace(self) -> str:
        """Whose it is."""
        return self.draft.workspace

    @property
    def channel(self) -> str:
        """Id of the channel at Slack; any word in the terminal."""
        return self.draft.channel

    @property
    def owner(self) -> str | None:
        """Slack id of who added it; None from the terminal."""
        return self.draft.owner

    @property
    def condition(self) -> Condition:
        """What makes it fire."""
        return self.draft.condition


# --- alerts -------------------------------------------------------------------------------------------------------


class AlertState(StrEnum):
    """How far an alert has come. A pair of watch and project without an alert is New or Active."""

    QUIET = "quiet"
    """The condition was seen once, or cannot be confirmed yet; nothing is told."""

    INACTIVE = "inactive"
    """The condition holds, confirmed: the alert is open."""

    RECOVERING = "recovering"
    """A sign that it does not hold any more, not yet confirmed: the alert is open."""

    GONE = "gone"
    """It ended because its project is absent for good, as far as can be told; a watch for that opens instead."""

    ACTIVE = "active"
    """It was open and ended well."""

    CLOSED = "closed"
    """It ended for another reason, which it tells."""


OPEN_STATES = (AlertState.INACTIVE, AlertState.RECOVERING)
"""States in which an alert is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """That an alert is not to be heard of for a while."""

    by: str | None
    at: datetime
    until: datetime | None
    """None: until it changes, at most 90 days from `at`."""

    reason: str = ""
    """What a person wrote; hostile."""

    noted: bool = False
    """Whether who set it was told that it ends soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """That somebody knows."""

    by: str | None
    at: datetime
    until: datetime
    note: str = ""
    """What a person wrote; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """That a project stays as it is on purpose: the watch leaves it alone."""

    by: str | None
    at: datetime
    until: datetime | None
    """None: for good, as an admin decided."""

    reason: str = ""
    """What a person wrote; hostile."""

    asked: bool = False
    """Whether it was asked what shall be once it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One watch firing for one project.

    There is at most one for each pair, used again when it fires again: what people said of it is kept.
    """

    ref: int
    """Our own number; 0 before it is stored."""

    watch: int
    """`Watch.ref`."""

    project: int
    """`Entry.ref`."""

    connection: str
    number: int | None = None
    """Short number in its channel, given when it opens for the first time: ``alerts snooze 12``."""

    state: AlertState
    since: datetime
    """When it came into its state."""

    version: int = 0
    """Grows with every change; 0 before it is stored."""

    revision: int = 0
    """How many entries its record got so far: by it a button knows whether what was drawn is still so."""

    next_at: datetime | None = None
    """When it has to be looked at again even if nothing happens; None: never."""

    opened_at: datetime | None = None
    """When it opened, the last time."""

    baseline: bool = False
    """Whether the condition held already when the watch was added or changed."""

    severity: int = 1
    """1; 2 from twice the threshold on, or if it is paid for all the while."""

    signal_at: datetime | None = None
    """The activity that was known when it opened; of a recovering one the first that came after."""

    confirmed_at: datetime | None = None
    """The newest activity known of a recovering one; of a quiet one the good look at which it fired first."""

    detail: str = ""
    """What a source said about it (`Build.objection`, a subscription's word); hostile."""

    card: int | None = None
    """`Card.ref` that tells of it, or told last."""

    announced_at: datetime | None = None
    """When a card told the channel that it is open; None: nobody was told of this opening."""

    repeats: int = 0
    repeated_at: datetime | None = None
    """When the channel was last reminded."""

    reason: str = ""
    """Why it was closed, as the end of a sentence of ours: ``it was archived``."""

    snooze: Snooze | None = None
    ack: Ack | None = None
    keep: Keep | None = None
    owner: str | None = None
    """Slack id of who it was assigned to."""

    flips: tuple[datetime, ...] = ()
    """When it opened and ended within the last days, oldest first."""

    flapping_since: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self.state in OPEN_STATES


class StepKind(StrEnum):
    """What became of an alert in one step."""

    OPENED = "opened"
    RECOVERING = "recovering"
    RELAPSED = "relapsed"
    """The sign of life was not confirmed."""

    BACK = "back"
    """Ended well."""

    CLOSED = "closed"
    """Ended for a reason."""

    WORSE = "worse"
    FLAPPING = "flapping"
    STEADY = "steady"
    """Does not flap any more."""

    REPEATED = "repeated"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"
    SNOOZE_ENDS_SOON = "snooze_ends_soon"
    ACKED = "acked"
    ACK_ENDED = "ack_ended"
    ASSIGNED = "assigned"
    KEPT = "kept"
    KEEP_ENDS_SOON = "keep_ends_soon"
    KEEP_ENDED = "keep_ended"
    ARCHIVE_ASKED = "archive_asked"
    """Somebody had it archived, or taken out of the archive, through us."""


class Telling(StrEnum):
    """Who is to be told of a step."""

    NOBODY = "nobody"
    """It is in the record, and the card shows what it changed."""

    THREAD = "thread"
    """The channel, in the thread of the card."""

    PERSON = "person"
    """One person, directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStep:
    """One entry of an alert's record: what became of it, when, and who is told."""

    ref: int = 0
    """Our own number, growing; 0 before it is stored."""

    alert: int = 0
    """`Alert.ref`."""

    kind: StepKind
    at: datetime
    by: str | None = None
    """Slack id; None for Rollcall itself or the terminal."""

    what: str
    """A sentence of ours without its subject: ``went quiet: last edit 31 d ago``. May quote hostile text."""

    telling: Telling = Telling.NOBODY
    person: str | None = None
    """Who is told, of `Telling.PERSON`."""

    told: bool = False


# --- cards --------------------------------------------------------------------------------------------------------


class CardKind(StrEnum):
    """What a card tells of."""

    WATCH = "watch"
    """The alerts of one watch at one connection."""

    OUTAGE = "outage"
    """A connection that cannot be read."""

    MASS = "mass"
    """So many projects of a connection changed at once that it is probably a fault of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message of ours that is edited as things change, and its thread."""

    ref: int
    workspace: str
    channel: str
    kind: CardKind
    connection: str
    watch: int | None = None
    """`Watch.ref` of a card of that kind."""

    subject: int | None = None
    """`Outage.ref` or `Hold.ref` of the other kinds."""

    opened_at: datetime
    closed_at: datetime | None = None
    """When everything on it had ended; new alerts get a new card."""

    posted: Posted | None = None
    """The message; None: not sent yet."""

    posted_at: datetime | None = None
    told_at: datetime | None = None
    """When the thread, or the card itself, last told of something new."""

    edited_at: datetime | None = None
    drawn: str = ""
    """Fingerprint of the message as it stands at Slack."""

    end_told: bool = False
    """Whether the channel was told that the outage is over of which the card tells."""

    after: int | None = None
    """`Card.ref` of the one that it continues."""

    due_at: datetime | None = None
    """When somebody should look whether there is something to send; None: nothing is."""

    attempts: int = 0
    """How often it was worked on; the number is the fencing number of a claim."""

    lease_until: datetime | None = None
    sending: Sending | None = None
    """What is on its way; after a crash it is sent again, unless it can be seen to be there."""

    failures: int = 0
    """Attempts in a row that failed."""

    reason: str = ""
    """Why the last one did, in plain words."""


class SendingKind(StrEnum):
    """What is on its way."""

    CARD = "card"
    REPLY = "reply"
    LOOSE = "loose"
    """What belongs into the thread of a card whose message is gone: it is told in the channel."""

    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message that is being sent for a card."""

    kind: SendingKind
    key: str
    """By which the message is known again."""

    at: datetime
    alerts: tuple[int, ...] = ()
    """`Alert.ref` of those that it announces."""

    steps: tuple[int, ...] = ()
    """`AlertStep.ref` of those that it tells."""

    ends: bool = False
    """Whether it tells that an outage is over."""


# --- sources in trouble -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A connection that could not be read for a while."""

    ref: int = 0
    workspace: str
    connection: str
    kind: ProblemKind
    detail: str
    """Safe words of ours: ``HTTP 503``."""

    since: datetime
    """When it was last read well before, or first failed if it never was."""

    failures: int = 1
    opened_at: datetime | None = None
    """When it was decided to tell of it; None: too early."""

    ended_at: datetime | None = None
    """When it was read well again, as later looks confirmed; None: it is not, or not for sure."""

    missed: int | None = None
    """How many changes were found afterwards."""

    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Alerts of a connection that are held back: too many at once to be believed."""

    ref: int = 0
    workspace: str
    connection: str
    since: datetime
    projects: int
    """How many turned at once."""

    of: int
    """Of how many."""

    looks: int = 1
    """Evaluations in a row that found the same."""

    looked_at: datetime
    """The good look that the last of these rested on."""

    released_at: datetime | None = None
    released_by: str | None = None
    """Slack id; None: by itself."""

    let_through_at: datetime | None = None
    """When what it held back had been written; None: not yet, also where a person has released it."""

    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measurement kept for the record."""

    at: datetime
    live: int
    queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDay:
    """All measurements of one project on one day, UTC."""

    day: datetime
    """Its midnight."""

    samples: int
    seen: int
    """Those with somebody there."""

    peak_live: int
    peak_queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts are asked for."""

    watch: int | None = None
    """`Watch.ref`, and not its short number; None: those of all watches."""

    numbers: tuple[int, ...] = ()
    """`Alert.number`; empty: all."""

    only_open: bool = True
    """Whether only what is open, snoozed or kept counts, and not what ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert with everything that is needed to speak of it."""

    alert: Alert
    watch: Watch
    steps: tuple[AlertStep, ...] = field(default_factory=tuple)
