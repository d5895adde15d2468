"""Decides when a silent connection is dead. Pure: no waiting, the time is an argument.

Socket Mode has been seen to die silently: the session is established and nothing arrives any more.
https://github.com/slackapi/python-slack-sdk/issues/1110 and https://github.com/slackapi/bolt-python/issues/417
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

SILENCE: Final = timedelta(seconds=60)
"""Slack's side answers a ping every ten seconds."""


class Verdict(Enum):
    """What to do now."""

    WAIT = auto()
    RECONNECT = auto()
    STOP = auto()


class Watchdog:
    """Reconnects once after a minute of silence, and gives up a minute after that.

    Args:
        now: the connection counts as alive at this moment.
    """

    def __init__(self, now: datetime) -> None:
        self.last_heard_at = now
        self._reconnected_at: datetime | None = None

    def heard(self, now: datetime) -> None:
        """Note a sign of life: a message, or the answer to a ping."""
        self.last_heard_at = now
        self._reconnected_at = None

    def look(self, now: datetime) -> Verdict:
        """Judge the silence. A machine that slept for hours gets its reconnection too, before giving up."""
        if self._reconnected_at is not None:
            return Verdict.STOP if now - self._reconnected_at >= SILENCE else Verdict.WAIT
        if now - self.last_heard_at < SILENCE:
            return Verdict.WAIT
        self._reconnected_at = now
        return Verdict.RECONNECT
