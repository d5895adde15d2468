"""How an attempt at a card may end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Lost(Exception):
    """Somebody else has this card by now."""


class Gone(Exception):
    """The message of the card, or its thread, is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """The card is given back."""

    due_at: datetime | None
    """When it is looked at again; None: when something happens."""

    reason: str = ""
    """Why something could not be sent; empty: nothing failed."""

    unsent: bool = True
    """Whether nothing is on its way; else it is looked for the next time."""
