"""The moment under which the catalog is read: now, the rules, and what cannot be seen. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta, tzinfo

    from bot.model import Freshness


def moment_of(freshness: Iterable[Freshness], *, now: datetime, quiet_after: timedelta, zone: tzinfo) -> Moment:
    """Return now, with the rules of this installation and what is known of its sources.

    The clocks of a connection's projects stop where it was last read, while it is in trouble or still being read.
    """
    blind = {
        known.connection: known.last_success_at
        for known in freshness
        if known.last_success_at is not None and (known.problem is not None or known.refreshing)
    }
    return Moment(now=now, quiet_after=quiet_after, zone=zone, blind_since=blind)
