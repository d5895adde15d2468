"""A `Source` in memory: the catalog's tests drive it, and the contract suite runs over it, too."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

from bot.errors import NotFound
from bot.model import Listing, Project, Service, SourceSheet, Viewers

if TYPE_CHECKING:
    from bot.errors import SourceError
    from bot.model import Quota
    from bot.ports import Clock

Method = Literal["list_projects", "viewers", "services", "archive"]

SHEET = SourceSheet(
    name="fake",
    title="Fake",
    measures_viewers=True,
    lists_services=True,
    archives=True,
    fields={"name": "its name", "archived": "put away by its owner", "updated": "last edit"},
)

EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)


class StandingClock:
    """A `Clock` that never moves; enough where the time does not matter."""

    def now(self) -> datetime:
        """Return always the same moment."""
        return EPOCH


class FakeSource:
    """Knows what it was told, fails when it was told, and remembers who asked.

    Args:
        connection: name of the account; written into every project it is given.
        clock: gives the moment of viewer measurements.
        incremental: whether `since` leaves older projects out (a source that sorts by change), or is
            ignored and every listing complete.
        sheet: what the source says of itself.
    """

    def __init__(
        self,
        *projects: Project,
        connection: str = "fake",
        clock: Clock | None = None,
        incremental: bool = True,
        sheet: SourceSheet = SHEET,
        quota: Quota | None = None,
    ) -> None:
        self._sheet = sheet
        self._connection = connection
        self._clock = clock or StandingClock()
        self._incremental = incremental
        self.quota = quota
        self.projects: dict[str, Project] = {}
        self.counts: dict[str, tuple[int, int]] = {}
        self.parts: dict[str, tuple[Service, ...]] = {}
        self.calls: list[tuple[Method, datetime | str | None]] = []
        """Every call with its argument (`since` or the project's id), in the order in which they began."""

        self.in_flight = 0
        self.most_in_flight = 0
        self._failures: dict[Method, SourceError] = {}
        self._open = asyncio.Event()
        self._open.set()
        self.knows(*projects)

    @property
    def sheet(self) -> SourceSheet:
        """What this source is and what it can tell."""
        return self._sheet

    @property
    def connection(self) -> str:
        """Name of the account."""
        return self._connection

    # What a test tells it.

    def knows(self, *projects: Project) -> None:
        """Add projects, or replace those with the same id."""
        for project in projects:
            self.projects[project.id] = replace(project, source=self._sheet.name, connection=self._connection)

    def forgets(self, *ids: str) -> None:
        """Remove projects."""
        for project_id in ids:
            del self.projects[project_id]

    def counts_viewers(self, project_id: str, live: int, queued: int = 0) -> None:
        """Say how many people are at a project from now on."""
        self.counts[project_id] = (live, queued)

    def has_services(self, project_id: str, *services: Service) -> None:
        """Say which parts a project has from now on."""
        self.parts[project_id] = services

    def fails_with(self, error: SourceError, *methods: Method) -> None:
        """Fail from now on, in every method or only in `methods`."""
        for method in methods or get_args(Method):
            self._failures[method] = error

    def works_again(self) -> None:
        """Stop failing."""
        self._failures.clear()

    def hold(self) -> None:
        """Let calls begin but not answer, until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Let the held calls answer, and the later ones at once."""
        self._open.set()

    def asked(self, method: Method) -> int:
        """Count the calls of one method so far."""
        return sum(called == method for called, _ in self.calls)

    async def reached(self, calls: int) -> None:
        """Wait until that many calls have begun; for tests that hold the gate."""
        while len(self.calls) < calls:  # noqa: ASYNC110 - other tasks only need their turn, no time passes
            await asyncio.sleep(0)

    # What the port promises.

    async def list_projects(self, *, since: datetime | None) -> Listing:
        """Return what it knows; with `since`, and if it is incremental, only what changed since then."""
        await self._answer("list_projects", since)
        known = tuple(self.projects.values())
        if since is None or not self._incremental:
            return Listing(projects=known, complete=True, total=len(known), quota=self.quota)
        newer = tuple(project for project in known if project.updated_at and project.updated_at >= since)
        return Listing(projects=newer, complete=len(newer) == len(known), total=len(known))

    async def viewers(self, project_id: str) -> Viewers:
        """Return what it was told, or nobody."""
        await self._answer("viewers", project_id)
        if project_id not in self.projects or not self._sheet.measures_viewers:
            raise NotFound(project_id)
        live, queued = self.counts.get(project_id, (0, 0))
        return Viewers(live=live, queued=queued, at=self._clock.now())

    async def services(self, project_id: str) -> tuple[Service, ...]:
        """Return what it was told, or none."""
        await self._answer("services", project_id)
        if project_id not in self.projects or not self._sheet.lists_services:
            raise NotFound(project_id)
        return self.parts.get(project_id, ())

    async def archive(self, project_id: str, *, archived: bool) -> Project:
        """Do as it is told, now."""
        await self._answer("archive", project_id)
        known = self.projects.get(project_id)
        if known is None or not self._sheet.archives:
            raise NotFound(project_id)
        if known.archived != archived:
            self.projects[project_id] = replace(known, archived=archived, updated_at=self._clock.now())
        return self.projects[project_id]

    async def _answer(self, method: Method, argument: datetime | str | None) -> None:
        """Remember the call, wait at the gate, fail if told to."""
        self.calls.append((method, argument))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self._open.wait()
        finally:
            self.in_flight -= 1
        if method in self._failures:
            raise self._failures[method].with_traceback(None)
