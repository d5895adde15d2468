"""What the page asks of the demo: small JSON endpoints below ``/_demo``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from bot.demo.picture import status_picture, workspace_picture
from bot.demo.slack.workspace import PEOPLE
from bot.demo.sources import MODES
from bot.demo.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.demo.clock import DemoClock
    from bot.demo.examples import Example
    from bot.demo.slack.nouns import JSON, Delivery, User
    from bot.demo.slack.stand_in import LocalSlack
    from bot.demo.sources import DemoSource

MOST_DAYS = 3_650
"""As far as the clock can be moved in one go."""
TEXT_LENGTH = 4_000
"""Characters a person can type into the page at once."""


class Control:
    """The endpoints of the page.

    Args:
        slack: where the person is.
        clock: can be moved.
        sources: can be broken.
        examples: questions to offer.
    """

    def __init__(
        self, slack: LocalSlack, clock: DemoClock, sources: Sequence[DemoSource], examples: Sequence[Example]
    ) -> None:
        self._slack = slack
        self._clock = clock
        self._sources = {source.name: source for source in sources}
        self._examples = [asdict(example) for example in examples]
        self._stream = Stream(slack.workspace, self._status)

    def app(self) -> web.Application:
        """Return the web application to be mounted below ``/_demo``."""
        app = web.Application(middlewares=[sentences])
        app.router.add_get("/state", self.state)
        app.router.add_get("/stream", self.stream)
        app.router.add_get("/files/{id}", self.file)
        app.router.add_post("/say", self.say)
        app.router.add_post("/press", self.press)
        app.router.add_post("/source/{name}/{mode}", self.source)
        app.router.add_post("/clock", self.clock)
        app.on_shutdown.append(self._stream.close)
        return app

    async def state(self, request: web.Request) -> web.Response:
        """``GET /_demo/state?viewer=U…``: everything a page needs to draw itself."""
        picture = workspace_picture(self._slack.workspace, self._viewer(request.query))
        return web.json_response(picture | {"status": self._status(), "examples": self._examples})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """``GET /_demo/stream?viewer=U…``: events ``message``, ``gone``, ``status``."""
        return await self._stream.serve(request, self._viewer(request.query))

    async def say(self, request: web.Request) -> web.Response:
        """``POST /_demo/say {viewer, channel, text, thread_ts?}``: type a line and press enter."""
        body = await _body(request)
        text = str(body.get("text", ""))[:TEXT_LENGTH]
        thread_ts = body.get("thread_ts") or None
        viewer = self._viewer(body)
        return _told(await self._slack.people.type_into(str(body.get("channel")), viewer.id, text, thread_ts=thread_ts))

    async def press(self, request: web.Request) -> web.Response:
        """``POST /_demo/press {viewer, channel, ts, block_id, action_id, value?}``: use a button or menu."""
        body = await _body(request)
        message = self._slack.workspace.message(str(body.get("channel")), str(body.get("ts")))
        viewer = self._viewer(body)
        if message is None or not message.visible_to(viewer.id):
            raise LookupError("this message is no longer there")
        action_id, block_id, value = str(body.get("action_id")), body.get("block_id"), body.get("value")
        people = self._slack.people
        if value is None:
            return _told(await people.press(message, action_id, viewer.id, block_id=block_id))
        return _told(await people.choose(message, action_id, str(value), viewer.id, block_id=block_id))

    async def source(self, request: web.Request) -> web.Response:
        """``POST /_demo/source/{name}/{mode}``: break or mend a source."""
        source, mode = self._sources.get(request.match_info["name"]), request.match_info["mode"]
        if source is None or mode not in MODES:
            raise LookupError("there is no such source or mode")
        source.stand_in.set_mode(mode)
        return web.json_response(self._status())

    async def clock(self, request: web.Request) -> web.Response:
        """``POST /_demo/clock {days: 10}`` or ``{reset: true}``: move the demo's time."""
        body = await _body(request)
        days = body.get("days", 0)
        if type(days) is not int or not 0 <= days <= MOST_DAYS:
            raise ValueError(f"days must be a number from 0 to {MOST_DAYS}")
        if body.get("reset"):
            self._clock.reset()
        self._clock.forward(timedelta(days=days))
        return web.json_response(self._status())

    async def file(self, request: web.Request) -> web.Response:
        """``GET /_demo/files/{id}?viewer=U…``: download what was shared, if the viewer sees the message."""
        shared = self._slack.workspace.messages(viewer=self._viewer(request.query).id)
        files = (file for message in shared for file in message.files)
        file = next((file for file in files if file.id == request.match_info["id"]), None)
        if file is None:
            raise LookupError("there is no such file")
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return web.Response(
            body=file.content,
            headers={"Content-Type": "application/octet-stream", "Content-Disposition": disposition},
        )

    def _status(self) -> JSON:
        return status_picture(self._clock, list(self._sources.values()))

    def _viewer(self, given: Any) -> User:  # noqa: ANN401 - a query or a JSON body: any mapping
        wanted = given.get("viewer") or PEOPLE[0].id
        user = self._slack.workspace.users.get(str(wanted))
        if user is None or user.is_bot:
            raise LookupError("there is no such person")
        return user


@web.middleware
async def sentences(request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's own type is no name
    """Say what is wrong with a request as one sentence in JSON."""
    try:
        answer: web.StreamResponse = await handler(request)
    except LookupError as missing:
        return web.json_response({"error": str(missing)}, status=404)
    except ValueError as wrong:
        return web.json_response({"error": str(wrong)}, status=400)
    return answer


async def _body(request: web.Request) -> JSON:
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise ValueError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - what was sent is wrong, not our types
    return body


def _told(delivery: Delivery | None) -> web.Response:
    """Tell the page what came of telling the bot; nothing, if there was nothing to tell."""
    if delivery is None:
        return web.json_response({"told": False, "error": None})
    return web.json_response({"told": True, "error": delivery.error, "took_ms": round(delivery.took_s * 1_000)})
