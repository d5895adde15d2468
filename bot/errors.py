"""Everything that may go wrong and that a person must be told about.

The tree::

    BotError
    ├── UsageError            what was typed cannot be read; knows where, and often what was meant
    ├── NotFound              nothing matches what was asked for
    ├── Expired               a button was drawn too long ago to be understood
    ├── SourceError           a source could not be asked
    │   ├── SourceBusy          it told us to wait (429)
    │   ├── SourceDown          no answer, a server fault, or our own breaker is open
    │   ├── SourceRefused       the credentials or the rights are wrong (401, 403)
    │   └── SourceGarbled       it answered, but not in a shape that can be believed
    ├── StoreError            our own database could not be used
    ├── MessengerError        Slack did not take a message
    │   ├── NotPosted           it is certainly not there; later it may be taken
    │   ├── NeverPosted         it is certainly not there, and Slack will never take it as it is
    │   ├── MaybePosted         the answer was lost: nobody knows whether it is there
    │   ├── ChannelClosed       this channel takes nothing from us
    │   ├── WorkspaceClosed     Slack takes nothing from us: token, scopes or plan
    │   └── CannotLook          we may not read the channel, so we cannot see what is there
    ├── Forbidden             this person may not do that
    ├── NoSuchDigest          this channel has no digest with that number
    ├── NoSuchWatch           this channel has no watch with that number
    ├── NoSuchAlert           this channel has no alert with that number
    ├── CannotArchive         this project cannot be archived from here
    ├── ChangedMeanwhile      somebody else was faster; nothing was done
    └── ConfigurationError    the settings are wrong; lists every mistake

`str(error)` is for the log, `for_user()` is for the person who asked: plain text (never mrkdwn), one or two
sentences, with the next step. Neither ever holds a secret, a URL or a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


class BotError(Exception):
    """A failure that has a sentence for the person who asked."""

    def for_user(self) -> str:
        """Say what happened and what to do next, as plain text."""
        return "Something went wrong on our side. Please try again."


class UsageError(BotError):
    """What was typed cannot be read.

    Args:
        sentence: what is wrong and what would have worked.
        text: the whole command as it was read, without the leading slash command.
        position: index in `text` of the first character that cannot be read.
        length: number of characters to point at, at least 1.
        correction: a whole command that would work and is probably what was meant.
    """

    def __init__(
        self,
        sentence: str,
        *,
        text: str = "",
        position: int = 0,
        length: int = 1,
        correction: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.text = text
        self.position = position
        self.length = max(length, 1)
        self.correction = correction

    def for_user(self) -> str:
        """Return the sentence itself: it already says what would have worked."""
        return self.sentence


class NotFound(BotError):
    """No project matches what was asked for."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"no project matches {wanted!r}")
        self.wanted = wanted

    def for_user(self) -> str:
        """Name what was looked for, and the wider search."""
        return f"I know no project “{self.wanted}”. Try a shorter part of its name, or `list` to see all."


class Expired(BotError):
    """A button carries something that this version cannot read."""

    def for_user(self) -> str:
        """Ask to type the command again."""
        return "This button is too old for me to understand. Please type the command again."


class SourceError(BotError):
    """A source could not be asked.

    Args:
        source: title of the source as people know it, such as ``Streampixel``.
        detail: what happened, in a few safe words of ours (``HTTP 503``, ``no answer within 10 s``).
        free_at: aware UTC; before this moment asking again is pointless or impolite. None: not known.
    """

    kind: ClassVar[str] = "down"
    """One of `bot.model.ProblemKind`; kept as text so that this module stays at the bottom."""

    def __init__(self, source: str, detail: str, *, free_at: datetime | None = None) -> None:
        super().__init__(f"{source}: {detail}")
        self.source = source
        self.detail = detail
        self.free_at = free_at

    def for_user(self) -> str:
        """Name the source, what happened, and that waiting helps."""
        return f"{self.source} could not be asked ({self.detail}). I will try again by myself."


class SourceBusy(SourceError):
    """The source asks us to wait: HTTP 429, or a pause that an earlier 429 began."""

    kind = "busy"

    def for_user(self) -> str:
        """Say until when."""
        until = f" until {self.free_at:%H:%M} UTC" if self.free_at else ""
        return f"{self.source} asks me to wait{until}. Please try again then."


class SourceDown(SourceError):
    """The source does not answer, answers with a server fault, or was just found to be so."""

    kind = "down"

    def for_user(self) -> str:
        """Say that waiting helps."""
        return f"{self.source} is not answering ({self.detail}). Please try again in a minute."


class SourceRefused(SourceError):
    """The source refuses our credentials (401) or our rights (403)."""

    kind = "refused"

    def for_user(self) -> str:
        """Say who can mend it, and how."""
        return f"{self.source} refuses the key ({self.detail}). Ask an admin to restart Rollcall with a new key."


class SourceGarbled(SourceError):
    """The source answered in a shape that cannot be believed, so nothing of it was used."""

    kind = "garbled"

    def for_user(self) -> str:
        """Say that nothing of the answer was used."""
        return f"{self.source} sent an answer I cannot trust ({self.detail}), so I ignored it. I will try again."


class StoreError(BotError):
    """Our own database could not be used."""

    def for_user(self) -> str:
        """Send the person to whoever runs the bot."""
        return "I cannot reach my own database. Please try again in a minute, and tell whoever runs Rollcall."


class MessengerError(BotError):
    """Slack did not take a message.

    Args:
        code: Slack's error word, such as ``channel_not_found``, or ``http_500``, ``timeout``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"slack: {code}")
        self.code = code

    def for_user(self) -> str:
        """Name Slack's own word: an admin can look it up."""
        if self.code in {"timeout", "no_connection", "connection_lost"} or self.code.startswith("http_5"):
            return f"Slack cannot be reached ({self.code}). Check the network and try again."
        return f"Slack did not take my message ({self.code}). Try again, or ask an admin to check the app's scopes."


class NotPosted(MessengerError):
    """Slack certainly did not take a message; later it may.

    Args:
        code: as for `MessengerError`.
        wait: how long Slack asks us to wait; None if it does not say.
        understood: whether we know the word; one that we do not know may well be a no for good.
    """

    def __init__(self, code: str, *, wait: timedelta | None = None, understood: bool = True) -> None:
        super().__init__(code)
        self.wait = wait
        self.understood = understood


class NeverPosted(MessengerError):
    """Slack certainly did not take a message, and never will: neither as it is drawn nor its words alone."""


class MaybePosted(MessengerError):
    """Slack's answer was lost, or says nothing about the message: it may be there."""


class ChannelClosed(MessengerError):
    """This channel takes nothing from us: archived, we are no member, only some may post."""

    REASONS: ClassVar = {
        "is_archived": "the channel is archived",
        "channel_is_archived": "the channel is archived",
        "not_in_channel": "I am not in the channel",
        "channel_not_found": "I am not in the channel, or it is gone",
    }

    UNEXPLAINED: ClassVar = "Slack lets me post nothing there"
    """Beginning of every other reason: nothing that Slack tells about a channel shows whether it still holds."""

    @property
    def reason(self) -> str:
        """Say what is wrong with the channel, as a part of a sentence."""
        return self.REASONS.get(self.code, f"{self.UNEXPLAINED} ({self.code})")

    def for_user(self) -> str:
        """Say what is wrong, and what to do."""
        return f"I cannot post there: {self.reason}. Invite me with `/invite`, or unarchive the channel."


class WorkspaceClosed(MessengerError):
    """Slack takes nothing from us at all: the token, a scope or the plan."""


class CannotLook(MessengerError):
    """We may not read a channel's history."""


class Forbidden(BotError):
    """This person may not do that.

    Args:
        what: what was asked for, as an infinitive: ``remove this digest``.
        who: who may, as a part of a sentence: ``its owner or an admin``.
    """

    def __init__(self, what: str, who: str) -> None:
        super().__init__(f"may not {what}")
        self.what = what
        self.who = who

    def for_user(self) -> str:
        """Say who may."""
        return f"You may not {self.what}; {self.who} may."


MOST_NUMBERS = 10
"""Numbers of digests that one sentence names."""


def some_numbers(numbers: Sequence[int]) -> str:
    """Name the first numbers and say how many more there are: ``1, 2, 4``, ``1, 2, … 10 and 3 more``."""
    named = ", ".join(map(str, numbers[:MOST_NUMBERS]))
    more = len(numbers) - MOST_NUMBERS
    return f"{named} and {more} more" if more > 0 else named


class NoSuchDigest(BotError):
    """A channel has no digest with this number.

    Args:
        number: what was asked for.
        known: the numbers that there are.
    """

    def __init__(self, number: int, known: tuple[int, ...]) -> None:
        super().__init__(f"no digest {number}")
        self.number = number
        self.known = known

    def for_user(self) -> str:
        """Name the numbers that there are."""
        if not self.known:
            return 'This channel has no digest. Add one: `digest add "weekdays at 9:00"`.'
        return f"This channel has no digest {self.number}; it has {some_numbers(self.known)}. `digest list` shows them."


class NoSuchWatch(BotError):
    """A channel has no watch with this number.

    Args:
        number: what was asked for.
        known: the numbers that there are.
    """

    def __init__(self, number: int, known: tuple[int, ...]) -> None:
        super().__init__(f"no watch {number}")
        self.number = number
        self.known = known

    def for_user(self) -> str:
        """Name the numbers that there are."""
        if not self.known:
            return "This channel has no watch. Add one: `watch add inactive for 30d`."
        return f"This channel has no watch {self.number}; it has {some_numbers(self.known)}. `watch list` shows them."


class NoSuchAlert(BotError):
    """A channel has no alert with this number.

    Args:
        number: what was asked for.
        known: the numbers of those that are open.
    """

    def __init__(self, number: int, known: tuple[int, ...]) -> None:
        super().__init__(f"no alert {number}")
        self.number = number
        self.known = known

    def for_user(self) -> str:
        """Name the numbers that there are."""
        if not self.known:
            return f"This channel has no alert {self.number}, and none is open. `watch list` shows what is watched."
        return f"This channel has no alert {self.number}; open are {some_numbers(self.known)}. `alerts` shows them."


class CannotArchive(BotError):
    """A project cannot be archived, or taken out of the archive, from here.

    Args:
        reason: why, as a whole sentence of ours with what to do instead.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("cannot archive")
        self.reason = reason

    def for_user(self) -> str:
        """Say why."""
        return self.reason


class ChangedMeanwhile(BotError):
    """Somebody else changed the same thing a moment earlier; nothing was done.

    Args:
        command: shows how it is now.
    """

    def __init__(self, command: str = "digest list") -> None:
        super().__init__("changed meanwhile")
        self.command = command

    def for_user(self) -> str:
        """Ask to look again."""
        return f"Somebody changed this a moment before you, so I did nothing. Look again with `{self.command}`."


class ConfigurationError(BotError):
    """The settings are wrong.

    Args:
        mistakes: one sentence each, none of them with the value of a secret.
    """

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes

    def for_user(self) -> str:
        """List every mistake."""
        return " ".join(self.mistakes)
