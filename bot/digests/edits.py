"""What people can change about a digest, and the sentence that records it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.schedules import print_schedule

if TYPE_CHECKING:
    from bot.model import Digest, DigestDraft, EmptyPolicy, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What makes two digests of a channel the same."""

    query: str
    schedule: Schedule
    empty: EmptyPolicy

    @classmethod
    def of(cls, digest: Digest | DigestDraft) -> Settings:
        """Return the settings of a digest."""
        return cls(query=digest.query, schedule=digest.schedule, empty=digest.empty)

    def but(self, *, query: str | None, schedule: Schedule | None, empty: EmptyPolicy | None) -> Settings:
        """Return the same with what is not None changed."""
        return Settings(
            query=self.query if query is None else query,
            schedule=schedule or self.schedule,
            empty=empty or self.empty,
        )


def what_changed(before: Settings, after: Settings) -> str:
    """Say what is different, as the end of a sentence: changed the filters from this to that."""
    pairs = (
        ("the schedule", print_schedule(before.schedule), print_schedule(after.schedule)),
        ("the filters", before.query, after.query),
        ("what is posted when nothing changed", before.empty.value, after.empty.value),
    )
    parts = [f"{name} from {_quoted(old)} to {_quoted(new)}" for name, old, new in pairs if old != new]
    return f"changed {' and '.join(parts)}"


def _quoted(value: str) -> str:
    return f"`{value}`" if value else "none"
