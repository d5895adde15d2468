"""What may become of one attempt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.views.digest_thread import Thread

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import DeliveryState, Message, PauseKind, Posted, Snapshot


class Lost(Exception):
    """Somebody else has this delivery by now; whatever we found out is theirs to find out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that is ready to be sent."""

    message: Message
    snapshot: Snapshot | None
    """What the next digest is compared with; None: with what this one was."""

    state: DeliveryState
    """What it is when it arrives: POSTED or LATE."""

    reason: str
    thread: Thread = field(default_factory=Thread)
    """What did not fit into the message, and follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """It is at Slack."""

    state: DeliveryState
    """POSTED or LATE."""

    posted: Posted
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """It is not sent, or perhaps, and nobody tries again."""

    state: DeliveryState
    """SKIPPED, FAILED or UNKNOWN."""

    reason: str
    closed: PauseKind | None = None
    """What takes nothing from us any more, for that reason; the digest is to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """It is tried again later."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """It may be at Slack: it stays in mid-air, and the next attempt looks for it."""

    until: datetime
    """When that may begin."""


Outcome = Arrived | Ended | PutOff | InDoubt
