"""What became of the projects since the last delivered digest. Pure.

A project counts once, with the most pressing thing that happened to it. `UNKNOWN` is no news: neither that we know
nothing any more, nor that we know something at last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answers import Difference, DifferenceKind
from bot.grammar import fold
from bot.model import HEALTHY_SUBSCRIPTION, EventKind, State, last_activity_at, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model import Entry, Event, Mark, Moment, Snapshot

_PRESSING = {kind: place for place, kind in enumerate(DifferenceKind)}
_OUT_OF_USE = {State.LAPSED, State.OFF, State.ARCHIVED, State.GONE}
_REACHED = {
    State.GONE: DifferenceKind.GONE,
    State.ARCHIVED: DifferenceKind.ARCHIVED,
    State.LAPSED: DifferenceKind.LAPSED,
}
_ENDED = {EventKind.APPEARED: State.GONE, EventKind.UNARCHIVED: State.ARCHIVED, EventKind.ENABLED: State.OFF}
_BEGAN = {EventKind.VANISHED: State.GONE, EventKind.ARCHIVED: State.ARCHIVED, EventKind.DISABLED: State.OFF}


class Comparison:
    """Compares project by project, so that nobody has to hold all of them at once.

    Show it every project that matches (`see`), then what it asks for: those of `missing` (`miss`) and `joined`
    (`join`); `differences` is complete after that.

    Args:
        before: what the last delivered digest knew.
        moment: the moment of this one.
        compared: connections that can be seen now and of which there are marks; of others nothing is said.
    """

    def __init__(self, before: Snapshot, moment: Moment, compared: Iterable[str]) -> None:
        self._before = before
        self._moment = moment
        self._compared = frozenset(compared)
        self._missing = {ref for ref, mark in before.marks.items() if mark.connection in self._compared}
        self._joined: list[Entry] = []
        self._found: list[Difference] = []

    def see(self, entry: Entry) -> None:
        """Compare a project that matches now."""
        self._missing.discard(entry.ref)
        if entry.project.connection not in self._compared:
            return
        mark = self._before.marks.get(entry.ref)
        if mark is not None:
            self._note(changed(mark, entry, self._moment))
        elif entry.first_seen_at > self._before.known_at(entry.project.connection):
            self._note(_difference(DifferenceKind.NEW, entry, after=state_of(entry, self._moment)))
        else:
            self._joined.append(entry)

    @property
    def missing(self) -> tuple[int, ...]:
        """`Entry.ref` of those that matched then and were not seen now."""
        return tuple(sorted(self._missing))

    @property
    def joined(self) -> tuple[Entry, ...]:
        """Those that match now and did not then, although they were known."""
        return tuple(self._joined)

    def miss(self, ref: int, entry: Entry | None) -> None:
        """Say what became of one of the missing; `entry` is its row, None if there is none any more."""
        self._note(departed(ref, self._before.marks[ref], entry, self._moment))

    def join(self, entry: Entry, events: Sequence[Event] | None) -> None:
        """Say why one of the joined matches; `events` are its newest, newest first, None if nobody looked."""
        self._note(arrived(entry, events, self._before, self._moment))

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All of them: the most pressing first, then by source and name."""
        return tuple(sorted(self._found, key=_order))

    def _note(self, difference: Difference | None) -> None:
        if difference is not None:
            self._found.append(difference)


def changed(before: Mark, entry: Entry, moment: Moment) -> Difference | None:
    """Compare a project with its mark; None if nothing worth telling happened."""
    project, after = entry.project, state_of(entry, moment)
    kind = kind_of(before.state, after)
    if kind is not None:
        return _difference(kind, entry, before=before.state, after=after)
    old, new = before.subscription, project.subscription
    if old is not None and new is not None and old.casefold() != new.casefold():
        return _difference(DifferenceKind.SUBSCRIPTION, entry, before=old, after=new)
    was, services = before.service_count, project.service_count
    if was is not None and services is not None and was != services:
        return _difference(DifferenceKind.SERVICES, entry, before=str(was), after=str(services))
    return None


def kind_of(before: State, after: State) -> DifferenceKind | None:  # noqa: PLR0911 - one line per rule
    """Decide what a step from one state to another is; None: nothing by itself."""
    if before is after:
        return None
    if after in _REACHED:
        return _REACHED[after]
    if after is State.OFF:  # a lapsed project was off already: that it is paid again is told as its subscription
        return None if before is State.LAPSED else DifferenceKind.OFF
    if before in _OUT_OF_USE:
        return DifferenceKind.BACK
    if State.UNKNOWN in {before, after}:
        return None
    if after is State.INACTIVE:
        return DifferenceKind.INACTIVE
    return DifferenceKind.QUIET if before is State.ACTIVE else DifferenceKind.BACK


def departed(ref: int, before: Mark, entry: Entry | None, moment: Moment) -> Difference:
    """Say what became of a project that no longer matches: what happened to it, or only that it left."""
    if entry is None:
        return Difference(
            kind=DifferenceKind.GONE, ref=ref, connection=before.connection, name=before.name, entry=None,
            before=before.state.value,
        )  # fmt: skip
    difference = changed(before, entry, moment)
    if difference is None or difference.kind is DifferenceKind.SERVICES:
        return _difference(DifferenceKind.LEFT, entry, before=before.state, after=state_of(entry, moment))
    return difference


def arrived(entry: Entry, events: Sequence[Event] | None, before: Snapshot, moment: Moment) -> Difference:
    """Say why a project matches that was known before and did not: by what happened to it, or only that it does."""
    after, then = state_of(entry, moment), before.known_at(entry.project.connection)
    noticed = [event for event in events or () if event.seen_at > then]
    for event in noticed:
        was = _state_before(event, after)
        if was is not None and (kind := kind_of(was, after)) is not None:
            return _difference(kind, entry, before=was, after=after)
    last = last_activity_at(entry)
    if events is not None and not noticed and last is not None and last <= then:  # only time has passed
        was = state_of(entry, replace(moment, now=then))
        if (kind := kind_of(was, after)) is not None:
            return _difference(kind, entry, before=was, after=after)
    return _difference(DifferenceKind.JOINED, entry, after=after)


def _state_before(event: Event, after: State) -> State | None:
    """Return the state that an event ended, as far as it tells."""
    if event.kind in _ENDED:
        return _ENDED[event.kind]
    if event.kind is not EventKind.SUBSCRIPTION:
        return State.UNKNOWN if _BEGAN.get(event.kind) is after else None
    if event.before is not None and event.before.casefold() != HEALTHY_SUBSCRIPTION:
        return State.LAPSED
    return State.UNKNOWN if after is State.LAPSED else None


def _difference(
    kind: DifferenceKind, entry: Entry, *, before: State | str | None = None, after: State | str | None = None
) -> Difference:
    return Difference(
        kind=kind,
        ref=entry.ref,
        connection=entry.project.connection,
        name=entry.project.name,
        entry=entry,
        before=None if before is None else str(before),
        after=None if after is None else str(after),
    )


def _order(difference: Difference) -> tuple[int, str, str, int]:
    return (_PRESSING[difference.kind], difference.connection, fold(difference.name), difference.ref)
