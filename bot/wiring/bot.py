"""The whole bot: the core, Slack on one side of it and the engine on the other."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import REGISTRY

from bot.digests.deliverer import Deliverer
from bot.digests.returning import Returning
from bot.engine.engine import Engine
from bot.errors import StoreError
from bot.model import LOCAL_WORKSPACE, Scope
from bot.slack.answering import Answering
from bot.slack.app import build_app
from bot.slack.clients import open_session, web_client
from bot.slack.editing import EVERY as EDIT_EVERY
from bot.slack.hold import Hold
from bot.slack.http_mode import PATH, Door
from bot.slack.identity import Badge, Identity, learn_identity
from bot.slack.listeners import Listeners
from bot.slack.messenger import SlackMessenger
from bot.slack.pace import EVERY
from bot.slack.patience import Patience
from bot.slack.replies import Places
from bot.slack.socket_mode import SocketMode, ask_for_address, connected
from bot.slack.tasks import Tasks
from bot.slack.web_api import WebApi
from bot.store import engine_url
from bot.web import build_web, routes
from bot.wiring.alerts import build_alerts
from bot.wiring.books import open_books
from bot.wiring.chores import Chores
from bot.wiring.clock import SystemClock
from bot.wiring.core import ages_of, connected_dispatcher, open_core
from bot.wiring.health import readiness_of
from bot.wiring.hooks import hooks_of
from bot.wiring.tempo import Tempo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import datetime

    from aiohttp import ClientSession, web
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.ports import Clock
    from bot.settings import Settings
    from bot.web import Handler, Readiness
    from bot.wiring.alerts import Alerts
    from bot.wiring.books import Books
    from bot.wiring.core import Core

log = structlog.get_logger(__name__)

MOST_UNDER_WAY: Final = 1000
"""Questions taken and not yet answered; beyond that people are told that we are busy."""

MOST_APOLOGIES: Final = 100
DRAIN_S: Final = 5.0
"""How long answers under way may take when the process is told to end; the whole ending has ten seconds."""


EVERYTHING: Final = Scope(workspace=LOCAL_WORKSPACE)
LOOK_FOR: Final = timedelta(seconds=20)
"""How long is waited for sources when everything is looked at."""


@dataclass(frozen=True, slots=True)
class WebParts:
    """What our web application is made of."""

    slack: tuple[str, Door] | None
    readiness: Readiness
    hooks: Mapping[str, Handler]
    """Path to what takes what sources send by themselves."""


class Bot:
    """A bot that is built but has not yet spoken to Slack.

    Args:
        core: the rows, and what works on them.
        web: Slack's deliveries and what readiness means.
        join: learns who we are at Slack, starts the engine, and connects in Socket Mode.
        tasks: answers under way.
        engine: calls when something is due; None: nothing is done that nobody asked for.
        catch_up: looks at all sources now, and evaluates the watches.
    """

    def __init__(
        self,
        *,
        core: Core,
        web: WebParts,
        join: Callable[[], Awaitable[None]],
        tasks: Tasks,
        engine: Engine | None,
        catch_up: Callable[[], Awaitable[None]],
    ) -> None:
        self.core = core
        self._web = web
        self.join = join
        """Learn who we are at Slack, and begin; raises `ConfigurationError`, `MessengerError` or `StoreError`."""

        self.catch_up = catch_up
        """Look at all sources now, and evaluate the watches, as after a jump of the clock; may raise `StoreError`."""

        self._tasks = tasks
        self._engine = engine

    def application(self) -> web.Application:
        """Return a web application with Slack's deliveries, health and metrics."""
        web = self._web
        return build_web(slack=web.slack, readiness=web.readiness, registry=REGISTRY, hooks=web.hooks)

    def routes(self) -> list[web.RouteDef]:
        """Return the same as routes, for an application that has others."""
        web = self._web
        return routes(slack=web.slack, readiness=web.readiness, registry=REGISTRY, hooks=web.hooks)

    def nudge(self) -> None:
        """Look for work soon: the clock has jumped, or there is something new."""
        if self._engine is not None:
            self._engine.nudge()

    async def drain(self) -> None:
        """Take nothing new and let what is under way come to its end, answers and digests side by side."""
        ends = [self._tasks.drain(DRAIN_S)]
        await asyncio.gather(*ends, *([self._engine.close()] if self._engine else []))


@asynccontextmanager
async def open_bot(
    settings: Settings, clock: Clock, stop: Callable[[], None], *, tempo: Tempo | None = None
) -> AsyncIterator[Bot]:
    """Build the whole bot; close it in reverse order, at once: `Bot.drain` is for those who have time.

    Args:
        settings: with Slack's tokens.
        clock: tells the time.
        stop: called when the process should end and be started again.
        tempo: how fast things go that nobody asked for; by default as the settings say.
    """
    async with AsyncExitStack() as stack:
        tempo = tempo or Tempo.of(settings)
        regular = None if tempo.ticking is None else tempo.looking or ages_of(settings)
        core = await stack.enter_async_context(open_core(settings, clock, complete=True, regular=regular))
        session = await stack.enter_async_context(open_session())
        line = _line(core, session)
        returning = Returning(LOCAL_WORKSPACE, core.ledger, clock, line.messenger.place, core.watches)

        def wake_at(at: datetime) -> None:
            if engine is not None:
                engine.nudge_in(at - clock.now())

        alerts = build_alerts(core, line.messenger, tempo.cards, wake_at)
        engine = _engine(core, line.messenger, returning, alerts, tempo)
        if engine is not None:
            stack.push_async_callback(_leave_watches, alerts)
            stack.push_async_callback(engine.close, 0)
        nudge = engine.nudge if engine is not None else _nothing
        books = open_books(settings, core.ledger, core.watches, clock, nudge)
        tasks = Tasks(at_most=MOST_UNDER_WAY)
        secret = None if settings.slack_app_token else settings.slack_signing_secret
        app = build_app(
            badge=line.badge, listeners=_listeners(core, line, books, returning, tasks), signing_secret=secret
        )
        socket_mode = _socket_mode(settings, app, line, stop)

        async def join() -> None:
            line.badge.identity = await learn_identity(line.client, line.patience)
            if line.badge.identity.missing_scopes:
                log.warning("slack.scopes_missing", scopes=line.badge.identity.missing_scopes)
            await returning.connected()
            if engine is not None:
                await engine.start()
            if socket_mode is not None:
                await stack.enter_async_context(connected(socket_mode))

        async def catch_up() -> None:
            await core.catalog.refresh(EVERYTHING, viewers=True, force=True, patience=LOOK_FOR)
            await alerts.evaluator.evaluate()

        door = Door(app, signing_secret=secret, badge=line.badge) if secret else None
        readiness = readiness_of(core, line.badge, socket_mode, engine)
        web_parts = WebParts((PATH, door) if door else None, readiness, hooks_of(core, nudge))
        yield Bot(core=core, web=web_parts, join=join, tasks=tasks, engine=engine, catch_up=catch_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Our side of the connection to Slack."""

    session: ClientSession
    client: AsyncWebClient
    badge: Badge
    patience: Patience
    messenger: SlackMessenger
    hold: Hold


def _line(core: Core, session: ClientSession) -> _Line:
    async def turn(key: str) -> timedelta:
        return await core.ledger.turn(key, every=EVERY, now=core.clock.now())

    async def edit_turn(key: str) -> timedelta:
        return await core.ledger.turn(key, every=EDIT_EVERY, now=core.clock.now())

    client = web_client(session, base_url=core.settings.slack_api_url, token=core.settings.slack_bot_token)
    badge, patience = Badge(), Patience(clock=core.clock)
    hold = Hold(core.clock)
    messenger = SlackMessenger(client, patience=patience, badge=badge, turn=turn, hold=hold, edit_turn=edit_turn)
    return _Line(session=session, client=client, badge=badge, patience=patience, messenger=messenger, hold=hold)


def _listeners(core: Core, line: _Line, books: Books, returning: Returning, tasks: Tasks) -> Listeners:
    api = WebApi(line.client, line.patience, line.hold)
    answering = Answering(
        dispatcher=connected_dispatcher(core, books, line.messenger.place, line.messenger.person),
        places=Places(web=api, session=line.session, patience=line.patience),
        web=api,
        first_time=lambda key: core.store.first_time(LOCAL_WORKSPACE, key, core.clock.now()),
    )
    return Listeners(
        answering=answering,
        tasks=tasks,
        apologies=Tasks(at_most=MOST_APOLOGIES),
        badge=line.badge,
        channel_is_back=returning.channel_is_back,
    )


def _engine(core: Core, messenger: SlackMessenger, returning: Returning, alerts: Alerts, tempo: Tempo) -> Engine | None:
    if tempo.ticking is None:
        return None
    deliverer = Deliverer(
        workspace=LOCAL_WORKSPACE,
        ledger=core.ledger,
        messenger=messenger,
        writer=core.writer,
        clock=core.clock,
        holder=core.holder,
        operators_channel=core.settings.rollcall_operators_channel,
        timing=tempo.delivering,
        watches=core.watches,
    )

    url = engine_url(core.settings.database_url)
    # The engine's own tables have the real time, whatever the bot's clock says.
    chores = Chores(core, deliverer, alerts, returning)
    return Engine(chores, url=url, holder=core.holder, clock=SystemClock(), timing=tempo.ticking)


async def _leave_watches(alerts: Alerts) -> None:
    """Let another process evaluate the watches at once; without the database it waits for a minute or two."""
    with suppress(StoreError):
        await alerts.evaluator.close()


def _nothing() -> None:
    """Do nothing."""


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


def _socket_mode(settings: Settings, app: AsyncApp, line: _Line, stop: Callable[[], None]) -> SocketMode | None:
    """Build the connection, if there is to be one; its client has no token, as the method takes the app's."""
    if settings.slack_app_token is None:
        return None
    client = web_client(line.session, base_url=settings.slack_api_url, token=None)
    return SocketMode(app, app_token=settings.slack_app_token, client=client, patience=line.patience, stop=stop)
