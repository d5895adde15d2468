"""Slack and a source in this process, projects that go quiet and come back, and replicas that are killed."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.slack.faults import POST
from bot.demo.sources import demo_sources
from bot.demo.upstreams.microvisualizer import MicroVisualizerStandIn
from bot.model import LOCAL_WORKSPACE, CardKind, Condition, ConditionKind, Signal, WatchDraft
from bot.store import open_database
from bot.wiring import SystemClock
from tests.kill.alert_audit import AlertAudit, Told, audit
from tests.kill.fast_clock import FastClock
from tests.kill.replicas import Replicas
from tests.kill.scene import TROUBLES, Plan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.demo.sources import DemoSource
    from bot.ports import WatchLedger

SPEED: Final = 10_800
"""Three hours in a second."""

CHANNELS: Final = 6
MEMBERS: Final = 8
"""Projects of each channel: a card names them all."""

OTHERS: Final = 300
"""Projects that nobody watches: forty-eight of so many turning at once is no fault of the source."""

QUIET_AFTER: Final = timedelta(hours=6)
LOOKS: Final = "4h"
WEEK_S: Final = timedelta(days=7).total_seconds() / SPEED + 5
"""Real seconds in which a week passes, and some more."""

AT_ONCE: Final = 4
"""Projects that come back at the same moment."""

EDITED_EVERY_S: Final = 0.5

SETTLED_WITHIN_S: Final = 120
LOOK_EVERY_S: Final = 0.2
CHANGE: Final = "chat.update"


@dataclass(kw_only=True)
class AlertScene:
    """Everything."""

    plan: Plan
    demo: DemoServer
    source: MicroVisualizerStandIn
    watches: WatchLedger
    replicas: Replicas
    told: Told = field(default_factory=Told)
    cycles: Counter[str] = field(default_factory=Counter)
    """Name to how often it has come back after it was said to be quiet."""

    over: bool = False
    """Whether nobody goes quiet any more."""

    @property
    def names(self) -> list[str]:
        """Watched projects."""
        return [f"Q{number:03}" for number in range(CHANNELS * MEMBERS)]

    async def play(self) -> AlertAudit:
        """Let replicas work while they are killed and projects come and go; wait until all has come back."""
        stop = self.demo.slack.workspace.watch(self.told.hear)
        staying = asyncio.create_task(self._stay())
        try:
            untold = await self._play()
        finally:
            staying.cancel()
            stop()
        return audit(self.cycles, self.told, untold=untold, kills=self.replicas.kills)

    async def _play(self) -> int:
        """Do so; returns how many steps nobody was told of."""
        await self.replicas.start(self.plan.replicas)
        await self._until(lambda: bool(self.told.openings))
        await asyncio.gather(
            self.replicas.torment(self.plan.seconds, rest=self.plan.rest),
            self._come_and_go(self.plan.seconds),
        )
        await self._until(lambda: all(self.told.openings[name] > self.cycles[name] for name in self.names))
        self.over = True
        self._come_back(self.names)
        await self._until(lambda: all(self.told.ends[name] >= self.cycles[name] for name in self.names))
        untold = await self._settled()
        for place in (POST, CHANGE):
            self.demo.slack.faults.mend(place)
        await self.replicas.end()
        return untold

    async def _come_and_go(self, seconds: float) -> None:
        """Let some of those come back that were said to be quiet, each so rarely that it does not flap."""
        loop, chance, back_s = asyncio.get_running_loop(), self.replicas.random, dict[str, float]()
        end_s = loop.time() + seconds
        while loop.time() < end_s:
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            rested = [name for name in self.names if loop.time() - back_s.get(name, -WEEK_S) >= WEEK_S]
            quiet = [name for name in rested if self.told.openings[name] > self.cycles[name]]
            chosen = chance.sample(quiet, k=min(len(quiet), AT_ONCE))
            back_s.update(dict.fromkeys(chosen, loop.time()))
            self._come_back(chosen)

    def _come_back(self, names: list[str]) -> None:
        self.cycles.update(names)
        self._edit(names)

    async def _stay(self) -> None:
        """Let nobody go quiet again before it was told that they are back, and in the end nobody at all.

        Hours pass so fast that the bot may see nothing for longer than it takes to go quiet, as after a kill on a busy
        machine. Who came back and went again meanwhile was quiet all the while, as far as it can know.
        """
        while True:
            await asyncio.sleep(EDITED_EVERY_S)
            self._edit([name for name in self.names if self.over or self.told.ends[name] < self.cycles[name]])

    def _edit(self, names: list[str]) -> None:
        for name in names:
            self.source.touch(_id(name), by="anna@example.com")

    async def _settled(self) -> int:
        """Wait until no card has anything to tell any more; returns how many steps nobody was told of."""
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while await self._waiting():  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(LOOK_EVERY_S)
        return await self._waiting()

    async def _waiting(self) -> int:
        cards = [card for watch in await self.watches.watches(LOCAL_WORKSPACE) for card in await self._cards(watch.ref)]
        return len(cards) + sum([len(await self.watches.untold(card)) for card in cards])

    async def _cards(self, watch: int) -> list[int]:
        return [card.ref for card in await self.watches.cards_of(LOCAL_WORKSPACE, CardKind.WATCH, watch)]

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while not true():  # noqa: ASYNC110 - three things may make it true
                await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def open_alert_scene(database_url: str, folder: Path, plan: Plan) -> AsyncIterator[AlertScene]:
    """Build everything; the replicas start with `AlertScene.play`."""
    fast = FastClock(origin=SystemClock().now(), speed=SPEED)
    clock = DemoClock(fast)
    sources = demo_sources(clock)
    async with DemoServer(clock, sources, port=0) as demo, open_database(database_url) as database:
        slack = demo.slack
        if plan.may_look:
            slack.api.scopes = (*slack.api.scopes, "channels:history")
        for place in (POST, CHANGE):
            slack.faults.random(TROUBLES, rate=plan.trouble, seed=plan.seed, place=place)
        channels = [slack.workspace.add_channel(f"team{number:02}").id for number in range(CHANNELS)]
        await demo.start()
        environment = {
            **{name: value for name, value in demo.settings_environment().items() if "STREAMPIXEL" not in name},
            **fast.environment,
            "DATABASE_URL": database_url,
            "ROLLCALL_SYNC_EVERY": LOOKS,
        }
        random = Random(plan.seed)  # noqa: S311 - chance, not secrecy
        scene = AlertScene(
            plan=plan,
            demo=demo,
            source=_filled(sources, clock.now(), random),
            watches=database.watches,
            replicas=Replicas(environment=environment, folder=folder, random=random),
        )
        for number, channel in enumerate(channels):
            await add_watch(database.watches, channel, f"team{number:02}", clock.now())
        try:
            yield scene
        finally:
            scene.replicas.destroy()


def _filled(sources: Sequence[DemoSource], now: datetime, random: Random) -> MicroVisualizerStandIn:
    """Put in projects that are quiet from the beginning, and many that nobody watches.

    Four openings and ends in a week are flapping. An opening that was there before its watch does not count for that,
    so each of these may come back, go quiet again and come back again.
    """
    source = next(each.stand_in for each in sources if each.name == "microvisualizer")
    assert isinstance(source, MicroVisualizerStandIn)
    source.max_projects = 10_000
    for number in range(CHANNELS * MEMBERS):
        edited_at = now - QUIET_AFTER - timedelta(hours=random.uniform(0, 5))
        source.add(_id(f"Q{number:03}"), f"team{number // MEMBERS:02} Q{number:03}", at=edited_at)
    for number in range(OTHERS):
        source.add(_id(f"X{number:03}"), f"Other {number:03}", at=now - timedelta(days=90))
    return source


def _id(name: str) -> str:
    return f"{name.casefold()}-a1b2c"


async def add_watch(watches: WatchLedger, channel: str, words: str, now: datetime) -> None:
    """Watch the projects with a word in their name, at any hour."""
    condition = Condition(kind=ConditionKind.INACTIVE, threshold=QUIET_AFTER, signals=(Signal.EDITS,))
    draft = WatchDraft(
        workspace=LOCAL_WORKSPACE, channel=channel, owner="U0ADA", condition=condition, query=words, zone="UTC",
        hours=None,
    )  # fmt: skip
    assert await watches.add_watch(draft, now=now, most=25) is not None
