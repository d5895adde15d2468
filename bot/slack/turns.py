"""Whose turn it is in a message: an answer that comes late does not cover the answer to a newer press.

Only what is under way is known, so there is nothing to forget. Two limits:

- Slack does not tell which message the answer to a command became. A press by its asker in the same conversation
  counts as a press in it, unless an earlier press in that message is still being answered. At worst an answer is not
  amended; it says so itself, and has a button that refreshes it.
- Another process does not know of a press that this one has heard. There the later answer stays.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.slack.heard import Manner, ViaUrl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.slack.heard import Heard


class Turn:
    """One request under way, and the message in which it is answered."""

    def __init__(self, heard: Heard) -> None:
        address = heard.address
        self.replaces = isinstance(address, ViaUrl) and address.manner is Manner.REPLACE
        """Whether it is answered in the place of a message that was there before."""

        self.message = address.message if isinstance(address, ViaUrl) and self.replaces else None
        """Timestamp of the message; None while there is none or it is not known."""

        self.unnamed = False
        """Whether there is a message whose timestamp Slack does not tell."""

        self.overtaken = asyncio.Event()
        """Set once a newer press in the same message was heard."""

        self.channel, self.user = heard.channel, heard.user

    def hit_by(self, press: Turn) -> bool:
        """Tell whether a press is in the message of this request, or may be."""
        if self.channel != press.channel or press.message is None:
            return False
        if self.message is not None:
            return self.message == press.message
        return self.unnamed and self.user == press.user


class Turns:
    """All requests under way, in the order in which they were heard."""

    def __init__(self) -> None:
        self._under_way: dict[Turn, None] = {}

    @contextmanager
    def taken(self, heard: Heard) -> Iterator[Turn]:
        """Keep a request in mind while it is under way; it does not overtake anything yet."""
        turn = Turn(heard)
        self._under_way[turn] = None
        try:
            yield turn
        finally:
            del self._under_way[turn]

    def overtake(self, press: Turn) -> None:
        """Take the turn of every older request in the message that was pressed; anything but a press takes none."""
        if not press.replaces:
            return
        known = False
        for older in self._under_way:
            if older is press:
                return
            if older.hit_by(press) and not (known and older.unnamed):
                older.overtaken.set()
            known = known or (older.channel, older.message) == (press.channel, press.message)
