"""Writing a digest: read the catalog, compare it with the last delivered digest, and say how sure all that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.catalog.moments import moment_of
from bot.digests.baseline import baseline_of
from bot.digests.compare import Comparison
from bot.digests.gathering import Gathering
from bot.digests.report import Reading, report_of
from bot.digests.snapshot import carrying_over, concerned, is_blind, snapshot_of
from bot.digests.standing import standing
from bot.model import Scope
from bot.query import Query, parse
from bot.schedules import Rhythm, rhythm

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.answers import Difference, DigestReport, Purpose
    from bot.catalog import Catalog
    from bot.digests.baseline import Baseline
    from bot.model import Delivery, Digest, Freshness, Moment, Snapshot
    from bot.ports import Clock, Ledger, Store, WatchLedger
    from bot.query import Known

FIRST_PERIOD = {Rhythm.HOURLY: timedelta(hours=1), Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}
"""How far back the peak of viewers is looked for when there was no digest before."""

LOOKED_UP_AT_ONCE = 500
"""Rows of projects that no longer match, in memory at a time."""

MOST_EXPLAINED = 100
"""If more known projects than this match anew, their events are not looked through one by one."""

EVENTS_EACH = 10
DATED_BACK = timedelta(days=1)
"""How much older than our noticing it an event may be dated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A digest, ready to be sent or not."""

    report: DigestReport
    """Its form is FULL, or UNAVAILABLE if `blind`; whether a LINE will do, and how late it is, its sender knows."""

    snapshot: Snapshot
    """What the next digest is compared with, once this one is delivered."""

    changed: bool
    """Whether there is anything to tell: a difference, a gap that opened or closed, or nothing to compare with."""

    blind: bool
    """Whether no source that the filters concern can be read: there is no number to tell."""


class Writer:
    """Writes digests.

    Args:
        catalog: keeps the sources fresh, and has the rows.
        ledger: knows the last delivered digest.
        watches: knows the alerts of its channel.
        clock: tells the time.
        known: names of sources and connections, to read filters.
        quiet_after: how long without activity makes a project inactive.
        zone: the zone whose calendar days filters such as ``updated:today`` mean.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        ledger: Ledger,
        watches: WatchLedger,
        clock: Clock,
        known: Known,
        quiet_after: timedelta,
        zone: tzinfo,
    ) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._watches = watches
        self._clock = clock
        self._known = known
        self._quiet_after = quiet_after
        self._zone = zone

    @property
    def _store(self) -> Store:
        return self._catalog.store

    async def write(
        self, digest: Digest, *, purpose: Purpose, delivery: Delivery | None, patience: timedelta
    ) -> Written:
        """Write a digest as of now; nothing is sent, and nothing kept.

        Args:
            digest: what to write.
            purpose: why; goes into the report.
            delivery: the row of the ledger that it is written for; None for a preview.
            patience: how long to wait for sources that have to be read first.

        Raises:
            UsageError: its filters cannot be read any more, because a source or connection was taken away.
            StoreError: our database could not be used.
        """
        query = parse(digest.query, known=self._known, ordered=False)
        read = await self._read(digest, query, patience)
        baseline = read.baseline
        peaks = {connection: peak for connection, peak in read.peaks.items() if connection in read.counted}
        seen = snapshot_of(read.gathered.marks, read.moment, blind=read.blind, query=digest.query, peaks=peaks)
        report = report_of(digest, purpose, delivery, read)
        until = report.next_run.slot.at if report.next_run else None
        alerts = await standing(self._watches, self._store, digest, read.gathered.marks, until=until)
        return Written(
            report=replace(report, alerts=alerts.alerts, alerts_total=alerts.total, ending=alerts.ending),
            snapshot=carrying_over(seen, baseline.snapshot, baseline.carried),
            changed=bool(read.differences or baseline.fresh_start or baseline.gap_moved),
            blind=read.all_blind,
        )

    async def _read(self, digest: Digest, query: Query, patience: timedelta) -> Reading:
        scope = Scope(workspace=digest.workspace, channel=digest.channel)
        freshness = await self._refreshed(scope, query, patience)
        regular = self._catalog.looks_regularly
        moment = moment_of(
            freshness, now=self._clock.now(), quiet_after=self._quiet_after, zone=self._zone, regular=regular
        )
        sources = concerned(query, freshness)
        baseline = await self._baseline(digest, sources, moment.now)
        since = baseline.snapshot.at if baseline.snapshot else moment.now - FIRST_PERIOD[rhythm(digest.schedule)]
        peaks = await self._store.peaks(scope, query, moment, since=since, until=moment.now)
        blind = [known.connection for known in sources if is_blind(known, moment.now)]
        gathered = Gathering(moment, (peak.ref for peak in peaks.values()), blind=blind)
        return Reading(
            query=query,
            moment=moment,
            freshness=freshness,
            sources=sources,
            baseline=baseline,
            since=since,
            peaks=peaks,
            gathered=gathered,
            differences=await self._walk(scope, query, moment, baseline, gathered),
            first=await self._store.search(scope, query, moment, size=1),
        )

    async def _refreshed(self, scope: Scope, query: Query, patience: timedelta) -> tuple[Freshness, ...]:
        """Read what the filters concern; sources that others have waited for in vain are not waited for again."""
        refresh = await self._catalog.refresh(
            scope,
            viewers=query.asks_for_viewers,
            force=False,
            patience=patience,
            concerns=query.concerns,
            from_its_start=True,
        )
        return await self._catalog.freshness(scope, refresh)

    async def _baseline(self, digest: Digest, sources: tuple[Freshness, ...], now: datetime) -> Baseline:
        snapshot = await self._ledger.snapshot(digest)
        delivered = snapshot is not None or await self._ledger.delivered_at(digest) is not None
        return baseline_of(snapshot, digest, sources, now, delivered=delivered)

    async def _walk(
        self, scope: Scope, query: Query, moment: Moment, baseline: Baseline, gathered: Gathering
    ) -> tuple[Difference, ...]:
        """Show every match to those who take notes, once; return what is different."""
        if baseline.snapshot is None:
            async for entry in self._store.each(scope, query, moment):
                gathered.see(entry)
            return ()
        compared = Comparison(baseline.snapshot, moment, baseline.compared)
        async for entry in self._store.each(scope, query, moment):
            gathered.see(entry)
            compared.see(entry)
        await self._find_missing(compared, scope)
        await self._explain_joined(compared, scope, moment, baseline.snapshot)
        return compared.differences

    async def _find_missing(self, compared: Comparison, scope: Scope) -> None:
        missing = compared.missing
        for start in range(0, len(missing), LOOKED_UP_AT_ONCE):
            refs = missing[start : start + LOOKED_UP_AT_ONCE]
            rows = await self._store.get_many(scope, refs)
            for ref in refs:
                compared.miss(ref, rows.get(ref))

    async def _explain_joined(self, compared: Comparison, scope: Scope, moment: Moment, before: Snapshot) -> None:
        joined = compared.joined
        for entry in joined:
            events = None
            if len(joined) <= MOST_EXPLAINED:
                since = before.known_at(entry.project.connection) - DATED_BACK
                found = await self._store.events(scope, Query(), moment, since=since, size=EVENTS_EACH, ref=entry.ref)
                events = found.events
            compared.join(entry, events)
