"""How often we may ask: a token bucket as plain sums. It never waits and never reads a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class TokenBucket:
    """Room for `burst` requests at once, refilled at a steady rate; one per credential.

    Written here because the library we tried counts whole seconds of the machine's clock and sleeps by itself:
    neither the clock nor the sleep can be given to it.
    """

    per_second: float
    """Tokens that come back each second."""

    burst: int
    """Tokens a full bucket holds."""

    _tokens: float = field(init=False)
    """What is left; negative while somebody already waits for tokens to come."""

    _counted_at: datetime | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._tokens = float(self.burst)

    def take(self, now: datetime) -> timedelta:
        """Take one token and return how long to wait before using it; zero while there are some.

        A clock that was set back brings no tokens, and takes none away.
        """
        if self._counted_at is not None:
            passed = max((now - self._counted_at).total_seconds(), 0.0)
            self._tokens = min(self._tokens + passed * self.per_second, float(self.burst))
        self._counted_at = now
        self._tokens -= 1
        return timedelta(seconds=max(-self._tokens / self.per_second, 0.0))
