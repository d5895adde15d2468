"""What it costs to stay fresh: requests to each upstream, counted there, and the time of a complete listing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

from bench.figures import Spread
from bench.house import surrounded
from bench.tables import Table
from bot.demo.clock import DemoClock
from bot.model import LOCAL_WORKSPACE, Scope
from bot.settings import settings_from
from bot.sources.microvisualizer.client import MANNERS as MICROVISUALIZER
from bot.sources.streampixel.client import MANNERS as STREAMPIXEL
from bot.wiring import SystemClock, open_core

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bench.effort import Effort
    from bench.house import Surroundings
    from bot.sources.manners import Manners
    from bot.wiring import Core

SCOPE: Final = Scope(workspace=LOCAL_WORKSPACE)
SOURCES: Final[dict[str, tuple[str, Manners]]] = {
    "streampixel": ("Streampixel", STREAMPIXEL),
    "microvisualizer": ("MicroVisualizer", MICROVISUALIZER),
}
PATIENCE: Final = timedelta(minutes=10)
BETWEEN: Final = timedelta(minutes=3)
"""Longer than an answer counts as fresh, and shorter than what makes a complete listing due."""

EDITS: Final = (0, 1, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one refresh of one source took."""

    requests: int
    wall_s: float
    cpu_s: float
    """Of our process; the upstream is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One source with an empty database at first, read again and again."""

    around: Surroundings
    core: Core
    clock: DemoClock
    source: str

    async def refresh(self) -> Cost:
        """Let some minutes pass, and refresh.

        Raises:
            RuntimeError: the source could not be read.
        """
        self.clock.forward(BETWEEN)
        asked, wall, cpu = await self._asked(), perf_counter(), process_time()
        await self.core.catalog.refresh(SCOPE, viewers=False, force=False, patience=PATIENCE)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        for known in await self.core.catalog.freshness(SCOPE):
            if known.problem is not None:
                raise RuntimeError(f"{known.connection} was not read: {known.problem.detail}")
        return Cost(requests=await self._asked() - asked, wall_s=wall, cpu_s=cpu)

    async def _asked(self) -> int:
        return int((await self.around.get("/bench/requests"))[self.source])


async def measure(effort: Effort) -> list[Table]:
    """Read each source at each size."""
    requests = Table(
        title="Requests of one refresh, by what happened since the one before",
        head=(
            "source",
            "projects",
            "all is new",
            *(_happened(edits) for edits in EDITS),
            "1 deletion",
            "nothing : all",
        ),
        note="Counted at the upstreams. The last column compares an unchanged refresh with a complete one.",
    )
    times = Table(
        title="The first, complete listing: from the question to rows in SQLite",
        head=(
            "source",
            "projects",
            "requests",
            "seconds",
            "of which we wait to be polite",
            "CPU seconds",
            "µs CPU per project",
        ),
        note=f"Median (range) of {effort.syncs}. Waiting: what our own limits of the rate of requests impose.",
    )
    for source in SOURCES:
        for size in effort.listings:
            await _measure_one(source, size, effort, requests, times)
    return [requests, times]


def _happened(edits: int) -> str:
    return "nothing" if edits == 0 else f"{edits} edit{'s' if edits > 1 else ''}"


async def _measure_one(source: str, size: int, effort: Effort, requests: Table, times: Table) -> None:
    """Measure one source at one size; a row for each table."""
    title, manners = SOURCES[source]
    firsts: list[Cost] = []
    with TemporaryDirectory(prefix="rollcall-bench-") as name:
        async with surrounded(Path(name), streampixel=size, microvisualizer=size) as around:
            for number in range(effort.syncs):
                async with _reading(around, source, Path(name) / f"{number}.db") as reading:
                    firsts.append(await reading.refresh())
                    later = await _later(reading) if number == effort.syncs - 1 else []
    first = firsts[0].requests
    ratio = f"1 : {first / later[0]:.0f}"
    requests.add(title, f"{size:,}", str(first), *map(str, later), ratio)
    cpu = Spread.of([cost.cpu_s for cost in firsts])
    times.add(
        title,
        f"{size:,}",
        str(first),
        Spread.of([cost.wall_s for cost in firsts]).text(2),
        f"{max(first - manners.burst, 0) / manners.per_second:.1f}",
        cpu.text(2),
        f"{cpu.middle / size * 1e6:,.0f}",
    )


async def _later(reading: Reading) -> list[int]:
    """Return the requests of refreshes after edits and after a deletion."""
    asked = []
    for edits in EDITS:
        if edits:
            await reading.around.post(f"/bench/edit/{edits}")
        asked.append((await reading.refresh()).requests)
    await reading.around.post("/bench/delete")
    return [*asked, (await reading.refresh()).requests]


@asynccontextmanager
async def _reading(around: Surroundings, source: str, database: Path) -> AsyncIterator[Reading]:
    """Open a bot without Slack, with one source and an empty database."""
    names = tuple(other.upper() for other in SOURCES if other != source)
    given = _without(around, names) | {"DATABASE_URL": f"sqlite:///{database}"}
    clock = DemoClock(SystemClock())
    async with open_core(settings_from(given), clock) as core:
        yield Reading(around=around, core=core, clock=clock, source=source)


def _without(around: Surroundings, prefixes: Sequence[str]) -> dict[str, str]:
    """Return the environment without the variables of some sources."""
    return {name: value for name, value in around.environment.items() if not name.startswith(tuple(prefixes))}
