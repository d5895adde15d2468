"""Clocks for tests of the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return where it stands."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Move it."""
        self._at += by


class RealClock:
    """The machine's time; signatures are checked against it."""

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - Slack's own verifier reads the real time
