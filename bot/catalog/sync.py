"""Source to rows and events: one listing, one transaction, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.catalog.changes import changes_of, vanished
from bot.catalog.due import HOLD, full_due
from bot.catalog.own import without_ours
from bot.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.model import Change, Freshness, Listing, Project
    from bot.ports import CatalogWriter, Clock, Source, Store

LISTING = "listing"
VIEWERS = "viewers"
"""The two jobs a connection can be claimed for."""

BATCH = 500
"""Projects compared and saved in one go, so that a large listing never holds the event loop for long."""

VIEWERS_BATCH = 10
"""Measurements saved in one go: a long round shows its progress."""

DOUBTFUL_FROM = 4
"""Connections with fewer projects may lose most of them without anybody wondering, but never all at once."""

BELIEVED_AFTER = timedelta(hours=6)
"""A mass disappearance is believed once it still stands after this time."""


class Doubtful(Exception):
    """A complete listing lacks so much that it is probably wrong."""

    def __init__(self, before: int, after: int) -> None:
        counts = f"{before} {'project' if before == 1 else 'projects'} before, {after} now"
        super().__init__(counts)
        self.problem_detail = f"{counts}; I keep what I knew until that has stood for 6 h"


class _Disagreement(Exception):
    """What changed does not add up to what the source says it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one sync did."""

    requests: int
    changes: int
    rows: int
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One connection, and the right to work on it."""

    source: Source
    store: Store
    clock: Clock
    workspace: str
    holder: str
    fresh_for: timedelta
    """What is younger need not be read."""

    every: timedelta | None = None
    """How often this is done by itself; None where nobody looks regularly."""

    @property
    def connection(self) -> str:
        """Name of the connection."""
        return self.source.connection

    def looking(self, every: timedelta | None) -> Job:
        """Return the same, done by itself so often."""
        return replace(self, every=every)


async def sync_listing(job: Job, known: Freshness) -> Synced:
    """Bring the rows of one connection up to date.

    Asks only for what changed where that can be enough, and for everything where the counts disagree.

    Raises:
        SourceError: the source could not be read; nothing was changed.
        Doubtful: most projects are missing all at once; nothing was changed.
        StoreError: the database could not be written, or the claim was lost; nothing was changed.
    """
    now = job.clock.now()
    if not full_due(known, now):
        listing = await job.source.list_projects(since=known.newest_at)
        try:
            return await _apply(job, listing, known, now)
        except _Disagreement:
            first = listing.requests
    else:
        first = 0
    listing = await job.source.list_projects(since=None)
    done = await _apply(job, listing, known, now)
    return Synced(requests=first + done.requests, changes=done.changes, rows=done.rows, full=True)


async def _apply(job: Job, listing: Listing, known: Freshness, now: datetime) -> Synced:
    async with job.store.writing(job.workspace, job.connection, job=LISTING, holder=job.holder) as writer:
        changes = [change for batch in _batches(listing.projects) for change in await _merge(writer, batch, known, now)]
        if listing.complete:
            changes += await _sweep(writer, listing, known, now)
        if known.last_success_at is not None:  # the first listing is the baseline, not news
            await writer.record(changes, now)
        rows = await writer.count()
        if not listing.complete and rows != listing.total:
            raise _Disagreement
        await writer.succeeded(now, full=listing.complete, quota=listing.quota, every=job.every)
    return Synced(requests=listing.requests, changes=len(changes), rows=rows, full=listing.complete)


async def _merge(writer: CatalogWriter, batch: Sequence[Project], known: Freshness, now: datetime) -> list[Change]:
    rows = await writer.known([project.id for project in batch])
    batch = [without_ours(rows.get(project.id), project) for project in batch]
    since = known.last_success_at or now
    changed = [p for p in batch if (row := rows.get(p.id)) is None or row.gone_at is not None or row.project != p]
    await writer.save(changed, now)
    return [change for p in changed for change in changes_of(rows.get(p.id), p, since=since, now=now)]


async def _sweep(writer: CatalogWriter, listing: Listing, known: Freshness, now: datetime) -> list[Change]:
    """Mark what a complete listing lacks, unless it lacks too much to be believed at once."""
    listed = await writer.listed_ids()
    gone = sorted(listed - {project.id for project in listing.projects})
    if _is_doubtful(len(listed), len(gone)) and not _stood(known, now):
        raise Doubtful(len(listed), len(listed) - len(gone))
    await writer.mark_gone(gone, now)
    return [vanished(project_id, now) for project_id in gone]


def _is_doubtful(listed: int, gone: int) -> bool:
    """Tell whether a list lacks too much: an empty one where there was any, or one that lost more than half of many."""
    return 0 < listed == gone or (listed >= DOUBTFUL_FROM and gone * 2 > listed)


def _stood(known: Freshness, now: datetime) -> bool:
    doubt = known.problem
    return doubt is not None and doubt.kind is ProblemKind.SUSPICIOUS and now - doubt.since >= BELIEVED_AFTER


def doubt_of(error: Doubtful, now: datetime) -> Problem:
    """Turn a doubt into what is stored and shown."""
    kind = ProblemKind.SUSPICIOUS
    return Problem(kind=kind, detail=error.problem_detail, since=now, retry_at=now + HOLD[kind])


def _batches(projects: Sequence[Project]) -> Iterator[Sequence[Project]]:
    for start in range(0, len(projects), BATCH):
        yield projects[start : start + BATCH]
