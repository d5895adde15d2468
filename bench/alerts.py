"""What it costs to evaluate five hundred watches: by what changed, and by what there is."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

import psycopg
import sqlalchemy as sa

from bench.figures import Spread
from bench.tables import Table
from bench.watched import CHANNELS, DATED, EACH, EVERY, NOW, SAMPLED, SAMPLED_SHARE, Watched, of_dated
from bot.alerts.evaluator import Evaluator
from bot.model import LOCAL_WORKSPACE, Condition, ConditionKind
from bot.query import Known
from bot.store import open_database
from tests.fakes.clock import HandClock
from tests.store.postgres_server import programs, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from bench.effort import Effort

DAYS_30: Final = Condition(kind=ConditionKind.INACTIVE, threshold=timedelta(days=30))

IDLE: Final = "a look, 0 projects changed"
"""What all others are compared with."""

UNWATCHED: Final = 500
"""The first number whose filters no watch has."""

_WATCH_EVERY_S: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of round, after a look at both connections."""

    changed: int = 0
    crossing: int = 0
    """Projects that cross their thresholds; the round after that, which confirms it, is measured, too."""

    @property
    def size(self) -> int:
        """Projects that it takes."""
        return max(self.changed, self.crossing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one round took."""

    wall_s: float
    cpu_s: float
    block_s: float
    """The longest time in which no other task had its turn."""

    written: int
    """Alerts that were written."""

    statements: int
    """To the database, without those that begin or end a transaction."""


Costs = dict[str, list[Cost]]
"""What was done, in words, to what each round of it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One database with an evaluator."""

    watched: Watched
    evaluator: Evaluator
    clock: HandClock

    async def cost(self) -> Cost:
        """Evaluate once."""
        blocks: list[float] = []
        watching = asyncio.create_task(_watch(blocks))
        await asyncio.sleep(0)
        with _counting() as statements:
            began, used = perf_counter(), process_time()
            written = await self.evaluator.evaluate()
            took, used = perf_counter() - began, process_time() - used
        await asyncio.sleep(2 * _WATCH_EVERY_S)
        watching.cancel()
        return Cost(
            wall_s=took, cpu_s=used, block_s=max(blocks), written=written, statements=statements.total()
        )  # fmt: skip

    async def next_look(self, changed: int = 0) -> None:
        """Let time pass until the next look, at which so many projects have changed."""
        self.clock.move(EVERY)
        if changed:
            await self.watched.touch(changed, self.clock.now())
        await self.watched.look(self.clock.now())


async def measure(effort: Effort) -> list[Table]:
    """Measure on each database that the machine has."""
    tables = []
    with _databases() as addresses:
        for name, address in addresses:
            for size in effort.watched:
                costs = await _costs(address(f"watched{size}"), size, effort)
                tables.append(_table(name, size, costs, effort.evaluations))
    return tables


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


async def _costs(address: str, size: int, effort: Effort) -> Costs:
    """Fill one database and measure every kind of round on it, in turns."""
    kinds = [Kind(changed=count) for count in effort.changed] + [Kind(crossing=count) for count in effort.crossing]
    kinds = [kind for kind in kinds if kind.size < size]
    costs: Costs = {}
    async with _house(address, size, kinds, effort.evaluations) as house:
        await house.evaluator.evaluate()
        await house.watched.add_watches()
        costs[f"{CHANNELS * EACH} new watches"] = [await house.cost()]
        if address.startswith("postgresql"):
            _vacuum(address)
        for _ in range(effort.evaluations):
            for kind in kinds:
                await _round(house, kind, costs)
        await _new_watches(house, costs)
    return costs


async def _round(house: House, kind: Kind, costs: Costs) -> None:
    """Measure one kind of round; both of those that a crossing takes."""
    await house.next_look(kind.changed)
    if not kind.crossing:
        costs.setdefault(f"a look, {kind.changed:,} projects changed", []).append(await house.cost())
    else:
        costs.setdefault(f"a look, {kind.crossing:,} projects past their thresholds", []).append(await house.cost())
        await house.next_look()
        costs.setdefault(f"the look after that, {kind.crossing:,} confirmed", []).append(await house.cost())
    if not kind.size:
        costs.setdefault("nothing: nobody has looked since", []).append(await house.cost())


async def _new_watches(house: House, costs: Costs) -> None:
    """Measure the baselines of a watch of few projects and of one of all."""
    for label, query in (("of one project in 1,000", of_dated(UNWATCHED)), ("of all projects", "")):
        await house.next_look()
        await house.watched.add_watch("C999", query, DAYS_30)
        costs[f"a new watch {label}"] = [await house.cost()]


@asynccontextmanager
async def _house(address: str, size: int, kinds: Sequence[Kind], runs: int) -> AsyncIterator[House]:
    clock = HandClock(NOW)
    async with open_database(address) as database:
        watched = Watched(store=database.store, ledger=database.watches, size=size)
        _plan(watched, list(kinds) * runs)
        await watched.fill()
        if address.startswith("postgresql"):
            _vacuum(address)
        evaluator = Evaluator(
            workspace=LOCAL_WORKSPACE,
            store=database.store,
            ledger=database.watches,
            clock=clock,
            holder="bench",
            known=Known(sources=(DATED.name, SAMPLED.name), connections=(DATED.name, SAMPLED.name)),
            quiet_after=timedelta(days=30),
            zone=UTC,
            claim_for=2 * EVERY,  # as if it had evaluated every minute meanwhile
        )
        yield House(watched=watched, evaluator=evaluator, clock=clock)


def _plan(watched: Watched, rounds: Sequence[Kind]) -> None:
    """Give projects the dates with which they will cross their thresholds in the round that is meant."""
    at = NOW
    for kind in rounds:
        at += EVERY
        watched.let_cross(kind.crossing, at)
        at += EVERY if kind.crossing else timedelta()


def _vacuum(address: str) -> None:
    """Do what PostgreSQL's autovacuum does by itself within a minute."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _counting() -> Iterator[Counter[str]]:
    """Count statements by their text."""
    counted: Counter[str] = Counter()

    def count(*about: Any) -> None:  # noqa: ANN401 - connection, cursor, statement and more
        if not about[2].startswith("BEGIN"):
            counted[about[2]] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


async def _watch(blocks: list[float]) -> None:
    """Note how much later than asked for this task has its turn."""
    while True:
        began = perf_counter()
        await asyncio.sleep(_WATCH_EVERY_S)
        blocks.append(perf_counter() - began - _WATCH_EVERY_S)


def _table(name: str, size: int, costs: Costs, runs: int) -> Table:
    """Write one line for each kind of round."""
    there = f"{size:,} and {size // SAMPLED_SHARE:,} projects"
    table = Table(
        title=f"{name}, {there}: one evaluation of {CHANNELS * EACH} watches",
        head=("since the last one", "ms", "CPU ms", "ratio", "statements", "alerts written", "longest block, ms"),
        note=(
            f"Median of {runs} in turns, of the block the longest; new watches were measured once. Ratio: ms to those "
            "of a look at which nothing had changed. Statements: to the database, without the beginnings and ends of "
            "transactions. Block: how long other tasks of the process waited for their turn."
        ),
    )
    idle = Spread.of([each.wall_s for each in costs[IDLE]]).middle
    for label, rounds in costs.items():
        wall_s, cpu_s, statements, written = (
            Spread.of([getattr(each, what) for each in rounds]).middle
            for what in ("wall_s", "cpu_s", "statements", "written")
        )
        block_s = max(each.block_s for each in rounds)
        table.add(
            label, f"{wall_s * 1000:,.0f}", f"{cpu_s * 1000:,.0f}", f"{wall_s / idle:.2f}", f"{statements:,.0f}",
            f"{written:,.0f}", f"{block_s * 1000:.0f}",
        )  # fmt: skip
    return table
