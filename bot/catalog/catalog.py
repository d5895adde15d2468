"""The catalog as the verbs see it: questions to the rows, and refreshes that everybody shares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.catalog import archiving
from bot.catalog.due import Ages, listing_due, problem_of, viewers_due
from bot.catalog.flights import Flights
from bot.catalog.spread import until_set
from bot.catalog.sync import LISTING, VIEWERS
from bot.catalog.working import Worker
from bot.errors import BotError, CannotArchive, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from bot.catalog.flights import Flight
    from bot.catalog.spread import Wait
    from bot.model import Entry, Freshness, Scope
    from bot.ports import Clock, Source, Store

log = structlog.get_logger(__name__)

Concerns = Callable[[str, str], bool]
"""Tells by the names of a source and a connection whether somebody wants to know of it."""


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
        regular: how often this process looks by itself (`keep_fresh`): every good look of it is then kept as evidence
            for what did not happen, also one that somebody asked for. None: it looks only when asked.
        wait: waits between two requests that nobody is waiting for.
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
        regular: Ages | None = None,
        wait: Wait = until_set,
    ) -> None:
        self._workspace = workspace
        self._sources = dict(sources)
        self._store = store
        self._clock = clock
        self._fresh_for = fresh_for
        self._holder = holder
        self._regular = regular
        self._worker = Worker(
            workspace=workspace, store=store, clock=clock, holder=holder, regular=regular, wait=wait
        )  # fmt: skip
        self._flights = Flights(clock)
        self._hurries: dict[str, asyncio.Event] = {}
        self._unmeasurable_until: dict[str, datetime] = {}

    @property
    def store(self) -> Store:
        """The rows."""
        return self._store

    @property
    def sources(self) -> Mapping[str, Source]:
        """Connection name to source."""
        return self._sources

    @property
    def looks_regularly(self) -> bool:
        """Whether this process looks by itself; see `bot.catalog.moments.moment_of`."""
        return self._regular is not None

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
        tasks = [task for each in wanted for task in self._start(each, ages, force=force, waited_for=True)]
        if not tasks:
            return Refresh(frozenset(), (), known)
        await self._flights.wait(tasks, patience, from_its_start=from_its_start)
        unfinished = [task for task in tasks if not task.done()]
        return Refresh(self._flights.connections(unfinished), tuple(unfinished))

    async def keep_fresh(self, scope: Scope, ages: Ages) -> None:
        """Begin to bring up to date what is older than that, for nobody in particular; waits for none of it."""
        for known in await self.freshness(scope):
            self._start(known, ages, force=False, waited_for=False)

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
        task = self._flights.get(key) or self._flights.launch(key, self._measure_one(source, entry.project.id))
        await asyncio.wait([task], timeout=patience.total_seconds())

    async def archive(self, entry: Entry, *, archived: bool) -> Entry:
        """Put a project into the archive of its source, or take it out; returns the row as it is then.

        Raises:
            CannotArchive: it cannot be done from here.
            NotFound: the source has no such project.
            SourceError: the source could not be asked now.
            StoreError: our database could not be used.
        """
        source = self._sources.get(entry.project.connection)
        archiving.check(entry, archives=source.sheet.archives if source else None)
        if source is None:
            raise CannotArchive("I am not connected to the source of this project.")
        # A name of its own: a listing of this very process must be waited for, too.
        job = replace(self._worker.job(source, self._fresh_for), holder=f"{self._holder}/archive")
        return await archiving.archive(self._worker, job, entry, archived=archived)

    async def freshness(self, scope: Scope, refresh: Refresh | None = None) -> tuple[Freshness, ...]:
        """Return what is known of each configured connection, also of those that only other processes read."""
        if refresh is not None and refresh.known is not None:
            return refresh.known
        busy = refresh.unfinished if refresh else frozenset()
        rows = await self._store.freshness(scope)
        return tuple(replace(row, refreshing=row.connection in busy) for row in rows)

    async def close(self) -> None:
        """Stop every refresh; the transaction of a listing that is cut short is undone."""
        await self._flights.close()

    def _start(self, known: Freshness, ages: Ages, *, force: bool, waited_for: bool) -> Sequence[Flight]:
        source = self._sources.get(known.connection)
        if source is None:
            return []
        now = self._clock.now()
        tasks = []
        if listing_due(known, now, fresh_for=ages.listing, force=force):
            tasks.append(self._list(source, ages.listing, force=force))
        if ages.viewers is not None and viewers_due(known, now, fresh_for=ages.viewers, force=force):
            tasks.append(self._count(source, ages.viewers, waited_for=waited_for))
        return tasks

    def _list(self, source: Source, fresh_for: timedelta, *, force: bool) -> Flight:
        """Return the listing under way, or start one; it belongs to the catalog and not to the one who asked."""
        key = (source.connection, LISTING)
        return self._flights.get(key) or self._flights.launch(
            key, self._worker.run(source, LISTING, fresh_for, force=force)
        )

    def _count(self, source: Source, fresh_for: timedelta, *, waited_for: bool) -> Flight:
        """Return the round under way, or start one; it takes its time until somebody waits for it."""
        key = (source.connection, VIEWERS)
        flight = self._flights.get(key)
        if flight is None:
            self._hurries[source.connection] = asyncio.Event()
            flight = self._flights.launch(key, self._count_after_listing(source, fresh_for))
        if waited_for:
            self._hurries[source.connection].set()
        return flight

    async def _count_after_listing(self, source: Source, fresh_for: timedelta) -> None:
        if listing := self._flights.get((source.connection, LISTING)):
            await asyncio.wait([listing])  # there is nothing to measure before the projects are known
        hurry = self._hurries[source.connection]
        await self._worker.run(source, VIEWERS, fresh_for, force=False, hurry=hurry)

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
