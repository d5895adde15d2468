"""The few sentences that the ledger writes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.model import Pause

ADDED: Final = "added this digest"
"""First entry of a digest's record."""

REMOVED: Final = "the digest was removed"
"""Why planned deliveries were skipped; as are the next ones."""

RESCHEDULED: Final = "the schedule was changed"


def rests(pause: Pause) -> str:
    """Say that a digest rests, and why."""
    return f"the digest rests: {pause.reason}" if pause.reason else "the digest was paused"
