"""How long nothing happened to a project, and whether that means anything. Pure.

The one judgement behind the common state of a project and behind every alert about silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.model.sight import Coverage, Days, EveryDay, Sights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.model.projects import Entry
    from bot.model.sight import Sight

QUIET_SHARE: Final = 0.8
"""A project is quiet once this share of the threshold has passed."""


class Signal(StrEnum):
    """What counts as activity."""

    EDITS = "edits"
    """The project or a part of it was changed: a date of the source, or a change between two looks."""

    VIEWERS = "viewers"
    """Somebody was watching or waiting when we looked."""


class Silence(StrEnum):
    """What the lack of activity amounts to."""

    UNKNOWN = "unknown"
    """Not enough was observed: too short, with too many holes, or nothing of that kind at all."""

    ACTIVE = "active"
    QUIET = "quiet"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """How long nothing happened, and how well we know."""

    silence: Silence
    threshold: timedelta
    age: timedelta
    """On the clock of the rule: without blind time and, if it says so, without weekends.

    Of a project that is not active it counts only from where the project itself was observed without a gap.
    """

    last_at: datetime | None
    """The last activity that we know of; None: there was none since we look."""

    signal: Signal | None
    """What that was."""

    since: datetime | None
    """Since when we observe what has no dates; None where the source dates everything."""

    coverage: Coverage | None
    """How well the last `threshold` was observed; None where that does not matter."""

    blind: timedelta = timedelta()
    """How long we were blind since the last activity; the clock stood still then."""

    uncounted_since: datetime | None = None
    """Since when its own viewers could not be counted, while those of others were; None: they can be."""

    @property
    def enough(self) -> bool:
        """Whether it was observed well enough to say anything."""
        return self.coverage is None or self.coverage.enough


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One kind of signal."""

    signal: Signal
    last_at: datetime | None
    start: datetime
    """The last activity, else when we began to look."""

    began: datetime
    """When we began to look, without a gap of the project's own since."""

    sight: Sight
    sampled: bool
    """Whether silence means something only if we looked often enough."""

    uncounted_since: datetime | None = None
    """The last look at the project, if it was left out since while we looked at others."""

    @property
    def observed(self) -> datetime:
        """From where silence was observed: what happened between the last activity and then, nobody knows."""
        return max(self.start, self.began) if self.sampled else self.start

    @property
    def is_real(self) -> bool:
        """Whether there was an activity and everything since was observed."""
        return self.last_at is not None and self.observed == self.start


def idle_of(
    entry: Entry,
    sights: Sights,
    *,
    threshold: timedelta,
    signals: tuple[Signal, ...] = (),
    days: Days = EveryDay(),  # noqa: B008 - frozen
) -> Idle:
    """Judge the silence of a project as of the last good look at its connection.

    Args:
        entry: the project; whether it is archived, off or gone is not considered.
        sights: what was seen of its connection.
        threshold: how long without activity makes it inactive.
        signals: what counts as activity; empty: everything that its source tells.
        days: the clock.
    """
    parts = tuple(_parts(entry, sights, signals))
    newest = max((part for part in parts if part.last_at is not None), key=lambda part: part.start, default=None)
    counted = newest or max(parts, key=lambda part: part.start, default=None)
    sampled = [part.sight.coverage(part.sight.window(threshold, days)) for part in parts if part.sampled]
    since = [start for part in parts if part.sampled and (start := part.sight.since) is not None]
    if counted is None or counted.sight.until is None:
        return Idle(
            silence=Silence.UNKNOWN, threshold=threshold, age=timedelta(), last_at=None, signal=None, since=None,
            coverage=None,
        )  # fmt: skip
    silence = _silence(parts, sampled, threshold, days)
    start = counted.start if silence is Silence.ACTIVE else counted.observed
    return Idle(
        silence=silence,
        threshold=threshold,
        age=counted.sight.age(start, days),
        last_at=newest.last_at if newest else None,
        signal=newest.signal if newest else None,
        since=max([*since, *(part.began for part in parts if part.sampled)]) if since else None,
        coverage=min(sampled, key=lambda each: (each.enough, each.share), default=None),
        blind=start - counted.start + counted.sight.blind_time(start, counted.sight.until),
        uncounted_since=next((part.uncounted_since for part in parts if part.uncounted_since is not None), None),
    )


def _silence(parts: tuple[_Part, ...], sampled: list[Coverage], threshold: timedelta, days: Days) -> Silence:
    """Decide in the order in which `bot.store.states` does, too: a test compares the two."""
    ages = [part.sight.age(part.start, days) for part in parts]
    if any(part.last_at is not None and age < threshold * QUIET_SHARE for part, age in zip(parts, ages, strict=True)):
        return Silence.ACTIVE
    observed = [part.sight.age(part.observed, days) for part in parts if not part.is_real]
    if any(age < threshold for age in observed) or any(part.uncounted_since is not None for part in parts):
        return Silence.UNKNOWN
    if not all(each.enough for each in sampled):
        return Silence.UNKNOWN
    return Silence.QUIET if any(age < threshold for age in ages) else Silence.INACTIVE


def _parts(entry: Entry, sights: Sights, signals: tuple[Signal, ...]) -> Iterator[_Part]:
    """Yield what can be known of the wanted signals.

    Where a source dates nothing, the changes that we noticed ourselves say something only if they were asked for:
    hardly anybody changes a subscription every month.
    """
    project = entry.project
    viewed = entry.viewers is not None and (not signals or Signal.VIEWERS in signals)
    if not signals or Signal.EDITS in signals:
        dates = [at for at in (project.updated_at, entry.changed_at) if at is not None]
        if project.updated_at is not None:
            yield _Part(
                signal=Signal.EDITS, last_at=max(dates), start=max(dates), began=entry.first_seen_at,
                sight=sights.listing, sampled=False,
            )  # fmt: skip
        elif (signals or viewed) and sights.listing.since is not None:
            began = max(entry.first_seen_at, sights.listing.since)
            if dates or (Signal.VIEWERS not in signals and signals):
                yield _Part(
                    signal=Signal.EDITS, last_at=max(dates, default=None), start=max(dates, default=began),
                    began=entry.first_seen_at, sight=sights.listing, sampled=True,
                )  # fmt: skip
    if viewed and entry.viewers is not None:
        yield _viewers_part(entry, entry.viewers.at, sights.viewers)


def _viewers_part(entry: Entry, measured_at: datetime, sight: Sight) -> _Part:
    """Return what is known of the viewers of a project that was measured: only as far as it was measured itself."""
    began = max(entry.first_seen_at, entry.measured_since or entry.first_seen_at)
    looked = began if sight.since is None else max(began, sight.since)
    left_out = sight.missed_before is not None and measured_at <= sight.missed_before
    return _Part(
        signal=Signal.VIEWERS, last_at=entry.last_viewed_at, start=entry.last_viewed_at or looked, began=began,
        sight=sight, sampled=True, uncounted_since=max(measured_at, sight.since or measured_at) if left_out else None,
    )  # fmt: skip
