"""What a watch would have sent in the past: openings, ends, and the messages that tell them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from bot.alerts.hours import opens_at
from bot.alerts.pace import MOST_REPEATS, REPEAT_EVERY, group_interval, group_wait
from bot.alerts.past import spans_of
from bot.answers import Backtest
from bot.model import MOMENTARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.alerts.past import Past, Span
    from bot.model import Sights, WatchDraft

WANTED: Final = timedelta(days=30)
"""How far back it goes, if the record does."""

_TOGETHER: Final = timedelta(minutes=5)
"""Ends that lie no further apart are found by one look, and told in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The time that is looked at."""

    since: datetime
    until: datetime


def backtest(draft: WatchDraft, pasts: Iterable[Past], sights: Mapping[str, Sights], stretch: Stretch) -> Backtest:
    """Count what a watch would have sent, as if it had been there before the stretch began.

    Args:
        draft: the watch.
        pasts: what was recorded of each project that its filters let through.
        sights: what was seen of each connection.
        stretch: from when until when.
    """
    cards: dict[str, list[Span]] = {}
    for past in pasts:
        connection = past.entry.project.connection
        spans = spans_of(
            draft.condition, past, sights=sights[connection], zone=draft.zone, until=stretch.until
        )  # fmt: skip
        cards.setdefault(connection, []).extend(
            span for span in spans if span.ends is None or span.ends > stretch.since
        )
    every = [span for spans in cards.values() for span in spans]
    return Backtest(
        since=stretch.since,
        until=stretch.until,
        opened=sum(stretch.since < span.opens for span in every),
        ended=sum(span.ends is not None and span.ends <= stretch.until for span in every),
        messages=sum(_messages(draft, spans, stretch) for spans in cards.values()),
        wanted=WANTED,
    )


def _messages(draft: WatchDraft, spans: Iterable[Span], stretch: Stretch) -> int:
    card = _Card(draft=draft)
    for span in spans:
        card.expect(span, stretch)
    return card.play(stretch.until)


_OPENS, _REPEATS, _ENDS = range(3)


@dataclass(slots=True, kw_only=True)
class _Card:
    """What one card, and those after it, would have told: grouped as `bot.alerts.cards` does it."""

    draft: WatchDraft
    sent: int = 0
    _coming: list[tuple[datetime, int, int]] = field(default_factory=list)
    """When, what, and to which alert."""

    _spans: list[Span] = field(default_factory=list)
    _waiting: set[int] = field(default_factory=set)
    """Alerts that are to be told, for the first time or again."""

    _told: dict[int, int] = field(default_factory=dict)
    """Open alerts that were told, and how often they were repeated."""

    _due_at: datetime | None = None
    _told_at: datetime | None = None
    _ended_at: datetime | None = None

    def expect(self, span: Span, stretch: Stretch) -> None:
        """Note an alert; one that was open before the stretch began has been told of."""
        number = len(self._spans)
        self._spans.append(span)
        if span.opens > stretch.since:
            self._coming.append((span.opens, _OPENS, number))
        elif self.draft.condition.kind not in MOMENTARY:
            self._told[number] = MOST_REPEATS
        if span.ends is not None:
            self._coming.append((span.ends, _ENDS, number))

    def play(self, until: datetime) -> int:
        """Let the time pass, and return how many messages were sent."""
        heapify(self._coming)
        while (at := self._next(until)) is not None:
            if self._due_at is not None and self._due_at <= at:
                self._tell(self._due_at)
            else:
                self._take(*heappop(self._coming))
        return self.sent

    def _next(self, until: datetime) -> datetime | None:
        """Return when something happens next, or is to be told; None: not any more."""
        moments = [each for each in (self._coming[0][0] if self._coming else None, self._due_at) if each is not None]
        return min((at for at in moments if at <= until), default=None)

    def _take(self, at: datetime, what: int, number: int) -> None:
        if what == _ENDS:
            self._end(at, number)
        elif what == _OPENS or number in self._told:
            self._waiting.add(number)
            self._due_at = self._due_at or self._when(at)

    def _when(self, at: datetime) -> datetime:
        """Return when something new is told: together with what comes soon, not too often, in working hours."""
        kind = self.draft.condition.kind
        due = at if self._told else at + group_wait(kind)
        if self._told and self._told_at is not None:
            due = max(due, self._told_at + group_interval(kind))
        return opens_at(self.draft.hours, self.draft.zone, due)

    def _tell(self, at: datetime) -> None:
        self.sent += 1
        self._told_at, self._due_at = at, None
        for number in self._waiting:
            self._note(number, at)
        self._waiting.clear()

    def _note(self, number: int, at: datetime) -> None:
        """Note that an alert was told; what is only news is over with that."""
        if self.draft.condition.kind in MOMENTARY:
            return
        repeats = self._told.get(number, -1) + 1
        self._told[number] = repeats
        if repeats < MOST_REPEATS:
            heappush(self._coming, (at + REPEAT_EVERY, _REPEATS, number))

    def _end(self, at: datetime, number: int) -> None:
        self._waiting.discard(number)
        if not self._waiting:
            self._due_at = None
        if self._told.pop(number, None) is None:
            return
        if self._ended_at is None or at - self._ended_at > _TOGETHER:
            self.sent += 1
        self._ended_at = at
        if not self._told:
            self._told_at = None
