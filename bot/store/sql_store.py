"""The `Store` port on SQL: each method is one transaction around functions of this room."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.store import (
    builds,
    claims,
    connections,
    dates,
    measurements,
    peaks,
    requests,
    samples,
    searching,
    tallying,
    touches,
)
from bot.store.catalog_writer import SqlCatalogWriter

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from bot.model import (
        Build,
        ConnectionSpec,
        Cursor,
        Entry,
        EventKind,
        Found,
        FoundEvents,
        Freshness,
        Moment,
        Peak,
        Problem,
        Sample,
        SampleDay,
        Scope,
        Tally,
        Viewers,
    )
    from bot.ports import Touch
    from bot.query import Query
    from bot.store.database import Database


class SqlStore:
    """A `Store`.

    Args:
        database: with the schema of this version.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._purged_at: datetime | None = None

    # connections

    async def register(self, workspace: str, specs: Sequence[ConnectionSpec], *, complete: bool = True) -> None:
        """Make these configured connections of a workspace, or the only ones; forgets nothing."""
        async with self._database.changing("register") as connection:
            await connections.register(connection, workspace, specs, complete=complete)

    async def freshness(self, scope: Scope) -> tuple[Freshness, ...]:
        """Return what is known of each configured connection, by name."""
        async with self._database.reading("freshness") as connection:
            return await connections.freshness(connection, scope)

    async def claim(
        self, workspace: str, connection: str, job: str, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Take the right to do a job for a connection, or renew it."""
        async with self._database.changing("claim") as opened:
            return await claims.claim(opened, workspace, connection, job, holder=holder, now=now, until=until)

    async def release(self, workspace: str, connection: str, job: str, *, holder: str) -> None:
        """Give the right back; nothing happens if it is somebody else's by now."""
        async with self._database.changing("release") as opened:
            await claims.release(opened, workspace, connection, job, holder=holder)

    async def failed(self, workspace: str, connection: str, job: str, problem: Problem, now: datetime) -> None:
        """Note an attempt that failed."""
        async with self._database.changing("note a failure") as opened:
            await connections.failed(opened, workspace, connection, job, problem=problem, now=now)

    # writing

    @asynccontextmanager
    async def writing(
        self, workspace: str, connection: str, *, job: str, holder: str
    ) -> AsyncIterator[SqlCatalogWriter]:
        """Open a transaction on the rows of a connection; it stands only if the claim still does in the end."""
        async with self._database.changing("write") as opened:
            await connections.locked(opened, workspace, connection)
            writer = SqlCatalogWriter(opened, workspace, connection)
            yield writer
            await writer.close()
            await claims.require(opened, workspace, connection, job, holder=holder)

    async def save_viewers(
        self,
        workspace: str,
        connection: str,
        measured: Mapping[str, Viewers],
        now: datetime,
        *,
        complete: bool,
        every: timedelta | None = None,
    ) -> None:
        """Keep measurements by project id."""
        async with self._database.changing("save viewers") as opened:
            await measurements.save_viewers(
                opened, workspace, connection, measured, now, complete=complete, every=every
            )

    async def viewers_due(self, workspace: str, connection: str, measured_before: datetime) -> tuple[str, ...]:
        """Return the ids of listed projects not measured since that moment: never measured first, then oldest."""
        async with self._database.reading("viewers due") as opened:
            return await measurements.viewers_due(opened, workspace, connection, measured_before)

    # reading

    async def search(
        self, scope: Scope, query: Query, moment: Moment, *, size: int, cursor: Cursor | None = None
    ) -> Found:
        """Return one page of the projects that match.

        Raises:
            Expired: the cursor belongs to another order than the query's.
        """
        async with self._database.reading("search") as opened:
            return await searching.search(opened, scope, query, moment, size=size, cursor=cursor)

    async def each(self, scope: Scope, query: Query, moment: Moment) -> AsyncGenerator[Entry]:
        """Yield all matches in the query's order, as they are when the first is asked for.

        Whoever stops early closes the iterator (``contextlib.aclosing``): it holds a connection.
        """
        async with (
            self._database.reading("read all") as opened,
            aclosing(searching.each(opened, scope, query, moment)) as entries,
        ):
            async for entry in entries:
                yield entry

    async def get(self, scope: Scope, ref: int) -> Entry | None:
        """Return the row with our own number."""
        async with self._database.reading("get") as opened:
            return await searching.get(opened, scope, ref)

    async def get_many(self, scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return the rows with these numbers, as many of them as there are."""
        async with self._database.reading("get many") as opened:
            return await searching.get_many(opened, scope, refs)

    async def peaks(
        self, scope: Scope, query: Query, moment: Moment, *, since: datetime, until: datetime
    ) -> Mapping[str, Peak]:
        """Return, for each connection, the most viewers that a matching project was measured to have at once."""
        async with self._database.reading("read peaks") as opened:
            return await peaks.highest(opened, scope, query, moment, since=since, until=until)

    async def find(self, scope: Scope, phrase: str, query: Query, moment: Moment, *, size: int) -> Found:
        """Look a project up by what a person calls it."""
        async with self._database.reading("find") as opened:
            return await searching.find(opened, scope, phrase, query, moment, size=size)

    async def tally(self, scope: Scope, query: Query, moment: Moment, *, since: datetime) -> Tally:
        """Count all matches, archived ones included, gone ones not; and the events since a moment."""
        async with self._database.reading("tally") as opened:
            return await tallying.tally(opened, scope, query, moment, since=since)

    async def events(
        self,
        scope: Scope,
        query: Query,
        moment: Moment,
        *,
        since: datetime,
        size: int,
        cursor: Cursor | None = None,
        ref: int | None = None,
    ) -> FoundEvents:
        """Return events of matching projects since a moment, newest first.

        Raises:
            Expired: the cursor is not one of events.
        """
        async with self._database.reading("events") as opened:
            return await tallying.events(opened, scope, query, moment, since=since, size=size, cursor=cursor, ref=ref)

    # for watches

    async def touched(self, workspace: str, connection: str, *, most: int) -> tuple[Touch, ...]:
        """Return projects that were touched since that was noted, those that wait for the longest time first."""
        async with self._database.reading("read touches") as opened:
            return await touches.first(opened, workspace, connection, most=most)

    async def noted(self, noted: Sequence[Touch]) -> None:
        """Take note of touches; what was touched again since stays."""
        async with self._database.changing("note touches") as opened:
            await touches.noted(opened, noted)

    async def dated(
        self, workspace: str, connection: str, spans: Sequence[tuple[datetime | None, datetime]]
    ) -> tuple[frozenset[int], ...]:
        """Return, for each span, `Entry.ref` of projects with any date in it."""
        async with self._database.reading("read dates") as opened:
            return await dates.dated(opened, workspace, connection, spans)

    async def matching(
        self, scope: Scope, questions: Sequence[tuple[Query, Sequence[int]]], moment: Moment
    ) -> tuple[frozenset[int], ...]:
        """Return, for each question, those of its projects that match its query."""
        async with self._database.reading("match") as opened:
            return await searching.matching(opened, scope, questions, moment)

    async def samples(self, ref: int, *, since: datetime) -> tuple[Sample, ...]:
        """Return the measurements of a project, oldest first, as far back as they are kept."""
        async with self._database.reading("read samples") as opened:
            return await samples.read(opened, ref, since=since)

    async def sample_days(self, ref: int, *, since: datetime) -> tuple[SampleDay, ...]:
        """Return the sums of a project's measurements by day (UTC), oldest first; of the days that are over."""
        async with self._database.reading("read days of samples") as opened:
            return await samples.read_days(opened, ref, since=since)

    async def tell_build(
        self,
        workspace: str,
        connection: str,
        project_id: str,
        kind: EventKind,
        build: Build,
        *,
        key: str,
        now: datetime,
    ) -> bool:
        """Record what a source told us of a build; False if it did so before, or the project is not known."""
        async with self._database.changing("tell of a build") as opened:
            return await builds.tell(
                opened, workspace, connection, project_id, kind=kind, build=build, key=key, now=now
            )

    async def ask_all(self, workspace: str, connection: str) -> None:
        """Let the next reading of a connection be a complete one."""
        async with self._database.changing("ask for everything") as opened:
            await connections.ask_all(opened, workspace, connection)

    # requests

    async def first_time(self, workspace: str, key: str, now: datetime) -> bool:
        """Remember a request of Slack; False if it was already seen in the last hour, by any process."""
        async with self._database.changing("remember a request") as opened:
            first = await requests.first_time(opened, workspace, key, now)
            if self._purged_at is None or now - self._purged_at >= requests.REMEMBERED:
                self._purged_at = now
                await requests.purge(opened, now)
            return first

    async def ping(self) -> None:
        """Ask the database something trivial."""
        async with self._database.reading("ping") as opened:
            await opened.execute(sa.select(1))
