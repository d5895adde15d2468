"""What both stand-ins share: one aiohttp application each, a fault switch, and a memory of who asked for what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from bot.demo.upstreams.faults import Faults, Mode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ports import Clock

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECRET_PARAMETERS = frozenset({"apikey", "userid"})
"""Never remembered, in lower case."""

LOGIN_PAGE = "<!doctype html><title>Sign in</title><p>Please sign in to continue."


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came in."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    """Without credentials."""


class StandIn(ABC):
    """One upstream that lives in this process.

    Args:
        clock: tells "now" for dates, so that a demo can move it.
        faults: the switch; a working one by default.
    """

    title: ClassVar[str]

    def __init__(self, clock: Clock, faults: Faults | None = None) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.requests: deque[Seen] = deque(maxlen=1000)
        """The last ones, oldest first."""

        self.request_count = 0
        """All of them."""

        self.in_flight = 0
        self.most_in_flight = 0
        self.app = web.Application(middlewares=[self._remember, self._go_wrong])
        self.app.on_shutdown.append(self._release)
        self.app.router.add_routes(self.routes())

    @property
    def mode(self) -> str:
        """How it behaves now, as a word."""
        return self.faults.mode.value

    def set_mode(self, name: str) -> None:
        """Behave differently from now on.

        Raises:
            ValueError: there is no such `Mode`.
        """
        self.faults.switch(Mode(name))

    def forget_requests(self) -> None:
        """Begin to remember and to count anew."""
        self.requests.clear()
        self.request_count = 0
        self.most_in_flight = self.in_flight

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Return what it answers to, relative to its base address."""

    @abstractmethod
    def problem(self, status: HTTPStatus) -> web.Response:
        """Return the upstream's own answer for a general fault."""

    @abstractmethod
    def limited(self, *, header: bool, body: bool) -> web.Response:
        """Return the upstream's own 429, saying in its header or in its body how long to wait."""

    @web.middleware
    async def _remember(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        query = {name: text for name, text in request.query.items() if name.lower() not in SECRET_PARAMETERS}
        self.requests.append(Seen(request.method, request.path, query))
        self.request_count += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await handler(request)
        finally:
            self.in_flight -= 1

    @web.middleware
    async def _go_wrong(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await self.faults.hold()
        fault = self._fault()
        if fault is not None:
            return fault
        response = await handler(request)
        if self.faults.mode is Mode.TRUNCATED and isinstance(response, web.Response):
            whole = response.text or ""
            return web.Response(text=whole[: len(whole) // 2], content_type="application/json")
        return response

    def _fault(self) -> web.Response | None:
        """Return the answer that stands in the way of the real one, if any does."""
        match self.faults.mode:
            case Mode.DOWN:
                return self.problem(HTTPStatus.SERVICE_UNAVAILABLE)
            case Mode.REFUSED:
                return self.problem(HTTPStatus.UNAUTHORIZED)
            case Mode.FORBIDDEN:
                return self.problem(HTTPStatus.FORBIDDEN)
            case Mode.HTML:
                return web.Response(text=LOGIN_PAGE, content_type="text/html")
            case Mode.LIMITED | Mode.LIMITED_IN_BODY | Mode.LIMITED_UNMEASURED as mode:
                return self.limited(header=mode is Mode.LIMITED, body=mode is not Mode.LIMITED_UNMEASURED)
            case Mode.OK | Mode.SILENT | Mode.SLOW | Mode.TRUNCATED | Mode.EMPTY | Mode.CONTRADICTING:
                return None

    async def _release(self, _: web.Application) -> None:
        """Let nobody hang when the server stops."""
        self.faults.switch(Mode.OK)
