"""What reached us from Slack, as values of ours; nothing here knows Slack's JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.slack.actors import Actor

if TYPE_CHECKING:
    from bot.errors import BotError
    from bot.model import Ask


class Manner(Enum):
    """How an answer relates to what is already in the conversation."""

    FIRST = auto()
    """A new message that only the asker sees: the answer to a command."""

    REPLACE = auto()
    """In place of the message whose button was pressed, whoever sees that."""

    BESIDE = auto()
    """A new message that only the asker sees; the one with the button stays."""

    FOR_ALL = auto()
    """A new message that everybody in the conversation sees; the one with the button stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViaUrl:
    """An answer goes to the response_url of what was done; works in conversations that the bot is not in."""

    url: str = field(repr=False)
    """A secret: whoever has it can post."""

    manner: Manner
    private: bool
    """Whether only the asker will see the answer."""

    thread: str | None = None
    """Timestamp of the thread in which the button was pressed."""

    message: str | None = None
    """Timestamp of the message whose button was pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InChannel:
    """An answer is posted where it was asked for, for everybody there."""

    channel: str
    thread: str | None = None
    direct: bool = False
    """Whether it is the conversation between one person and the bot."""


Address = ViaUrl | InChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that a person did and that wants an answer."""

    ask: Ask
    user: str
    channel: str
    address: Address
    key: str
    """Same for a repeated delivery of the same thing; holds no secret."""

    actor: Actor = field(default_factory=Actor)
    """Where the person belongs."""

    problem: BotError | None = None
    """Set if it can be answered only by saying what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Something that wants no answer."""

    reason: str
    """A constant for the log, such as ``unknown_action``."""

    routine: bool = False
    """Whether it happens all the time and is not worth a log line."""
