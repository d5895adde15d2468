"""Answers about watches and alerts, and what cards are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.model import (
        AlertStep,
        Card,
        DigestChange,
        Entry,
        Finding,
        Freshness,
        Hold,
        Moment,
        Outage,
        Raised,
        Sights,
        Watch,
        WatchDraft,
    )
    from bot.ports import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One project, and what a condition says of it."""

    entry: Entry
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a watch would have sent in the past, as far as we observed it."""

    since: datetime
    """Where it begins: 30 days ago, or where our record begins."""

    until: datetime
    opened: int
    ended: int
    messages: int
    """Cards and answers in their threads; edits are silent."""

    wanted: timedelta
    """How far back it should have gone."""

    projects: int | None = None
    """The past of so many projects was looked at, which are not all; None: of all."""

    measured: int | None = None
    """Of so many projects the measurements were read, which are not all that have some; None: of all."""

    events: int | None = None
    """So many events were read, which are not all: `since` is that of the oldest of them; None: all were."""

    @property
    def per_week(self) -> float:
        """Messages in a week."""
        return self.messages / max((self.until - self.since).total_seconds() / 604_800, 1 / 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A project for which the condition holds, and of which nobody is told now, because somebody said so."""

    entry: Entry
    until: datetime | None
    """None: for good, or until it changes."""

    kept: bool
    """Or snoozed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a watch does, before it does it."""

    draft: WatchDraft
    matching: int
    """Projects that the filters let through, archived ones not counted."""

    firing: tuple[Judged, ...]
    """Those for which the condition holds now, the worst first, at most ten: the backlog card."""

    firing_total: int
    quiet_total: int
    """Those that are past 80 % of the threshold."""

    unsure_total: int
    """Those of which not enough was observed."""

    exempt_pinned: int
    """Those that are left out only because they are pinned, and nobody asked for them."""

    backtest: Backtest
    moment: Moment
    freshness: tuple[Freshness, ...]
    titles: dict[str, str]
    """Connection to the name of its source for people."""

    blind: tuple[str, ...] = ()
    """Connections that cannot be read now: nothing is said of their projects."""

    cards: int = 1
    """On how many cards they would be: there is one for each connection."""

    told_at: datetime | None = None
    """When the channel would be told of those that fire now; None: nothing fires."""

    concerned: int | None = None
    """Of `matching`, those for which the condition can hold at all; None: of all."""

    sources: int = 1
    """Connections for which it can hold; each has a card of its own."""

    next: tuple[Judged, ...] = ()
    """Of `quiet_total`, those that come next, at most three."""

    set_aside: tuple[SetAside, ...] = ()
    """Kept and snoozed ones, which are not among those that fire."""

    on_card: int = 0
    """Of `firing_total`, those that the channel was told of before, and that are open still."""

    possible_at: datetime | None = None
    """When something can fire at the earliest, while nothing was observed for long enough; None: now."""

    unknown_words: str = ""
    """Words of the filters that no project has; hostile."""


class WatchDeed(StrEnum):
    """What was done with a watch."""

    ADDED = "added"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchKept:
    """What was stored, exactly, and what that will do."""

    command: str
    deed: WatchDeed
    watch: Watch
    preview: Preview | None
    """None where nothing begins: paused, removed."""

    place: Place
    defaults: tuple[str, ...] = ()
    """What was not typed and is so by default, each a short sentence of ours."""

    open: int = 0
    """Open alerts that this ended, of a removed watch; of a resting one those that stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    """One watch in a list."""

    watch: Watch
    open: int
    worst: Raised | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """The watches of a channel."""

    command: str
    lines: tuple[WatchLine, ...]
    place: Place
    now: datetime

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDetails:
    """One watch, its open alerts, and who changed it."""

    command: str
    watch: Watch
    raised: tuple[Raised, ...]
    entries: dict[int, Entry]
    """`Entry.ref` to row, of the projects of `raised`."""

    changes: tuple[DigestChange, ...]
    place: Place
    now: datetime

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""

    findings: dict[int, Finding] = field(default_factory=dict)
    """`Alert.ref` to what its condition says now."""

    hint: str = ""
    """What can be typed next, in a sentence of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTested:
    """What `watch test` says of a watch, kept or only thought of."""

    command: str
    preview: Preview
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """The open alerts of a channel, and what is kept or snoozed there."""

    command: str
    raised: tuple[Raised, ...]
    total: int
    entries: dict[int, Entry]
    findings: dict[int, Finding]
    """`Alert.ref` to what its condition says now."""

    titles: dict[str, str]
    moment: Moment
    freshness: tuple[Freshness, ...]
    outages: tuple[Outage, ...] = ()

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetails:
    """Why: one alert with all its evidence, and what can be done about it."""

    command: str
    raised: Raised
    """With its record, newest first."""

    entry: Entry | None
    """None: the project left the database."""

    finding: Finding
    sights: Sights
    title: str
    moment: Moment
    freshness: Freshness | None
    next_look_at: datetime | None
    """When it is looked at again at the latest."""

    can_archive: bool = False
    """Whether this project can be archived, or taken out of the archive, from here."""

    ignored: tuple[str, ...] = ()
    """What was not counted as activity, each a few words of ours: ``pins``, ``viewers (the watch counts edits)``."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDone:
    """What was done about alerts."""

    command: str
    sentence: str
    """What is so now, in one sentence of ours; plain text. Empty if nothing was done."""

    raised: tuple[Raised, ...]
    """As they are now."""

    entries: dict[int, Entry]
    moment: Moment
    next: tuple[str, ...] = ()
    """Commands that may follow, such as the one that takes it back."""

    stale: str = ""
    """Why nothing was done, about all or some, although a button was pressed: what has changed since it was drawn."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


# --- cards --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One alert on a card."""

    raised: Raised
    entry: Entry | None
    finding: Finding | None
    """None of what has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReport:
    """What the card of a watch is drawn from."""

    card: Card
    watch: Watch | None
    """None: it was removed."""

    title: str
    """The source, for people; of the connection where a source has several."""

    open: tuple[CardLine, ...]
    """Open alerts, the worst first, all of them."""

    ended: tuple[CardLine, ...]
    """Alerts of this card that ended, newest first, at most ten."""

    ended_total: int
    moment: Moment
    known: Freshness | None
    """How fresh the connection is."""

    outage: Outage | None = None
    """Set while the connection cannot be read: the card keeps its last state."""

    previous: str | None = None
    """Address of the card that it continues."""

    told_before: datetime | None = None
    """When that card last told something: what opened later is what this one begins with."""

    continued: bool = False
    """Whether another card goes on with it."""

    can_archive: bool = False

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step to be told, with what is needed to speak of it."""

    step: AlertStep
    line: CardLine


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageReport:
    """What the card of an outage is drawn from."""

    card: Card
    outage: Outage
    title: str
    now: datetime
    for_operators: bool
    """Whether this is the operators' channel, which is told more than others."""

    held: int
    """Open alerts of that connection that are frozen."""

    watches: int
    """Watches of this channel that rest because of it; of all channels for operators."""

    known: Freshness | None = None

    told: tuple[str, ...] = ()
    """Slack ids of those who were told directly what to do."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReport:
    """What the card of a suspicious mass change is drawn from."""

    card: Card
    hold: Hold
    title: str
    now: datetime

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to what people are called, as far as it is known; hostile."""
