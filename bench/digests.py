"""Ten thousand digests: due in the same minute, and asleep."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Final

import psycopg

from bench.children import running
from bench.tables import Table
from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import demo_sources
from bot.model import DELIVERED, FINISHED, LOCAL_WORKSPACE, DigestDraft, EmptyPolicy, Schedule
from bot.schedules import slot_after, spread
from bot.store import SqlLedger, open_database
from bot.wiring import SystemClock
from tests.store.postgres_server import programs, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from bench.children import Child
    from bench.effort import Effort

EACH: Final = 25
"""Digests of one channel: the most there may be."""

UNPACED: Final = 3_840
PACED: Final = 300
"""Posts per minute: the most that can be set, and what Rollcall takes by itself."""

ROOM: Final = 1.1
"""The stand-in takes this much more than we mean to send, in any minute."""

BURST: Final = 3
"""Messages that a quiet channel takes at once."""

LOOK_EVERY_S: Final = 1.0
GIVE_UP_AFTER_S: Final = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A program of its own, with its database and what it talks to."""

    database: str
    demo: DemoServer
    ledger: SqlLedger
    child: Child

    async def counted(self) -> tuple[int, int, int]:
        """Return how many deliveries were planned, came to an end, and were posted."""
        counts = await self.ledger.counts(LOCAL_WORKSPACE, since=SystemClock().now() - timedelta(days=1))
        ended, posted = (sum(counts.get(state, 0) for state in states) for states in (FINISHED, DELIVERED))
        return sum(counts.values()), ended, posted

    def doubled(self) -> int:
        """Count messages that are there more than once."""
        return sum(len(posted) > 1 for posted in self.demo.slack.workspace.posts_by_key().values())


async def measure(effort: Effort) -> list[Table]:
    """Measure on each database that the machine has."""
    at_once = Table(
        title="Digests due in the same minute, one process",
        head=(
            "database, digests, posts per minute", "all planned after s", "posted", "in s", "per s", "CPU ms each",
            "MB", "429", "doubled",
        ),
        note=(
            f"{EACH} in each channel. With {PACED} a minute the local Slack refuses what comes faster than one message "
            f"a second and channel, {BURST} at once, or than {PACED * ROOM:.0f} in any minute; that run is cut off and "
            f"would go on like this. With {UNPACED:,} it refuses nothing: this is what the engine, the ledger, writing "
            "and posting take. CPU of the whole process; MB at the end."
        ),
    )  # fmt: skip
    asleep = Table(
        title="While nothing is due",
        head=("database, digests", "CPU %", "CPU s per hour", "transactions per s"),
        note=f"Measured over {effort.idle_s:.0f} s, ticks included. The sources are not read meanwhile.",
    )
    with _databases() as addresses:
        for name, address in addresses:
            await _unpaced(at_once, name, address("unpaced"), effort)
            await _paced(at_once, name, address("paced"), effort)
            for number in (0, effort.digests):
                await _asleep(asleep, name, address(f"asleep{number}"), number, effort)
    return [at_once, asleep]


@contextmanager
def _databases() -> Iterator[list[tuple[str, Callable[[str], str]]]]:
    """Give the name of each kind of database, and what makes an empty one of a name and returns its address."""
    with TemporaryDirectory(prefix="rollcall-bench-") as folder, ExitStack() as stack:
        found: list[tuple[str, Callable[[str], str]]] = [("SQLite", lambda name: f"sqlite:///{folder}/{name}.db")]
        if binaries := programs():
            server = stack.enter_context(serving(binaries))

            def created(name: str) -> str:
                server.run(f"CREATE DATABASE {name}")
                return server.url(name)

            found.append(("PostgreSQL", created))
        yield found


async def _unpaced(table: Table, name: str, address: str, effort: Effort) -> None:
    async with _house(address, effort.unpaced, posts_per_minute=UNPACED, due=True) as house:
        row = await _until(house, effort.unpaced, GIVE_UP_AFTER_S)
        table.add(f"{name}, {effort.unpaced:,}, {UNPACED:,}", *row)


async def _paced(table: Table, name: str, address: str, effort: Effort) -> None:
    async with _house(address, effort.digests, posts_per_minute=PACED, due=True) as house:
        row = await _until(house, effort.digests, effort.paced_s)
        table.add(f"{name}, {effort.digests:,}, {PACED:,}", *row)


async def _until(house: House, digests: int, within_s: float) -> tuple[str, ...]:
    """Watch until all are posted, or the time is over; return a row."""
    began, cpu_s, planned_s, first_s = monotonic(), house.child.cpu_s(), 0.0, 0.0
    while True:
        planned, ended, posted = await house.counted()
        now = monotonic() - began
        planned_s = planned_s or (now if planned >= digests else 0.0)
        first_s = first_s or (now if posted else 0.0)
        if ended >= digests or now >= within_s:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    took, cpu_s = now - first_s, house.child.cpu_s() - cpu_s
    return (
        f"{planned_s:.0f}" if planned_s else "-", f"{posted:,}", f"{took:.0f}", f"{posted / took:.1f}",
        f"{cpu_s / max(posted, 1) * 1000:.0f}", f"{house.child.rss_mb():.0f}", f"{house.demo.slack.pace.refused}",
        f"{house.doubled()}",
    )  # fmt: skip


async def _asleep(table: Table, name: str, address: str, digests: int, effort: Effort) -> None:
    async with _house(address, digests, posts_per_minute=PACED, due=False) as house:
        await asyncio.sleep(effort.settle_s)
        before, cpu_s, began = _transactions(address), house.child.cpu_s(), monotonic()
        await asyncio.sleep(effort.idle_s)
        took, used_s, after = monotonic() - began, house.child.cpu_s() - cpu_s, _transactions(address)
        per_s = "-" if before is None or after is None else f"{(after - before) / took:.1f}"
        table.add(f"{name}, {digests:,}", f"{used_s / took:.1%}".rstrip("%"), f"{used_s / took * 3600:.0f}", per_s)


def _transactions(address: str) -> int | None:
    """Count what PostgreSQL has committed; SQLite does not count."""
    if address.startswith("sqlite"):
        return None
    question = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return int(row[0]) if row else None


@asynccontextmanager
async def _house(address: str, digests: int, *, posts_per_minute: int, due: bool) -> AsyncIterator[House]:
    """Fill a database and run ``rollcall run`` on it; Slack and the sources are in this process."""
    clock = DemoClock(SystemClock())
    with TemporaryDirectory(prefix="rollcall-bench-") as folder:
        async with DemoServer(clock, demo_sources(clock), port=0) as demo, open_database(address) as database:
            await demo.start()
            if posts_per_minute == PACED:
                demo.slack.pace.channel_burst, demo.slack.pace.per_minute = BURST, round(PACED * ROOM)
            await _fill(demo, database.ledger, digests, due=due)
            environment = {
                **demo.settings_environment(),
                "DATABASE_URL": address,
                "PORT": "0",
                "LOG_LEVEL": "warning",
                "ROLLCALL_POSTS_PER_MINUTE": f"{posts_per_minute}",
                **dict.fromkeys(("ROLLCALL_FRESH_FOR", "ROLLCALL_SYNC_EVERY", "ROLLCALL_SAMPLE_EVERY"), "12h"),
            }
            with running("bot", "run", folder=Path(folder), environment=environment) as child:
                yield House(database=address, demo=demo, ledger=database.ledger, child=child)


async def _fill(demo: DemoServer, ledger: SqlLedger, digests: int, *, due: bool) -> None:
    """Add digests of every day; due three minutes ago, so that none waits for its spread, or in an hour."""
    now = SystemClock().now()
    first = now + (-timedelta(minutes=3) if due else timedelta(hours=1))
    schedule = Schedule(cron=f"{first.minute} {first.hour} * * *", zone="UTC")
    slot = slot_after(schedule, first - timedelta(minutes=1))
    for number in range(digests):
        if number % EACH == 0:
            channel = demo.slack.workspace.add_channel(f"team{number // EACH:04}").id
        draft = DigestDraft(
            workspace=LOCAL_WORKSPACE, channel=channel, owner="U0ADA", query="",
            schedule=schedule, empty=EmptyPolicy.FULL,
        )  # fmt: skip
        await ledger.add_digest(draft, next_slot=slot, due_at=slot.at + spread(channel), now=now, most=EACH)
