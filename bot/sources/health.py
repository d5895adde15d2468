"""Whether a source is up: its breaker, why it failed last, and the two log lines of an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.sources.breaker import Breaker

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sources.breaker import Admission

log = structlog.get_logger(__name__)


class Health:
    """A breaker that says once that it opened, and once that it closed again; not at every poll."""

    def __init__(self, source: str, connection: str) -> None:
        self._names = {"source": source, "connection": connection}
        self._breaker = Breaker()
        self.last_failure = ""
        """Why the last failed attempt failed, in words of ours."""

    def refuses(self, now: datetime) -> bool:
        """Tell whether an attempt would be pointless now."""
        return self._breaker.refuses(now)

    def free_at(self) -> datetime | None:
        """Return when the next attempt may go out; None while it is up."""
        return self._breaker.free_at()

    def admit(self, now: datetime) -> Admission:
        """Let an attempt out that is not refused."""
        return self._breaker.admit(now)

    def failed(self, words: str, admission: Admission, now: datetime) -> None:
        """Note an attempt without an answer, or with a server's fault."""
        was_up = self.free_at() is None
        self.last_failure = words
        self._breaker.failed(admission, now)
        if was_up and self.free_at() is not None:
            log.warning("source.went_down", **self._names, detail=words)

    def succeeded(self) -> None:
        """Note an answer, whatever it says."""
        was_down = self.free_at() is not None
        self._breaker.succeeded()
        if was_down:
            log.info("source.came_back", **self._names)

    def abandoned(self, admission: Admission) -> None:
        """Note that an attempt was cancelled."""
        self._breaker.abandoned(admission)
