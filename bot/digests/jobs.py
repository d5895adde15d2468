"""What the engine is given to do: attempts at deliveries, under names that are the same in every process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One attempt at one delivery."""

    ref: int
    """`Delivery.ref`."""

    attempt: int
    """Its number, from 1; claiming needs it."""

    workflow_id: str
    """Whoever asks for the same attempt asks under the same name."""

    channel: str
    """Where it will be posted."""

    kind: str = "digest"


def delivery_key(delivery: Delivery) -> str:
    """Name a delivery: ``digest:7:2026-03-30T09:00``. Its message carries that, for everybody to read."""
    return f"digest:{delivery.digest}:{delivery.slot}"


def next_attempt(delivery: Delivery, channel: str) -> Job:
    """Return the attempt that a waiting delivery needs next."""
    attempt = delivery.attempts + 1
    again = f":{attempt}" if attempt > 1 else ""
    return Job(ref=delivery.ref, attempt=attempt, workflow_id=f"{delivery_key(delivery)}{again}", channel=channel)
