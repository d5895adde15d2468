"""How fast alerts are told, how often, and how long what people said of them lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.model import URGENT

if TYPE_CHECKING:
    from bot.model import ConditionKind

# from a sign to a state

CONFIRM: Final = timedelta(minutes=10)
"""What fires has to fire still after so long before it opens."""

UNCONFIRMED: Final = timedelta(hours=24)
"""A sampled sign of life that nothing confirms within this time was none."""

LOOK_AGAIN: Final = timedelta(hours=1)
"""How long what cannot be judged now waits, if nothing happens to it."""

# from a state to the channel

GROUP_WAIT: Final = timedelta(minutes=5)
"""How long the first of a card waits for others to go with it."""

GROUP_WAIT_URGENT: Final = timedelta(seconds=30)
GROUP_INTERVAL: Final = timedelta(hours=6)
"""The least time between two tellings of new trouble on one card."""

GROUP_INTERVAL_URGENT: Final = timedelta(minutes=5)
EDIT_EVERY: Final = timedelta(seconds=30)
"""A card is edited at most so often."""

REPEAT_EVERY: Final = timedelta(days=7)
MOST_REPEATS: Final = 4
"""After these an alert is in the digests only."""

# flapping

FLIPS: Final = 4
"""So many openings and ends within `STEADY_AFTER` are flapping."""

STEADY_AFTER: Final = timedelta(days=7)
"""So long without an opening or an end, and it flaps no more."""

# what people said

LONGEST_SNOOZE: Final = timedelta(days=90)
LONG_SNOOZE: Final = timedelta(days=7)
"""Who set a longer one is told before it ends."""

ACK: Final = timedelta(days=14)
LONGEST_ACK: Final = timedelta(days=90)
KEEP: Final = timedelta(days=90)
LONGEST_KEEP: Final = timedelta(days=365)
"""Unless an admin says so."""


def group_wait(kind: ConditionKind) -> timedelta:
    """Return how long the first alert of a card waits for others."""
    return GROUP_WAIT_URGENT if kind in URGENT else GROUP_WAIT


def group_interval(kind: ConditionKind) -> timedelta:
    """Return the least time between two tellings of new trouble on one card."""
    return GROUP_INTERVAL_URGENT if kind in URGENT else GROUP_INTERVAL
