"""Playing a world: the real catalog, evaluator and deliverer over it, with time that is moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import ZoneInfo

from bot.alerts import overlays
from bot.alerts.cards.deliverer import CardDeliverer
from bot.alerts.cards.loading import Loader, Rules
from bot.alerts.cards.outside import Outside
from bot.alerts.evaluator import Evaluator
from bot.catalog import Ages, Catalog
from bot.digests.closing import Closing
from bot.digests.notices import Notices
from bot.errors import UsageError
from bot.model import (
    Condition,
    ConditionKind,
    ConnectionSpec,
    DigestChange,
    Hours,
    Pause,
    PauseKind,
    Scope,
    Signal,
    Watch,
    WatchDraft,
)
from bot.query import Known
from tests.alerts.simulator.recorder import Killed, RecordingLedger
from tests.alerts.simulator.sources import ScriptedSource
from tests.alerts.simulator.world import DAY, EVERY, HOUR, MICRO, PIXEL, START
from tests.fakes.catalog_store import FakeStore
from tests.fakes.ledger import FakeLedger
from tests.fakes.messenger import FakeMessenger

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Store
    from tests.alerts.simulator.world import World

ZONE: Final = "Europe/Berlin"
DEADLY: Final = 1 / 200
"""How probably a process dies before or after any of its writes."""

SCOPE: Final = Scope(workspace="local")
OPERATORS: Final = "COPS"
MONTH: Final = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A watch that somebody adds, and what becomes of it."""

    channel: str
    condition: Condition
    query: str = ""
    hours: Hours | None = None
    added: timedelta = timedelta()
    paused: tuple[timedelta, timedelta] | None = None
    removed: timedelta | None = None


def _when(kind: ConditionKind, days: float | None = None, *signals: Signal, working: bool = False) -> Condition:
    threshold = None if days is None else days * DAY
    return Condition(kind=kind, threshold=threshold, signals=signals, working_days=working)


ORDERS: Final = (
    Order(
        channel="C1",
        condition=_when(ConditionKind.INACTIVE, 30),
        query="source:microvisualizer -pinned:true",
        hours=Hours(),
    ),
    Order(channel="C1", condition=_when(ConditionKind.INACTIVE, 14), query="source:streampixel", hours=Hours()),
    Order(
        channel="C2",
        condition=_when(ConditionKind.INACTIVE, 20, Signal.EDITS, working=True),
        query="source:microvisualizer",
        hours=Hours(),
        added=40 * DAY + 7 * HOUR,
    ),
    Order(channel="C2", condition=_when(ConditionKind.OFF), query="source:streampixel"),
    Order(channel="C3", condition=_when(ConditionKind.GONE)),
    Order(channel="C3", condition=_when(ConditionKind.LAPSED), hours=Hours()),
    Order(channel="C4", condition=_when(ConditionKind.QUEUE, 1 / 144), query="source:streampixel"),
    Order(
        channel="C4",
        condition=_when(ConditionKind.INACTIVE, 30),
        query="updated:<60d source:microvisualizer",
        added=20 * DAY,
        removed=150 * DAY,
    ),
    Order(
        channel="C5",
        condition=_when(ConditionKind.INACTIVE, 21, Signal.VIEWERS),
        query="source:streampixel",
        paused=(80 * DAY, 95 * DAY),
    ),
)


class BotClock:
    """The bot's clock: true time, and how wrong it is."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.true = START

    def now(self) -> datetime:
        """Return what the bot believes."""
        return self.true + self._world.skew(self.true)

    def true_now(self) -> datetime:
        """Return what is true."""
        return self.true


class Play:
    """One world, played.

    Args:
        world: what is true.
        orders: the watches that are added.
        store: where the rows are; by default in memory.
        lively: whether people do something about alerts, and processes are killed in the middle.
    """

    def __init__(
        self, world: World, orders: tuple[Order, ...] = ORDERS, store: Store | None = None, *, lively: bool = True
    ) -> None:
        self.world = world
        self.clock = BotClock(world)
        self.store = store or cast("Store", FakeStore())
        self.ledger = RecordingLedger(self.clock.true_now, self._dies)
        self.messenger = FakeMessenger(self.clock)
        self.sources = {
            name: ScriptedSource(world, name, self.clock.true_now, self.clock) for name in (MICRO, PIXEL)
        }  # fmt: skip
        self.orders = orders
        self.watches: dict[int, Order] = {}
        """By `Watch.ref`."""

        self.kills = 0
        self.said = 0
        self.ticks = 0
        self._random = Random(world.seed + 1)  # noqa: S311 - made-up people
        self._lively = lively
        self._mortal = False
        self._bot: _Process | None = None
        self._todo: list[tuple[datetime, Callable[[datetime], object]]] = []

    async def run(self) -> None:
        """Play to the end."""
        specs = [ConnectionSpec(name=name, sheet=each.sheet) for name, each in self.sources.items()]
        await self.store.register("local", specs)
        self._plan()
        next_look = self.clock.true
        while self.clock.true < self.world.end:
            now = self.clock.true
            if self.world.sleeps(now):
                await self._end_process()
                self.clock.true = now + HOUR / 4
                next_look = self.clock.true
                continue
            await self._tick()
            if now >= next_look:
                next_look = now + EVERY
            self.clock.true = await self._next(next_look)
        await self._end_process()

    async def _tick(self) -> None:
        self.ticks += 1
        now = self.clock.true
        while self._todo and self._todo[0][0] <= now:
            _, do = self._todo.pop(0)
            await do(now)  # type: ignore[misc] # all of them are coroutines
        if self._bot is None:
            self._bot = _Process(self, "the bot")
        self._mortal = self._lively
        try:
            await self._bot.tick()
        except Killed:
            self.kills += 1
            await self._end_process()
        self._mortal = False
        if self._lively and self._random.random() < 1 / 60:
            await self._say()

    async def _end_process(self) -> None:
        if self._bot is not None:
            await self._bot.catalog.close()
            self._bot = None

    async def _next(self, look: datetime) -> datetime:
        """Return when something may happen next."""
        now, skew = self.clock.true, self.clock.now() - self.clock.true
        waiting = [alert.next_at for alert in self.ledger.every_alert() if alert.next_at is not None]
        waiting += [card.due_at for card in self.ledger.every_card() if card.due_at is not None]
        soonest = min((at - skew for at in waiting), default=look)
        if any(self.world.trouble(name, now) for name in self.sources):
            soonest = min(soonest, now + HOUR / 3)
        return min(look, max(soonest, now + timedelta(minutes=1)))

    # people, and what ends processes

    def _dies(self) -> bool:
        return self._mortal and self._random.random() < DEADLY

    async def _say(self) -> None:
        """Let somebody say something about an open alert."""
        now = self.clock.now()
        there = [alert for alert in self.ledger.every_alert() if alert.is_open]
        if not there:
            return
        alert = self._random.choice(there)
        try:
            match self._random.randrange(5):
                case 0:
                    change = overlays.snooze(alert, until=now + 3 * DAY, by="U1", zone=ZONE, now=now)
                case 1:
                    change = overlays.snooze(alert, until=None, by="U1", zone=ZONE, now=now)
                case 2:
                    change = overlays.keep(alert, until=now + 15 * DAY, by="U2", zone=ZONE, now=now)
                case 3:
                    change = overlays.assign(alert, owner="U3", by="U1", now=now)
                case _:
                    change = overlays.ack(alert, by="U2", zone=ZONE, now=now)
        except UsageError:
            return
        self.said += 1
        written = await self.ledger.change_alerts([change], now=now)
        await self.ledger.look_at_cards({each.card: now for each in written if each.card is not None})

    def _plan(self) -> None:
        for order in self.orders:
            self._todo.append((START + order.added, _Adding(self, order)))
        self._todo.sort(key=lambda item: item[0])

    def later(self, at: datetime, do: Callable[[datetime], object]) -> None:
        """Do something at the first tick from `at` on."""
        self._todo.append((at, do))
        self._todo.sort(key=lambda item: item[0])


class _Adding:
    """Adds a watch, then does to it what its order says."""

    def __init__(self, play: Play, order: Order) -> None:
        self._play = play
        self._order = order

    async def __call__(self, _now: datetime) -> None:
        play, order = self._play, self._order
        draft = WatchDraft(
            workspace="local", channel=order.channel, owner="U1", condition=order.condition, query=order.query,
            zone=ZONE, hours=order.hours,
        )  # fmt: skip
        watch = await play.ledger.add_watch(draft, now=play.clock.now(), most=25)
        assert watch is not None
        play.watches[watch.ref] = order
        if order.removed is not None:
            play.later(START + order.removed, lambda _: self._remove(watch.ref))
        if order.paused is not None:
            play.later(START + order.paused[0], lambda _: self._pause(watch.ref, rest=True))
            play.later(START + order.paused[1], lambda _: self._pause(watch.ref, rest=False))

    async def _remove(self, ref: int) -> None:
        assert await self._play.ledger.remove_watch(await self._watch(ref), self._change("removed"))

    async def _pause(self, ref: int, *, rest: bool) -> None:
        now = self._play.clock.now()
        pause = Pause(kind=PauseKind.PERSON, at=now, reason="", by="U1") if rest else None
        assert await self._play.ledger.pause_watch(await self._watch(ref), pause, self._change("paused"))

    async def _watch(self, ref: int) -> Watch:
        watch = await self._play.ledger.watch(ref)
        assert watch is not None
        return watch

    def _change(self, what: str) -> DigestChange:
        return DigestChange(at=self._play.clock.now(), by="U1", what=what)


NAMES = Known(sources=("microvisualizer", "streampixel"), connections=(MICRO, PIXEL))


class _Process:
    """One process of the bot, from its start to its end."""

    def __init__(self, play: Play, holder: str) -> None:
        self._play = play
        clock, store, ledger = play.clock, play.store, play.ledger
        self.catalog = Catalog(
            workspace="local",
            sources=play.sources,
            store=store,
            clock=clock,
            fresh_for=EVERY,
            holder=holder,
            regular=Ages(listing=EVERY, viewers=EVERY),
        )
        zone = ZoneInfo(ZONE)
        self.evaluator = Evaluator(
            workspace="local",
            store=store,
            ledger=ledger,
            clock=clock,
            holder=holder,
            known=NAMES,
            quiet_after=MONTH,
            zone=zone,
            operators_channel=OPERATORS,
            admins=("UADMIN",),
            claim_for=2 * EVERY,
        )
        rules = Rules(quiet_after=MONTH, zone=zone, operators_channel=OPERATORS, names=NAMES)
        loader = Loader(
            workspace="local", ledger=ledger, store=store, messenger=play.messenger, clock=clock, rules=rules
        )  # fmt: skip
        closing = Closing("local", FakeLedger(), ledger, clock, Notices(play.messenger, None))
        self.deliverer = CardDeliverer(
            workspace="local",
            outside=Outside(ledger=ledger, messenger=play.messenger, loader=loader, closing=closing, clock=clock),
            holder=holder,
        )

    async def tick(self) -> None:
        """Do what the engine has done in a minute."""
        refresh = await self.catalog.refresh(SCOPE, viewers=True, force=False, patience=timedelta(seconds=30))
        await refresh.settled()
        await self.evaluator.evaluate()
        for _ in range(50):
            jobs = await self.deliverer.jobs(100)
            if not jobs:
                return
            for job in jobs:
                await self.deliverer.attempt(job.ref, job.attempt)
