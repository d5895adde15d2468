"""Reading what was recorded of projects, as far as a look into the past needs it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts.past import Past
from bot.model import ConditionKind, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Condition, Entry, Event, Moment, Sample, SampleDay, Scope
    from bot.ports import Store
    from bot.query import Query

MOST_EVENTS: Final = 5_000
"""Events that are read for one preview; with more, the look into the past begins later."""

MOST_SAMPLED: Final = 300
"""Projects whose measurements are read; of further ones only the last sign of life is known."""

RAW_KEPT: Final = timedelta(days=14)
_PAGE: Final = 1_000
_AT_ONCE: Final = 8
"""Questions to the database at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was recorded of some projects."""

    pasts: tuple[Past, ...]
    since: datetime
    """From where on it is complete."""

    measured: int | None = None
    """Of so many projects measurements were read, which are not all that have some."""

    events: int | None = None
    """So many events were read, which are not all: that is why it is not complete from earlier on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the past of projects. May raise `StoreError`."""

    store: Store
    scope: Scope
    query: Query
    """Which projects' events are read; more than those that are wanted does no harm."""

    moment: Moment

    async def read(self, condition: Condition, entries: Sequence[Entry], since: datetime) -> History:
        """Return what was recorded of these projects.

        Args:
            condition: what is to be found out; not everything has to be read for it.
            entries: the projects.
            since: where the look into the past begins; what happened before is read as far as it counts.
        """
        earlier = since - (condition.threshold or timedelta())
        events, complete_since = await self._events({entry.ref for entry in entries}, earlier)
        cut = complete_since is not None and complete_since > since
        since = max(since, complete_since or since)
        if condition.kind is ConditionKind.QUEUE:
            since = max(since, self.moment.now - RAW_KEPT)
        viewed = _viewed(condition, entries)
        measured = await self._measured(condition, viewed[:MOST_SAMPLED], earlier)
        pasts = tuple(
            Past(entry=entry, events=tuple(events.get(entry.ref, ())), samples=samples, days=days)
            for entry in entries
            for samples, days in [measured.get(entry.ref, ((), ()))]
        )
        return History(
            pasts=pasts,
            since=since,
            measured=MOST_SAMPLED if len(viewed) > MOST_SAMPLED else None,
            events=MOST_EVENTS if cut else None,
        )

    async def _events(self, wanted: set[int], since: datetime) -> tuple[dict[int, list[Event]], datetime | None]:
        """Return events by project, oldest first, and from where on they are complete; None: all were read."""
        found: dict[int, list[Event]] = {}
        cursor, read, oldest = None, 0, None
        while True:
            page = await self.store.events(
                self.scope, self.query, self.moment, since=since, size=_PAGE, cursor=cursor
            )  # fmt: skip
            for event in page.events:
                oldest = event.at
                if event.entry.ref in wanted:
                    found.setdefault(event.entry.ref, []).append(event)
            read, cursor = read + len(page.events), page.next
            if cursor is None or read >= MOST_EVENTS:
                break
        for events in found.values():
            events.reverse()
        return found, None if cursor is None else oldest

    async def _measured(
        self, condition: Condition, refs: Sequence[int], since: datetime
    ) -> dict[int, tuple[tuple[Sample, ...], tuple[SampleDay, ...]]]:
        """Return the measurements of projects: sums by day and today's as they were, or for queues all as they were."""
        raw = condition.kind is ConditionKind.QUEUE
        samples_since = since if raw else self.moment.now - timedelta(days=2)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(ref: int) -> tuple[tuple[Sample, ...], tuple[SampleDay, ...]]:
            async with gate:
                samples = await self.store.samples(ref, since=samples_since)
                return samples, () if raw else await self.store.sample_days(ref, since=since)

        return dict(zip(refs, await asyncio.gather(*map(one, refs)), strict=True))


def _viewed(condition: Condition, entries: Sequence[Entry]) -> list[int]:
    """Return the `Entry.ref` of projects with measurements, if they matter for the condition."""
    silence = condition.kind is ConditionKind.INACTIVE and condition.signals != (Signal.EDITS,)
    if not silence and condition.kind is not ConditionKind.QUEUE:
        return []
    return [entry.ref for entry in entries if entry.viewers is not None]
