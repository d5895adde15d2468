"""Everything but Slack and the engine: what answers questions."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.alerts.preview import Previewer
from bot.catalog import Ages, Catalog
from bot.commands import COMMANDS
from bot.commands.dispatch import Dispatcher
from bot.commands.spec import Context, Digests, Watches
from bot.digests.writer import Writer
from bot.model import LOCAL_WORKSPACE, ConnectionSpec
from bot.ports import Person, Place
from bot.query import Known
from bot.sources import SHEETS, SOURCES
from bot.sources.microvisualizer import MicroVisualizerSource
from bot.sources.streampixel import StreampixelSource
from bot.store import open_database
from bot.wiring.books import open_books

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.ports import Clock, Ledger, Store, WatchLedger
    from bot.settings import Settings
    from bot.store.opening import Opened
    from bot.wiring.books import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The rows, what keeps them fresh, and what writes of them."""

    settings: Settings
    clock: Clock
    holder: str
    """Name of this process, unique among all that share the database."""

    store: Store
    ledger: Ledger
    watches: WatchLedger
    catalog: Catalog
    writer: Writer
    previewer: Previewer
    known: Known
    dispatcher: Dispatcher
    """Answers where nobody can be asked about channels and people: in the terminal."""


@asynccontextmanager
async def open_core(
    settings: Settings, clock: Clock, *, complete: bool = True, regular: Ages | None = None
) -> AsyncIterator[Core]:
    """Build what answers questions; close it in reverse order.

    Args:
        settings: with at least one source.
        clock: tells the time.
        complete: whether the sources of these settings are all there are; a server's are.
        regular: how often this process looks by itself; None: only when somebody asks.

    Raises:
        ConfigurationError: an address, a key or the database cannot be used.
        StoreError: the database cannot be reached.
    """
    async with AsyncExitStack() as stack:
        sources = build_sources(settings, clock)
        for source in sources.values():
            stack.push_async_callback(source.aclose)
        database = await stack.enter_async_context(open_database(settings.database_url))
        specs = [ConnectionSpec(name=name, sheet=source.sheet) for name, source in sources.items()]
        await database.store.register(LOCAL_WORKSPACE, specs, complete=complete)
        holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        catalog = Catalog(
            workspace=LOCAL_WORKSPACE,
            sources=sources,
            store=database.store,
            clock=clock,
            fresh_for=settings.rollcall_fresh_for,
            holder=holder,
            regular=regular,
        )
        stack.push_async_callback(catalog.close)
        yield _core(settings, clock, catalog, database, holder)


def _core(settings: Settings, clock: Clock, catalog: Catalog, database: Opened, holder: str) -> Core:
    known = Known(sources=tuple(SOURCES), connections=tuple(catalog.sources))
    ledger = database.ledger
    writer = Writer(
        catalog=catalog,
        ledger=ledger,
        watches=database.watches,
        clock=clock,
        known=known,
        quiet_after=settings.rollcall_quiet_after,
        zone=settings.zone,
    )
    # What the terminal changes is found by the next tick of whatever process has an engine.
    books = open_books(settings, ledger, database.watches, clock, lambda: None)
    previewer = Previewer(catalog.store, known)
    asking = _Asking(settings=settings, clock=clock, catalog=catalog, known=known, writer=writer, previewer=previewer)
    return Core(
        settings=settings,
        clock=clock,
        holder=holder,
        store=catalog.store,
        ledger=ledger,
        watches=database.watches,
        catalog=catalog,
        writer=writer,
        previewer=previewer,
        known=known,
        dispatcher=_dispatcher(asking, books, _nowhere, _nobody),
    )


def connected_dispatcher(
    core: Core,
    books: Books,
    place: Callable[[str], Awaitable[Place]],
    person: Callable[[str], Awaitable[Person]],
) -> Dispatcher:
    """Return what answers questions at Slack, where channels and people can be asked about."""
    asking = _Asking(
        settings=core.settings,
        clock=core.clock,
        catalog=core.catalog,
        known=core.known,
        writer=core.writer,
        previewer=core.previewer,
    )
    return _dispatcher(asking, books, place, person)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What answers need besides books and people."""

    settings: Settings
    clock: Clock
    catalog: Catalog
    known: Known
    writer: Writer
    previewer: Previewer


def _dispatcher(
    asking: _Asking,
    books: Books,
    place: Callable[[str], Awaitable[Place]],
    person: Callable[[str], Awaitable[Person]],
) -> Dispatcher:
    return Dispatcher(
        Context(
            catalog=asking.catalog,
            clock=asking.clock,
            known=asking.known,
            sheets=SHEETS,
            quiet_after=asking.settings.rollcall_quiet_after,
            zone=asking.settings.zone,
            verbs=tuple(command.help() for command in COMMANDS),
            digests=Digests(book=books.digests, writer=asking.writer, place=place, person=person),
            watches=Watches(
                book=books.watches,
                desk=books.desk,
                previewer=asking.previewer,
                allow_archive=asking.settings.rollcall_allow_archive,
            ),
        )
    )


async def _nowhere(_channel: str) -> Place:
    """Know nothing of a channel."""
    return Place(member=None)


async def _nobody(_user: str) -> Person:
    """Know nothing of a person."""
    return Person()


def build_sources(settings: Settings, clock: Clock) -> dict[str, StreampixelSource | MicroVisualizerSource]:
    """Build the sources whose key is set; a source has one connection, named like it."""
    sources: dict[str, StreampixelSource | MicroVisualizerSource] = {}
    if settings.streampixel_user_id and settings.streampixel_api_key:
        sources["streampixel"] = StreampixelSource(
            base_url=settings.streampixel_api_url,
            user_id=settings.streampixel_user_id,
            api_key=settings.streampixel_api_key,
            connection="streampixel",
            clock=clock,
        )
    if settings.microvisualizer_api_key:
        sources["microvisualizer"] = MicroVisualizerSource(
            base_url=settings.microvisualizer_api_url,
            api_key=settings.microvisualizer_api_key,
            connection="microvisualizer",
            clock=clock,
            project_url=settings.microvisualizer_project_url,
        )
    return sources


def ages_of(settings: Settings) -> Ages:
    """Return how old data may get before somebody who looks regularly looks again."""
    return Ages(listing=settings.rollcall_sync_every, viewers=settings.rollcall_sample_every)
