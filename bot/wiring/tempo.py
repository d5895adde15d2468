"""How fast everything goes that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from bot.digests.timing import Timing as Delivering
from bot.engine.work import Timing as Ticking

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """When digests are looked for, and how long delivering one may take."""

    ticking: Ticking | None = None
    """None: there is no engine, and nothing happens that nobody asked for."""

    delivering: Delivering = field(default_factory=Delivering)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings say."""
        return cls(ticking=Ticking.paced(settings.rollcall_posts_per_minute))
