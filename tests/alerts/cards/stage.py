"""Everything around the deliverer of cards, in memory: what a test changes, and processes that deliver."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts.cards.deliverer import CardDeliverer
from bot.alerts.cards.loading import Loader, Rules
from bot.alerts.cards.outside import Outside, Timing
from bot.digests.closing import Closing
from bot.digests.notices import Notices
from bot.digests.returning import Returning
from bot.model import (
    Alert,
    AlertState,
    AlertStep,
    Card,
    CardKind,
    Condition,
    ConditionKind,
    Outage,
    ProblemKind,
    StepKind,
    Telling,
    Watch,
    WatchDraft,
)
from bot.ports.watches import AlertChange
from bot.query import Known
from bot.sources import SHEETS
from tests.alerts.cards.scenes import BERLIN, MONDAY_10
from tests.builders import entry, microvisualizer
from tests.fakes.catalog_store import FakeStore
from tests.fakes.clock import HandClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.messenger import FakeMessenger
from tests.fakes.watch_ledger import FakeWatchLedger
from tests.store.catalogs import BOTH

if TYPE_CHECKING:
    from bot.ports import Messenger, WatchLedger
    from tests.fakes.messenger import Post

WORKSPACE = "local"
CHANNEL = "C0TEAM"
OPERATORS = "C0OPERATORS"
CONNECTION = "microvisualizer"
NAMES = Known(sources=("microvisualizer", "streampixel"), connections=("microvisualizer", "streampixel"))
QUICK = Timing(write_again=timedelta(0))
MOST_ROUNDS = 50


class Stage:
    """One workspace with a watch in a channel."""

    def __init__(self) -> None:
        self.clock = HandClock(MONDAY_10)
        self.messenger = FakeMessenger(self.clock)
        self.ledger = FakeWatchLedger()
        self.digests = FakeLedger()
        self.store = FakeStore()
        self.dues: list[datetime] = []
        """When cards were said to be due again."""

    async def begin(self, **given: Any) -> Watch:
        """Know two sources, and add a watch."""
        await self.store.register(WORKSPACE, BOTH)
        return await self.adds_watch(**given)

    async def adds_watch(self, kind: ConditionKind = ConditionKind.INACTIVE, **given: Any) -> Watch:
        """Add a watch."""
        plain: dict[str, Any] = {
            "workspace": WORKSPACE,
            "channel": CHANNEL,
            "owner": "U0ANNA",
            "condition": Condition(kind=kind, threshold=timedelta(days=30)),
            "query": "",
            "zone": BERLIN,
        }
        draft = WatchDraft(**(plain | given))
        watch = await self.ledger.add_watch(draft, now=self.clock.now(), most=25)
        assert watch is not None
        return watch

    def process(
        self,
        name: str = "one",
        *,
        messenger: Messenger | None = None,
        ledger: WatchLedger | None = None,
        operators: str | None = OPERATORS,
    ) -> CardDeliverer:
        """Return a process that delivers."""
        speaks, keeps = messenger or self.messenger, ledger or self.ledger
        rules = Rules(quiet_after=timedelta(days=30), zone=UTC, operators_channel=operators, names=NAMES, sheets=SHEETS)
        loader = Loader(
            workspace=WORKSPACE, ledger=keeps, store=self.store, messenger=speaks, clock=self.clock, rules=rules
        )
        closing = Closing(WORKSPACE, self.digests, keeps, self.clock, Notices(speaks, operators))
        outside = Outside(
            ledger=keeps, messenger=speaks, loader=loader, closing=closing, clock=self.clock, timing=QUICK
        )
        return CardDeliverer(workspace=WORKSPACE, outside=outside, holder=name, due=self.dues.append)

    @property
    def returning(self) -> Returning:
        """Return what wakes what rests."""
        return Returning(WORKSPACE, self.digests, self.clock, self.messenger.place, self.ledger)

    # what happens to alerts

    async def opens(self, watch: Watch, *names: str, baseline: bool = False, **given: Any) -> list[Alert]:
        """Let projects go quiet, and their card be due."""
        now, found = self.clock.now(), []
        for name in names:
            row = next((each for each in self.store.entries.values() if each.project.name == name), None)
            if row is None:
                project = microvisualizer(id=name.lower(), name=name, updated_at=now - timedelta(days=31))
                row = entry(project, ref=len(self.store.entries) + 1)
                self.store.entries[row.ref] = row
            before = (await self.ledger.alerts_of(watch.ref, [row.ref])).get(row.ref)
            plain: dict[str, Any] = {"watch": watch.ref, "project": row.ref, "connection": CONNECTION}
            alert = before or Alert(ref=0, state=AlertState.QUIET, since=now, **plain)
            found.append(
                replace(alert, state=AlertState.INACTIVE, since=now, opened_at=now, baseline=baseline, **given)
            )
        telling = Telling.NOBODY if baseline else Telling.THREAD
        return await self.writes(*found, kind=StepKind.OPENED, what="went quiet", telling=telling)

    async def ends(self, *alerts: Alert, kind: StepKind = StepKind.BACK) -> list[Alert]:
        """Let projects come back."""
        state = AlertState.ACTIVE if kind is StepKind.BACK else AlertState.CLOSED
        now = self.clock.now()
        current = [await self.now_of(alert) for alert in alerts]
        over = [replace(alert, state=state, since=now) for alert in current]
        return await self.writes(*over, kind=kind, what="is back")

    async def writes(
        self, *alerts: Alert, kind: StepKind, what: str, telling: Telling = Telling.THREAD, **given: Any
    ) -> list[Alert]:
        """Write alerts with a step each, as who evaluates does, and make their cards due."""
        now = self.clock.now()
        step = AlertStep(kind=kind, at=now, what=what, telling=telling, **given)
        stored = await self.ledger.change_alerts([AlertChange(alert=each, steps=(step,)) for each in alerts], now=now)
        assert len(stored) == len(alerts)
        await self.ledger.look_at_cards({each.card: now for each in stored if each.card is not None})
        return list(stored)

    async def says(self, alert: Alert, kind: StepKind, what: str = "something", **given: Any) -> Alert:
        """Let a step happen to an alert that stays as it is."""
        (after,) = await self.writes(await self.now_of(alert), kind=kind, what=what, **given)
        return after

    async def now_of(self, alert: Alert) -> Alert:
        """Return an alert as it is stored."""
        return (await self.ledger.alerts_of(alert.watch, [alert.project]))[alert.project]

    async def outage(self, channel: str = OPERATORS, **given: Any) -> tuple[Outage, Card]:
        """Let the source fail, and be told in a channel."""
        now = self.clock.now()
        plain: dict[str, Any] = {
            "workspace": WORKSPACE,
            "connection": CONNECTION,
            "kind": ProblemKind.DOWN,
            "detail": "HTTP 503",
            "since": now - timedelta(minutes=15),
            "opened_at": now,
        }
        outages = await self.ledger.outages(WORKSPACE)
        outage = outages[0] if outages else await self.ledger.save_outage(Outage(**(plain | given)))
        assert outage is not None
        return outage, await self.adds_card(CardKind.OUTAGE, outage.ref, channel)

    async def adds_card(self, kind: CardKind, subject: int, channel: str) -> Card:
        """Add a card that is not a watch's."""
        now = self.clock.now()
        card = await self.ledger.add_card(
            Card(
                ref=0, workspace=WORKSPACE, channel=channel, kind=kind, connection=CONNECTION, subject=subject,
                opened_at=now, due_at=now,
            )
        )  # fmt: skip
        assert card is not None
        return card

    # what is delivered

    async def delivers(self, process: CardDeliverer | None = None, **later: float) -> None:
        """Let some time pass, and do everything that is due then."""
        self.clock.forward(**later)
        works = process or self.process()
        for _ in range(MOST_ROUNDS):
            jobs = await works.jobs(10)
            if not jobs:
                return
            for job in jobs:
                await works.attempt(job.ref, job.attempt)
        raise AssertionError(f"cards stay due: {jobs}")

    async def card_of(self, alert: Alert) -> Card:
        """Return the card of an alert."""
        card = await self.ledger.card((await self.now_of(alert)).card or 0)
        assert card is not None
        return card

    def cards(self, channel: str = CHANNEL) -> list[Post]:
        """Return what stands in a channel, without threads."""
        return [post for post in self.messenger.in_channel(channel) if post.thread is None]

    def thread(self, channel: str = CHANNEL) -> list[str]:
        """Return what was told in threads of a channel."""
        return [post.message.text for post in self.messenger.in_channel(channel) if post.thread is not None]
