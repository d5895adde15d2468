"""A clock on which hours pass in seconds, the same in every process that is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.alerts.cards.outside import Timing as Cards
from bot.digests.timing import Timing as Delivering
from bot.wiring import SystemClock, Tempo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.engine.work import Timing as Ticking

VARIABLE = "REPLICA_CLOCK"


@dataclass(frozen=True, slots=True, kw_only=True)
class FastClock:
    """Stands at its origin at that moment of real time, and goes faster from there on."""

    origin: datetime
    speed: int

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return self.origin + (SystemClock().now() - self.origin) * self.speed

    @property
    def environment(self) -> dict[str, str]:
        """What a process is told, so that it has the same clock."""
        return {VARIABLE: f"{self.origin.timestamp():.6f} {self.speed}"}


def clock_of(environment: Mapping[str, str]) -> FastClock:
    """Return the clock that a process was told of; without one the real one."""
    origin_s, speed = environment.get(VARIABLE, "0 1").split()
    return FastClock(origin=datetime.fromtimestamp(float(origin_s), UTC), speed=int(speed))


def tempo_of(ticking: Ticking, clock: FastClock) -> Tempo:
    """Return how fast everything goes: leases last for five seconds of real time."""
    lease = timedelta(seconds=5) * clock.speed
    return Tempo(
        ticking=ticking,
        delivering=Delivering(lease=lease, patience=timedelta(seconds=1), gap=lease),
        cards=Cards(lease=lease),
    )
