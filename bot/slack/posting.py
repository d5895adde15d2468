"""Sending a message that must appear at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.errors import NotPosted
from bot.metrics import REPLIES
from bot.model import Posted
from bot.slack.outcomes import is_short, outcome_of
from bot.slack.refusals import Fate, Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.model import Message
    from bot.slack.hold import Hold
    from bot.slack.pace import Pace
    from bot.slack.patience import Patience

log = structlog.get_logger(__name__)

EVENT_TYPE: Final = "rollcall_delivery"
"""Marks our messages: https://docs.slack.dev/messaging/message-metadata. Everybody in the workspace can read it."""

INSIST_FOR: Final = timedelta(seconds=6)
"""A longer pause than that is not waited for here."""

SENT_WITHIN: Final = 15.0
"""Seconds for one request; the silence of a server that has the message is not waited for any longer."""

QUEUE_FOR: Final = timedelta(seconds=20)
"""How long a message waits for its turn if nobody says; then all of it ends within a minute."""

Body = dict[str, Any]


class Posting:
    """Posts with `chat.postMessage`, again only after Slack certainly did not take a message.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
        pace: gives the turns.
        hold: the pause that Slack asked for, if any; whatever else posts shares it.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience, pace: Pace, hold: Hold) -> None:
        self._clock = patience.clock
        self._web = WebApi(client, replace(patience, tries=4, longest=INSIST_FOR, again=is_short), hold)
        self._pace = pace

    async def post(
        self, channel: str, message: Message, *, key: str | None, thread: str | None, before: datetime | None
    ) -> Posted:
        """Post as `bot.ports.Messenger.post` says, and raise what it raises."""
        before = before or self._clock.now() + QUEUE_FOR
        await self._pace.wait(channel, before)
        try:
            posted, outcome = await self._drawn_or_as_words(channel, message, key, thread, before)
        except Refused as refusal:
            REPLIES.labels("unasked", "unknown" if refusal.perhaps_done else refusal.fate.value).inc()
            raise outcome_of(refusal) from None
        REPLIES.labels("unasked", outcome).inc()
        return posted

    async def _drawn_or_as_words(
        self, channel: str, message: Message, key: str | None, thread: str | None, before: datetime
    ) -> tuple[Posted, str]:
        """Send a message; if Slack does not draw it, which is our mistake, send its words alone, once."""
        words = _words(message, key)
        try:
            return await self._send(channel, {**words, "blocks": message.blocks}, thread, before), "sent"
        except Refused as refusal:
            if refusal.fate is not Fate.BUG:
                raise
            code = refusal.code
        log.error("message.drawing_refused", code=code, blocks=len(message.blocks))
        return await self._send(channel, words, thread, before), "sent_as_text"

    async def _send(self, channel: str, body: Body, thread: str | None, before: datetime) -> Posted:
        if self._clock.now() > before:
            raise NotPosted("too_late")
        end = min(before, self._clock.now() + INSIST_FOR)
        where, timestamp = await self._web.post(channel, body, thread=thread, until=end, within=SENT_WITHIN)
        return Posted(channel=where, ts=timestamp)


def _words(message: Message, key: str | None) -> Body:
    """Begin the body of a message: a list of projects is no place for previews, and names are never linked."""
    body: Body = {"text": message.text, "unfurl_links": False, "unfurl_media": False}
    if key is not None:
        body["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    return body
