"""How fast everything goes that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from bot.alerts.cards.outside import Timing as Cards
from bot.digests.timing import Timing as Delivering
from bot.engine.work import Timing as Ticking

if TYPE_CHECKING:
    from bot.catalog import Ages
    from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """When digests and cards are looked for, and how long delivering one may take."""

    ticking: Ticking | None = None
    """None: there is no engine, and nothing happens that nobody asked for."""

    looking: Ages | None = None
    """How often it is said that somebody looks at the sources by himself, where that is not what the settings say:
    what lies two and a half such pauses apart was seen without a hole. Where time is moved, looks are far apart."""

    delivering: Delivering = field(default_factory=Delivering)
    cards: Cards = field(default_factory=Cards)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings say."""
        return cls(ticking=Ticking.paced(settings.rollcall_posts_per_minute))
