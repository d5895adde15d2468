"""How thoroughly to measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Numbers of repetitions; `QUICK` only shows that everything runs."""

    rounds: int = 5
    """Pairs of measurements of us and of the baseline."""

    requests: int = 2000
    """Sent in one round by 32 clients."""

    requests_alone: int = 300
    """Sent in one round by a single client."""

    questions: int = 60
    """Timed from command to answer, of each kind."""

    runs: int = 30
    """Of each search."""

    starts: int = 7
    """Of the whole program."""

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    """Projects that are searched."""

    listings: tuple[int, ...] = (100, 1_000, 10_000)
    """Projects of each source that are read."""

    syncs: int = 3
    """Complete listings of each size."""

    digests: int = 10_000
    """Due in the same minute, or asleep."""

    unpaced: int = 2_000
    """Due in the same minute where nothing holds them up; each takes the same."""

    paced_s: float = 90
    """For how long they are watched at the pace that Slack takes."""

    settle_s: float = 65
    """Seconds after a start until nothing is done any more but what is always done."""

    idle_s: float = 60
    """For how long the process is watched while nothing is due."""

    watched: tuple[int, ...] = (1_000, 100_000)
    """Projects with dates that watches look at."""

    changed: tuple[int, ...] = (0, 10, 100, 1_000, 10_000)
    """Projects that changed before one evaluation."""

    crossing: tuple[int, ...] = (100, 1_000)
    """Projects that cross their thresholds before one evaluation."""

    evaluations: int = 3
    """Of each kind."""


FULL = Effort()
QUICK = Effort(
    rounds=2, requests=200, requests_alone=50, questions=5, runs=3, starts=2, sizes=(1_000, 3_000), listings=(100, 300),
    syncs=1, digests=100, unpaced=50, paced_s=10, settle_s=1, idle_s=3, watched=(1_000, 3_000), changed=(0, 10, 100),
    crossing=(100,), evaluations=1,
)  # fmt: skip
