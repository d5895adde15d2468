"""What may be done about a card next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Alert, AlertStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Send the card itself for the first time."""

    alerts: tuple[Alert, ...] = ()
    """All open ones of which it tells: all of them are on it, by name or by number."""

    steps: tuple[AlertStep, ...] = ()
    """What it tells, so that its thread need not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Draw the card anew where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Tell something in the thread of the card; without a card, in the channel."""

    steps: tuple[AlertStep, ...] = ()
    """What is told, oldest first; empty for a card that is not a watch's."""

    alerts: tuple[Alert, ...] = ()
    """Open alerts of which the channel hears now for the first time."""

    broadcast: bool = False
    """Whether the channel sees it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell one person something."""

    step: AlertStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """Note as told what nobody needs to be told of any more, or what the card shows already."""

    steps: tuple[AlertStep, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue:
    """Go on with a new card: this one is old, and far up in the channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Put the card away: everything on it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon:
    """Put the card away although not all of it could be told: nobody can be reached for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Forget a card that was never sent and has nothing to say any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Do nothing until then; None: until something happens."""

    until: datetime | None = None


Action = Post | Edit | Reply | Tell | Hush | Continue | Close | Abandon | Drop | Wait

Move = tuple["datetime", Action]
"""What is to be done, and from when on."""
