"""``response_url``: five answers within thirty minutes, to one gesture.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack.faults import answer
from bot.demo.slack.validate import refusals
from bot.demo.slack.workspace import BOT

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.slack.faults import Faults
    from bot.demo.slack.nouns import JSON, Message
    from bot.demo.slack.workspace import Workspace
    from bot.ports import Clock

USES = 5
LIFETIME = timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class Hook:
    """One ``response_url``."""

    channel: str
    user: str
    made_at: datetime
    original: Message | None
    """The message whose component was used; of a command, the last answer that came through this hook."""

    uses: int = 0


class Refusal(Exception):
    """A status and one word of plain text."""

    def __init__(self, status: HTTPStatus, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


class Hooks:
    """All ``response_url`` of a workspace.

    Args:
        workspace: where the answers go.
        clock: tells when a hook is too old.
        faults: troubles for the place ``hooks``.
    """

    def __init__(self, workspace: Workspace, clock: Clock, faults: Faults) -> None:
        self._workspace = workspace
        self._clock = clock
        self._faults = faults
        self._open: dict[str, Hook] = {}

    def make(self, channel: str, user: str, original: Message | None = None) -> str:
        """Open a hook; return its secret part."""
        token = secrets.token_urlsafe(18)
        self._open[token] = Hook(channel=channel, user=user, made_at=self._clock.now(), original=original)
        return token

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one POST to a ``response_url``; errors are plain text with a status."""
        fault = self._faults.take("hooks")
        if fault and not fault.after:
            return await answer(fault, request)
        try:
            self.use(request.match_info["token"], _read(await request.text()))
        except Refusal as refusal:
            return web.Response(status=refusal.status, text=refusal.word)
        return await answer(fault, request) if fault else web.Response(text="ok")

    def use(self, token: str, body: JSON) -> None:
        """Do what the bot asks.

        Raises:
            Refusal: the hook is used up or too old, or the message cannot be taken.
        """
        hook = self._usable(token)
        if self._workspace.channels[hook.channel].archived:
            raise Refusal(HTTPStatus.GONE, "channel_is_archived")
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if refusals(blocks):
            raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_blocks")
        if not text and not blocks and not body.get("delete_original"):
            raise Refusal(HTTPStatus.BAD_REQUEST, "no_text")
        hook.uses += 1
        self._apply(hook, body, text, blocks)

    def _usable(self, token: str) -> Hook:
        hook = self._open.get(token)
        if hook is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "no_service")
        if self._clock.now() - hook.made_at > LIFETIME:
            raise Refusal(HTTPStatus.NOT_FOUND, "expired_url")
        if hook.uses >= USES:
            raise Refusal(HTTPStatus.NOT_FOUND, "used_url")
        return hook

    def _apply(self, hook: Hook, body: JSON, text: str, blocks: list[JSON]) -> None:
        original = self._current(hook.original)
        if body.get("delete_original") and original:
            self._workspace.delete(original)
        elif body.get("replace_original") and original:
            hook.original = self._workspace.change(original, text, blocks)
            return
        if text or blocks:
            posted = self._post(hook, body, text, blocks)
            hook.original = hook.original or posted

    def _current(self, message: Message | None) -> Message | None:
        return message and self._workspace.message(message.channel, message.ts)

    def _post(self, hook: Hook, body: JSON, text: str, blocks: list[JSON]) -> Message:
        in_channel = body.get("response_type") == "in_channel"
        return self._workspace.post(
            hook.channel,
            BOT.id,
            text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            only_for=None if in_channel else hook.user,
        )


def _read(raw: str) -> JSON:
    """Read the JSON body of an answer.

    Raises:
        Refusal: it is no JSON object.
    """
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_payload") from None
    if not isinstance(body, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_payload")
    return body
