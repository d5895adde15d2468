"""Words for what became of a project since the last digest. Plain text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.answers import DifferenceKind
from bot.model import EventKind, State
from bot.views.blocks import clip, one_line
from bot.views.evidence import (
    DETAIL_WIDTH,
    EVENT_MARKS,
    MARKS,
    NARROW_DETAIL_WIDTH,
    NARROW_FROM,
    count,
    matter_of,
    person,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answers import Difference
    from bot.model import Moment

KIND_MARKS: dict[DifferenceKind, str] = {
    DifferenceKind.LAPSED: MARKS[State.LAPSED],
    DifferenceKind.OFF: MARKS[State.OFF],
    DifferenceKind.INACTIVE: MARKS[State.INACTIVE],
    DifferenceKind.GONE: MARKS[State.GONE],
    DifferenceKind.QUIET: MARKS[State.QUIET],
    DifferenceKind.NEW: EVENT_MARKS[EventKind.APPEARED],
    DifferenceKind.BACK: MARKS[State.ACTIVE],
    DifferenceKind.SUBSCRIPTION: EVENT_MARKS[EventKind.SUBSCRIPTION],
    DifferenceKind.ARCHIVED: MARKS[State.ARCHIVED],
    DifferenceKind.SERVICES: EVENT_MARKS[EventKind.UPDATED],
    DifferenceKind.JOINED: "📥",
    DifferenceKind.LEFT: "📤",
}

_COUNTED: dict[DifferenceKind, tuple[str, str]] = {
    DifferenceKind.LAPSED: ("lapsed", "lapsed"),
    DifferenceKind.OFF: ("switched off", "switched off"),
    DifferenceKind.INACTIVE: ("went inactive", "went inactive"),
    DifferenceKind.GONE: ("gone", "gone"),
    DifferenceKind.QUIET: ("went quiet", "went quiet"),
    DifferenceKind.NEW: ("new", "new"),
    DifferenceKind.BACK: ("back", "back"),
    DifferenceKind.SUBSCRIPTION: ("with another subscription", "with another subscription"),
    DifferenceKind.ARCHIVED: ("archived", "archived"),
    DifferenceKind.SERVICES: ("with other services", "with other services"),
    DifferenceKind.JOINED: ("matches now", "match now"),
    DifferenceKind.LEFT: ("matches no more", "match no more"),
}
"""What is said after a number, after one and after many."""

_BACK = {
    State.LAPSED: "is paid for again",
    State.OFF: "was switched on",
    State.ARCHIVED: "was taken out of the archive",
    State.GONE: "is listed again",
}


def counted(differences: Sequence[Difference], most: int = len(DifferenceKind)) -> str:
    """Count differences by kind, the most pressing first: ``1 went quiet, 12 new``; those past `most` kinds as one."""
    return counted_kinds(Counter(difference.kind for difference in differences), most)


def counted_kinds(numbers: Mapping[DifferenceKind, int], most: int = len(DifferenceKind)) -> str:
    """Say how many there are of each kind, in the same words."""
    kinds = [kind for kind in DifferenceKind if numbers.get(kind)]
    said = [f"{numbers[kind]:,} {_COUNTED[kind][numbers[kind] > 1]}" for kind in kinds[:most]]
    others = sum(numbers[kind] for kind in kinds[most:])
    return ", ".join([*said, f"{others:,} other{'s' * (others > 1)}"] if others else said)


def told(difference: Difference, moment: Moment, width: int) -> str:
    """Say what became of a project, without its name; `width` is that of the names, details shrink with them."""
    limit = NARROW_DETAIL_WIDTH if width <= NARROW_FROM else DETAIL_WIDTH
    return clip(_told(difference, moment), limit)


def _told(difference: Difference, moment: Moment) -> str:  # noqa: PLR0911, C901 - one sentence per kind
    entry, before, after = difference.entry, difference.before, difference.after
    matter = matter_of(entry, moment, forecast=False) if entry is not None else ""
    first = matter.partition(" · ")[0]
    match difference.kind:
        case DifferenceKind.LAPSED:
            return f"lapsed · {first}"
        case DifferenceKind.OFF:
            return f"was {first}"
        case DifferenceKind.INACTIVE:
            return f"went inactive · {first}"
        case DifferenceKind.GONE:
            return "is gone from its source"
        case DifferenceKind.QUIET:
            return f"has been {first}" if first else "went quiet"
        case DifferenceKind.NEW:
            return f"is new · {matter}"
        case DifferenceKind.BACK:
            return _BACK[State(before)] if before in _BACK else f"{_back(after)} · {matter}"
        case DifferenceKind.SUBSCRIPTION:
            return f"changed its subscription: {person(before or 'none')} → {person(after or 'none')}"
        case DifferenceKind.ARCHIVED:
            by = entry.project.updated_by if entry is not None else None
            return f"was archived{f' by {person(by)}' if by else ''}"
        case DifferenceKind.SERVICES:
            return f"went from {before} to {count(int(after or 0), 'service')}"
        case DifferenceKind.JOINED:
            return f"matches now · {matter}"
        case DifferenceKind.LEFT:
            return f"matches no more · {matter}"


def _back(after: str | None) -> str:
    """Say in which way a project that nobody touched is back."""
    return "is in use again" if after == State.ACTIVE else "is no longer inactive"


def mark_of(difference: Difference) -> str:
    """Return the sign of what happened."""
    return KIND_MARKS[difference.kind]


def name_of(difference: Difference, width: int) -> str:
    """Return the name as it may be shown; one without a name is called by our number."""
    return clip(one_line(difference.name) or f"(no name) #{difference.ref}", width)
