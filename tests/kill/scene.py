"""Slack and the sources in this process, digests in the database, and replicas that are killed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.slack.faults import lost_answer, lost_request, rate_limited, refused, server_fault
from bot.demo.sources import demo_sources
from bot.model import LOCAL_WORKSPACE, Digest, DigestDraft, EmptyPolicy, Schedule, Slot
from bot.schedules import spread
from bot.store import SqlLedger, open_database
from bot.wiring import SystemClock
from tests.kill.audit import Audit, audit, pages, unfinished
from tests.kill.replicas import Replicas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

CHANNELS: Final = 25
EVERY_MINUTE: Final = Schedule(cron="* * * 1-12 *", zone="UTC")
"""Nobody can ask for it: people get one an hour."""
TROUBLES: Final = (
    rate_limited("1"),
    server_fault(),
    server_fault(after=True),
    refused("internal_error", after=True),
    refused("service_unavailable"),
    lost_answer(),
    lost_request(),
)
SETTLED_WITHIN_S: Final = 120
LOOK_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How hard it is."""

    digests: int = 200
    replicas: int
    seconds: float
    """For how long processes are killed."""

    rest: tuple[float, float]
    """Shortest and longest time between two kills, in seconds."""

    seed: int
    may_look: bool
    """Whether the app may read what is in its channels."""

    trouble: float = 0.1
    """Share of posts that go wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything."""

    plan: Plan
    demo: DemoServer
    ledger: SqlLedger
    replicas: Replicas
    digests: list[Digest] = field(default_factory=list)

    def at_slack(self) -> dict[str, int]:
        """Count messages by key."""
        return {key: len(posted) for key, posted in self.demo.slack.workspace.posts_by_key().items()}

    async def play(self) -> Audit:
        """Let replicas work while they are killed, then wait until all that was due by then has come to its end."""
        await self.replicas.start(self.plan.replicas)
        await self.demo.slack.workspace.wait_for(self.at_slack, within_s=SETTLED_WITHIN_S)
        await self.replicas.torment(self.plan.seconds, rest=self.plan.rest)
        self.demo.slack.faults.mend()
        due_by = SystemClock().now()
        await self._settle(due_by)
        await self.replicas.end()
        return audit(await pages(self.ledger, self.digests), self.at_slack(), kills=self.replicas.kills)

    async def _settle(self, due_by: datetime) -> None:
        """Wait until nothing that was due by then is under way; the whole ledger is read only at the end."""
        waiting = self.digests
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while waiting := await self._under_way(waiting, due_by) or await self._under_way(self.digests, due_by):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(LOOK_EVERY_S)

    async def _under_way(self, digests: list[Digest], due_by: datetime) -> list[Digest]:
        return [page.added for page in await pages(self.ledger, digests) if unfinished([page], due_by)]


@asynccontextmanager
async def open_scene(database_url: str, folder: Path, plan: Plan) -> AsyncIterator[Scene]:
    """Build everything; the replicas start with `Scene.play`."""
    clock = DemoClock(SystemClock())
    async with (
        DemoServer(clock, demo_sources(clock), port=0) as demo,
        open_database(database_url) as database,
    ):
        slack = demo.slack
        if plan.may_look:
            slack.api.scopes = (*slack.api.scopes, "channels:history")
        slack.faults.random(TROUBLES, rate=plan.trouble, seed=plan.seed)
        channels = [slack.workspace.add_channel(f"team{number:02}").id for number in range(CHANNELS)]
        await demo.start()
        environment = {**demo.settings_environment(), "DATABASE_URL": database_url, "ROLLCALL_FRESH_FOR": "1h"}
        random = Random(plan.seed)  # noqa: S311 - chance, not secrecy
        replicas = Replicas(environment=environment, folder=folder, random=random)
        scene = Scene(plan=plan, demo=demo, ledger=database.ledger, replicas=replicas)
        for number in range(plan.digests):
            channel, missed = channels[number % CHANNELS], random.randrange(3)
            scene.digests.append(await add_digest(database.ledger, channel, clock.now(), missed=missed))
        try:
            yield scene
        finally:
            replicas.destroy()


async def add_digest(ledger: SqlLedger, channel: str, now: datetime, *, missed: int) -> Digest:
    """Add a digest for every minute that is due at once, and was missed some times before."""
    moment = (now - spread(channel)).replace(second=0, microsecond=0) - timedelta(minutes=missed)
    draft = DigestDraft(
        workspace=LOCAL_WORKSPACE, channel=channel, owner="U0ADA", query="", schedule=EVERY_MINUTE,
        empty=EmptyPolicy.FULL,
    )  # fmt: skip
    slot = Slot(f"{moment:%Y-%m-%dT%H:%M}", moment)
    added = await ledger.add_digest(draft, next_slot=slot, due_at=moment + spread(channel), now=now, most=1000)
    assert added is not None
    return added
