"""Sentences of the ledger that it writes by itself and that others write, too. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.model.digests import Pause

ADDED: Final = "added it"
"""First entry of a digest's record; as all of them without its subject, ``changed the schedule from … to …``."""

REMOVED: Final = "the digest was removed"
"""Why a planned delivery was skipped; as are the next ones."""

RESCHEDULED: Final = "the schedule was changed"


def rests(pause: Pause) -> str:
    """Say that a digest rests, and why."""
    return f"the digest rests: {pause.reason}" if pause.reason else "the digest was paused"
