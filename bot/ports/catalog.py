"""What answers about projects need from the outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime, timedelta

    from bot.model import (
        Build,
        Change,
        ConnectionSpec,
        Cursor,
        Entry,
        EventKind,
        Found,
        FoundEvents,
        Freshness,
        Listing,
        Moment,
        Peak,
        Problem,
        Project,
        Quota,
        Sample,
        SampleDay,
        Scope,
        Service,
        SourceSheet,
        Tally,
        Viewers,
    )
    from bot.query import Query


class Clock(Protocol):
    """Tells the time; the demo's can be moved."""

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Touch:
    """That something about a project has changed, or was seen, since somebody last took note of it."""

    ref: int
    """`Entry.ref`."""

    mark: int
    """Grows with every change; taking note of an older mark leaves the touch."""


class Source(Protocol):
    """One account at a system that has projects.

    Every method may raise `SourceBusy`, `SourceDown`, `SourceRefused` or `SourceGarbled`, and nothing else but what
    it names. No error, log line or `repr` ever holds a credential or a URL.
    """

    @property
    def sheet(self) -> SourceSheet:
        """What this source is and what it can tell."""
        ...

    @property
    def connection(self) -> str:
        """Name of the account; goes into every project."""
        ...

    async def list_projects(self, *, since: datetime | None) -> Listing:
        """Return all projects, or the ones that changed.

        With `since` None the listing is complete, or the call raises: half a list is never returned. With `since`
        a source that sorts by change may stop at the first project older than that; the listing then holds every
        project changed at or after `since` (and perhaps some more) and says that it is not complete. A source that
        cannot do so returns a complete listing.
        """
        ...

    async def viewers(self, project_id: str) -> Viewers:
        """Count the people at one project now.

        Raises:
            NotFound: the source has no such project, or does not count viewers.
        """
        ...

    async def services(self, project_id: str) -> tuple[Service, ...]:
        """Return the parts of one project, in the source's order.

        Raises:
            NotFound: the source has no such project, or knows no services.
        """
        ...

    async def archive(self, project_id: str, *, archived: bool) -> Project:
        """Put a project into the archive, or take it out; returns it as the source says it is now.

        Raises:
            NotFound: the source has no such project, or cannot archive (`SourceSheet.archives`).
        """
        ...


class CatalogWriter(Protocol):
    """One open transaction on the rows of one connection; all of it or nothing."""

    async def known(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        """Return those of `ids` that have a row, gone ones too."""
        ...

    async def listed_ids(self) -> set[str]:
        """Return the ids of all rows that are not gone."""
        ...

    async def save(self, projects: Sequence[Project], now: datetime) -> None:
        """Insert or update rows; a row that was gone is back."""
        ...

    async def changed_by_us(self, project_id: str, at: datetime) -> None:
        """Note which date a change of ours has at the source."""
        ...

    async def mark_gone(self, ids: Sequence[str], now: datetime) -> None:
        """Mark rows as gone."""
        ...

    async def record(self, changes: Sequence[Change], now: datetime) -> None:
        """Append events; their projects have rows by then."""
        ...

    async def count(self) -> int:
        """Count the rows that are not gone, as this transaction sees them."""
        ...

    async def succeeded(
        self, now: datetime, *, full: bool, quota: Quota | None, every: timedelta | None = None
    ) -> None:
        """Note that the connection was read well; forget its problem. A `quota` of None keeps the old one.

        Args:
            now: aware UTC.
            full: whether everything was read.
            quota: how much of the plan is used.
            every: how often the connection is read, by whoever does so regularly: this was a good look. None: somebody
                just wanted to know.
        """
        ...


class Store(Protocol):
    """Our database.

    Every method may raise `StoreError`; those with a cursor also `Expired`, if it belongs to another order. Nothing
    else is raised. Methods may be called concurrently, by several processes, but none that writes inside `writing`.
    """

    async def register(self, workspace: str, specs: Sequence[ConnectionSpec], *, complete: bool = True) -> None:
        """Make these the configured connections of a workspace, and all its others not.

        What is read (`freshness`, `viewers_due`, and everything from `search` to `events`) speaks of configured
        connections only. Nothing is forgotten: one that is registered again is back with all its rows. Of two
        processes that register different connections on one database the last one decides, for both. Without
        `complete` others stay as they are: a command in a terminal may lack a key that the server has.
        """
        ...

    async def freshness(self, scope: Scope) -> tuple[Freshness, ...]:
        """Return what is known of each registered connection, by name; `refreshing` is left False."""
        ...

    async def claim(
        self, workspace: str, connection: str, job: str, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Take the right to do `job` (``listing``, ``viewers``) for a connection until `until`, or renew it.

        True for exactly one holder at a time, over all processes; the same holder may claim again.
        """
        ...

    async def release(self, workspace: str, connection: str, job: str, *, holder: str) -> None:
        """Give the right back; nothing happens if it is somebody else's by now."""
        ...

    def writing(
        self, workspace: str, connection: str, *, job: str, holder: str
    ) -> AbstractAsyncContextManager[CatalogWriter]:
        """Open a transaction on the rows of a connection; leaving it with an exception undoes everything.

        On leaving, the claim is checked: if `holder` lost it meanwhile, all is undone and `StoreError` raised.
        """
        ...

    async def failed(self, workspace: str, connection: str, job: str, problem: Problem, now: datetime) -> None:
        """Note an attempt that failed. `since` of a trouble is kept from its first failure while its kind stays."""
        ...

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
        """Keep measurements by project id; `complete` ends a round (sets `viewers_at`, forgets its problem).

        With `every`, a round that ends was a good look: see `CatalogWriter.succeeded`. Each measurement is kept for 14
        days, and the sums of each day for 400.
        """
        ...

    async def viewers_due(self, workspace: str, connection: str, measured_before: datetime) -> tuple[str, ...]:
        """Return the ids of listed projects not measured since that moment: never measured first, then oldest."""
        ...

    async def search(
        self, scope: Scope, query: Query, moment: Moment, *, size: int, cursor: Cursor | None = None
    ) -> Found:
        """Return one page of the projects that match, at most `size` rows.

        Paging with the cursors returned shows every row that stays and keeps its sort values exactly once, whatever
        is inserted, removed or changed around it.
        """
        ...

    def each(self, scope: Scope, query: Query, moment: Moment) -> AsyncIterator[Entry]:
        """Yield all matches in the query's order, as of one moment, a few hundred rows in memory at a time."""
        ...

    async def get(self, scope: Scope, ref: int) -> Entry | None:
        """Return the row with our own number; None if there is none in this workspace."""
        ...

    async def get_many(self, scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return the rows with these numbers, as many of them as there are.

        Archived and gone ones too, and those of a connection that is no longer configured: somebody was told of them.
        """
        ...

    async def peaks(
        self, scope: Scope, query: Query, moment: Moment, *, since: datetime, until: datetime
    ) -> Mapping[str, Peak]:
        """Return, for each connection, the most viewers that a matching project was measured to have at once.

        The highest measurement of each ten minutes is kept for 35 days. A connection without a measurement, or only
        with measurements of nobody, is not in the answer.
        """
        ...

    async def find(self, scope: Scope, phrase: str, query: Query, moment: Moment, *, size: int) -> Found:
        """Look a project up by what a person calls it, among those that match `query` (archived ones too).

        The first of these that matches anything decides: id equal to `phrase`, name equal (folded), name contains it,
        all its words somewhere in name, id or description. Gone projects count only if nothing else matches.
        """
        ...

    async def tally(self, scope: Scope, query: Query, moment: Moment, *, since: datetime) -> Tally:
        """Count all matches, archived ones included, gone ones not; and the events since a moment."""
        ...

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
        """Return events of matching projects (archived and gone ones too) since a moment, newest first.

        With `ref`, only those of that one project.
        """
        ...

    # for watches

    async def touched(self, workspace: str, connection: str, *, most: int) -> tuple[Touch, ...]:
        """Return projects that were changed, left or came back, or were seen in use, since that was noted."""
        ...

    async def noted(self, touches: Sequence[Touch]) -> None:
        """Take note of touches; what was touched again since stays."""
        ...

    async def dated(
        self, workspace: str, connection: str, spans: Sequence[tuple[datetime | None, datetime]]
    ) -> tuple[frozenset[int], ...]:
        """Return, for each span, `Entry.ref` of projects with any date in it: ``since < date <= until``; None: open.

        Dates are when it was edited, created, first seen, last changed, viewed, emptied, gone, its last build, and
        since when its viewers are measured without a gap.
        """
        ...

    async def matching(
        self, scope: Scope, questions: Sequence[tuple[Query, Sequence[int]]], moment: Moment
    ) -> tuple[frozenset[int], ...]:
        """Return, for each question, those of its projects (`Entry.ref`) that match its query.

        As in a list, archived and gone ones match only if the query asks for them.
        """
        ...

    async def samples(self, ref: int, *, since: datetime) -> tuple[Sample, ...]:
        """Return the measurements of a project, oldest first, as far back as they are kept."""
        ...

    async def sample_days(self, ref: int, *, since: datetime) -> tuple[SampleDay, ...]:
        """Return the sums of a project's measurements by day (UTC), oldest first; of the days that are over."""
        ...

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
        """Record what a source told us of a build; False if it did so before (`key`), or the project is not known.

        Of the end of a build the newest is kept with the project.
        """
        ...

    async def ask_all(self, workspace: str, connection: str) -> None:
        """Let the next reading of a connection be a complete one."""
        ...

    async def first_time(self, workspace: str, key: str, now: datetime) -> bool:
        """Remember a request of Slack; False if it was already seen in the last hour, by any process."""
        ...

    async def ping(self) -> None:
        """Ask the database something trivial."""
        ...
