"""How long answers take while the catalog grows: a thousand projects and many, on SQLite and on PostgreSQL."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

import psycopg

from bench.figures import Spread, quantile
from bench.filling import fill
from bench.projects import COMMON, RARE, RARE_PAIR
from bench.tables import Table
from bot.answers import ProjectList, Refusal
from bot.model import LOCAL_WORKSPACE, Ask, Scope
from bot.settings import settings_from
from bot.wiring import SystemClock, open_core
from tests.store.postgres_server import programs, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bench.effort import Effort
    from bot.model import Cursor
    from bot.wiring import Core

SCOPE: Final = Scope(workspace=LOCAL_WORKSPACE)
DEEP: Final = "list"
"""The question that is asked again far down."""

QUESTIONS: Final = (
    ("first page", "list"),
    ("a word in about 36 names", f"search {RARE}"),
    ("two letters in about 36 names", f"search {RARE_PAIR}"),
    ("a word in half of all names", f"search {COMMON}"),
    ("not changed for 30 days", "list updated:>30d"),
    ("sorted by change", "list sort:updated"),
    ("summary", "status"),
    ("changes of a week", "changes"),
)
_STEP: Final = 100
_DEEP_ROWS: Final = 5_000
"""Page 500 of ten rows begins here; of a small catalog it is the middle."""


class StoppedClock:
    """Always the same moment, so that nothing becomes stale while it is measured."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return self._moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One database, ready to be asked."""

    size: int
    core: Core
    fill_s: float
    deep: Cursor | None


async def measure(effort: Effort) -> list[Table]:
    """Measure on each database that the machine has."""
    tables = []
    with TemporaryDirectory(prefix="rollcall-bench-") as name:
        addresses = [f"sqlite:///{name}/{size}.db" for size in effort.sizes]
        tables.append(await _compared("SQLite", addresses, effort))
    if binaries := programs():
        with serving(binaries) as server:
            server.run(*(f"CREATE DATABASE bench_{size}" for size in effort.sizes))
            addresses = [server.url(f"bench_{size}") for size in effort.sizes]
            tables.append(await _compared("PostgreSQL", addresses, effort))
    return tables


async def _compared(title: str, addresses: Sequence[str], effort: Effort) -> Table:
    """Ask the same of every size in turns, so that what disturbs the machine disturbs them all."""
    async with AsyncExitStack() as stack:
        databases = [
            await stack.enter_async_context(_filled(address, size))
            for address, size in zip(addresses, effort.sizes, strict=True)
        ]
        table = Table(
            title=f"{title}: milliseconds to an answer, median / p95, and how many times the first column that is",
            head=("question", *(f"{database.size:,} projects" for database in databases)),
            note=(
                f"{effort.runs} runs each. Measured at the dispatcher: reading the question, how fresh everything is, "
                "and the page with its totals; without drawing. The fill goes through the Store port: rows, one event "
                "for every tenth project, and viewers of every second."
            ),
        )
        for label, text in QUESTIONS:
            table.add(f"{label} (`{text}`)", *_cells(await _timed(databases, text, effort.runs, deep=False)))
        table.add(
            "page 500; the middle of the smallest", *_cells(await _timed(databases, DEEP, effort.runs, deep=True))
        )
        table.add("seconds to fill", *(f"{database.fill_s:.1f}" for database in databases))
    return table


@asynccontextmanager
async def _filled(address: str, size: int) -> AsyncIterator[Filled]:
    """Open and fill a database; half of the projects are of each source. The sources' addresses lead nowhere."""
    nowhere = "http://127.0.0.1:9"
    given = {
        "DATABASE_URL": address,
        "STREAMPIXEL_USER_ID": "nobody",
        "STREAMPIXEL_API_KEY": "nothing",
        "STREAMPIXEL_API_URL": nowhere,
        "MICROVISUALIZER_API_KEY": "nothing",
        "MICROVISUALIZER_API_URL": nowhere,
    }
    now = SystemClock().now()
    async with open_core(settings_from(given), StoppedClock(now)) as core:
        half = size // 2
        fill_s = await fill(core.store, streampixel=half, microvisualizer=size - half, now=now)
        if address.startswith("postgresql"):
            _vacuum(address)
        yield Filled(size=size, core=core, fill_s=fill_s, deep=await _far_down(core, min(_DEEP_ROWS, half)))


def _vacuum(address: str) -> None:
    """Do what PostgreSQL's autovacuum does by itself within a minute."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


async def _far_down(core: Core, rows: int) -> Cursor | None:
    """Turn pages until some rows have gone by."""
    cursor = None
    for _ in range(rows // _STEP):
        reply = await core.dispatcher.answer(Ask(text=DEEP, scope=SCOPE, cursor=cursor, size=_STEP))
        assert isinstance(reply.answer, ProjectList)
        cursor = reply.answer.found.next
    return cursor


async def _timed(databases: Sequence[Filled], text: str, runs: int, *, deep: bool) -> list[list[float]]:
    """Return the seconds of each run, for each database; the first two runs are not counted."""
    took: list[list[float]] = [[] for _ in databases]
    for _ in range(runs + 2):
        for database, times in zip(databases, took, strict=True):
            ask = Ask(text=text, scope=SCOPE, cursor=database.deep if deep else None)
            began = perf_counter()
            reply = await database.core.dispatcher.answer(ask)
            times.append(perf_counter() - began)
            assert not isinstance(reply.answer, Refusal), reply.answer
    return [times[2:] for times in took]


def _cells(took: Sequence[Sequence[float]]) -> list[str]:
    baseline = Spread.of(took[0]).middle
    cells = []
    for times in took:
        middle = Spread.of(times).middle
        ratio = "" if times is took[0] else f" ({middle / baseline:.1f} times)"
        cells.append(f"{middle * 1000:.1f} / {quantile(times, 0.95) * 1000:.1f}{ratio}")
    return cells
