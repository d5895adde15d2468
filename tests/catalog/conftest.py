"""A catalog on a real database, with a source and a clock that the test moves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.catalog import Catalog, Refresh
from bot.model import ConnectionSpec, Moment, Project, Scope
from bot.query import Query
from tests.builders import NOW, microvisualizer
from tests.fakes.clock import HandClock
from tests.fakes.source import FakeSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model import Event, Found, Freshness
    from bot.store import SqlStore

SCOPE = Scope(workspace="local")
FRESH_FOR = timedelta(minutes=2)


@dataclass
class Stage:
    """A catalog and everything around it."""

    catalog: Catalog
    store: SqlStore
    source: FakeSource
    clock: HandClock

    async def refresh(self, *, viewers: bool = False, force: bool = False, patience_s: float = 30) -> Refresh:
        """Ask for fresh data as an answer does."""
        patience = timedelta(seconds=patience_s)
        return await self.catalog.refresh(SCOPE, viewers=viewers, force=force, patience=patience)

    async def refresh_ends(self) -> None:
        """Wait for what is under way."""
        flights = list(self.catalog._flights._tasks.values())  # nobody else needs to wait for all of them
        await asyncio.gather(*flights)

    async def known(self) -> Freshness:
        """Return what is known of the one connection."""
        (known,) = await self.catalog.freshness(SCOPE)
        return known

    async def later(self, *, viewers: bool = False, **by: float) -> Freshness:
        """Let time pass, refresh, and return what is known then."""
        self.clock.move(timedelta(**by))
        await self.refresh(viewers=viewers)
        return await self.known()

    async def found(self, query: Query | None = None) -> Found:
        """Return the first page."""
        return await self.store.search(SCOPE, query or Query(), self.moment, size=50)

    async def names(self) -> list[str]:
        """Return the names of all listed projects."""
        return [entry.project.name for entry in (await self.found()).entries]

    async def events(self) -> list[Event]:
        """Return all events, newest first."""
        since = NOW - timedelta(days=4000)
        return [*(await self.store.events(SCOPE, Query(), self.moment, since=since, size=100)).events]

    @property
    def moment(self) -> Moment:
        """Return now."""
        return Moment(now=self.clock.now())


def some_projects(number: int) -> list[Project]:
    """Return projects edited an hour apart, the newest first."""
    return [
        microvisualizer(id=f"project-{n}", name=f"Project {n:03}", idle=timedelta(hours=n + 1)) for n in range(number)
    ]


@pytest.fixture
async def stage(store: SqlStore) -> AsyncIterator[Stage]:
    """Return a catalog of one source with three projects, not read yet."""
    clock = HandClock(NOW)
    source = FakeSource(*some_projects(3), clock=clock)
    await store.register(SCOPE.workspace, [ConnectionSpec(name=source.connection, sheet=source.sheet)])
    catalog = another(store, source, clock)
    yield Stage(catalog, store, source, clock)
    await catalog.close()


def another(store: SqlStore, source: FakeSource, clock: HandClock, *, holder: str = "one") -> Catalog:
    """Return one more catalog on the same database, as another process has it."""
    return Catalog(
        workspace=SCOPE.workspace,
        sources={source.connection: source},
        store=store,
        clock=clock,
        fresh_for=FRESH_FOR,
        holder=holder,
    )
