"""Everything of the demo behind one port of this machine."""

from __future__ import annotations

import errno
import socket
from importlib.resources import files
from typing import TYPE_CHECKING, Self

import structlog
from aiohttp import web

from bot.demo.control import Control
from bot.demo.examples import EXAMPLES
from bot.demo.guards import add_policy, only_local
from bot.demo.jumps import Jumps
from bot.demo.levers import Levers
from bot.demo.outlet import Outlet
from bot.demo.slack.courier import ACK_WITHIN_S
from bot.demo.slack.stand_in import UPLOAD_SIZE, LocalSlack
from bot.demo.story import Story
from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from bot.demo.clock import DemoClock
    from bot.demo.examples import Example
    from bot.demo.outlet import Agenda
    from bot.demo.sources import DemoSource

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
STOP_WITHIN_S = 1.0
"""How long open requests may take to end when the demo stops."""

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class DemoServer:
    """One web server with the page, the local Slack, the local upstreams and the bot's own routes.

    The address is taken on entering, so that the bot can be built with `settings_environment`. A person can kill the
    bot and start it again; whoever runs it follows `bot`::

        async with DemoServer(clock, sources, port=3000) as demo:
            await demo.start()
            while True:
                await demo.bot.wanted()
                async with open_bot(demo.settings_environment()) as bot:
                    demo.plug(bot.routes())
                    await demo.bot.killed()

    Args:
        clock: the demo's time; its real time signs requests.
        sources: local upstreams, as `demo_sources` makes them.
        port: where to listen; 0 takes a free one.
        examples: questions that the page offers.
        ack_within_s: how long the bot may take to acknowledge.
    """

    def __init__(
        self,
        clock: DemoClock,
        sources: Sequence[DemoSource] = (),
        *,
        port: int = 3000,
        examples: Sequence[Example] = EXAMPLES,
        ack_within_s: float = ACK_WITHIN_S,
    ) -> None:
        self._clock = clock
        self._sources = tuple(sources)
        self._wanted_port = port
        self._examples = examples
        self._ack_within_s = ack_within_s
        self.bot = Outlet()
        """Where the bot is plugged in, and whether a person wants it to run: `wanted`, `killed`."""
        self._app = web.Application(middlewares=[only_local, self.bot.refuse_the_dead], client_max_size=UPLOAD_SIZE)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=STOP_WITHIN_S)

    async def __aenter__(self) -> Self:
        """Take the port.

        Raises:
            ConfigurationError: somebody else has it.
        """
        self._socket = bind(self._wanted_port)
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self.slack = LocalSlack(
            self._clock,
            self._clock.real,
            base_url=f"{self.url}/_slack",
            events_url=f"{self.url}/slack/events",
            ack_within_s=self._ack_within_s,
        )
        story = Story(self._clock, (source.tale for source in self._sources))
        levers = Levers(self.slack, Jumps(self._clock, self.bot, story), self._sources, self.bot)
        control = Control(self.slack, levers, self._examples)
        self._app.add_subapp("/_slack", self.slack.app())
        self._app.add_subapp("/_demo", control.app())
        self._app.add_subapp("/_page", page())
        self._app.router.add_get("/", index)
        for source in self._sources:
            self._app.add_subapp(f"/_upstream/{source.name}", source.stand_in.app)
            source.connect(self.url)
        self._app.router.add_route("*", "/{path:.*}", self.bot.serve)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        await self._runner.cleanup()
        self._socket.close()

    def settings_environment(self) -> dict[str, str]:
        """Return the environment variables with which the bot finds the local Slack and the local upstreams."""
        environment = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "ROLLCALL_ALLOW_ARCHIVE": "true",
        }
        for source in self._sources:
            environment |= {**source.credentials, source.url_variable: f"{self.url}/_upstream/{source.name}"}
        return environment

    def plug(
        self, routes: Iterable[web.RouteDef], agenda: Agenda | None = None, moved: Callable[[], None] | None = None
    ) -> None:
        """Serve the bot's routes beside ours from now on, also while the server runs.

        Args:
            routes: the bot's.
            agenda: what it has planned, if it plans something: a `LedgerAgenda`.
            moved: tells the bot that the demo's time has jumped.
        """
        self.bot.plug(routes, agenda, moved)

    def unplug(self) -> None:
        """Answer for the bot with 503, as a proxy in front of a process that is gone."""
        self.bot.unplug()

    async def start(self) -> None:
        """Listen."""
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        log.info("demo.started", url=self.url)


def bind(port: int) -> socket.socket:
    """Take a port of this machine; who connects before the server has started waits for it.

    Raises:
        ConfigurationError: it is taken, or not ours to take.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        taken.listen()
    except (OSError, OverflowError) as failure:
        taken.close()
        used = isinstance(failure, OSError) and failure.errno == errno.EADDRINUSE
        reason = "is already in use" if used else "cannot be used"
        raise ConfigurationError((f"Port {port} {reason}. Choose another with --port.",)) from None
    return taken


def page() -> web.Application:
    """Return the web application with the files of the page, to be mounted below ``/_page``."""
    app = web.Application()
    app.router.add_get("/{name}", asset)
    app.on_response_prepare.append(add_policy)
    return app


async def asset(request: web.Request) -> web.Response:
    """Serve one file of the page."""
    return _file(request.match_info["name"])


async def index(request: web.Request) -> web.Response:
    """Serve the page itself."""
    response = _file("index.html")
    await add_policy(request, response)
    return response


def _file(name: str) -> web.Response:
    """Read a file that the package ships; only those that are listed there, so no path can lead elsewhere."""
    shipped = {entry.name: entry for entry in files("bot.demo").joinpath("page").iterdir()}
    suffix = name[name.rfind(".") :]
    if name not in shipped or suffix not in TYPES:
        return web.Response(status=404, text="not found")
    headers = {"Content-Type": f"{TYPES[suffix]}; charset=utf-8", "Cache-Control": "no-cache"}
    return web.Response(body=shipped[name].read_bytes(), headers=headers)
