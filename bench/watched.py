"""A catalog that was looked at for months, and five hundred watches that look at small parts of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bench.projects import PEOPLE, PLACES, THINGS, microvisualizer_projects, streampixel_projects
from bot.model import (
    LOCAL_WORKSPACE,
    Condition,
    ConditionKind,
    ConnectionSpec,
    Signal,
    SourceSheet,
    Viewers,
    WatchDraft,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.model import Project
    from bot.ports import Store, WatchLedger

NOW: Final = datetime(2026, 3, 30, 12, tzinfo=UTC)
"""When the watches are added."""

EVERY: Final = timedelta(minutes=15)
"""Both connections are looked at so often from then on."""

HISTORY: Final = timedelta(days=100)
HISTORY_EVERY: Final = timedelta(hours=12)

DATED: Final = ConnectionSpec(
    name="microvisualizer", sheet=SourceSheet(name="microvisualizer", title="MicroVisualizer", fields={})
)
SAMPLED: Final = ConnectionSpec(
    name="streampixel",
    sheet=SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={}),
)

CHANNELS: Final = 100
EACH: Final = 5
"""Watches of a channel: four of the source with dates, one of the source with viewers."""

SAMPLED_SHARE: Final = 20
"""The source with viewers has one project for so many of the other."""

_PARTS: Final = len(PLACES) * len(THINGS) * len(PEOPLE)
"""Place, thing and author are together the same for one project in so many."""

_HOLDER: Final = "bench"
_BATCH: Final = 500
_NEVER: Final = 7
"""One project in so many never had a viewer."""


@dataclass(kw_only=True)
class Watched:
    """One database.

    Args:
        store: has the projects.
        ledger: has the watches.
        size: projects with dates.
    """

    store: Store
    ledger: WatchLedger
    size: int
    projects: list[Project] = field(default_factory=list)
    """Those with dates, as they were saved last."""

    _spare: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.projects = microvisualizer_projects(self.size, NOW)
        self._spare = (number for number in range(self.size) if _is_watched(number) and number % 13)

    def let_cross(self, count: int, at: datetime) -> None:
        """Choose projects that nothing was chosen for; each crosses the threshold of its watch just before a look."""
        for _ in range(count):
            number = next(self._spare)
            edited_at = at - _threshold(number % _PARTS) - EVERY / 2
            self.projects[number] = replace(
                self.projects[number], updated_at=edited_at, created_at=edited_at - timedelta(days=100)
            )

    async def fill(self) -> None:
        """Write everything as a hundred days of looking would have left it."""
        began = NOW - HISTORY
        await self.store.register(LOCAL_WORKSPACE, [DATED, SAMPLED])
        sampled = streampixel_projects(self.size // SAMPLED_SHARE)
        for spec, projects in ((DATED, self.projects), (SAMPLED, sampled)):
            await self._listed(spec.name, projects, began, HISTORY_EVERY)
        looks = HISTORY // HISTORY_EVERY
        for look in range(1, looks + 1):
            await self.look(began + look * HISTORY_EVERY, HISTORY_EVERY, seen=_seen(sampled, look, looks))

    async def look(self, at: datetime, every: timedelta = EVERY, *, seen: Sequence[str] = ()) -> None:
        """Look at both connections; only these projects have viewers."""
        for spec in (DATED, SAMPLED):
            await self._listed(spec.name, (), at, every)
        measured = {project_id: Viewers(live=1, queued=0, at=at) for project_id in seen}
        await self.store.save_viewers(
            LOCAL_WORKSPACE, SAMPLED.name, measured, at, complete=True, every=every
        )  # fmt: skip

    async def touch(self, count: int, at: datetime) -> None:
        """Change so many descriptions: those of projects with and without a watch, and nothing that opens or ends."""
        step = self.size // count if count else 1
        changed = range(0, count * step, step)
        for number in changed:
            self.projects[number] = replace(self.projects[number], description=f"Written anew at {at}.")
        await self._listed(DATED.name, [self.projects[number] for number in changed], at, EVERY)

    async def _listed(self, name: str, projects: Sequence[Project], at: datetime, every: timedelta) -> None:
        until = at + timedelta(hours=1)
        assert await self.store.claim(LOCAL_WORKSPACE, name, "listing", holder=_HOLDER, now=at, until=until)
        async with self.store.writing(LOCAL_WORKSPACE, name, job="listing", holder=_HOLDER) as writer:
            for start in range(0, len(projects), _BATCH):
                batch = projects[start : start + _BATCH]
                await writer.known([project.id for project in batch])
                await writer.save(batch, at)
            await writer.succeeded(at, full=True, quota=None, every=every)
        await self.store.release(LOCAL_WORKSPACE, name, "listing", holder=_HOLDER)

    async def add_watches(self) -> None:
        """Add those of all channels; no two have the same filters or the same threshold."""
        for channel in range(CHANNELS):
            dated = range(channel * (EACH - 1), (channel + 1) * (EACH - 1))
            for number in dated:
                await self.add_watch(f"C{channel:03}", of_dated(number), _inactive(number, Signal.EDITS))
            await self.add_watch(f"C{channel:03}", _of_sampled(channel), _inactive(channel, Signal.VIEWERS))

    async def add_watch(self, channel: str, query: str, condition: Condition) -> None:
        """Add one, at any hour."""
        draft = WatchDraft(
            workspace=LOCAL_WORKSPACE, channel=channel, owner="U0ADA", condition=condition, query=query, zone="UTC",
            hours=None,
        )  # fmt: skip
        assert await self.ledger.add_watch(draft, now=NOW, most=25) is not None


def of_dated(number: int) -> str:
    """Return filters that one project in a thousand passes."""
    words = f"{PLACES[number % len(PLACES)]} {THINGS[number // len(PEOPLE) % len(THINGS)]}".casefold()
    return f"{words} by:{PEOPLE[number % len(PEOPLE)]} source:{DATED.name}"


def _of_sampled(number: int) -> str:
    return f"{PLACES[number % len(PLACES)]} {THINGS[number // 7 % len(THINGS)]} source:{SAMPLED.name}".casefold()


def _is_watched(number: int) -> bool:
    return number % _PARTS < CHANNELS * (EACH - 1)


def _inactive(number: int, signal: Signal) -> Condition:
    return Condition(kind=ConditionKind.INACTIVE, threshold=_threshold(number), signals=(signal,))


def _threshold(number: int) -> timedelta:
    """Return a threshold of two weeks to two months."""
    return timedelta(days=14, hours=3 * number)


def _seen(projects: Sequence[Project], look: int, looks: int) -> list[str]:
    """Return those that somebody saw at one of many looks for the last time."""
    return [
        project.id for number, project in enumerate(projects) if number % _NEVER and number * 7919 % looks + 1 == look
    ]
