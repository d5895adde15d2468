"""Reading one connection: the claim, the work, what comes of it. No two processes read the same at once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.catalog.due import listing_due, problem_of, viewers_due, viewers_every, viewers_fresh_for
from bot.catalog.measure import measure_viewers
from bot.catalog.spread import SHARE, Spread, until_set
from bot.catalog.sync import LISTING, VIEWERS, Doubtful, Job, Synced, doubt_of, sync_listing
from bot.errors import BotError, SourceError
from bot.metrics import SYNC_REQUESTS, SYNCS
from bot.model import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.catalog.due import Ages
    from bot.catalog.spread import Wait
    from bot.model import Freshness
    from bot.ports import Clock, Source, Store

log = structlog.get_logger(__name__)

CLAIM_FOR: Final = timedelta(seconds=30)
"""How long a claim lasts unless renewed: the longest wait after the process that held it was killed."""

RENEW_EVERY_S: Final = 10.0
LOOK_EVERY_S: Final = 0.1
"""How often we look whether another process has finished the refresh that we wait for."""

_INCLUDED: Final = timedelta(microseconds=1)
"""What was measured exactly so long ago is as old as the round that is due."""

LONGEST_WAIT: Final = timedelta(minutes=30)
"""Past this, what another process is doing is no longer waited for."""


class Worker:
    """Does what a connection needs.

    Args:
        workspace: whose connections these are.
        store: where the rows are.
        clock: tells the time.
        holder: name of this process.
        regular: how often this process looks by itself; None: only when somebody asks.
        wait: waits between two requests that nobody is waiting for.
    """

    def __init__(
        self, *, workspace: str, store: Store, clock: Clock, holder: str, regular: Ages | None, wait: Wait = until_set
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._clock = clock
        self._holder = holder
        self._regular = regular
        self._wait = wait

    async def run(
        self, source: Source, name: str, fresh_for: timedelta, *, force: bool, hurry: asyncio.Event | None = None
    ) -> None:
        """Read one connection in one way, or wait until another process has; failures are stored, not raised.

        Args:
            source: the connection.
            name: ``listing`` or ``viewers``.
            fresh_for: what is younger need not be read.
            force: whether what is fresh is read again.
            hurry: set once somebody waits for the end; None: somebody does from the beginning.
        """
        job = self.job(source, fresh_for)
        try:
            if await self.claim(job, name):
                await self._work_and_release(job, name, force=force, hurry=hurry)
            else:
                await self._watch(job, name)
        except BotError as error:
            SYNCS.labels(job.connection, name, "failed").inc()
            log.warning("sync.failed", connection=job.connection, job=name, error=str(error))
        except Exception:
            SYNCS.labels(job.connection, name, "crashed").inc()
            log.exception("sync.crashed", connection=job.connection, job=name)

    def job(self, source: Source, fresh_for: timedelta) -> Job:
        """Return what describes the work on a connection."""
        return Job(
            source=source,
            store=self._store,
            clock=self._clock,
            workspace=self._workspace,
            holder=self._holder,
            fresh_for=fresh_for,
            every=self._regular.listing if self._regular else None,
        )

    async def claim(self, job: Job, name: str) -> bool:
        """Take the right to do something, or renew it."""
        now = self._clock.now()
        return await self._store.claim(
            self._workspace, job.connection, name, holder=job.holder, now=now, until=now + CLAIM_FOR
        )

    @asynccontextmanager
    async def holding(self, job: Job, name: str) -> AsyncIterator[None]:
        """Keep a claim as long as this lasts, then give it back."""
        renewal = asyncio.create_task(self._renew(job, name))
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            await self._store.release(self._workspace, job.connection, name, holder=job.holder)

    async def _renew(self, job: Job, name: str) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            await self.claim(job, name)

    async def _work_and_release(self, job: Job, name: str, *, force: bool, hurry: asyncio.Event | None) -> None:
        async with self.holding(job, name):
            await self._work(job, name, force=force, hurry=hurry)

    async def _work(self, job: Job, name: str, *, force: bool, hurry: asyncio.Event | None) -> None:
        """Do the job, unless somebody else did it between our looking and our claiming."""
        known = await self._known(job.connection)
        now = self._clock.now()
        due = listing_due if name == LISTING else viewers_due
        if known is None or not due(known, now, fresh_for=job.fresh_for, force=force):
            return
        if name == VIEWERS and known.last_success_at is None:
            return  # a round over projects that nobody knows yet would be empty, and look complete
        try:
            if name == LISTING:
                self._note_listing(job, await sync_listing(job, known))
            else:
                await self._measure(job, known, hurry)
        except SourceError as error:
            await self._note_failure(job, name, error)
        except Doubtful as doubt:
            log.warning("sync.doubted", connection=job.connection, detail=doubt.problem_detail)
            SYNCS.labels(job.connection, name, "doubted").inc()
            await self._store.failed(self._workspace, job.connection, name, doubt_of(doubt, now), now)

    async def _measure(self, job: Job, known: Freshness, hurry: asyncio.Event | None) -> None:
        every = viewers_every(known, self._regular)
        spread = None
        if every is not None and hurry is not None:
            spread = Spread(every * SHARE, hurry, self._clock, self._wait)
        before = self._clock.now() - viewers_fresh_for(known, job.fresh_for) + _INCLUDED
        measured = await measure_viewers(job.looking(every), before=before, spread=spread)
        log.info("viewers.measured", connection=job.connection, projects=measured)

    async def _note_failure(self, job: Job, name: str, error: SourceError) -> None:
        now = self._clock.now()
        SYNCS.labels(job.connection, name, error.kind).inc()
        await self._store.failed(self._workspace, job.connection, name, problem_of(error, now), now)

    def _note_listing(self, job: Job, done: Synced) -> None:
        SYNCS.labels(job.connection, LISTING, "ok").inc()
        SYNC_REQUESTS.labels(job.connection).inc(done.requests)
        log.info(
            "catalog.synced",
            connection=job.connection,
            requests=done.requests,
            changes=done.changes,
            rows=done.rows,
            full=done.full,
        )

    async def _known(self, connection: str) -> Freshness | None:
        rows = await self._store.freshness(Scope(workspace=self._workspace))
        return next((row for row in rows if row.connection == connection), None)

    async def _watch(self, job: Job, name: str) -> None:
        """Wait until the process that holds the claim is done, or take over if it died."""
        deadline = self._clock.now() + LONGEST_WAIT
        while self._clock.now() < deadline:
            await asyncio.sleep(LOOK_EVERY_S)
            if await self.claim(job, name):
                await self._work_and_release(job, name, force=False, hurry=None)
                return
