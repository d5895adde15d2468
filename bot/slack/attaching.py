"""Putting a file into a thread, at most once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.errors import NotPosted
from bot.metrics import REPLIES
from bot.slack.outcomes import is_short, outcome_of
from bot.slack.posting import INSIST_FOR, QUEUE_FOR
from bot.slack.refusals import Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.model import Attachment
    from bot.slack.pace import Pace
    from bot.slack.patience import Patience

TAKEN_WITHIN: Final = 30.0
"""Seconds for the three requests that a file takes, with all that is repeated."""


class Attaching:
    """Shares files, again only after Slack certainly did not take one.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
        pace: gives the turns: a file is shared with a message of its own.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience, pace: Pace) -> None:
        self._clock = patience.clock
        self._web = WebApi(client, replace(patience, tries=4, longest=INSIST_FOR, again=is_short))
        self._pace = pace

    async def attach(self, channel: str, attachment: Attachment, *, thread: str, before: datetime | None) -> None:
        """Share as `bot.ports.Messenger.attach` says, and raise what it raises."""
        before = before or self._clock.now() + QUEUE_FOR
        await self._pace.wait(channel, before)
        if self._clock.now() > before:
            raise NotPosted("too_late")
        try:
            await self._upload(channel, attachment, thread)
        except Refused as refusal:
            REPLIES.labels("unasked_file", "unknown" if refusal.perhaps_done else refusal.fate.value).inc()
            raise outcome_of(refusal) from None
        REPLIES.labels("unasked_file", "sent").inc()

    async def _upload(self, channel: str, attachment: Attachment, thread: str) -> None:
        try:
            async with asyncio.timeout(TAKEN_WITHIN):
                await self._web.upload(attachment, channel=channel, thread=thread)
        except TimeoutError:
            raise Refused("timeout") from None
