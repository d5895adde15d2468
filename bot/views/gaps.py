"""Which digests before this one are missing, and which source is compared with an older one. Plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import DeliveryState
from bot.views.blocks import clip, one_line
from bot.views.digest_words import wall_clock, zone_of
from bot.views.totals import TITLE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers import DigestReport

MOST_TOLD = 3
"""Missing messages, and sources, told one by one; more are counted."""


def gaps(report: DigestReport) -> list[str]:
    """Return a line for what was not delivered, and one for what is compared with another time; or none."""
    return [*_undelivered(report), *_compared(report)]


def _undelivered(report: DigestReport) -> list[str]:
    """Say it of each slot: ``Mon 09:00 was not posted, Tue 09:00 perhaps not; this one covers them.``."""
    missing = report.undelivered
    if not missing:
        return []
    said: list[str] = []
    for each in missing[:MOST_TOLD]:
        when = wall_clock(each.planned_at, zone_of(report.digest), report.now)
        verb = "" if said else "was "
        not_posted = "perhaps not" if each.state is DeliveryState.UNKNOWN else "not"
        said.append(f"{when} {verb}{not_posted}{'' if said else ' posted'}")
    covered = f"; this one covers {'it' if len(missing) == 1 else 'them'}" if report.since else ""
    return [f"{', '.join([*said, *_more(len(missing))])}{covered}."]


def _compared(report: DigestReport) -> list[str]:
    older = list(report.compared_since.items())
    said = [
        f"{clip(one_line(title), TITLE_WIDTH)} is compared with {wall_clock(at, zone_of(report.digest), report.now)}"
        for title, at in older[:MOST_TOLD]
    ]
    return [f"{', '.join([*said, *_more(len(older))])}."] if said else []


def _more(number: int) -> Sequence[str]:
    return [f"and {number - MOST_TOLD} more"] if number > MOST_TOLD else []
