"""What the engine calls, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING, Final, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


PACE_OVER_S: Final = 2.0
"""Seconds over which the pace is kept: short enough to be smooth, long enough for a queue that is looked at once a
second."""

MOST_AT_ONCE: Final = 64
"""Attempts under way in one process."""

MOST_POSTS_PER_MINUTE: Final = MOST_AT_ONCE * 60
"""What one process can begin, as it looks into the queue once a second."""


DIGEST: Final = "digest"
CARD: Final = "card"
"""Kinds of jobs: what is attempted, a delivery of a digest or a card with alerts."""


class Job(Protocol):
    """One attempt at one delivery, or at one card."""

    @property
    def kind(self) -> str:
        """`DIGEST` or `CARD`."""
        ...

    @property
    def ref(self) -> int:
        """`Delivery.ref` or `Card.ref`."""
        ...

    @property
    def attempt(self) -> int:
        """Number of the attempt, its fencing number."""
        ...

    @property
    def workflow_id(self) -> str:
        """The same in every process that wants this attempt made."""
        ...

    @property
    def channel(self) -> str:
        """Where it goes; in a process, one attempt at a time is under way there."""
        ...


class Work(Protocol):
    """What is to be done for one workspace.

    All of it may be called concurrently, by several processes, and again after a crash.
    """

    async def alive(self) -> None:
        """Note that somebody is at work."""
        ...

    async def keep_fresh(self) -> None:
        """Begin to read what is too old, and wait for none of it."""
        ...

    async def evaluate(self) -> int:
        """Judge what the watches ask about; returns how many alerts changed."""
        ...

    async def plan(self) -> int:
        """Write down the deliveries that have come due; returns how many."""
        ...

    async def jobs(self, most: int) -> Sequence[Job]:
        """Return attempts to make now, the longest due first."""
        ...

    async def attempt(self, kind: str, ref: int, attempt: int) -> None:
        """Make one, unless it was made; cancelled, it gives back what it has not begun to send."""
        ...

    async def tidy(self) -> None:
        """Forget what nobody needs any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How often, how many, how long. People change the pace; the rest is for tests."""

    tick: str = "* * * * *"
    """Cron expression; a sixth field in front counts seconds."""

    posts_per_minute: int = 300
    """Attempts that begin in a minute, over all processes."""

    jobs: int = 600
    """Attempts handed out in one tick: twice what one minute takes, so that the queue never runs dry."""

    at_once: int = 10
    """Attempts under way in one process, and that begin in one look into the queue."""

    look_every: timedelta = timedelta(seconds=1)
    """How often a process looks into the queue."""

    tidy_every: timedelta = timedelta(minutes=10)
    """How often is forgotten what nobody needs."""

    remember: timedelta = timedelta(hours=1)
    """How long the engine remembers what it has done."""

    @property
    def pace(self) -> tuple[int, float]:
        """How many attempts may begin in how many seconds: whole ones, in about `PACE_OVER_S`, at exactly this pace."""
        per_s = self.posts_per_minute / 60
        limit = max(1, floor(per_s * PACE_OVER_S))
        return limit, limit / per_s

    @classmethod
    def paced(cls, posts_per_minute: int) -> Self:
        """Return what suits a pace: room for twice as much, and never so little that one slow attempt holds up all."""
        at_once = min(max(ceil(posts_per_minute / 60 * 2), 8), MOST_AT_ONCE)
        return cls(posts_per_minute=posts_per_minute, jobs=max(posts_per_minute * 2, 50), at_once=at_once)
