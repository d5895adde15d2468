"""What was read for a digest, put together as a report. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers import DigestForm, DigestReport, SourceTotals
from bot.digests.due import coming_runs
from bot.digests.snapshot import is_blind, viewers_counted
from bot.model import DeliveryKind, Slot, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.answers import Difference, Purpose
    from bot.digests.baseline import Baseline
    from bot.digests.gathering import Gathering
    from bot.model import Delivery, Digest, Found, Freshness, Moment, Peak
    from bot.query import Query
    from bot.schedules import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found out for one digest."""

    query: Query
    moment: Moment
    freshness: tuple[Freshness, ...]
    sources: tuple[Freshness, ...]
    """Those of them that the filters concern."""

    baseline: Baseline
    since: datetime
    """When the period begins."""

    peaks: Mapping[str, Peak]
    """Connection to its peak in the period."""

    gathered: Gathering
    differences: tuple[Difference, ...]
    first: Found
    """A page of one, for what it says about the rest."""

    @property
    def blind(self) -> tuple[str, ...]:
        """Connections that the filters concern and that cannot be read now."""
        return tuple(known.connection for known in self.sources if is_blind(known, self.moment.now))

    @property
    def counted(self) -> frozenset[str]:
        """Connections whose viewers were counted in the period, or that count none."""
        return frozenset(
            known.connection
            for known in self.sources
            if viewers_counted(known, self.peaks.get(known.connection), self.since)
        )

    @property
    def all_blind(self) -> bool:
        """Whether there is no source that could back a number; filters that no source can match are no such case."""
        return not self.freshness or (bool(self.sources) and len(self.blind) == len(self.sources))


def report_of(digest: Digest, purpose: Purpose, delivery: Delivery | None, read: Reading) -> DigestReport:
    """Put a report together; what only its sender knows (lateness, whether a line will do) is not in it."""
    baseline, gathered = read.baseline, read.gathered
    return DigestReport(
        command=f"digest preview {digest.number}",
        freshness=read.freshness,
        moment=read.moment,
        digest=digest,
        query=read.query,
        purpose=purpose,
        form=DigestForm.UNAVAILABLE if read.all_blind else DigestForm.FULL,
        since=baseline.snapshot.at if baseline.snapshot else None,
        slot=_slot(delivery),
        next_run=_next_run(digest, delivery, read.moment.now),
        differences=read.differences,
        not_compared=baseline.not_compared,
        compared_since=_compared_since(read),
        decisions=gathered.decisions,
        decisions_total=gathered.decisions_total,
        totals=_totals(read),
        left_out=read.first.left_out,
        hidden_archived=read.first.hidden_archived,
        merged=delivery.merged if delivery is not None else 0,
        fresh_start=baseline.fresh_start,
    )


def _compared_since(read: Reading) -> dict[str, datetime]:
    """Return the titles of connections that the last digest could not read, and when an older one did."""
    snapshot, compared = read.baseline.snapshot, read.baseline.compared
    older = snapshot.since if snapshot else {}
    return {known.title: older[known.connection] for known in read.sources if known.connection in compared & {*older}}


def _slot(delivery: Delivery | None) -> Slot | None:
    if delivery is None or delivery.kind is not DeliveryKind.SLOT:
        return None
    return Slot(delivery.slot, delivery.planned_at)


def _next_run(digest: Digest, delivery: Delivery | None, now: datetime) -> Run | None:
    after = now if delivery is None else max(now, delivery.planned_at)
    return next(iter(coming_runs(digest, after, count=1)), None)


def _totals(read: Reading) -> tuple[SourceTotals, ...]:
    snapshot = read.baseline.snapshot
    marks = snapshot.marks.values() if snapshot else ()
    before = Counter((mark.connection, mark.state) for mark in marks)
    return tuple(_total(known, read, before) for known in read.sources)


def _total(known: Freshness, read: Reading, before: Counter[tuple[str, State]]) -> SourceTotals:
    connection, snapshot = known.connection, read.baseline.snapshot
    peak = read.peaks.get(connection)
    compared, counted = connection in read.baseline.compared, connection in read.counted
    return SourceTotals(
        connection=connection,
        title=known.title,
        states=read.gathered.of(connection),
        before={state: before[connection, state] for state in State if before[connection, state]} if compared else None,
        blind=is_blind(known, read.moment.now),
        read=known.last_success_at is not None,
        peak=peak,
        peak_name=read.gathered.names.get(peak.ref, "") if peak else "",
        peak_before=snapshot.peaks.get(connection) if snapshot and compared and counted else None,
        viewers_counted=counted,
    )
