"""Sending a message that must appear at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import NotPosted
from bot.metrics import REPLIES
from bot.model import Posted
from bot.slack.drawing import drawn_or_as_words, words_of
from bot.slack.outcomes import is_short, outcome_of
from bot.slack.refusals import Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.model import Message
    from bot.slack.drawing import Body
    from bot.slack.hold import Hold
    from bot.slack.pace import Pace
    from bot.slack.patience import Patience


EVENT_TYPE: Final = "rollcall_delivery"
"""Marks our messages: https://docs.slack.dev/messaging/message-metadata. Everybody in the workspace can read it."""

INSIST_FOR: Final = timedelta(seconds=6)
"""A longer pause than that is not waited for here."""

SENT_WITHIN: Final = 15.0
"""Seconds for one request; the silence of a server that has the message is not waited for any longer."""

QUEUE_FOR: Final = timedelta(seconds=20)
"""How long a message waits for its turn if nobody says; then all of it ends within a minute."""


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
        self,
        channel: str,
        message: Message,
        *,
        key: str | None,
        thread: str | None,
        broadcast: bool = False,
        before: datetime | None,
    ) -> Posted:
        """Post as `bot.ports.Messenger.post` says, and raise what it raises."""
        before = before or self._clock.now() + QUEUE_FOR
        await self._pace.wait(channel, before)
        try:
            posted, outcome = await drawn_or_as_words(
                message,
                _words(message, key),
                lambda body: self._send(channel, body, thread, before, broadcast=broadcast),
                event="message.drawing_refused",
            )
        except Refused as refusal:
            REPLIES.labels("unasked", "unknown" if refusal.perhaps_done else refusal.fate.value).inc()
            raise outcome_of(refusal) from None
        REPLIES.labels("unasked", outcome).inc()
        return posted

    async def _send(self, channel: str, body: Body, thread: str | None, before: datetime, *, broadcast: bool) -> Posted:
        if self._clock.now() > before:
            raise NotPosted("too_late")
        end = min(before, self._clock.now() + INSIST_FOR)
        where, timestamp = await self._web.post(
            channel, body, thread=thread, broadcast=broadcast, until=end, within=SENT_WITHIN
        )
        return Posted(channel=where, ts=timestamp)


def _words(message: Message, key: str | None) -> Body:
    """Begin the body of a message that can be found again by its key."""
    body = words_of(message)
    if key is not None:
        body["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    return body
