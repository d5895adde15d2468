"""A pause that Slack asks for holds for all messages, not only for the one that was refused.

https://docs.slack.dev/apis/web-api/rate-limits: a Retry-After is for the method in the whole workspace.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.slack.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock

ASKED: Final = frozenset(("ratelimited", "rate_limited"))


class Hold:
    """Remembers until when Slack takes no message of ours; shared by all who post in a process.

    Args:
        clock: tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._noted_at: datetime | None = None
        self._wait = timedelta()

    def check(self) -> None:
        """Pass, unless Slack asked us to wait for longer than until now.

        Raises:
            Refused: it did; with what is left of the pause. Nothing was sent.
        """
        left = self._left()
        if left:
            raise Refused("ratelimited", wait=left)

    def note(self, refusal: Refused) -> None:
        """Remember the pause that a refusal asks for, unless a longer one is on."""
        if refusal.code in ASKED and refusal.wait is not None and refusal.wait > self._left():
            self._noted_at, self._wait = self._clock.now(), refusal.wait

    def _left(self) -> timedelta:
        """Return what is left; nothing if the clock was put back since."""
        now = self._clock.now()
        if self._noted_at is None or now < self._noted_at:
            return timedelta()
        return max(self._noted_at + self._wait - now, timedelta())
