"""When nothing of ours ran. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.model import Uptime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

LOOK_BACK: Final = timedelta(days=35)
"""How far back an absence is looked for: it began before what was missed because of it."""

SHORTEST_TOLD: Final = timedelta(minutes=2)
"""A shorter absence explains nothing that a person would wonder about."""


def absences(uptimes: Iterable[Uptime]) -> tuple[Uptime, ...]:
    """Return the stretches between those in which some process was at work, oldest first.

    The one before the first and the one after the last are not known, and not among them.
    """
    found: list[Uptime] = []
    until: datetime | None = None
    for stretch in sorted(uptimes, key=lambda uptime: uptime.since):
        if until is not None and until < stretch.since:
            found.append(Uptime(until, stretch.since))
        until = stretch.until if until is None else max(until, stretch.until)
    return tuple(found)


def overlapping(stretches: Sequence[Uptime], since: datetime, until: datetime) -> tuple[Uptime, ...]:
    """Return the stretches that have a part between two moments, whole; not those that are too short to matter."""
    return tuple(
        stretch
        for stretch in stretches
        if stretch.since < until and since < stretch.until and stretch.until - stretch.since >= SHORTEST_TOLD
    )
