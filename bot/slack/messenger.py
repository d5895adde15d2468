"""The port `Messenger` at Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ChannelClosed, MessengerError, NotPosted, WorkspaceClosed
from bot.slack.attaching import Attaching
from bot.slack.directory import Directory
from bot.slack.editing import Editing
from bot.slack.hold import Hold
from bot.slack.looking import Looking
from bot.slack.pace import Pace
from bot.slack.posting import Posting
from bot.slack.refusals import Fate, Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.model import Attachment, Message, Posted
    from bot.ports import Person, Place
    from bot.slack.identity import Badge
    from bot.slack.pace import Turn
    from bot.slack.patience import Patience


class SlackMessenger:
    """Speaks at Slack by itself.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: how to wait; how long to insist is decided here, for each thing.
        badge: who we are.
        turn: `bot.ports.Ledger.turn` with everything but its key: the queues move once in `bot.slack.pace.EVERY`.
        hold: the pause that Slack asked for, if answers are to share it.
        edit_turn: the same as `turn` for changes, whose queue moves once in `bot.slack.editing.EVERY`; None: `turn`.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        patience: Patience,
        badge: Badge,
        turn: Turn,
        hold: Hold | None = None,
        edit_turn: Turn | None = None,
    ) -> None:
        self._web = WebApi(client, patience)
        pace = Pace(turn, patience)
        self._posting = Posting(client, patience, pace, hold or Hold(patience.clock))
        self._editing = Editing(client, patience, edit_turn or turn)
        self._attaching = Attaching(client, patience, pace)
        self._looking = Looking(client, patience, badge)
        self._directory = Directory(client, patience)

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        key: str | None = None,
        thread: str | None = None,
        broadcast: bool = False,
        before: datetime | None = None,
    ) -> Posted:
        """Post a message; see the port."""
        return await self._posting.post(channel, message, key=key, thread=thread, broadcast=broadcast, before=before)

    async def edit(self, posted: Posted, message: Message) -> None:
        """Change a message of ours; see the port."""
        await self._editing.edit(posted, message)

    async def link(self, posted: Posted) -> str | None:
        """Return the address of a message of ours; see the port."""
        try:
            return await self._web.permalink(posted.channel, posted.ts)
        except Refused:
            return None

    async def attach(
        self, channel: str, attachment: Attachment, *, thread: str, before: datetime | None = None
    ) -> None:
        """Put a file into a thread; see the port."""
        await self._attaching.attach(channel, attachment, thread=thread, before=before)

    async def find(self, channel: str, key: str, *, since: datetime, thread: str | None = None) -> Posted | None:
        """Look for a message of ours; see the port."""
        return await self._looking.find(channel, key, since=since, thread=thread)

    async def tell(self, user: str, message: Message) -> None:
        """Send a direct message; see the port."""
        try:
            channel = await self._web.direct_channel(user)
        except Refused as refusal:
            raise _not_opened(refusal) from None
        await self.post(channel, message)

    async def place(self, channel: str) -> Place:
        """Ask about a channel; see the port."""
        return await self._directory.place(channel)

    async def person(self, user: str) -> Person:
        """Ask about a person; see the port."""
        return await self._directory.person(user)


def _not_opened(refusal: Refused) -> MessengerError:
    """Tell what became of a message for a person whom we could not even address: it is certainly not there."""
    match refusal.fate:
        case Fate.WORKSPACE | Fate.PLAN:
            return WorkspaceClosed(refusal.code)
        case Fate.CHANNEL | Fate.CONFIGURATION | Fate.BUG:
            return ChannelClosed(refusal.code)
        case Fate.RETRY | Fate.UNKNOWN:
            return NotPosted(refusal.code, wait=refusal.wait)
