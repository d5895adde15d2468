"""What a digest knows when it is written: a mark of each project, and which sources it could see. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Mark, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.model import Entry, Freshness, Moment, Peak, State
    from bot.query import Query

OLD_AFTER = timedelta(minutes=15)
"""A source that is still being read counts as seen if what is known of it is younger than this."""


def is_blind(known: Freshness, now: datetime) -> bool:
    """Tell whether a source is in trouble, was never read, or is being read for so long that what is known is old."""
    if known.problem is not None or known.last_success_at is None:
        return True
    return known.refreshing and now - known.last_success_at > OLD_AFTER


def viewers_counted(known: Freshness, peak: Peak | None, since: datetime) -> bool:
    """Tell whether a source that counts viewers has done so in a period, and still does.

    Nobody there is a peak of none; without a count, nothing is known. A round may take longer than the period: then a
    peak is evidence enough.
    """
    if not known.measures_viewers:
        return True
    counted = known.viewers_at is not None and known.viewers_at >= since
    return known.viewers_problem is None and (counted or peak is not None)


def concerned(query: Query, freshness: Iterable[Freshness]) -> tuple[Freshness, ...]:
    """Return the connections whose projects can match."""
    return tuple(known for known in freshness if query.concerns(known.source, known.connection))


def mark_for(entry: Entry, state: State) -> Mark:
    """Return what the next digest needs to know of a project."""
    project = entry.project
    return Mark(
        connection=project.connection,
        state=state,
        enabled=project.enabled,
        subscription=project.subscription,
        service_count=project.service_count,
        name=project.name,
    )


def snapshot_of(
    marks: dict[int, Mark], moment: Moment, *, blind: Iterable[str], query: str, peaks: Mapping[str, Peak]
) -> Snapshot:
    """Put together what a digest knew; of a blind connection it knows nothing.

    Args:
        marks: `Entry.ref` to mark, of all projects that match; kept, not copied, if no connection is blind.
        moment: when it was written.
        blind: connections that could not be read.
        query: the filters, as the digest has them.
        peaks: connection to its peak in the period, where viewers were counted in all of it.
    """
    unseen = frozenset(blind)
    return Snapshot(
        at=moment.now,
        query=query,
        marks={ref: mark for ref, mark in marks.items() if mark.connection not in unseen} if unseen else marks,
        blind=tuple(sorted(unseen)),
        peaks={connection: peak.live for connection, peak in peaks.items() if connection not in unseen},
    )


def carrying_over(new: Snapshot, before: Snapshot | None, carried: Iterable[str]) -> Snapshot:
    """Keep what the last delivered digest knew of connections that are blind now.

    So the first digest after an outage is compared with the last one before it, and nothing in between is lost.

    Args:
        new: what this digest knows.
        before: what it is compared with.
        carried: connections that are blind now and that `before` knows.
    """
    kept = frozenset(carried)
    if before is None or not kept:
        return new
    old = {ref: mark for ref, mark in before.marks.items() if mark.connection in kept}
    peaks = {connection: live for connection, live in before.peaks.items() if connection in kept}
    return replace(
        new,
        marks=new.marks | old,
        peaks=new.peaks | peaks,
        since={connection: before.known_at(connection) for connection in sorted(kept)},
    )
