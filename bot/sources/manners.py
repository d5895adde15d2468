"""How politely one connection asks its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Limits of one connection; each source states its own."""

    at_once: int
    """Requests in flight at the same time, over all callers."""

    per_second: float
    """Steady rate of requests, retries included."""

    burst: int
    """Requests that may go out faster than that after a quiet time."""

    tries: int = 3
    """Attempts per question. A single one while the source is down and only probed."""

    backoff: timedelta = timedelta(seconds=0.3)
    """Wait before the second attempt, at most; doubled before the third."""

    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=8)
    """Longest silence in an answer."""

    pool_timeout: timedelta = timedelta(seconds=5)
    whole_timeout: timedelta = timedelta(seconds=30)
    """Longest attempt: an answer that drips would never be silent for long."""

    largest_body: int = 10 * 1024 * 1024
    """Bytes of a decoded answer; a longer one is not read to its end."""

    def timeouts(self) -> httpx.Timeout:
        """Return what httpx enforces itself."""
        return httpx.Timeout(
            self.read_timeout.total_seconds(),
            connect=self.connect_timeout.total_seconds(),
            pool=self.pool_timeout.total_seconds(),
        )
