"""A messenger that remembers what it posted, and goes wrong in every way that Slack does when it is told to."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from bot.errors import CannotLook, ChannelClosed, MaybePosted, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import Posted
from bot.ports import Person, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.errors import MessengerError
    from bot.model import Attachment, Message
    from bot.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that is at Slack."""

    posted: Posted
    at: datetime
    message: Message
    key: str | None
    thread: str | None
    broadcast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of a message."""

    posted: Posted
    at: datetime
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One file that is at Slack."""

    channel: str
    attachment: Attachment
    thread: str


class FakeMessenger:
    """Takes every message, unless told otherwise; knows the places and people that it was told.

    What was told with `refuse`, `lose_answer` and `lose_before` happens to the next calls of `post`, `tell` and
    `attach`, in the order in which it was told. A closed channel or workspace comes first and uses nothing of it up.

    Args:
        clock: dates the posts.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._coming: deque[Callable[[Callable[[], object]], None]] = deque()
        self._edits_to_come: deque[MessengerError] = deque()
        self._closed: dict[str, str] = {}
        self.posts: list[Post] = []
        """Everything that is at Slack, direct messages too, oldest first; whatever the caller was told."""

        self.edits: list[Edit] = []
        """Every change of a message, oldest first; `posts` has messages as they are now."""

        self.tries: list[tuple[str, str | None]] = []
        """Channel and key of every call of `post`, also of those that failed."""

        self.looks: list[tuple[str, str]] = []
        """Channel and key of every call of `find`."""

        self.places: dict[str, Place] = {}
        """By channel; other channels are ones that we are in."""

        self.files: list[Filed] = []
        """Every file that is at Slack, oldest first."""

        self.people: dict[str, Person] = {}
        """By user; others are not known."""

        self.may_look = True
        self.workspace_closed: str | None = None
        """The word with which Slack refuses everything."""

        self.gate = asyncio.Event()
        """What every post waits for before anything happens; open unless a test clears it."""

        self.gate.set()

    # what a test says

    def refuse(self, error: MessengerError, times: int = 1) -> None:
        """Raise this for the next `times` messages, which do not arrive."""

        def raise_it(_arrive: Callable[[], object]) -> None:
            raise error

        self._coming.extend([raise_it] * times)

    def lose_answer(self, times: int = 1) -> None:
        """Let the next `times` messages arrive, and nobody know it."""

        def arrive_unseen(arrive: Callable[[], object]) -> None:
            arrive()
            raise MaybePosted("timeout")

        self._coming.extend([arrive_unseen] * times)

    def lose_before(self, times: int = 1) -> None:
        """Let the next `times` messages get lost on their way, and nobody know it."""
        self.refuse(MaybePosted("timeout"), times)

    def refuse_edits(self, error: MessengerError, times: int = 1) -> None:
        """Raise this for the next `times` edits, which are not made."""
        self._edits_to_come.extend([error] * times)

    def delete(self, posted: Posted) -> None:
        """Take a message away, as a person does."""
        self.posts = [post for post in self.posts if post.posted != posted]

    def close(self, channel: str, code: str = "is_archived") -> None:
        """Take nothing in a channel any more; the id of a person closes the direct messages to them."""
        self._closed[channel] = code

    def reopen(self, channel: str) -> None:
        """Take messages in a channel again."""
        self._closed.pop(channel, None)

    def in_channel(self, channel: str) -> tuple[Post, ...]:
        """Return what is in a channel, oldest first; a person's id means the direct messages to them."""
        return tuple(post for post in self.posts if post.posted.channel == channel)

    def posts_by_key(self) -> Counter[str]:
        """Count the messages at Slack by key: more than one of a key is a double."""
        return Counter(post.key for post in self.posts if post.key is not None)

    # the port

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
        """Post, or do what comes next."""
        self.tries.append((channel, key))
        await self._let_in(channel, before)

        def arrive() -> Posted:
            return self._arrive(channel, message, key, thread, broadcast=broadcast)

        if self._coming:
            self._coming.popleft()(arrive)
        return arrive()

    async def _let_in(self, channel: str, before: datetime | None) -> None:
        await self.gate.wait()
        if before is not None and self._clock.now() > before:
            raise NotPosted("too_late")
        if self.workspace_closed is not None:
            raise WorkspaceClosed(self.workspace_closed)
        if channel in self._closed:
            raise ChannelClosed(self._closed[channel])

    async def attach(
        self, channel: str, attachment: Attachment, *, thread: str, before: datetime | None = None
    ) -> None:
        """Take a file, or do what comes next."""
        await self._let_in(channel, before)

        def arrive() -> None:
            self.files.append(Filed(channel=channel, attachment=attachment, thread=thread))

        if self._coming:
            self._coming.popleft()(arrive)
        arrive()

    def _arrive(
        self, channel: str, message: Message, key: str | None, thread: str | None, *, broadcast: bool
    ) -> Posted:
        now = self._clock.now()
        posted = Posted(channel=channel, ts=f"{int(now.timestamp())}.{next(self._numbers):06d}")
        broadcast = broadcast and thread is not None
        self.posts.append(Post(posted=posted, at=now, message=message, key=key, thread=thread, broadcast=broadcast))
        return posted

    async def edit(self, posted: Posted, message: Message) -> None:
        """Change a message, or do what comes next for edits."""
        await self._let_in(posted.channel, None)
        if self._edits_to_come:
            raise self._edits_to_come.popleft()
        place = next((at for at, post in enumerate(self.posts) if post.posted == posted), None)
        if place is None:
            raise NeverPosted("message_not_found")
        self.posts[place] = replace(self.posts[place], message=message)
        self.edits.append(Edit(posted=posted, at=self._clock.now(), message=message))

    async def link(self, posted: Posted) -> str | None:
        """Make an address up, of a message that is there."""
        there = self.workspace_closed is None and any(post.posted == posted for post in self.posts)
        return f"https://slack.example/archives/{posted.channel}/p{posted.ts.replace('.', '')}" if there else None

    async def find(self, channel: str, key: str, *, since: datetime, thread: str | None = None) -> Posted | None:
        """Look for a key."""
        self.looks.append((channel, key))
        if not self.may_look:
            raise CannotLook("missing_scope")
        if self.workspace_closed is not None:
            raise WorkspaceClosed(self.workspace_closed)
        there = (
            post for post in self.in_channel(channel) if post.thread == thread or (thread is None and post.broadcast)
        )
        found = (post.posted for post in there if post.key == key and post.at >= since)
        return next(found, None)

    async def tell(self, user: str, message: Message) -> None:
        """Post to a person."""
        await self.post(user, message)

    async def place(self, channel: str) -> Place:
        """Return what was told about a channel."""
        closed = self._closed.get(channel)
        known = self.places.get(channel)
        return known or Place(member=closed is None or "archived" in closed, archived="archived" in (closed or ""))

    async def person(self, user: str) -> Person:
        """Return what was told about a person."""
        return self.people.get(user, Person())
