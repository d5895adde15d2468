"""What the page asks of the demo: small JSON endpoints below ``/_demo``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from bot.demo.picture import workspace_picture
from bot.demo.slack.workspace import PEOPLE
from bot.demo.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.demo.examples import Example
    from bot.demo.levers import Levers
    from bot.demo.slack.nouns import JSON, Delivery, User
    from bot.demo.slack.stand_in import LocalSlack

TEXT_LENGTH = 4_000
"""Characters a person can type into the page at once."""


class Control:
    """The endpoints of the page.

    Args:
        slack: where the person is.
        levers: what they can break, move and pull.
        examples: questions to offer.
    """

    def __init__(self, slack: LocalSlack, levers: Levers, examples: Sequence[Example]) -> None:
        self._slack = slack
        self._levers = levers
        self._examples = [asdict(example) for example in examples]
        self._stream = Stream(slack.workspace, levers.picture)

    def app(self) -> web.Application:
        """Return the web application to be mounted below ``/_demo``."""
        app = web.Application(middlewares=[sentences])
        app.router.add_get("/state", self.state)
        app.router.add_get("/stream", self.stream)
        app.router.add_get("/files/{id}", self.file)
        app.router.add_post("/say", self.say)
        app.router.add_post("/press", self.press)
        app.router.add_post("/source/{name}/{mode}", self.source)
        app.router.add_post("/slack/{mode}", self.slack)
        app.router.add_post("/channel/{id}/{state}", self.channel)
        app.router.add_post("/bot/{state}", self.bot)
        app.router.add_post("/clock", self.clock)
        app.on_shutdown.append(self._stream.close)
        return app

    async def state(self, request: web.Request) -> web.Response:
        """``GET /_demo/state?viewer=U…``: everything a page needs to draw itself."""
        picture = workspace_picture(self._slack.workspace, self._viewer(request.query))
        return web.json_response(picture | {"status": await self._levers.picture(), "examples": self._examples})

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
        self._levers.source(request.match_info["name"], request.match_info["mode"])
        return await self._status()

    async def slack(self, request: web.Request) -> web.Response:
        """``POST /_demo/slack/{mode}``: let Slack take what the bot posts, or not."""
        self._levers.posting.set_mode(request.match_info["mode"])
        return await self._status()

    async def channel(self, request: web.Request) -> web.Response:
        """``POST /_demo/channel/{id}/{state}``: close a channel to the bot, or open it."""
        await self._levers.channel(request.match_info["id"], request.match_info["state"])
        return await self._status()

    async def bot(self, request: web.Request) -> web.Response:
        """``POST /_demo/bot/{killed|running}``: kill the bot as ``kill -9`` does, or start it."""
        self._levers.switch(request.match_info["state"])
        return await self._status()

    async def clock(self, request: web.Request) -> web.Response:
        """``POST /_demo/clock``: move the demo's time, as `Levers.clock` reads it."""
        await self._levers.clock(await _body(request))
        return await self._status()

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

    async def _status(self) -> web.Response:
        return web.json_response(await self._levers.picture())

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
