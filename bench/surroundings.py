"""Everything that the bot talks to, in a process of its own: Slack, both upstreams, and a place for answers.

``python -m bench.surroundings STREAMPIXEL MICROVISUALIZER`` takes the numbers of projects, prints one line of JSON
(``url``, ``environment``) and serves until it is told to end.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bench.projects import microvisualizer_rows, streampixel_rows
from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer
from bot.demo.sources import demo_sources
from bot.demo.upstreams import MicroVisualizerStandIn, StreampixelStandIn
from bot.logs import set_up
from bot.wiring import SystemClock

if TYPE_CHECKING:
    from bot.demo.sources import DemoSource

_WITHIN_S: Final = 60


class Inbox:
    """Takes what is posted to response_urls, and remembers when."""

    def __init__(self) -> None:
        self._arrived: dict[str, float] = {}
        self._news = asyncio.Condition()

    def routes(self) -> list[web.RouteDef]:
        """Return its endpoints."""
        return [
            web.post("/inbox/{name}", self._take),
            web.get("/inbox/{name}", self._tell),
            web.get("/inbox", self._count),
        ]

    async def _take(self, request: web.Request) -> web.Response:
        """Take one message, as a response_url does."""
        arrived = monotonic()
        await request.read()
        async with self._news:
            self._arrived.setdefault(request.match_info["name"], arrived)
            self._news.notify_all()
        return web.Response(text="ok")

    async def _tell(self, request: web.Request) -> web.Response:
        """Wait for the first message to one address; tell when it came, in seconds of the monotonic clock."""
        name = request.match_info["name"]
        async with asyncio.timeout(_WITHIN_S), self._news:
            await self._news.wait_for(lambda: name in self._arrived)
        return web.json_response(self._arrived[name])

    async def _count(self, _: web.Request) -> web.Response:
        """Tell how many addresses were answered."""
        return web.json_response(len(self._arrived))


class Upstreams:
    """Counts requests, and changes projects as people would."""

    def __init__(self, streampixel: StreampixelStandIn, microvisualizer: MicroVisualizerStandIn) -> None:
        self._streampixel = streampixel
        self._microvisualizer = microvisualizer

    def routes(self) -> list[web.RouteDef]:
        """Return its endpoints."""
        return [
            web.get("/bench/requests", self._requests),
            web.post("/bench/edit/{count}", self._edit),
            web.post("/bench/delete", self._delete),
        ]

    async def _requests(self, _: web.Request) -> web.Response:
        """Tell how many requests each has seen."""
        stand_ins = {"streampixel": self._streampixel, "microvisualizer": self._microvisualizer}
        return web.json_response({name: stand_in.request_count for name, stand_in in stand_ins.items()})

    async def _edit(self, request: web.Request) -> web.Response:
        """Rename some projects at each."""
        for stand_in in (self._streampixel, self._microvisualizer):
            for project_id in list(stand_in.projects)[: int(request.match_info["count"])]:
                stand_in.rename(project_id, f"Edited {stand_in.projects[project_id].name}"[:60])
        return web.Response()

    async def _delete(self, _: web.Request) -> web.Response:
        """Remove one project at each."""
        for stand_in in (self._streampixel, self._microvisualizer):
            stand_in.delete(next(reversed(stand_in.projects)))
        return web.Response()


async def serve(streampixel: int, microvisualizer: int) -> None:
    """Serve until told to end."""
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    clock = DemoClock(SystemClock())
    first, second = demo_sources(clock)
    credentials = {**first.credentials, **second.credentials}
    user_id, key = credentials["STREAMPIXEL_USER_ID"], credentials["STREAMPIXEL_API_KEY"]
    stream = StreampixelStandIn(clock, user_id=user_id, api_key=key, rows=streampixel_rows(streampixel))
    key = credentials["MICROVISUALIZER_API_KEY"]
    visual = MicroVisualizerStandIn(clock, api_key=key, rows=microvisualizer_rows(microvisualizer))
    sources: tuple[DemoSource, ...] = (replace(first, stand_in=stream), replace(second, stand_in=visual))
    async with DemoServer(clock, sources, port=0) as demo:
        demo.plug([*Inbox().routes(), *Upstreams(stream, visual).routes()])
        await demo.start()
        print(json.dumps({"url": demo.url, "environment": demo.settings_environment()}), flush=True)
        await ending.wait()


if __name__ == "__main__":
    set_up(level="error", form="json", secrets=())
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
