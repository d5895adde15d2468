"""The Web API at the wire: tokens, scopes, the shape of answers.

https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack.calls import ApiError, Call, read_call
from bot.demo.slack.faults import answer

if TYPE_CHECKING:
    from bot.demo.slack.faults import Faults
    from bot.demo.slack.methods import Method, Methods
    from bot.demo.slack.nouns import JSON

SCOPES = (
    "commands",
    "chat:write",
    "app_mentions:read",
    "im:history",
    "im:write",
    "files:write",
    "channels:read",
    "groups:read",
    "users:read",
)
"""What the app is granted when it is installed; it may also be given ``channels:history`` and ``groups:history``."""


class WebApi:
    """Answers calls of Web API methods.

    Args:
        methods: what they do.
        faults: troubles by name of the method.
        bot_token: the only bot token that is known, ``xoxb-…``.
        app_token: the only app-level token that is known, ``xapp-…``.
    """

    def __init__(self, methods: Methods, faults: Faults, *, bot_token: str, app_token: str) -> None:
        self._methods = methods
        self._faults = faults
        self._bot_token = bot_token
        self._app_token = app_token
        self.scopes: tuple[str, ...] = SCOPES
        self.calls: list[Call] = []
        """Every call that carried a valid token, oldest first."""

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call: HTTP 200 with ``ok`` whatever it is, but for 429."""
        fault = self._faults.take(request.match_info["method"])
        if fault and fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault and not fault.after:
            return await answer(fault, request)
        status, more = 200, dict[str, str]()
        try:
            said: JSON = {"ok": True, **self._run(*await read_call(request))}
        except ApiError as refusal:
            said = {"ok": False, "error": refusal.error, **refusal.extra}
            status, more = refusal.status, refusal.headers
        if fault and fault.wrong:
            return await answer(fault, request)
        headers = {**more, "x-oauth-scopes": ",".join(self.scopes), "x-slack-req-id": secrets.token_hex(16)}
        return web.json_response(said, status=status, headers=headers)

    def _run(self, call: Call, token: str | None) -> JSON:
        method = self._methods.table.get(call.method)
        if method is None:
            raise ApiError("unknown_method", req_method=call.method)
        self._check_token(method, token)
        self.calls.append(call)
        return method.run(call)

    def _check_token(self, method: Method, token: str | None) -> None:
        if not token:
            raise ApiError("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise ApiError("invalid_auth")
        if (token == self._app_token) != method.app_token:
            raise ApiError("not_allowed_token_type")
        if method.scope is not None and method.scope not in self.scopes:
            raise ApiError("missing_scope", needed=method.scope, provided=",".join(self.scopes))
