"""An agenda that a test writes, kept by a bot that is done with a digest at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.ports import Clock


class Diary:
    """Knows what is to come; what is due when the time moves is done.

    Args:
        clock: the demo's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.planned: list[tuple[datetime, str]] = []
        """What is to come, the first one first."""
        self.done: list[tuple[str, datetime]] = []
        """What was done, and when."""
        self.moves: list[datetime] = []
        """Every moment to which the time has moved."""
        self.notes: list[tuple[datetime, timedelta]] = []
        """Every moment at which the bot was noted to be at work, and what was jumped over before it."""
        self.cards: list[datetime] = []
        """When something is to be done about a card."""
        self.looks: list[datetime] = []
        """When the bot looked at its sources."""
        self.is_used = False
        self.is_busy = False
        self.is_in_trouble = False
        self.fails: Exception | None = None
        """Raised instead of an answer."""

    def moved(self) -> None:
        """Do what is due; of several things the last one only, as a digest covers those before it."""
        now = self._clock.now()
        self.moves.append(now)
        due = [label for at, label in self.planned if at <= now]
        self.planned = self.planned[len(due) :]
        self.done += [(label, now) for label in due[-1:]]

    async def upcoming(self) -> tuple[datetime, str] | None:
        """Return the first thing to come."""
        if self.fails:
            raise self.fails
        return next(iter(self.planned), None)

    async def next_card(self) -> datetime | None:
        """Return when the first card is due that was not looked after."""
        return min((at for at in self.cards if at > self._clock.now()), default=None)

    async def catch_up(self) -> None:
        """Note when the bot looked."""
        self.looks.append(self._clock.now())

    async def at_work(self, *, jumped: timedelta) -> None:
        """Keep the note."""
        if self.fails:
            raise self.fails
        self.notes.append((self._clock.now(), jumped))

    async def busy(self) -> bool:
        """Tell what the test wants."""
        return self.is_busy

    async def in_trouble(self) -> bool:
        """Tell what the test wants."""
        return self.is_in_trouble

    async def used(self) -> bool:
        """Tell whether there is or was a plan."""
        return bool(self.is_used or self.planned or self.done)
