"""Slots before a digest whose message is missing from the channel. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from bot.answers import Undelivered
from bot.digests import reasons
from bot.model import DELIVERED, MISSING, DeliveryKind, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Delivery


def undelivered(newest: Iterable[Delivery], before: Delivery) -> tuple[Undelivered, ...]:
    """Return the slots since the last one that was delivered whose message is missing, the oldest first.

    Not among them is what was meant to be silent: a slot without news, or one that a later message speaks for.

    Args:
        newest: deliveries of one digest, newest first.
        before: the delivery that is being prepared.
    """
    slots = (row for row in newest if row.kind is DeliveryKind.SLOT and row.planned_at < before.planned_at)
    since = takewhile(lambda row: row.state not in DELIVERED, slots)
    missing = [Undelivered(planned_at=row.planned_at, state=row.state) for row in since if _is_missing(row)]
    return tuple(reversed(missing))


def _is_missing(row: Delivery) -> bool:
    if row.state is DeliveryState.SKIPPED:
        return reasons.COVERED in row.reason
    return row.state in MISSING
