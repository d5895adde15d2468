"""Composition root: settings in, running bot out. The only file that builds adapters and knows the time."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog
from prometheus_client import REGISTRY

from bot.catalog import Catalog
from bot.commands import COMMANDS
from bot.commands.dispatch import Dispatcher
from bot.commands.spec import Context
from bot.model import LOCAL_WORKSPACE, ConnectionSpec, Scope
from bot.query import Known
from bot.slack.answering import Answering
from bot.slack.app import build_app
from bot.slack.clients import open_session, web_client
from bot.slack.http_mode import PATH, Door
from bot.slack.identity import Badge, Identity, learn_identity
from bot.slack.listeners import Listeners
from bot.slack.patience import Patience
from bot.slack.replies import Places
from bot.slack.socket_mode import SocketMode, ask_for_address, connected
from bot.slack.tasks import Tasks
from bot.slack.web_api import WebApi
from bot.sources import SHEETS, SOURCES
from bot.sources.microvisualizer import MicroVisualizerSource
from bot.sources.streampixel import StreampixelSource
from bot.store import open_store
from bot.views.sheet import time_of
from bot.web import Readiness, build_web, routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from aiohttp import ClientSession, web
    from slack_bolt.async_app import AsyncApp

    from bot.ports import Clock, Store
    from bot.settings import Settings

log = structlog.get_logger(__name__)

MOST_UNDER_WAY: Final = 1000
"""Questions taken and not yet answered; beyond that people are told that we are busy."""

MOST_APOLOGIES: Final = 100
DRAIN_S: Final = 5.0
"""How long answers under way may take when the process is told to end; the whole ending has ten seconds."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Everything but Slack: what the terminal needs."""

    store: Store
    catalog: Catalog
    dispatcher: Dispatcher
    clock: Clock


@asynccontextmanager
async def open_core(settings: Settings, clock: Clock, *, complete: bool = True) -> AsyncIterator[Core]:
    """Build what answers questions; close it in reverse order.

    Args:
        settings: with at least one source.
        clock: tells the time.
        complete: whether the sources of these settings are all there are; a server's are.

    Raises:
        ConfigurationError: an address, a key or the database cannot be used.
        StoreError: the database cannot be reached.
    """
    async with AsyncExitStack() as stack:
        sources = build_sources(settings, clock)
        for source in sources.values():
            stack.push_async_callback(source.aclose)
        store = await stack.enter_async_context(open_store(settings.database_url))
        specs = [ConnectionSpec(name=name, sheet=source.sheet) for name, source in sources.items()]
        await store.register(LOCAL_WORKSPACE, specs, complete=complete)
        catalog = Catalog(
            workspace=LOCAL_WORKSPACE,
            sources=sources,
            store=store,
            clock=clock,
            fresh_for=settings.rollcall_fresh_for,
            holder=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
        )
        stack.push_async_callback(catalog.close)
        yield Core(store=store, catalog=catalog, dispatcher=Dispatcher(_context(settings, clock, catalog)), clock=clock)


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


def _context(settings: Settings, clock: Clock, catalog: Catalog) -> Context:
    return Context(
        catalog=catalog,
        clock=clock,
        known=Known(sources=tuple(SOURCES), connections=tuple(catalog.sources)),
        sheets=SHEETS,
        quiet_after=settings.rollcall_quiet_after,
        zone=settings.zone,
        verbs=tuple(command.help() for command in COMMANDS),
    )


@dataclass(frozen=True, slots=True)
class WebParts:
    """What our web application is made of."""

    slack: tuple[str, Door] | None
    readiness: Readiness


class Bot:
    """A bot that is built but has not yet spoken to Slack.

    Args:
        core: answers questions.
        web: Slack's deliveries and what readiness means.
        join: learns who we are at Slack, and connects in Socket Mode.
        tasks: work under way.
    """

    def __init__(self, *, core: Core, web: WebParts, join: Callable[[], Awaitable[None]], tasks: Tasks) -> None:
        self.core = core
        self._web = web
        self.join = join
        """Learn who we are at Slack, and connect; raises `ConfigurationError` or `MessengerError`."""

        self._tasks = tasks

    def application(self) -> web.Application:
        """Return a web application with Slack's deliveries, health and metrics."""
        return build_web(slack=self._web.slack, readiness=self._web.readiness, registry=REGISTRY)

    def routes(self) -> list[web.RouteDef]:
        """Return the same as routes, for an application that has others."""
        return routes(slack=self._web.slack, readiness=self._web.readiness, registry=REGISTRY)

    async def drain(self) -> None:
        """Take nothing new and let what is under way come to its end."""
        await self._tasks.drain(DRAIN_S)


@asynccontextmanager
async def open_bot(settings: Settings, clock: Clock, stop: Callable[[], None]) -> AsyncIterator[Bot]:
    """Build the whole bot; close it in reverse order.

    Args:
        settings: with Slack's tokens.
        clock: tells the time.
        stop: called when the process should end and be started again.
    """
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(settings, clock, complete=True))
        session = await stack.enter_async_context(open_session())
        client = web_client(session, base_url=settings.slack_api_url, token=settings.slack_bot_token)
        badge, patience = Badge(), Patience(clock=clock)
        api = WebApi(client, patience)
        answering = Answering(
            dispatcher=core.dispatcher,
            places=Places(web=api, session=session, patience=patience),
            web=api,
            first_time=lambda key: core.store.first_time(LOCAL_WORKSPACE, key, clock.now()),
        )
        tasks, apologies = Tasks(at_most=MOST_UNDER_WAY), Tasks(at_most=MOST_APOLOGIES)
        listeners = Listeners(answering=answering, tasks=tasks, apologies=apologies, badge=badge)
        secret = None if settings.slack_app_token else settings.slack_signing_secret
        app = build_app(badge=badge, listeners=listeners, signing_secret=secret)
        socket_mode = _socket_mode(settings, app, session, patience, stop)

        async def join() -> None:
            badge.identity = await learn_identity(client, patience)
            if badge.identity.missing_scopes:
                log.warning("slack.scopes_missing", scopes=badge.identity.missing_scopes)
            if socket_mode is not None:
                await stack.enter_async_context(connected(socket_mode))

        door = Door(app, signing_secret=secret, badge=badge) if secret else None
        checks = _checks(core, badge, socket_mode)
        readiness = Readiness(checks=checks, facts=lambda: _facts(core))
        yield Bot(core=core, web=WebParts((PATH, door) if door else None, readiness), join=join, tasks=tasks)


async def ask_identity(settings: Settings) -> Identity:
    """Ask Slack who we are, and open a connection's address in Socket Mode, to see whether the tokens are right.

    Raises:
        ConfigurationError: a token is refused.
        MessengerError: Slack cannot be asked now.
    """
    async with open_session() as session:
        patience = Patience(clock=SystemClock())
        client = web_client(session, base_url=settings.slack_api_url, token=settings.slack_bot_token)
        if settings.slack_app_token is not None:
            nameless = web_client(session, base_url=settings.slack_api_url, token=None)
            await ask_for_address(nameless, settings.slack_app_token, patience)
        return await learn_identity(client, patience)


def _socket_mode(
    settings: Settings, app: AsyncApp, session: ClientSession, patience: Patience, stop: Callable[[], None]
) -> SocketMode | None:
    """Build the connection, if there is to be one; its client has no token, as the method takes the app's."""
    if settings.slack_app_token is None:
        return None
    client = web_client(session, base_url=settings.slack_api_url, token=None)
    return SocketMode(app, app_token=settings.slack_app_token, client=client, patience=patience, stop=stop)


def _checks(core: Core, badge: Badge, socket_mode: SocketMode | None) -> Mapping[str, Callable[[], Awaitable[bool]]]:
    async def store() -> bool:
        await core.store.ping()
        return True

    async def slack() -> bool:
        return badge.identity is not None

    checks: dict[str, Callable[[], Awaitable[bool]]] = {"store": store, "slack": slack}
    if socket_mode is not None:

        async def alive() -> bool:
            return (await socket_mode.state()).connected

        checks["socket"] = alive
    return checks


async def _facts(core: Core) -> Mapping[str, Any]:
    """Tell how fresh each connection is; information for operators, not a check."""
    return {
        known.connection: {
            "projects": known.rows,
            "read_at": time_of(known.last_success_at),
            "problem": known.problem.kind.value if known.problem else None,
        }
        for known in await core.catalog.freshness(Scope(workspace=LOCAL_WORKSPACE))
    }
