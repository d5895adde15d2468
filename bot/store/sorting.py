"""In which order rows come. The last keys make every order total, so that a place in it is never ambiguous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.grammar import fold
from bot.query import DESCENDING, Order
from bot.store.substrings import contains, folded, starts_with
from bot.store.tables import event, project

if TYPE_CHECKING:
    from bot.query import Query

_P: Final = project.c


@dataclass(frozen=True, slots=True)
class SortKey:
    """One value that rows are sorted by; where it is NULL the row comes last in either direction.

    Args:
        value: integer or text; times are taken as the integers that they are stored as.
        descending: whether the largest comes first.
        nullable: whether it can be NULL.
    """

    value: sa.ColumnElement[Any]
    descending: bool = False
    nullable: bool = False

    def ordered(self, *, backward: bool) -> sa.ColumnElement[Any]:
        """Return what goes into ORDER BY; backward is the exact mirror image."""
        falling = self.descending != backward
        ordered = self.value.desc() if falling else self.value.asc()
        if not self.nullable:
            return ordered
        return ordered.nulls_first() if backward else ordered.nulls_last()


_TIES: Final = (SortKey(_P.name_key), SortKey(_P.connection), SortKey(_P.id_key), SortKey(_P.ref))

NEWEST_EVENTS_FIRST: Final = (
    SortKey(sa.type_coerce(event.c.at, sa.BigInteger), descending=True),
    SortKey(event.c.ref, descending=True),
)

_UNKNOWN_LAST: Final[dict[str, sa.ColumnElement[Any]]] = {
    "updated": sa.type_coerce(_P.updated_at, sa.BigInteger),
    "created": sa.type_coerce(_P.created_at, sa.BigInteger),
    "services": _P.service_count,
    "viewers": _P.live,
    "queue": _P.queued,
}


def sort_keys(query: Query) -> tuple[SortKey, ...]:
    """Return the order a query asks for; by default the best match first, or by name where there are no words."""
    order = query.order or Order("match")
    descending = (order.key in DESCENDING) != order.reverse
    phrase = _phrase(query)
    if order.key in _UNKNOWN_LAST:
        return (SortKey(_UNKNOWN_LAST[order.key], descending, nullable=True), *_TIES)
    if order.key == "source":
        return (SortKey(_P.source, descending), *_TIES)
    if order.key == "match" and phrase:
        return (SortKey(_rank(query, phrase), descending), *_TIES)
    return (SortKey(_P.name_key, descending), *_TIES[1:])


def _phrase(query: Query) -> str:
    """Return what was looked for as a name would have it: the folded words, joined by a blank."""
    return fold(" ".join(part for word in query.words if not word.negated for part in word.pattern.parts))


def _rank(query: Query, phrase: str) -> sa.ColumnElement[int]:
    """Rate how well a row fits: its name is the phrase, begins with it, holds the first word; its id does; else."""
    first = folded(next(word.pattern for word in query.words if not word.negated))
    return sa.case(
        (_P.name_folded == phrase, 0),
        (starts_with(_P.name_folded, phrase), 1),
        (contains(_P.name_folded, first), 2),
        (contains(_P.id_folded, first), 3),
        else_=4,
    )
