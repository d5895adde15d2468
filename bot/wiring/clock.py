"""The one real clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the moment, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - everybody else gets this one
