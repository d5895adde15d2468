"""The moment under which the catalog is read: now, the rules, and what was seen. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.model import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from bot.model import Freshness, Sights

OTHERS_LOOK: Final = timedelta(days=1)
"""A last good look younger than this shows that another process looks regularly."""


def moment_of(
    freshness: Iterable[Freshness], *, now: datetime, quiet_after: timedelta, zone: tzinfo, regular: bool = False
) -> Moment:
    """Return now, with the rules of this installation and what is known of its sources.

    The clocks of a connection's projects stop where it was last read, while it is in trouble or still being read.

    Args:
        freshness: of all connections.
        now: aware UTC.
        quiet_after: how long without activity makes a project inactive.
        zone: whose calendar days are meant.
        regular: whether this process looks regularly. Another one, such as a command in a terminal, judges by what
            the server saw if that still runs; else by what it reads itself now, which tells nothing of holes.
    """
    known = tuple(freshness)
    blind = {
        each.connection: each.last_success_at
        for each in known
        if each.last_success_at is not None and (each.problem is not None or each.refreshing)
    }
    sights = {
        each.connection: each.sights
        for each in known
        if each.sights is not None and (regular or _still_looked_at(each.sights, now))
    }
    return Moment(now=now, quiet_after=quiet_after, zone=zone, blind_since=blind, sights=sights)


def _still_looked_at(sights: Sights, now: datetime) -> bool:
    until = sights.listing.until
    return until is not None and now - until < OTHERS_LOOK
