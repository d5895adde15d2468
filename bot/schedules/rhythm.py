"""How often a schedule comes, and what follows from that."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from bot.schedules.calendar import slots

if TYPE_CHECKING:
    from bot.model import Schedule

_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where counting begins: a rhythm must not depend on when somebody asks."""

_LOOKED_AT: Final = 12
_HOURLY_BELOW: Final = timedelta(hours=4)
_DAILY_BELOW: Final = timedelta(days=5)
_WIDEST_SPREAD_S: Final = 120


class Rhythm(StrEnum):
    """How close the runs of a schedule come to each other."""

    HOURLY = "hourly"
    """Less than four hours apart: the grace of a day would reach into the next run."""

    DAILY = "daily"
    """Several in a week, or a few in a day."""

    WEEKLY = "weekly"
    """Once a week, or less often."""


_GRACE: Final = {
    Rhythm.HOURLY: timedelta(minutes=15),
    Rhythm.DAILY: timedelta(hours=4),
    Rhythm.WEEKLY: timedelta(hours=24),
}


@lru_cache(maxsize=4096)
def rhythm(schedule: Schedule) -> Rhythm:
    """Tell how close the runs of a schedule come to each other, by the shortest gap among the next dozen."""
    moments = [slot.at for slot in islice(slots(schedule, _SOME_DAY), _LOOKED_AT)]
    shortest = min((later - sooner for sooner, later in pairwise(moments)), default=timedelta.max)
    if shortest < _HOURLY_BELOW:
        return Rhythm.HOURLY
    return Rhythm.DAILY if shortest < _DAILY_BELOW else Rhythm.WEEKLY


def grace(schedule: Schedule) -> timedelta:
    """Return how late a digest may still be sent: the next one is near, or far."""
    return _GRACE[rhythm(schedule)]


def spread(channel: str) -> timedelta:
    """Return by how much the digests of a channel wait after their minute, 0 to 120 s; always the same.

    Everybody wants 9:00, and an installation's channels should not all be posted to in that second.
    """
    digest = hashlib.blake2b(channel.encode(errors="surrogatepass"), digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest) % (_WIDEST_SPREAD_S + 1))
