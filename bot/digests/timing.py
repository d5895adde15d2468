"""How long delivering takes at most; other values are for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The times that depend on how fast everything around us is."""

    lease: timedelta = timedelta(seconds=60)
    """How long a claim lasts: the longest wait after the process that held it was killed."""

    patience: timedelta = timedelta(seconds=20)
    """How long a digest waits for sources that are just being read; well inside the lease."""

    gap: timedelta = timedelta(minutes=3)
    """A silence of ours that is longer than this was an absence; the tick comes every minute."""

    write_again: timedelta = timedelta(milliseconds=500)
    """The pause before noting once more what Slack has taken, if the database did not take the note."""

    @property
    def work_within(self) -> timedelta:
        """How long writing may take, and posting: after the lease somebody else may begin, so we stop before."""
        return self.lease * 0.9

    @property
    def queue_within(self) -> timedelta:
        """How long a message may wait for its turn in the channel; what is left of the lease is for sending it."""
        return self.lease / 2
