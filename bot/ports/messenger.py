"""Posting by ourselves: nobody asked just now, and nobody is waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Attachment, Message, Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What Slack says about a channel, as far as we may ask."""

    member: bool | None
    """Whether we may post there; None: not known."""

    archived: bool | None = None
    name: str | None = None
    """As people see it, without ``#``; None for direct messages, or if it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What Slack says about a person, as far as we may ask."""

    name: str = ""
    """As they want to be called; hostile, and empty if it is not known."""

    zone: str | None = None
    """IANA name of the zone in which they live; None if it is not known, or none that a schedule can be in."""


class Messenger(Protocol):
    """Slack, as far as we speak there by ourselves.

    Every method keeps to Slack's pace, over all processes that share our database, and raises one of
    `NotPosted`, `NeverPosted`, `MaybePosted`, `ChannelClosed`, `WorkspaceClosed` and nothing else but what it names.
    """

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
        """Post a message; a second time only after Slack certainly did not take the first.

        Waits for its turn in the channel. Waits and repeats by itself only what Slack refuses for a few seconds. What
        Slack cannot draw is posted as words.

        Args:
            channel: id of a channel, or of a conversation with one person.
            message: drawn.
            key: by which `find` knows the message again; nothing secret, since everybody in the workspace can read it.
            thread: timestamp of the message to answer to.
            broadcast: whether an answer in a thread is shown in the channel, too.
            before: after this moment nothing is sent any more: `NotPosted` with the code ``too_late``. A sender whose
                lease ends then does not send what somebody else has taken over, however long its turn takes.

        Raises:
            NotPosted: certainly not there; later it may be.
            NeverPosted: certainly not there; asking again is pointless.
            MaybePosted: nobody knows.
            ChannelClosed: this channel takes nothing from us.
            WorkspaceClosed: Slack takes nothing from us.
        """
        ...

    async def edit(self, posted: Posted, message: Message) -> None:
        """Change a message of ours; doing it again does no harm.

        Raises:
            NotPosted: not changed, perhaps; later it may be.
            NeverPosted: it cannot be changed any more: it was deleted, or Slack does not take this.
            ChannelClosed: this channel takes nothing from us.
            WorkspaceClosed: Slack takes nothing from us.
        """
        ...

    async def link(self, posted: Posted) -> str | None:
        """Return an address at which people see a message of ours; None: Slack does not tell. Raises nothing."""
        ...

    async def attach(
        self, channel: str, attachment: Attachment, *, thread: str, before: datetime | None = None
    ) -> None:
        """Put a file into a thread; a second time only after Slack certainly did not take the first.

        Waits for its turn in the channel.

        Args:
            channel: its id.
            attachment: the file.
            thread: timestamp of the message to answer to.
            before: after this moment nothing is sent any more: `NotPosted` with the code ``too_late``.

        Raises:
            NotPosted: certainly not there; later it may be.
            NeverPosted: certainly not there; asking again is pointless.
            MaybePosted: nobody knows.
            ChannelClosed: this channel takes nothing from us.
            WorkspaceClosed: Slack takes nothing from us, or no files.
        """
        ...

    async def find(self, channel: str, key: str, *, since: datetime, thread: str | None = None) -> Posted | None:
        """Look for a message of ours that was posted with `key` after `since`; None: it is not there.

        With `thread`, the timestamp of a message, it is looked for among the answers to that.

        Raises:
            CannotLook: we may not read this channel's history, or it is too long; asking again is pointless.
            MaybePosted: we could not look now; still nobody knows.
            WorkspaceClosed: Slack answers nothing of ours.
        """
        ...

    async def tell(self, user: str, message: Message) -> None:
        """Send a direct message to a person.

        Raises:
            ChannelClosed: this person gets nothing from us.
        """
        ...

    async def place(self, channel: str) -> Place:
        """Ask about a channel; what we may not know is None. Raises nothing."""
        ...

    async def person(self, user: str) -> Person:
        """Ask about a person; what we may not know is empty. Raises nothing."""
        ...
