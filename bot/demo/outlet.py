"""Where the bot is plugged in: it can be pulled out and put back while everything around it goes on.

Pulled out it is as dead as after ``kill -9``: what asks for it gets no answer but a status, as from the proxy in front
of a process that is gone.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import structlog
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime, timedelta

log = structlog.get_logger(__name__)

STATES = {"starting": "Starting", "running": "Running", "killed": "Not running"}
"""What the bot can be doing, and what a person reads."""


ASKED = ("/_slack/", "/_upstream/")
"""Where the stand-ins are that only the bot asks."""


class Agenda(Protocol):
    """What the bot has planned, as far as the demo shows it. Every method may raise `StoreError`."""

    async def upcoming(self) -> tuple[datetime, str] | None:
        """Return when the next digest may be sent, and its name for people; None if there is none."""
        ...

    async def next_card(self) -> datetime | None:
        """Return when there is something to be done about a card; None: nothing is."""
        ...

    async def catch_up(self) -> None:
        """Let the bot look at its sources, and at what that means for its watches, as it would have done meanwhile."""
        ...

    async def busy(self) -> bool:
        """Tell whether a message is planned or under way that has not come to its end."""
        ...

    async def in_trouble(self) -> bool:
        """Tell whether a source cannot be read, or is not believed again yet."""
        ...

    async def used(self) -> bool:
        """Tell whether anything was ever planned or watched that still stands in the ledger."""
        ...

    async def at_work(self, *, jumped: timedelta) -> None:
        """Note that the bot is at work, also in the time that was jumped over since the last note."""
        ...


class NoAgenda:
    """That of a bot which plans nothing."""

    async def upcoming(self) -> None:
        """Nothing."""

    async def next_card(self) -> None:
        """Nothing."""

    async def catch_up(self) -> None:
        """Nothing to look at."""

    async def busy(self) -> bool:
        """No."""
        return False

    async def in_trouble(self) -> bool:
        """No."""
        return False

    async def used(self) -> bool:
        """No."""
        return False

    async def at_work(self, *, jumped: timedelta) -> None:
        """Nobody asks."""


class Outlet:
    """One place for one bot, and the switch beside it."""

    def __init__(self) -> None:
        self._router: web.UrlDispatcher | None = None
        self._under_way: set[asyncio.Future[web.StreamResponse]] = set()
        self._wanted, self._unwanted = asyncio.Event(), asyncio.Event()
        self._wanted.set()
        self.agenda: Agenda = NoAgenda()
        self.moved: Callable[[], None] = _nothing
        """Tells the bot that the demo's time has jumped."""

    # for the page

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if not self._wanted.is_set():
            return "killed"
        return "starting" if self._router is None else "running"

    def switch(self, *, on: bool) -> None:
        """Ask for the bot to run, or kill it: then it is unplugged at once, whatever it is doing."""
        (self._wanted if on else self._unwanted).set()
        (self._unwanted if on else self._wanted).clear()
        if not on:
            self.unplug()
        log.info("demo.switched", on=on)

    # for the program that runs the bot

    async def killed(self) -> None:
        """Wait until a person kills it."""
        await self._unwanted.wait()

    async def wanted(self) -> None:
        """Wait until it is to run; at once, as long as nobody has killed it."""
        await self._wanted.wait()

    def plug(
        self, routes: Iterable[web.RouteDef], agenda: Agenda | None = None, moved: Callable[[], None] | None = None
    ) -> None:
        """Serve the bot's routes from now on; nothing happens if it was killed meanwhile."""
        if not self._wanted.is_set():
            return
        self._router = web.UrlDispatcher()
        self._router.add_routes(routes)
        self.agenda, self.moved = agenda or NoAgenda(), moved or _nothing

    def unplug(self) -> None:
        """Serve them no longer, and cut off who is waiting for an answer."""
        self._router, self.agenda, self.moved = None, NoAgenda(), _nothing
        for work in self._under_way:
            work.cancel()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to any path that is not the demo's own; 503 if there is no bot."""
        if self._router is None:
            return web.Response(status=503, text="Rollcall is not running.")
        found = await self._router.resolve(request)
        request.match_info.clear()
        request.match_info.update(found)
        work = asyncio.ensure_future(found.handler(request))
        self._under_way.add(work)
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
            self._under_way.discard(work)
        return web.Response(status=503, text="Rollcall was killed.") if work.cancelled() else work.result()

    @web.middleware
    async def refuse_the_dead(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Refuse what a killed bot still asks while it is taken down: a dead process posts nothing."""
        if self.state == "killed" and request.path.startswith(ASKED):
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        return await handler(request)


def _nothing() -> None:
    """Do nothing."""
