"""Of the moves that a card has, the one that is next. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.cards.actions import Wait

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.alerts.cards.actions import Action, Move


def next_of(moves: Iterable[Move], now: datetime) -> Action:
    """Return the first move whose time has come; else wait for the one that comes first."""
    later: list[datetime] = []
    for at, action in moves:
        if at <= now:
            return action
        later.append(at)
    return Wait(until=min(later, default=None))
