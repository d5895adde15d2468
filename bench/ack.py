"""Acknowledgements over HTTP beside those of a bare Bolt app, and the way from a command to its answer."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.figures import Spread, paired, quantiles_ms
from bench.filling import fill
from bench.house import served, surrounded
from bench.projects import RARE
from bench.tables import Table
from bench.volley import fire
from bot.settings import settings_from
from bot.views.buttons import OPEN
from bot.wiring import SystemClock, open_core

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.effort import Effort
    from bench.house import Server, Surroundings
    from bench.volley import Volley

STREAMPIXEL, MICROVISUALIZER = 430, 40
CLIENTS: Final = 32
_SHARES: Final = (0.5, 0.95, 0.99)
_QUIET_WITHIN_S: Final = 120.0


@dataclass(slots=True)
class Contest:
    """Rounds of one kind of request: the bare Bolt app's and ours, in turns."""

    bare: list[Volley] = field(default_factory=list)
    ours: list[Volley] = field(default_factory=list)
    bare_cpu_s: float = 0.0
    ours_cpu_s: float = 0.0
    """Used until the last acknowledgement; of answers, what was worked out by then."""

    answered: int = 0
    """Answers that arrived, in the end."""


async def measure(effort: Effort) -> list[Table]:
    """Measure both."""
    with TemporaryDirectory(prefix="rollcall-bench-") as name:
        folder = Path(name)
        async with surrounded(folder, streampixel=STREAMPIXEL, microvisualizer=MICROVISUALIZER) as around:
            environment = await _filled(folder, around)
            async with AsyncExitStack() as stack:
                bare = await stack.enter_async_context(served("bench.bare_bolt", around=around, folder=folder))
                program = served("bot", "run", around=around, folder=folder, environment=environment)
                bot = await stack.enter_async_context(program)
                answers = await _answers(around, bot, effort)
                return [await _acknowledgements(around, bare, bot, effort), answers]


async def _filled(folder: Path, around: Surroundings) -> dict[str, str]:
    """Fill a database so that nothing has to be asked; return the bot's variables for it."""
    environment = {"DATABASE_URL": f"sqlite:///{folder / 'rollcall.db'}", "ROLLCALL_FRESH_FOR": "1d"}
    clock = SystemClock()
    async with open_core(settings_from({**around.environment, **environment}), clock) as core:
        await fill(core.store, streampixel=STREAMPIXEL, microvisualizer=MICROVISUALIZER, now=clock.now())
    return environment


# --- acknowledgements --------------------------------------------------------------------------------------------


async def _acknowledgements(around: Surroundings, bare: Server, bot: Server, effort: Effort) -> Table:
    slack = around.slack
    kinds: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("click on a link", lambda: slack.press(f"{OPEN}.1")),
        ("click on a button of nobody", lambda: slack.press("unheard_of")),
        ("`/projects help`", lambda: slack.command("help")[1]),
        ("`/projects list`", lambda: slack.command("list")[1]),
    )
    table = Table(
        title="Acknowledgements per second, and how long one takes",
        head=(
            "request", "clients", "bare Bolt /s", "Rollcall /s", "ratio, median (range)", "CPU ratio",
            "bare p50/p95/p99 ms", "Rollcall p50/p95/p99 ms", "too busy",
            "answered",
        ),
        note=(
            "Ratio: of throughput, for each pair of rounds, more is better. CPU ratio: CPU time of the bare app per "
            "acknowledgement by ours, answers included as far as they were worked out by then. Too busy: commands that "
            "were told to come back, because a thousand others were waiting for their answers. Answered: of those "
            "taken. A click on a link needs nothing; one on a button that is not ours is logged."
        ),
    )  # fmt: skip
    for kind, write in kinds:
        for clients, number in ((1, effort.requests_alone), (CLIENTS, effort.requests)):
            contest = Contest()
            await _warm(around, (bare, bot), write)
            for turn in range(effort.rounds):
                volleys = [[write() for _ in range(number)] for _ in range(2)]
                pair = (bare, bot) if turn % 2 else (bot, bare)
                for server, requests in zip(pair, volleys, strict=True):
                    before = await around.get("/inbox")
                    await _round(contest, server, requests, ours=server is bot, clients=clients)
                    await _quiet(around)
                    contest.answered += await around.get("/inbox") - before
            table.add(kind, str(clients), *_cells(contest))
    return table


async def _warm(around: Surroundings, servers: tuple[Server, Server], write: Callable[[], bytes]) -> None:
    for server in servers:
        await fire(server.port, [write() for _ in range(100)], at_once=4)
    await _quiet(around)


async def _round(contest: Contest, server: Server, requests: list[bytes], *, ours: bool, clients: int) -> None:
    before = server.child.cpu_s()
    volley = await fire(server.port, requests, at_once=clients)
    used = server.child.cpu_s() - before
    if ours:
        contest.ours.append(volley)
        contest.ours_cpu_s += used
    else:
        contest.bare.append(volley)
        contest.bare_cpu_s += used


async def _quiet(around: Surroundings) -> None:
    """Wait until no more answers come."""
    async with asyncio.timeout(_QUIET_WITHIN_S):
        before = -1
        while (now := await around.get("/inbox")) != before:
            before = now
            await asyncio.sleep(0.5)


def _cells(contest: Contest) -> tuple[str, ...]:
    bare, ours = [v.per_second for v in contest.bare], [v.per_second for v in contest.ours]
    sent, busy = (
        sum(counts) for counts in zip(*((len(v.latencies_s), v.with_words) for v in contest.ours), strict=True)
    )
    return (
        f"{Spread.of(bare).middle:,.0f}",
        f"{Spread.of(ours).middle:,.0f}",
        paired(ours, bare).text(2),
        f"{contest.bare_cpu_s / contest.ours_cpu_s:.2f}" if contest.ours_cpu_s else "-",
        quantiles_ms([each for v in contest.bare for each in v.latencies_s], _SHARES),
        quantiles_ms([each for v in contest.ours for each in v.latencies_s], _SHARES),
        f"{busy / sent:.0%}",
        f"{contest.answered:,} of {sent - busy:,}" if contest.answered else "-",
    )


# --- answers -----------------------------------------------------------------------------------------------------


async def _answers(around: Surroundings, bot: Server, effort: Effort) -> Table:
    texts = ("help", "list", f"search {RARE}", "status", "inactive", "changes")
    took: dict[str, list[float]] = {text: [] for text in texts}
    for _ in range(effort.questions + 3):
        for text in texts:
            took[text].append(await around.answered_in(bot.port, text))
    table = Table(
        title=f"From a command to its answer at the response_url; {STREAMPIXEL} + {MICROVISUALIZER} projects",
        head=("command", "p50 ms", "p95 ms", "ratio of p50 to `help`"),
        note="One at a time. The projects were read shortly before, so no source is asked.",
    )
    baseline = Spread.of(took["help"][3:]).middle
    for text in texts:
        counted = took[text][3:]
        p50, p95 = (quantiles_ms(counted, (share,)) for share in (0.5, 0.95))
        table.add(f"`{text}`", p50, p95, f"{Spread.of(counted).middle / baseline:.1f}")
    return table
