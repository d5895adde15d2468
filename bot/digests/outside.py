"""What delivering needs around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.answers import Purpose
    from bot.digests.timing import Timing
    from bot.digests.writer import Written
    from bot.model import Delivery, Digest
    from bot.ports import Clock, Ledger, Messenger


class Writes(Protocol):
    """What writes digests: `bot.digests.writer.Writer`."""

    async def write(
        self, digest: Digest, *, purpose: Purpose, delivery: Delivery | None, patience: timedelta
    ) -> Written:
        """Write a digest as of now.

        Raises:
            UsageError: its filters cannot be read any more.
            StoreError: the database could not be used.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Ports, the writer, and how long things may take."""

    ledger: Ledger
    messenger: Messenger
    writer: Writes
    clock: Clock
    timing: Timing
