"""Messengers with everything that can happen to them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.demo.slack.faults import POST, lost_answer, lost_request, rate_limited, refused
from bot.demo.slack.stand_in import LocalSlack
from bot.errors import NeverPosted, NotPosted
from bot.ports import Person
from bot.slack.clients import open_session, web_client
from bot.slack.identity import Badge, learn_identity
from bot.slack.messenger import SlackMessenger
from bot.slack.patience import Patience
from tests.fakes.clock import HandClock, RealClock
from tests.fakes.messenger import FakeMessenger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model import Posted
    from bot.ports import Messenger

Arrived = list[tuple[str, str, str | None]]
"""Timestamp, text and thread of messages, oldest first."""

Filed = list[tuple[str, bytes, str | None]]
"""Name, content and thread of files, oldest first."""


class MessengerStage(Protocol):
    """A messenger, and what a test can do to its Slack."""

    channel: str
    other_channel: str
    person: str
    """Lives in New York."""

    nobody: str
    """An id that nobody has."""

    clock: HandClock

    @property
    def messenger(self) -> Messenger:
        """What is tested."""
        ...

    def arrived(self, channel: str) -> Arrived:
        """Return what is in a channel."""
        ...

    def told(self, user: str) -> Arrived:
        """Return what a person was sent."""
        ...

    def filed(self, channel: str) -> Filed:
        """Return the files in a channel."""
        ...

    def busy(self, wait: timedelta) -> None:
        """Take the next message only after a longer pause."""
        ...

    def busy_with_edits(self, wait: timedelta) -> None:
        """Make the next change only after a longer pause."""
        ...

    def delete(self, posted: Posted) -> None:
        """Take a message away, as a person does."""
        ...

    def lose_answer(self) -> None:
        """Take the next message, and say nothing."""
        ...

    def lose_request(self) -> None:
        """Lose the next message."""
        ...

    def refuse_drawing(self) -> None:
        """Take the next message in no form."""
        ...

    def archive(self, channel: str) -> None:
        """Close a channel."""
        ...

    async def unarchive(self, channel: str) -> None:
        """Open it again."""
        ...

    def put_out(self, channel: str) -> None:
        """Put the bot out of a channel."""
        ...

    def close_workspace(self) -> None:
        """Refuse everything from now on."""
        ...

    def forbid_looking(self) -> None:
        """Let nobody read what is there."""
        ...


@dataclass
class FakeStage:
    """The fake."""

    clock: HandClock = field(default_factory=HandClock)
    channel: str = "C1"
    other_channel: str = "C2"
    person: str = "U1"
    nobody: str = "U9"

    def __post_init__(self) -> None:
        self.messenger = FakeMessenger(self.clock)
        self.messenger.people[self.person] = Person(name="jonas", zone="America/New_York")
        self.messenger.close(self.nobody, "user_not_found")

    def arrived(self, channel: str) -> Arrived:
        """Read the fake's posts."""
        return [(post.posted.ts, post.message.text, post.thread) for post in self.messenger.in_channel(channel)]

    def filed(self, channel: str) -> Filed:
        """Read the fake's files."""
        filed = [each for each in self.messenger.files if each.channel == channel]
        return [(each.attachment.name, each.attachment.content, each.thread) for each in filed]

    def told(self, user: str) -> Arrived:
        """A person is a channel of its own."""
        return self.arrived(user)

    def busy(self, wait: timedelta) -> None:
        """Refuse once."""
        self.messenger.refuse(NotPosted("ratelimited", wait=wait))

    def busy_with_edits(self, wait: timedelta) -> None:
        """Refuse once."""
        self.messenger.refuse_edits(NotPosted("ratelimited", wait=wait))

    def delete(self, posted: Posted) -> None:
        """Forget it."""
        self.messenger.delete(posted)

    def lose_answer(self) -> None:
        """Lose one."""
        self.messenger.lose_answer()

    def lose_request(self) -> None:
        """Lose one before it arrives."""
        self.messenger.lose_before()

    def refuse_drawing(self) -> None:
        """Refuse once, for ever."""
        self.messenger.refuse(NeverPosted("invalid_blocks"))

    def archive(self, channel: str) -> None:
        """Close."""
        self.messenger.close(channel)

    async def unarchive(self, channel: str) -> None:
        """Open."""
        self.messenger.reopen(channel)

    def put_out(self, channel: str) -> None:
        """Close for another reason."""
        self.messenger.close(channel, "not_in_channel")

    def close_workspace(self) -> None:
        """Close everything."""
        self.messenger.workspace_closed = "account_inactive"

    def forbid_looking(self) -> None:
        """Be blind."""
        self.messenger.may_look = False


@dataclass
class SlackStage:
    """The adapter in front of the local Slack."""

    slack: LocalSlack
    clock: HandClock
    messenger: SlackMessenger
    badge: Badge
    channel: str = "C0STUDIO"
    other_channel: str = "C0PLATFORM"
    person: str = "U0JONAS"
    nobody: str = "U0NOBODY"

    def arrived(self, channel: str) -> Arrived:
        """Read what the workspace shows."""
        return [(message.ts, message.text, message.thread_ts) for message in self.slack.workspace.messages(channel)]

    def filed(self, channel: str) -> Filed:
        """Read what the workspace shows."""
        messages = self.slack.workspace.messages(channel)
        return [(file.name, file.content, message.thread_ts) for message in messages for file in message.files]

    def told(self, user: str) -> Arrived:
        """Read the person's conversation with the bot."""
        return self.arrived(user)

    def busy(self, wait: timedelta) -> None:
        """Answer 429 once."""
        self.slack.faults.next(POST, rate_limited(str(wait // timedelta(seconds=1))))

    def busy_with_edits(self, wait: timedelta) -> None:
        """Answer 429 once."""
        self.slack.faults.next("chat.update", rate_limited(str(wait // timedelta(seconds=1))))

    def delete(self, posted: Posted) -> None:
        """As a person does."""
        message = self.slack.workspace.message(posted.channel, posted.ts)
        assert message is not None
        self.slack.workspace.delete(message)

    def lose_answer(self) -> None:
        """Hang up after posting."""
        self.slack.faults.next(POST, lost_answer())

    def lose_request(self) -> None:
        """Hang up before posting."""
        self.slack.faults.next(POST, lost_request())

    def refuse_drawing(self) -> None:
        """Refuse the drawing and the words."""
        self.slack.faults.next(POST, refused("invalid_blocks"), times=2)

    def archive(self, channel: str) -> None:
        """As a person does."""
        self.slack.membership.archive(channel)

    async def unarchive(self, channel: str) -> None:
        """As a person does."""
        await self.slack.membership.unarchive(channel, "ada")

    def put_out(self, channel: str) -> None:
        """As a person does."""
        self.slack.membership.remove(channel)

    def close_workspace(self) -> None:
        """Take the app out of the workspace."""
        for method in (POST, "chat.update", "chat.getPermalink", "conversations.history"):
            self.slack.faults.always(method, refused("account_inactive"))

    def forbid_looking(self) -> None:
        """Take the scope away; what was granted when we came is not what counts."""
        self.slack.api.scopes = tuple(scope for scope in self.slack.api.scopes if scope != "channels:history")


async def at_once(_key: str) -> timedelta:
    """Have no queue."""
    return timedelta()


@asynccontextmanager
async def slack_stage() -> AsyncIterator[SlackStage]:
    """Put the adapter in front of a local Slack whose app may read public channels."""
    clock = HandClock()
    slack = LocalSlack(clock, RealClock(), base_url="")
    slack.api.scopes += ("channels:history",)
    async with TestServer(slack.app()) as server, open_session() as session:
        slack.base_url = str(server.make_url("")).rstrip("/")
        client = web_client(session, base_url=slack.api_url, token=SecretStr(slack.bot_token))
        patience, badge = Patience(clock=clock, sleep=clock.sleep), Badge()
        badge.identity = await learn_identity(client, patience)
        messenger = SlackMessenger(client, patience=patience, badge=badge, turn=at_once)
        yield SlackStage(slack=slack, clock=clock, messenger=messenger, badge=badge)
