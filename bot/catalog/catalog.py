"""The catalog as the verbs see it: questions to the rows, and refreshes that everybody shares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.catalog.due import listing_due, problem_of, viewers_due, viewers_fresh_for
from bot.catalog.measure import measure_viewers
from bot.catalog.sync import LISTING, VIEWERS, Doubtful, Job, Synced, doubt_of, sync_listing
from bot.errors import BotError, SourceError
from bot.metrics import SYNC_REQUESTS, SYNCS
from bot.model import Scope

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from datetime import datetime

    from bot.model import Entry, Freshness
    from bot.ports import Clock, Source, Store

log = structlog.get_logger(__name__)

CLAIM_FOR = timedelta(seconds=30)
"""How long a claim lasts unless renewed: the longest wait after the process that held it was killed."""

RENEW_EVERY_S = 10.0
LOOK_EVERY_S = 0.1
"""How often we look whether another process has finished the refresh that we wait for."""

LONGEST_WAIT = timedelta(minutes=30)
"""Past this, what another process is doing is no longer waited for."""


Concerns = Callable[[str, str], bool]
"""Tells by the names of a source and a connection whether somebody wants to know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How old what we know may become."""

    listing: timedelta
    viewers: timedelta | None
    """None: viewers are nobody's concern now."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Refreshes that an answer asked for."""

    unfinished: frozenset[str]
    """Connections that were still being read when the answer's patience ended."""

    tasks: tuple[asyncio.Task[None], ...]
    known: tuple[Freshness, ...] | None = None
    """How fresh everything is, if nothing had to be read: nobody needs to look again."""

    async def settled(self) -> None:
        """Wait until they are all done, well or not."""
        if self.tasks:
            await asyncio.wait(self.tasks)


class Catalog:
    """Keeps the connections of one workspace fresh.

    Args:
        workspace: whose connections these are.
        sources: connection name to source.
        store: where the rows are.
        clock: tells the time.
        fresh_for: how old an answer may be without a refresh.
        holder: name of this process, unique among all that share the database.
    """

    def __init__(
        self,
        *,
        workspace: str,
        sources: Mapping[str, Source],
        store: Store,
        clock: Clock,
        fresh_for: timedelta,
        holder: str,
    ) -> None:
        self._workspace = workspace
        self._sources = dict(sources)
        self._store = store
        self._clock = clock
        self._fresh_for = fresh_for
        self._holder = holder
        self._flights: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._began: dict[asyncio.Task[None], datetime] = {}
        self._unmeasurable_until: dict[str, datetime] = {}

    @property
    def store(self) -> Store:
        """The rows."""
        return self._store

    @property
    def sources(self) -> Mapping[str, Source]:
        """Connection name to source."""
        return self._sources

    async def refresh(
        self,
        scope: Scope,
        *,
        viewers: bool,
        force: bool,
        patience: timedelta,
        concerns: Concerns | None = None,
        from_its_start: bool = False,
    ) -> Refresh:
        """Bring up to date what is too old; share the work with everybody who asks meanwhile.

        Waits at most `patience`; what is not done by then goes on by itself. Failures are stored, not raised.

        Args:
            scope: of which connections.
            viewers: whether viewers are wanted too.
            force: whether what is fresh is read again.
            patience: how long to wait.
            concerns: tells by source and connection which are wanted; None: all.
            from_its_start: whether patience counts from when a refresh began: of many who ask one after the other for
                what is slow, only the first waits.
        """
        known = await self.freshness(scope)
        ages = Ages(listing=self._fresh_for, viewers=self._fresh_for if viewers else None)
        wanted = [each for each in known if concerns is None or concerns(each.source, each.connection)]
        tasks = [task for each in wanted for task in self._start(each, ages, force=force)]
        if not tasks:
            return Refresh(frozenset(), (), known)
        await self._wait(tasks, patience, from_its_start=from_its_start)
        unfinished = [task for task in tasks if not task.done()]
        names = {name for (name, _), flight in self._flights.items() if flight in unfinished}
        return Refresh(frozenset(names), tuple(unfinished))

    async def keep_fresh(self, scope: Scope, ages: Ages) -> None:
        """Begin to bring up to date what is older than that, for nobody in particular; waits for none of it."""
        for known in await self.freshness(scope):
            self._start(known, ages, force=False)

    async def measure(self, entry: Entry, *, patience: timedelta) -> None:
        """Count the viewers of one project, if its source can and the last count is too old.

        A failure is logged; the caller shows the old measurement with its age.
        """
        source = self._sources.get(entry.project.connection)
        if source is None or not source.sheet.measures_viewers or entry.gone_at is not None:
            return
        now = self._clock.now()
        if entry.viewers is not None and now - entry.viewers.at < self._fresh_for:
            return
        if now < self._unmeasurable_until.get(source.connection, now):
            return
        key = (entry.project.connection, f"{VIEWERS}:{entry.project.id}")
        task = self._flights.get(key) or self._launch(key, self._measure_one(source, entry.project.id))
        await asyncio.wait([task], timeout=patience.total_seconds())

    async def freshness(self, scope: Scope, refresh: Refresh | None = None) -> tuple[Freshness, ...]:
        """Return what is known of each configured connection, also of those that only other processes read."""
        if refresh is not None and refresh.known is not None:
            return refresh.known
        busy = refresh.unfinished if refresh else frozenset()
        rows = await self._store.freshness(scope)
        return tuple(replace(row, refreshing=row.connection in busy) for row in rows)

    async def close(self) -> None:
        """Stop every refresh; the transaction of a listing that is cut short is undone."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _start(self, known: Freshness, ages: Ages, *, force: bool) -> Sequence[asyncio.Task[None]]:
        if known.connection not in self._sources:
            return []
        now = self._clock.now()
        tasks = []
        if listing_due(known, now, fresh_for=ages.listing, force=force):
            tasks.append(self._flight(known.connection, LISTING, ages.listing, force=force))
        if ages.viewers is not None and viewers_due(known, now, fresh_for=ages.viewers, force=force):
            tasks.append(self._flight(known.connection, VIEWERS, ages.viewers, force=force))
        return tasks

    def _flight(self, connection: str, job: str, fresh_for: timedelta, *, force: bool) -> asyncio.Task[None]:
        """Return the refresh under way, or start one; it belongs to the catalog and not to the one who asked."""
        key = (connection, job)
        return self._flights.get(key) or self._launch(key, self._run(connection, job, fresh_for, force=force))

    async def _wait(self, tasks: Sequence[asyncio.Task[None]], patience: timedelta, *, from_its_start: bool) -> None:
        left = {task: self._left(task, patience) if from_its_start else patience for task in tasks}
        worth_it = [task for task in tasks if left[task]]
        if worth_it:
            await asyncio.wait(worth_it, timeout=max(left.values()).total_seconds())

    def _left(self, task: asyncio.Task[None], patience: timedelta) -> timedelta:
        """Return what is left of a patience that counts from when a refresh began."""
        now = self._clock.now()
        under_way = max(now - self._began.get(task, now), timedelta())
        return max(patience - under_way, timedelta())

    def _launch(self, key: tuple[str, str], work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=f"{key[1]}:{key[0]}")
        self._flights[key] = task
        self._began[task] = self._clock.now()
        task.add_done_callback(lambda _: self._landed(key, task))
        return task

    def _landed(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._flights.pop(key, None)
        self._began.pop(task, None)

    async def _measure_one(self, source: Source, project_id: str) -> None:
        try:
            measured = {project_id: await source.viewers(project_id)}
            await self._store.save_viewers(
                self._workspace, source.connection, measured, self._clock.now(), complete=False
            )
        except SourceError as error:
            log.warning("viewers.not_measured", connection=source.connection, error=str(error))
            hold = problem_of(error, self._clock.now()).retry_at
            if hold is not None:
                self._unmeasurable_until[source.connection] = hold
        except BotError as error:
            log.warning("viewers.not_measured", connection=source.connection, error=str(error))

    async def _run(self, connection: str, name: str, fresh_for: timedelta, *, force: bool) -> None:
        job = Job(
            source=self._sources[connection],
            store=self._store,
            clock=self._clock,
            workspace=self._workspace,
            holder=self._holder,
            fresh_for=fresh_for,
        )
        try:
            if name == VIEWERS and (listing := self._flights.get((connection, LISTING))):
                await asyncio.wait([listing])  # there is nothing to measure before the projects are known
            if await self._claim(job, name):
                await self._work_and_release(job, name, force=force)
            else:
                await self._watch(job, name)
        except BotError as error:
            SYNCS.labels(connection, name, "failed").inc()
            log.warning("sync.failed", connection=connection, job=name, error=str(error))
        except Exception:
            SYNCS.labels(connection, name, "crashed").inc()
            log.exception("sync.crashed", connection=connection, job=name)

    async def _claim(self, job: Job, name: str) -> bool:
        now = self._clock.now()
        return await self._store.claim(
            self._workspace, job.connection, name, holder=self._holder, now=now, until=now + CLAIM_FOR
        )

    async def _work_and_release(self, job: Job, name: str, *, force: bool) -> None:
        renewal = asyncio.create_task(self._renew(job, name))
        try:
            await self._work(job, name, force=force)
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            await self._store.release(self._workspace, job.connection, name, holder=self._holder)

    async def _renew(self, job: Job, name: str) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            await self._claim(job, name)

    async def _work(self, job: Job, name: str, *, force: bool) -> None:
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
                before = now - viewers_fresh_for(known, job.fresh_for)
                measured = await measure_viewers(job, before=before)
                log.info("viewers.measured", connection=job.connection, projects=measured)
        except SourceError as error:
            await self._note_failure(job, name, error)
        except Doubtful as doubt:
            log.warning("sync.doubted", connection=job.connection, detail=doubt.problem_detail)
            SYNCS.labels(job.connection, name, "doubted").inc()
            await self._store.failed(self._workspace, job.connection, name, doubt_of(doubt, now), now)

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
            if await self._claim(job, name):
                await self._work_and_release(job, name, force=False)
                return
