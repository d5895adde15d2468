"""How soon the bot is there, and how much memory it holds."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bench.children import command, variables
from bench.figures import Spread
from bench.file_cache import forget
from bench.house import served, surrounded
from bench.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.effort import Effort
    from bench.house import Surroundings

STREAMPIXEL, MICROVISUALIZER = 430, 40
COMMANDS: Final = 200


@dataclass(slots=True)
class Starts:
    """Repetitions of starting the bot."""

    ready_s: list[float] = field(default_factory=list)
    answer_s: list[float] = field(default_factory=list)
    """From the first command to its answer."""

    status_s: list[float] = field(default_factory=list)
    """The same for the first command that counts viewers."""

    rss_mb: list[float] = field(default_factory=list)
    rss_synced_mb: list[float] = field(default_factory=list)
    rss_used_mb: list[float] = field(default_factory=list)


async def measure(effort: Effort) -> list[Table]:
    """Start everything several times."""
    with TemporaryDirectory(prefix="rollcall-bench-") as name:
        folder = Path(name)
        async with surrounded(folder, streampixel=STREAMPIXEL, microvisualizer=MICROVISUALIZER) as around:
            bare: list[float] = []
            first, again, cold = Starts(), Starts(), Starts()
            for number in range(effort.starts):
                bare.append(await _bare(around, folder))
                database = f"sqlite:///{folder / f'{number}.db'}"
                await _start(first, around, folder, database)
                await _start(again, around, folder, database)
                forget()
                await _start(cold, around, folder, database)
            database = f"sqlite:///{folder / '0.db'}"
            return [
                _table_of_starts(bare, {"new": first, "existing": again, "existing, files not cached": cold}),
                _table_of_memory(first, again),
                _table_of_commands({**around.environment, "DATABASE_URL": database}, folder, effort),
            ]


async def _bare(around: Surroundings, folder: Path) -> float:
    async with served("bench.bare_bolt", around=around, folder=folder) as server:
        return server.ready_s


async def _start(starts: Starts, around: Surroundings, folder: Path, database: str) -> None:
    async with served("bot", "run", around=around, folder=folder, environment={"DATABASE_URL": database}) as bot:
        starts.ready_s.append(bot.ready_s)
        starts.rss_mb.append(bot.child.rss_mb())
        starts.answer_s.append(await around.answered_in(bot.port, "list"))
        starts.rss_synced_mb.append(bot.child.rss_mb())
        for _ in range(COMMANDS // 4):
            for text in ("list", "search harbour", "changes", "list name:*tower* sort:-updated"):
                await around.answered_in(bot.port, text)
        starts.rss_used_mb.append(bot.child.rss_mb())
        starts.status_s.append(await around.answered_in(bot.port, "status"))


def _table_of_starts(bare: list[float], kinds: Mapping[str, Starts]) -> Table:
    table = Table(
        title="From the start of `rollcall run` to `/readyz` saying 200, and on to the first answer",
        head=("database", "ready, s", "ratio to a bare Bolt app", "first `list`, s", "first `status`, s"),
        note=(
            f"{len(bare)} starts each, median (range); with an empty database the first `list` reads "
            f"{STREAMPIXEL} + {MICROVISUALIZER} projects first. `status` waits for the viewers of "
            f"{STREAMPIXEL} projects, as long as a first answer may wait. A bare Bolt app listens after "
            f"{Spread.of(bare).text(2)} s."
        ),
    )
    for name, starts in kinds.items():
        ready, answer = Spread.of(starts.ready_s), Spread.of(starts.answer_s)
        status = Spread.of(starts.status_s)
        ratio = f"{ready.middle / Spread.of(bare).middle:.1f}"
        table.add(name, ready.text(2), ratio, answer.text(2), status.text(2))
    return table


def _table_of_memory(first: Starts, again: Starts) -> Table:
    table = Table(
        title="Resident memory, MB", head=("database", "ready", "after the first `list`", f"after {COMMANDS} commands")
    )
    for name, starts in (("new", first), ("existing", again)):
        table.add(name, *(Spread.of(mb).text() for mb in (starts.rss_mb, starts.rss_synced_mb, starts.rss_used_mb)))
    return table


def _table_of_commands(environment: Mapping[str, str], folder: Path, effort: Effort) -> Table:
    table = Table(
        title="Commands of the terminal, seconds from start to end",
        head=("command", "seconds", "ratio to the first"),
        note="`ask` may find its data too old and read the sources first.",
    )
    lines = {
        "`python -c pass`": [command()[0], "-c", "pass"],
        "`rollcall --help`": command("bot", "--help"),
        "`rollcall ask help`": command("bot", "ask", "help"),
        "`rollcall ask list`": command("bot", "ask", "list"),
    }
    took = {name: [_ran(line, environment, folder) for _ in range(effort.starts)] for name, line in lines.items()}
    baseline = Spread.of(next(iter(took.values()))).middle
    for name, times in took.items():
        table.add(name, Spread.of(times).text(2), f"{Spread.of(times).middle / baseline:.1f}")
    return table


def _ran(line: list[str], environment: Mapping[str, str], folder: Path) -> float:
    began = perf_counter()
    subprocess.run(line, cwd=folder, env=variables(environment), check=True, capture_output=True)
    return perf_counter() - began
