"""What is noted of every project that matches, while they pass by one at a time. Pure."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.digests.snapshot import mark_for
from bot.model import HEALTHY_SUBSCRIPTION, Mark, State, last_activity_at, state_of
from bot.views.evidence import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Entry, Moment

MOST_DECISIONS = 5
NAME_WIDTH = 60

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Gathering:
    """Counts, marks and the worst of what needs a decision.

    Args:
        moment: now, and the rules.
        famous: `Entry.ref` of projects whose names are wanted.
        blind: connections that cannot be read now: nobody is asked to decide on what is known from before.
    """

    def __init__(self, moment: Moment, famous: Iterable[int] = (), *, blind: Iterable[str] = ()) -> None:
        self._moment = moment
        self._famous = frozenset(famous)
        self._blind = frozenset(blind)
        self._worst: list[tuple[tuple[int, datetime, int], Entry]] = []
        self.marks: dict[int, Mark] = {}
        """`Entry.ref` to mark."""

        self.states: Counter[tuple[str, State]] = Counter()
        """``(connection, state)`` to number of projects."""

        self.names: dict[int, str] = {}
        """`Entry.ref` of the famous to name, printable and clipped."""

        self.decisions_total = 0

    def see(self, entry: Entry) -> None:
        """Note one project."""
        state = state_of(entry, self._moment)
        self.marks[entry.ref] = mark_for(entry, state)
        self.states[entry.project.connection, state] += 1
        if entry.ref in self._famous:
            self.names[entry.ref] = name_of(entry.project, NAME_WIDTH)
        urgency = _urgency(entry, state)
        if urgency is not None and entry.project.connection not in self._blind:
            self.decisions_total += 1
            insort(self._worst, ((urgency, last_activity_at(entry) or _LONG_AGO, entry.ref), entry))
            del self._worst[MOST_DECISIONS:]

    @property
    def decisions(self) -> tuple[Entry, ...]:
        """The worst of those that need a decision: lapsed, off though paid for, inactive; the longest idle first."""
        return tuple(entry for _, entry in self._worst)

    def of(self, connection: str) -> dict[State, int]:
        """Return how many projects of a connection are what."""
        return {state: self.states[connection, state] for state in State if self.states[connection, state]}


def _urgency(entry: Entry, state: State) -> int | None:
    """Rank what needs a decision; None: it needs none."""
    if state is State.LAPSED:
        return 0
    if state is State.OFF:
        paid = (entry.project.subscription or "").casefold() == HEALTHY_SUBSCRIPTION
        return 1 if paid else None
    return 2 if state is State.INACTIVE else None
