"""Changing a message of ours where it stands.

Unlike posting, doing so twice does no harm: whatever leaves it open whether it was done is a reason to do it again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import ChannelClosed, MaybePosted, MessengerError, NeverPosted, NotPosted
from bot.metrics import REPLIES
from bot.slack.drawing import drawn_or_as_words
from bot.slack.outcomes import outcome_of
from bot.slack.pace import Pace
from bot.slack.posting import INSIST_FOR, QUEUE_FOR
from bot.slack.refusals import Fate, Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.model import Message, Posted
    from bot.slack.drawing import Body
    from bot.slack.pace import Turn
    from bot.slack.patience import Patience

EVERY: Final = timedelta(seconds=1.2)
"""How often a message is changed: Slack takes fifty changes in a minute and workspace, over all channels.

https://docs.slack.dev/apis/web-api/rate-limits#tier_t3
"""

QUEUE: Final = "edits"

UNCHANGEABLE: Final = frozenset(("message_not_found", "cant_update_message", "edit_window_closed"))
"""Words that close this message and not its channel: https://docs.slack.dev/reference/methods/chat.update#errors"""


class Editing:
    """Changes messages with `chat.update`.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
        turn: gives the turns of one queue for all channels, once in `EVERY`.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience, turn: Turn) -> None:
        self._clock = patience.clock
        self._web = WebApi(client, replace(patience, tries=4, longest=INSIST_FOR, again=_is_busy))
        self._pace = Pace(turn, patience, every=EVERY)

    async def edit(self, posted: Posted, message: Message) -> None:
        """Change as `bot.ports.Messenger.edit` says, and raise what it raises."""
        await self._pace.wait(QUEUE, self._clock.now() + QUEUE_FOR)

        async def send(body: Body) -> None:
            await self._web.change(posted.channel, posted.ts, body)

        try:
            _, outcome = await drawn_or_as_words(message, {"text": message.text}, send, event="message.drawing_refused")
        except Refused as refusal:
            REPLIES.labels("edit", refusal.fate.value).inc()
            raise _failure(refusal) from None
        REPLIES.labels("edit", outcome).inc()


def _is_busy(refusal: Refused) -> bool:
    return refusal.fate is Fate.RETRY


def _failure(refusal: Refused) -> MessengerError:
    """Tell why a message was not changed, or may not have been."""
    if refusal.code in UNCHANGEABLE:
        return NeverPosted(refusal.code)
    failure = outcome_of(refusal)
    if isinstance(failure, MaybePosted):
        return NotPosted(refusal.code, wait=refusal.wait)
    if isinstance(failure, ChannelClosed) and refusal.code.startswith("restricted_action"):
        return NeverPosted(refusal.code)
    return failure
