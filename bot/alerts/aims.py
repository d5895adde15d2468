"""What a watch looks at: its filters, read, and what of them time alone can change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import UsageError
from bot.model import ConditionKind, State
from bot.query import Anything, Pattern, Query, Term, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Freshness, Watch
    from bot.query import Known

log = structlog.get_logger(__name__)

TIMELY: Final = frozenset({"updated", "created", "state", "viewers", "queue", "live"})
"""Filters that may match, or match no more, although nothing touched the project."""

_ANY_STATE: Final = Term("state", tuple(Pattern((state.value,)) for state in State))


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A watch with its filters read."""

    watch: Watch
    query: Query

    @property
    def timely(self) -> bool:
        """Whether time alone decides what matches."""
        return any(self.query.has(name) for name in TIMELY)

    @property
    def waits_for_absence(self) -> bool:
        """Whether projects are its matter that their source does not list."""
        return self.watch.condition.kind is ConditionKind.GONE

    @property
    def wide(self) -> Query:
        """Return the same filters for projects that are gone, too."""
        return with_gone(self.query)

    def concerns(self, known: Freshness) -> bool:
        """Tell whether projects of a connection can match at all."""
        return self.query.concerns(known.source, known.connection)


class Aims:
    """Reads the filters of watches, each once.

    Args:
        known: names of sources and connections.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._read: dict[str, Query | None] = {}

    def of(self, watches: Iterable[Watch]) -> tuple[Aim, ...]:
        """Return what these watches look at; one whose filters cannot be read any more looks at nothing."""
        aims = []
        texts = set()
        for watch in watches:
            texts.add(watch.draft.query)
            query = self._query(watch)
            if query is not None:
                aims.append(Aim(watch=watch, query=query))
        self._read = {text: query for text, query in self._read.items() if text in texts}
        return tuple(aims)

    def _query(self, watch: Watch) -> Query | None:
        text = watch.draft.query
        if text not in self._read:
            try:
                self._read[text] = parse(text, known=self._known, ordered=False)
            except UsageError as error:
                log.warning("watch.not_read", watch=watch.ref, error=str(error))
                self._read[text] = None
        return self._read[text]


def with_gone(query: Query) -> Query:
    """Return a query that matches gone projects as if they were listed."""
    return query if query.has("state") else query.and_also(_ANY_STATE)


def at_connection(query: Query, connection: str) -> Query:
    """Return a query narrowed to one connection."""
    return query.and_also(Term("connection", (Pattern((connection,)),)))


def everything_at(connection: str) -> Query:
    """Return a query for all projects of a connection, archived and gone ones too."""
    return at_connection(Query(terms=(Term("archived", (Anything(),)),)), connection)
