"""What a condition says of one project at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model.inactivity import Idle


PAID_FOR_LONG: Final = timedelta(days=7)
"""What is paid for and was switched off, or inactive beyond its threshold, for so long is worse."""


class Verdict(StrEnum):
    """Whether a condition holds."""

    CLEAR = "clear"
    QUIET = "quiet"
    """Not yet, but more than 80 % of the threshold has passed."""

    FIRES = "fires"
    UNSURE = "unsure"
    """Not enough was observed to say so: nothing fires, and nothing clears."""

    GONE = "gone"
    """Absent from its source for so long that it is believed."""

    OUT = "out"
    """None of this watch's business any more: archived, exempt, another rule's matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a condition says of one project, as of the last good look at its connection."""

    verdict: Verdict
    since: datetime | None = None
    """Since when the condition holds, or would; of silence the last activity. None: not known."""

    age: timedelta | None = None
    """How long, on the clock of the watch; None for what holds at once."""

    severity: int = 1
    """1; 2 from twice the threshold on, or if it is paid for all the while."""

    signal_at: datetime | None = None
    """The newest activity that speaks against the condition; None: none is known."""

    sampled: bool = False
    """Whether that activity is only what we happened to see, so that it has to be confirmed."""

    reason: str = ""
    """Of UNSURE, GONE and OUT: why, as the end of a sentence of ours, such as ``it was archived``."""

    detail: str = ""
    """What a source said about it; hostile."""

    idle: Idle | None = None
    """The evidence of silence."""

    changes_at: datetime | None = None
    """When the verdict or the severity may change by time alone, if nothing happens; None: not by time."""

    looked_at: datetime | None = None
    """The newest good look on which it rests; None: that is not known."""

    next_look_at: datetime | None = None
    """When the look after that is planned."""
