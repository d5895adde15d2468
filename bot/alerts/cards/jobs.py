"""What the engine is given to do about cards, under names that are the same in every process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class CardJob:
    """One attempt at one card."""

    ref: int
    """`Card.ref`."""

    attempt: int
    """Its number, from 1; claiming needs it."""

    workflow_id: str
    """Whoever asks for the same attempt asks under the same name."""

    channel: str
    """Where it will be posted."""

    kind: str = "card"


def next_attempt(card: Card) -> CardJob:
    """Return the attempt that a card needs next."""
    attempt = card.attempts + 1
    return CardJob(ref=card.ref, attempt=attempt, workflow_id=f"card:{card.ref}:{attempt}", channel=card.channel)


def message_key(card: int, attempt: int, number: int) -> str:
    """Name one message: ``card:7:3:1`` is the first of the third attempt. It carries that, for everybody to read."""
    return f"card:{card}:{attempt}:{number}"
