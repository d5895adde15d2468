"""A clock that people can move, so that a demo reaches "inactive for 30 days" in one click."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.ports import Clock


class DemoClock:
    """The real time, some days later.

    Args:
        real: the clock to add to; its time goes on in the demo, too.
    """

    def __init__(self, real: Clock) -> None:
        self.real = real
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the demo's moment, aware UTC."""
        return self.real.now() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far the demo is in front of the real time; never negative."""
        return self._ahead

    def forward(self, by: timedelta) -> None:
        """Move on.

        Raises:
            ValueError: `by` is negative; only `reset` goes back.
        """
        if by < timedelta():
            raise ValueError("a demo clock only moves forward; reset() goes back")
        self._ahead += by

    def reset(self) -> None:
        """Return to the real time."""
        self._ahead = timedelta()
