"""What a query means for a row: the one place where filters become SQL.

Words and terms all have to hold; of a term's alternatives one. A value that is not known (NULL) satisfies no
comparison. A negated word or term holds exactly where the plain one does not, so also where the value is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.query import Anything, Flag, Kind, Pattern, number_span, time_span
from bot.query.fields import BY_NAME
from bot.store.states import state
from bot.store.substrings import contains, folded, is_mentioned, is_whole, narrowed
from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Moment
    from bot.query import Alternative, Query, Term, Word

Condition = sa.ColumnElement[bool]

_P: Final = project.c

COLUMNS: Final[dict[str, sa.ColumnElement[Any]]] = {
    "archived": _P.archived,
    "pinned": _P.pinned,
    "mine": _P.is_owner,
    "source": _P.source,
    "connection": _P.connection,
    "status": _P.enabled,
    "subscription": _P.subscription_folded,
    "services": _P.service_count,
    "viewers": _P.live,
    "queue": _P.queued,
    "live": sa.or_(_P.live > 0, _P.queued > 0),
    "by": _P.created_by_folded,
    "updated-by": _P.updated_by_folded,
    "updated": _P.updated_at,
    "created": _P.created_at,
    "name": _P.name_folded,
    "id": _P.id_folded,
}
"""Field to its value; ``state`` is computed, too, but depends on the moment."""

_ALWAYS_KNOWN: Final = frozenset({"archived", "source", "connection", "name", "id", "state"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """How queries are understood at one moment by one kind of database.

    Args:
        moment: what relative times count from.
        dialect: ``sqlite`` or ``postgresql``; they find text by different indexes.
        narrows: whether words go through these indexes first. Of a few rows that are known it is quicker to read the
            text than to look up everything that has the word.
    """

    moment: Moment
    dialect: str
    narrows: bool = True

    def matches(self, query: Query) -> Condition:
        """Tell whether a row satisfies every word and term; what is hidden by default is not considered."""
        return sa.and_(
            sa.true(),
            *(self._mentions(word) for word in query.words),
            *(self._holds(term) for term in query.terms),
        )

    def nearly_matches(self, query: Query) -> Condition:
        """Tell whether a row would satisfy the query if every unknown value were the right one, and does not."""
        judged = [(term, self._holds(term)) for term in query.terms]
        lenient = [
            sa.or_(holds, COLUMNS[term.field].is_(None)) if can_be_unknown(term) else holds for term, holds in judged
        ]
        missing = [sa.not_(sa.func.coalesce(holds, sa.false())) for term, holds in judged if can_be_unknown(term)]
        return sa.and_(*(self._mentions(word) for word in query.words), *lenient, sa.or_(sa.false(), *missing))

    def _mentions(self, word: Word) -> Condition:
        exact = is_mentioned(word.pattern)
        if word.negated:
            return sa.not_(exact)
        return sa.and_(self._narrowed(folded(word.pattern)), exact)

    def _narrowed(self, parts: Sequence[str]) -> Condition:
        return narrowed(parts, self.dialect) if self.narrows else sa.true()

    def _holds(self, term: Term) -> Condition:
        if any(isinstance(value, Anything) for value in term.alternatives):
            return sa.false() if term.negated else sa.true()
        one = sa.or_(*(self._is(term, value) for value in term.alternatives))
        return sa.not_(sa.func.coalesce(one, sa.false())) if term.negated else one

    def _is(self, term: Term, value: Alternative) -> Condition:
        column = state(self.moment) if term.field == "state" else COLUMNS[term.field]
        kind = BY_NAME[term.field].kind
        match value:
            case Flag(truth):
                return column == (sa.true() if truth else sa.false())
            case Pattern() if kind is Kind.CHOICE:
                return column == value.parts[0]
            case Pattern():
                return self._reads(term, column, value)
            case _ if kind is Kind.TIME:
                times = time_span(value, self.moment)
                return _between(column, times.since, times.until)
            case _:
                numbers = number_span(value)
                return _between(column, numbers.low, numbers.high)

    def _reads(self, term: Term, column: sa.ColumnElement[Any], pattern: Pattern) -> Condition:
        parts = folded(pattern)
        contained = BY_NAME[term.field].kind is Kind.TEXT and not pattern.wild
        exact = contains(column, parts) if contained else is_whole(column, pattern)
        if term.field not in {"name", "id"} or term.negated:
            return exact
        return sa.and_(self._narrowed(parts), exact)


def can_be_unknown(term: Term) -> bool:
    """Tell whether a row may fail a term only because its source does not tell the value."""
    anything = any(isinstance(value, Anything) for value in term.alternatives)
    return not (term.negated or anything or term.field in _ALWAYS_KNOWN)


def visible(query: Query) -> Condition:
    """Leave out what nobody asked for: gone rows and, unless they are asked about, archived ones."""
    listed: Condition = sa.true() if query.shows_gone else _P.gone_at.is_(None)
    unarchived: Condition = _P.archived == sa.false() if query.hides_archived else sa.true()
    return sa.and_(listed, unarchived)


def _between(column: sa.ColumnElement[Any], low: object, high: object) -> Condition:
    """Tell whether ``low <= value < high``; None is an open end."""
    reached: Condition = sa.true() if low is None else column >= low
    ended: Condition = sa.true() if high is None else column < high
    return sa.and_(reached, ended)
