"""A circuit breaker: a source that just failed several times is left alone for a while. Pure: `now` is an argument.

Written here because the libraries we tried let every waiting call through at the end of the cooldown, not one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum


class Admission(Enum):
    """As what a request went out."""

    ORDINARY = "ordinary"
    PROBE = "probe"
    """The one request that finds out whether the source is back."""


@dataclass(slots=True)
class Breaker:
    """Closed, open, or half open. Every admitted request ends in one of `succeeded`, `failed`, `abandoned`."""

    threshold: int = 3
    """Failures in a row that open it."""

    cooldown: timedelta = timedelta(seconds=15)
    """How long it stays open before one probe may go out."""

    _failures: int = field(init=False, default=0)
    _opened_at: datetime | None = field(init=False, default=None)
    _probing: bool = field(init=False, default=False)

    def refuses(self, now: datetime) -> bool:
        """Tell whether a request would be refused now; takes nothing."""
        return self._opened_at is not None and (self._probing or self._cooling(self._opened_at, now))

    def admit(self, now: datetime) -> Admission:
        """Let a request out.

        Raises:
            RuntimeError: `refuses` says otherwise at this moment.
        """
        if self.refuses(now):
            raise RuntimeError("ask `refuses` first")
        if self._opened_at is None:
            return Admission.ORDINARY
        self._probing = True
        return Admission.PROBE

    def free_at(self) -> datetime | None:
        """Return when the next probe may go out; None while it is closed."""
        return None if self._opened_at is None else self._opened_at + self.cooldown

    def succeeded(self) -> None:
        """Note an answer, whoever got it: close."""
        self._failures = 0
        self._opened_at = None
        self._probing = False

    def failed(self, admission: Admission, now: datetime) -> None:
        """Note a failure: of the probe, of a request that went out before it opened, or an ordinary one."""
        self._failures += 1
        probe_failed = admission is Admission.PROBE and self._opened_at is not None
        if admission is Admission.PROBE:
            self._probing = False
        if probe_failed or (self._opened_at is None and self._failures >= self.threshold):
            self._opened_at = now

    def abandoned(self, admission: Admission) -> None:
        """Note that a request was cancelled, so nothing was learnt: somebody else may probe."""
        if admission is Admission.PROBE:
            self._probing = False

    def _cooling(self, opened_at: datetime, now: datetime) -> bool:
        """Tell whether the cooldown runs; a clock that was set back ends it."""
        return opened_at <= now < opened_at + self.cooldown
