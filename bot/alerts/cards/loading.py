"""Finding what a card is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from bot.alerts.aims import Aims
from bot.alerts.cards.pictures import HoldPicture, NoPicture, OutagePicture, WatchPicture
from bot.alerts.cards.untold import may_be_over
from bot.alerts.fitting import fits
from bot.alerts.machine import shows_life
from bot.alerts.reporting import finding_of
from bot.answers import CardLine, CardReport, HoldReport, OutageReport
from bot.catalog.moments import moment_of
from bot.model import AlertState, CardKind, Condition, ConditionKind, Hours, Raised, Scope, Watch, WatchDraft
from bot.query import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta, tzinfo

    from bot.alerts.cards.pictures import Picture
    from bot.model import Alert, AlertStep, Card, Entry, Freshness, Moment, Outage, SourceSheet
    from bot.ports import Clock, Messenger, WatchLedger

MOST_LOADED: Final = 50
"""Projects whose rows are read for one card: more than it names; the rest is counted."""

MOST_ENDED: Final = 10
MOST_KNOWN: Final = 500
"""Addresses of earlier cards, and names of people, that are remembered."""

MOST_PEOPLE: Final = 20
"""People whose names are asked for one card; the others are shown by their id, which Slack turns into a name."""


class Rows(Protocol):
    """The part of `bot.ports.Store` that cards need."""

    async def freshness(self, scope: Scope) -> tuple[Freshness, ...]:
        """Return what is known of each connection."""
        ...

    async def get_many(self, scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return rows by our own numbers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this installation is like."""

    quiet_after: timedelta
    zone: tzinfo
    """Of calendar days, and of the hours of those who run Rollcall."""

    operators_channel: str | None = None
    archivable: frozenset[str] = frozenset()
    """Connections whose projects can be archived from here."""

    sheets: Mapping[str, SourceSheet] = field(default_factory=dict)
    """By name of the source: what it tells of its projects."""

    names: Known = field(default_factory=Known)
    """Sources and connections, to read filters."""

    @property
    def zone_name(self) -> str:
        """IANA name of the zone."""
        return getattr(self.zone, "key", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Loads cards of one workspace. Every method may raise `StoreError`."""

    workspace: str
    ledger: WatchLedger
    store: Rows
    messenger: Messenger
    clock: Clock
    rules: Rules
    judged: Callable[[], bool] = lambda: True
    """Tells whether watches are judged at all: while they are not, no card is drawn anew only to look young."""

    _links: dict[int, tuple[str | None, datetime | None]] = field(default_factory=dict)
    """`Card.ref` of earlier cards to their addresses, and to when they last told something."""

    _names: dict[str, str] = field(default_factory=dict)
    """Slack ids to what people are called."""

    async def load(self, card: Card, doubts: frozenset[int] = frozenset()) -> Picture:
        """Return a card as it would be drawn now.

        Args:
            card: which.
            doubts: `Alert.ref` of those of which the channel may have heard, although nobody knows.
        """
        if card.kind is CardKind.WATCH:
            return await self._watch(card, doubts)
        subject = card.subject or 0
        if card.kind is CardKind.MASS:
            return await self._hold(card, subject)
        return await self._outage(card, subject)

    # a watch

    async def _watch(self, card: Card, doubts: frozenset[int]) -> WatchPicture:
        watch = await self.ledger.watch(card.watch or 0)
        # An alert may change between these two reads. If it was read first, its opening would look as if it were over,
        # and count as told; read last, it knows of all that its steps tell. What comes later is for the next picture.
        steps = await self.ledger.untold(card.ref)
        members = await self.ledger.members(card.ref)
        freshness = await self.store.freshness(Scope(workspace=self.workspace))
        now = self.clock.now()
        moment = moment_of(freshness, now=now, quiet_after=self.rules.quiet_after, zone=self.rules.zone, regular=True)
        spoken = {step.alert for step in steps}
        shown = _shown(members, doubts)
        ended = sorted(
            (alert for alert in members if _is_end_shown(alert)), key=lambda alert: alert.since, reverse=True
        )
        wanted = [*(alert for alert in members if alert.ref in spoken), *shown, *ended[:MOST_ENDED]]
        entries = await self._entries(wanted)
        members = tuple(_as_seen(alert, watch, entries.get(alert.project), moment) for alert in members)
        shown = _shown(members, doubts)
        lines = {
            alert.ref: _line(alert, watch or _departed(card), entries.get(alert.project), moment) for alert in members
        }
        known = _of(card, freshness)
        previous, told_before = await self._previous(card)
        report = CardReport(
            card=card,
            watch=watch,
            title=_title(card, known),
            open=tuple(lines[alert.ref] for alert in shown),
            ended=tuple(lines[alert.ref] for alert in ended[:MOST_ENDED]),
            ended_total=len(ended),
            moment=moment,
            known=known,
            outage=await self._open_outage(card.connection),
            previous=previous,
            told_before=told_before,
            can_archive=card.connection in self.rules.archivable,
            people=await self._people(_involved([*shown[:MOST_ENDED], *ended[:MOST_ENDED]], steps)),
        )
        return WatchPicture(
            report=report, members=members, steps=steps, lines=lines, doubts=doubts, judged=self.judged()
        )

    async def _entries(self, alerts: Iterable[Alert]) -> Mapping[int, Entry]:
        refs = list(dict.fromkeys(alert.project for alert in alerts))[:MOST_LOADED]
        return await self.store.get_many(Scope(workspace=self.workspace), refs)

    async def _open_outage(self, connection: str) -> Outage | None:
        outages = await self.ledger.outages(self.workspace)
        return next((each for each in outages if each.connection == connection and each.opened_at is not None), None)

    async def _previous(self, card: Card) -> tuple[str | None, datetime | None]:
        """Return the address of the card that this one continues, and when that last told something; asked once."""
        if card.after is None:
            return None, None
        if card.after not in self._links:
            before = await self.ledger.card(card.after)
            link = None if before is None or before.posted is None else await self.messenger.link(before.posted)
            if len(self._links) >= MOST_KNOWN:
                self._links.clear()
            self._links[card.after] = (link, None if before is None else before.told_at or before.posted_at)
        return self._links[card.after]

    async def _people(self, ids: Iterable[str]) -> dict[str, str]:
        """Return what people are called, as far as Slack tells; asked once for each."""
        wanted = list(dict.fromkeys(ids))[:MOST_PEOPLE]
        if len(self._names) + len(wanted) > MOST_KNOWN:
            self._names.clear()
        for user in wanted:
            if user not in self._names:
                self._names[user] = (await self.messenger.person(user)).name
        return {user: self._names[user] for user in wanted if self._names[user]}

    # a source in trouble

    async def _outage(self, card: Card, subject: int) -> Picture:
        outage = await self.ledger.outage(subject)
        if outage is None:
            return NoPicture(told=card)
        operators = card.channel == self.rules.operators_channel
        everywhere = operators or not _is_shared(card.channel)
        watches = await self.ledger.watches(self.workspace, None if everywhere else card.channel)
        known = await self._known(card)
        awake = self._on_it([watch for watch in watches if watch.pause is None], known)
        told = await self._told(outage.ref)
        report = OutageReport(
            card=card,
            outage=outage,
            title=_title(card, known),
            now=self.clock.now(),
            for_operators=everywhere,
            held=await self.ledger.silenced(self.workspace, card.connection),
            watches=len(awake),
            known=known,
            told=told,
            people=await self._people(told),
        )
        hours, zone = (None, self.rules.zone_name) if everywhere else _hours_of(awake, self.rules.zone_name)
        return OutagePicture(report=report, hours=hours, zone=zone, reminds=operators)

    async def _told(self, outage: int) -> tuple[str, ...]:
        """Return who was told of an outage directly."""
        cards = await self.ledger.cards_of(self.workspace, CardKind.OUTAGE, outage)
        return tuple(sorted(card.channel for card in cards if not _is_shared(card.channel)))

    def _on_it(self, watches: Iterable[Watch], known: Freshness | None) -> list[Watch]:
        """Return the watches that a connection's projects can matter to: by their filters, and by what it tells."""
        aims = Aims(self.rules.names).of(watches)
        if known is None:
            return [aim.watch for aim in aims]
        return [aim.watch for aim in aims if fits(aim, known, self.rules.sheets)]

    async def _hold(self, card: Card, subject: int) -> Picture:
        hold = await self.ledger.hold(subject)
        if hold is None:
            return NoPicture(told=card)
        people = await self._people([hold.released_by] if hold.released_by is not None else [])
        title = _title(card, await self._known(card))
        return HoldPicture(report=HoldReport(card=card, hold=hold, title=title, now=self.clock.now(), people=people))

    async def _known(self, card: Card) -> Freshness | None:
        return _of(card, await self.store.freshness(Scope(workspace=self.workspace)))


def _involved(alerts: Iterable[Alert], steps: Iterable[AlertStep]) -> Iterator[str]:
    """Yield the ids of everybody who is named on a card or in its thread."""
    for alert in alerts:
        said = (each for each in (alert.snooze, alert.ack, alert.keep) if each is not None)
        yield from (who for who in (alert.owner, *(each.by for each in said)) if who is not None)
    for step in steps:
        yield from (who for who in (step.by, step.person) if who is not None)


def _is_shared(channel: str) -> bool:
    """Tell whether it is a channel and not a person: https://docs.slack.dev/reference/objects/conversation-object."""
    return channel[:1] in {"C", "G"}


def _hours_of(watches: list[Watch], zone: str) -> tuple[Hours | None, str]:
    """Return the hours of a channel: of its watches the one that is told soonest; none if one of them has none."""
    if any(watch.draft.hours is None for watch in watches):
        return None, zone
    first = min(watches, key=lambda watch: watch.number, default=None)
    return (Hours(), zone) if first is None else (first.draft.hours, first.draft.zone)


def _shown(members: Iterable[Alert], doubts: frozenset[int]) -> list[Alert]:
    return sorted((alert for alert in members if alert.is_open and not may_be_over(alert, doubts)), key=_badness)


def _as_seen(alert: Alert, watch: Watch | None, entry: Entry | None, moment: Moment) -> Alert:
    """Return an alert of which nobody was told as the last look shows it, be it judged by that look or not yet.

    A queue lasts for minutes: of one that is over nobody is told as if there was one.
    """
    if watch is None or entry is None or alert.state is not AlertState.INACTIVE or alert.announced_at is not None:
        return alert
    finding = finding_of(Raised(alert=alert, watch=watch), entry, moment)
    return replace(alert, state=AlertState.RECOVERING) if shows_life(alert, finding) else alert


def _badness(alert: Alert) -> tuple[int, datetime, int]:
    """Sort the worst first: higher severity, then the longest without a sign of life."""
    return (-alert.severity, alert.signal_at or alert.opened_at or alert.since, alert.ref)


def _is_end_shown(alert: Alert) -> bool:
    """Tell whether an end is worth showing: of what somebody was told of."""
    return not alert.is_open and alert.announced_at is not None


def _line(alert: Alert, watch: Watch, entry: Entry | None, moment: Moment) -> CardLine:
    raised, finding = Raised(alert=alert, watch=watch), None
    if entry is not None and alert.is_open:
        finding = finding_of(raised, entry, moment)
    return CardLine(raised=raised, entry=entry, finding=finding)


def _departed(card: Card) -> Watch:
    """Stand in for a watch that was removed: of it only the ends of its alerts are still told."""
    draft = WatchDraft(
        workspace=card.workspace, channel=card.channel, owner=None,
        condition=Condition(kind=ConditionKind.GONE), query="", zone="UTC",
    )  # fmt: skip
    return Watch(ref=card.watch or 0, number=0, draft=draft, created_at=card.opened_at)


def _of(card: Card, freshness: Iterable[Freshness]) -> Freshness | None:
    return next((known for known in freshness if known.connection == card.connection), None)


def _title(card: Card, known: Freshness | None) -> str:
    return known.title if known is not None else card.connection
