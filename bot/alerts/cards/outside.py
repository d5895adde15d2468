"""What delivering cards needs around it, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.alerts.cards.loading import Loader
    from bot.digests.closing import Closing
    from bot.ports import Clock, Messenger, WatchLedger

AGAIN: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1800))
"""The pauses after the first, second … failure in a row; the last one stays."""

LOOK_UNTIL: Final = timedelta(minutes=10)
"""How long a message that may be there is looked for; then it is sent again: a double is better than a loss."""

LOOK_AGAIN: Final = timedelta(minutes=1)

CLOCKS_APART: Final = timedelta(minutes=10)
"""How far Slack's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The times that depend on how fast everything around us is; other values are for tests."""

    lease: timedelta = timedelta(seconds=60)
    """How long a claim lasts: the longest wait after the process that held it was killed."""

    write_again: timedelta = timedelta(milliseconds=500)
    """The pause before noting once more what Slack has taken, if the database did not take the note."""

    @property
    def work_within(self) -> timedelta:
        """How long posting may take: after the lease somebody else may begin, so we stop before."""
        return self.lease * 0.9

    @property
    def queue_within(self) -> timedelta:
        """How long a message may wait for its turn in the channel; what is left of the lease is for sending it."""
        return self.lease / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Ports, what loads cards, and how long things may take."""

    ledger: WatchLedger
    messenger: Messenger
    loader: Loader
    closing: Closing
    clock: Clock
    timing: Timing = field(default_factory=Timing)


def pause_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    return AGAIN[min(max(failures, 1), len(AGAIN)) - 1]
