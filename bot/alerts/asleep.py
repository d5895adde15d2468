"""Projects that sleep, judged by chosen signals: the database judges by all of them only."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.model import Cursor, Found, Silence, State, idle_of, state_of

if TYPE_CHECKING:
    from bot.model import Entry, Idle, Moment, Scope, Signal
    from bot.ports import Store
    from bot.query import Query

_BREATH: Final = 200
"""Projects that are judged before others get their turn."""

_NOT_BY_TIME: Final = frozenset({State.OFF, State.LAPSED})

_Place = tuple[int, int]
"""Where a project stands in the list: since when it is silent, in seconds, and its number. Neither moves with time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asleep:
    """One page of them."""

    found: Found
    silences: dict[int, Idle]
    """`Entry.ref` to evidence, of the projects on the page."""

    unsure: int
    """Projects of which not enough was observed."""


@dataclass(slots=True)
class _Round:
    places: list[_Place] = field(default_factory=list)
    unsure: int = 0
    seen: int = 0


async def asleep(
    store: Store,
    scope: Scope,
    query: Query,
    moment: Moment,
    signals: tuple[Signal, ...],
    *,
    size: int,
    cursor: Cursor | None,
) -> Asleep:
    """Return one page of projects that are off, unpaid, or silent by these signals.

    The longest silent come first, unless the query has an order of its own.

    Raises:
        StoreError: our database could not be used.
    """
    round_ = _Round()
    async for entry in store.each(scope, replace(query, limit=None), moment):
        _see(round_, entry, moment, signals, sorted_already=query.order is not None)
        if round_.seen % _BREATH == 0:
            await asyncio.sleep(0)
    round_.places.sort()
    places = round_.places[: query.limit]
    start, end = _page(places, size, cursor)
    entries = await store.get_many(scope, [ref for _, ref in places[start:end]])
    shown = tuple(entries[ref] for _, ref in places[start:end] if ref in entries)
    found = Found(
        entries=shown,
        total=len(places),
        start=start,
        previous=Cursor(forward=False, start=start, key=places[start]) if start else None,
        next=Cursor(forward=True, start=end, key=places[end - 1]) if end < len(places) else None,
        hidden_archived=(await store.search(scope, query, moment, size=1)).hidden_archived,
    )
    silences = {entry.ref: _idle(entry, moment, signals) for entry in shown}
    return Asleep(found=found, silences=silences, unsure=round_.unsure)


def _see(
    round_: _Round, entry: Entry, moment: Moment, signals: tuple[Signal, ...], *, sorted_already: bool
) -> None:  # fmt: skip
    round_.seen += 1
    idle = _idle(entry, moment, signals)
    if state_of(entry, moment) in _NOT_BY_TIME or idle.silence is Silence.INACTIVE:
        last = idle.last_at or idle.since or entry.first_seen_at
        round_.places.append((round_.seen if sorted_already else int(last.timestamp()), entry.ref))
    else:
        round_.unsure += idle.silence is Silence.UNKNOWN


def _idle(entry: Entry, moment: Moment, signals: tuple[Signal, ...]) -> Idle:
    sights = moment.sights_of(entry.project.connection)
    return idle_of(entry, sights, threshold=moment.quiet_after, signals=signals)


def _page(places: list[_Place], size: int, cursor: Cursor | None) -> tuple[int, int]:
    """Return where a page begins and ends."""
    if cursor is None or not _is_place(cursor.key):
        start = 0
    elif cursor.forward:
        start = bisect_right(places, cursor.key)
    else:
        start = max(bisect_left(places, cursor.key) - size, 0)
    return start, min(start + size, len(places))


def _is_place(key: tuple[str | int | None, ...]) -> bool:
    return len(key) == 2 and all(isinstance(part, int) for part in key)  # noqa: PLR2004 - age and number
