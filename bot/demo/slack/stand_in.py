"""The local Slack, put together."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack.api import WebApi
from bot.demo.slack.courier import ACK_WITHIN_S, HttpCourier
from bot.demo.slack.deliveries import Deliveries
from bot.demo.slack.faults import Faults
from bot.demo.slack.hooks import Hooks
from bot.demo.slack.lookups import Lookups
from bot.demo.slack.membership import Membership
from bot.demo.slack.methods import Methods
from bot.demo.slack.pace import PaceCheck
from bot.demo.slack.people import People
from bot.demo.slack.socket import SocketCourier
from bot.demo.slack.uploads import Uploads
from bot.demo.slack.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.demo.slack.courier import Courier
    from bot.ports import Clock

UPLOAD_SIZE = 64 * 1024 * 1024
"""Bytes that one request may carry."""


class LocalSlack:
    """One Slack workspace with one app installed.

    Serve `app` at `base_url`; then `people` do things, and `workspace` shows what came of them. What goes wrong is told
    to `faults`, `pace` and `membership`.

    Args:
        clock: dates messages and ends `response_url`s; may be moved.
        wall: the real time, for signatures.
        base_url: where `app` is served, such as ``http://127.0.0.1:3000/_slack``.
        events_url: where the bot listens; None: the bot uses Socket Mode.
        ack_within_s: how long the bot may take to acknowledge.
        sleep: waits between repetitions of an event.
    """

    def __init__(
        self,
        clock: Clock,
        wall: Clock,
        *,
        base_url: str,
        events_url: str | None = None,
        ack_within_s: float = ACK_WITHIN_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.base_url = base_url
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.faults = Faults()
        self.workspace = Workspace(clock)
        self.socket = SocketCourier(ack_within_s=ack_within_s)
        courier: Courier = self.socket
        if events_url is not None:
            courier = HttpCourier(events_url, self.signing_secret, wall, ack_within_s=ack_within_s)
        self.deliveries = Deliveries(courier, sleep=sleep)
        self.hooks = Hooks(self.workspace, clock, self.faults)
        self.people = People(self.workspace, self.deliveries, self.hooks, lambda: f"{self.base_url}/hooks/", clock)
        self.uploads = Uploads(self.faults)
        self.membership = Membership(self.workspace, self.deliveries, clock)
        self.pace = PaceCheck()
        self.methods = Methods(
            self.workspace,
            self.uploads,
            self.socket,
            lambda: self.base_url,
            lookups=Lookups(self.workspace, lambda: self.api.scopes),
            pace=self.pace,
        )
        self.api = WebApi(self.methods, self.faults, bot_token=self.bot_token, app_token=self.app_token)

    @property
    def api_url(self) -> str:
        """Base address of the Web API, as the SDK wants it."""
        return f"{self.base_url}/api/"

    def app(self) -> web.Application:
        """Return the web application that the bot talks to."""
        app = web.Application(client_max_size=UPLOAD_SIZE)
        app.router.add_route("*", "/api/{method}", self.api.serve)
        app.router.add_post("/hooks/{token}", self.hooks.serve)
        app.router.add_post("/upload/{ticket}", self.uploads.serve)
        app.router.add_get("/socket", self.socket.serve)
        app.on_shutdown.append(self._hang_up)
        return app

    async def _hang_up(self, _app: web.Application) -> None:
        await self.deliveries.aclose()
        await self.socket.disconnect("link_disabled")
