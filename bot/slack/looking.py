"""Looking whether a message of ours is there: the one thing for which we read a channel's history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.errors import CannotLook, MaybePosted, MessengerError, WorkspaceClosed
from bot.model import Posted
from bot.slack.posting import EVENT_TYPE
from bot.slack.refusals import Fate, Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.identity import Badge, Identity
    from bot.slack.patience import Patience

SKEW: Final = timedelta(minutes=1)
"""How far our clock may be in front of Slack's."""

MOST_PAGES: Final = 10
"""Of 200 messages each; in a busier channel we do not look."""

LOOK_FOR: Final = timedelta(seconds=10)
"""How long we insist on one page."""


class Looking:
    """Finds messages by their metadata.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
        badge: who we are, and what we may.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience, badge: Badge) -> None:
        self._web = WebApi(client, replace(patience, tries=3, longest=LOOK_FOR))
        self._badge = badge

    async def find(self, channel: str, key: str, *, since: datetime, thread: str | None = None) -> Posted | None:
        """Look as `bot.ports.Messenger.find` says, and raise what it raises."""
        we = self._badge.identity
        if we is None:
            raise MaybePosted("identity_not_known")
        if we.lacks(*scopes_for(channel)):
            raise CannotLook("missing_scope")
        try:
            return await self._find(channel, key, oldest=f"{(since - SKEW).timestamp():.6f}", thread=thread, we=we)
        except Refused as refusal:
            raise _failure(refusal) from None

    async def _find(self, channel: str, key: str, *, oldest: str, thread: str | None, we: Identity) -> Posted | None:
        cursor = None
        for _ in range(MOST_PAGES):
            messages, cursor = await self._page(channel, thread, oldest, cursor)
            for message in messages:
                if _is_ours(message, we) and _key_of(message) == key:
                    return Posted(channel=channel, ts=str(message["ts"]))
            if cursor is None:
                return None
        raise CannotLook("too_many_messages")

    async def _page(
        self, channel: str, thread: str | None, oldest: str, cursor: str | None
    ) -> tuple[list[Any], str | None]:
        if thread is None:
            return await self._web.history(channel, oldest=oldest, cursor=cursor)
        return await self._web.replies(channel, thread, oldest=oldest, cursor=cursor)


def scopes_for(channel: str) -> tuple[str, ...]:
    """Name the scopes one of which is needed to read a channel; its id does not tell whether it is private.

    https://docs.slack.dev/reference/methods/conversations.history
    """
    return ("im:history",) if channel.startswith("D") else ("channels:history", "groups:history")


def _is_ours(message: Any, we: Identity) -> bool:  # noqa: ANN401 - whatever Slack lists
    """Tell whether we posted it: any app can put our word into the metadata of its own messages."""
    if not isinstance(message, dict) or not isinstance(message.get("ts"), str):
        return False
    return message.get("user") == we.user or (bool(we.bot) and message.get("bot_id") == we.bot)


def _key_of(message: dict[str, Any]) -> object:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, dict) else None


def _failure(refusal: Refused) -> MessengerError:
    """Tell why we did not see: Slack is only busy, it knows us no more, or we may not and shall not look here."""
    if refusal.fate is Fate.RETRY or refusal.code.startswith("http_"):
        return MaybePosted(refusal.code)
    if refusal.fate is Fate.WORKSPACE:
        return WorkspaceClosed(refusal.code)
    return CannotLook(refusal.code)
