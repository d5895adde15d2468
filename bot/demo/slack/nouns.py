"""What a workspace is made of, and what one delivery to the bot came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

JSON: TypeAlias = dict[str, Any]
"""One JSON object as Slack and the bot exchange it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may talk."""

    id: str
    handle: str
    """What follows an ``@``; lower case, no blanks."""

    name: str
    is_bot: bool = False
    zone: str = "Europe/Stockholm"
    """IANA name, as chosen in the preferences."""


@dataclass(slots=True, kw_only=True)
class Channel:
    """A place to talk in."""

    id: str
    """``C…`` for a channel, ``D…`` for a conversation of two."""

    name: str
    """Without the ``#``; for a conversation of two the id of the person."""

    members: set[str]
    """User ids."""

    private: bool = False
    archived: bool = False
    is_im: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that somebody shared."""

    id: str
    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands now; an update makes a new value with the same `ts`."""

    seq: int
    """Place in the order of posting, over all channels; kept by updates."""

    ts: str
    """Slack's name for the message, unique in a workspace: seconds since 1970, a point, six digits."""

    channel: str
    user: str
    text: str
    blocks: tuple[JSON, ...] = ()
    thread_ts: str | None = None
    only_for: str | None = None
    """The one user who sees it; None for everybody in the channel."""

    broadcast: bool = False
    """Whether an answer in a thread is shown in the channel, too."""

    replaced: int = 0
    """How often it was updated or replaced."""

    files: tuple[StoredFile, ...] = ()
    metadata: JSON | None = None
    """``event_type`` and ``event_payload``, as the app gave them."""

    at: datetime | None = None
    """When it was posted, aware UTC by the workspace's clock."""

    @property
    def key(self) -> str | None:
        """The ``key`` in its metadata, by which the bot knows it again."""
        key = ((self.metadata or {}).get("event_payload") or {}).get("key")
        return key if isinstance(key, str) else None

    def visible_to(self, viewer: str | None) -> bool:
        """Tell whether a user sees it; a `viewer` of None sees everything."""
        return viewer is None or self.only_for in (None, viewer)

    def as_slack(self) -> JSON:
        """Return it as Slack hands messages to apps."""
        said: JSON = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.blocks:
            said["blocks"] = list(self.blocks)
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.broadcast:
            said["subtype"] = "thread_broadcast"
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One thing to tell the bot, before it is known over which wire."""

    kind: str
    """``slash_commands``, ``interactive`` or ``events_api``: Slack's own words in Socket Mode."""

    payload: JSON
    retry: int = 0
    """0 for the first attempt, then 1 to 3 (events only)."""

    retry_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the bot answered to one attempt."""

    status: int
    """HTTP status; 200 for an acknowledgement in Socket Mode, 0 if there was no answer at all."""

    body: str = ""
    took_s: float = 0.0
    no_retry: bool = False
    timed_out: bool = False
    sent: tuple[bytes, JSON] | None = field(default=None, repr=False)
    """Body and headers exactly as they went out over HTTP, so that they can be sent once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One gesture of a person, told to the bot, and what came of it."""

    envelope: Envelope
    answer: Answered
    trigger_id: str | None = None
    event_id: str | None = None
    response_url: str | None = field(default=None, repr=False)

    @property
    def status(self) -> int:
        """HTTP status of the bot's acknowledgement, 0 if there was none."""
        return self.answer.status

    @property
    def took_s(self) -> float:
        """Seconds until the acknowledgement."""
        return self.answer.took_s

    @property
    def error(self) -> str | None:
        """Slack's word for what went wrong, None if the bot acknowledged in time."""
        if self.answer.timed_out:
            return "operation_timeout"
        return None if self.answer.status == OK else "dispatch_failed"


OK = 200
