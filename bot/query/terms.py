"""What a query is made of. Frozen values; what they mean for a row is decided in one place, the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bot.model import State


class Day(StrEnum):
    """A calendar day named from today."""

    TODAY = "today"
    YESTERDAY = "yesterday"


VIEWER_FIELDS: Final = ("viewers", "queue", "live")
"""Fields whose values are measured, not listed."""

Operand = int | timedelta | date | Day
"""Number, age, date, or a day by name."""


@dataclass(frozen=True, slots=True)
class Anything:
    """``any``: true for every project; switches a default off."""


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text, compared without regard to case; wildcards stand between the parts.

    One part is plain text; ``("a", "b")`` is ``a*b``; ``("", "")`` is ``*``.
    """

    parts: tuple[str, ...]

    @property
    def wild(self) -> bool:
        """Whether there is a ``*`` in it."""
        return len(self.parts) > 1


@dataclass(frozen=True, slots=True)
class Compare:
    """``3``, ``>3``, ``<7d``, ``>=2026-01-01``; the sign is one of ``= < <= > >=``."""

    sign: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """``3..5``, ``2026-01-01..``, both ends included; at least one end is given."""

    low: Operand | None
    high: Operand | None


Alternative = Anything | Flag | Pattern | Compare | Between


@dataclass(frozen=True, slots=True)
class Term:
    """``field:a,b``: true if one alternative is. Negated: true exactly where it would not be."""

    field: str
    alternatives: tuple[Alternative, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Text to be found in name, id or description."""

    pattern: Pattern
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """``sort:updated`` sorts in the natural direction of its key, ``sort:-updated`` in the other."""

    key: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that was asked for; an empty one asks for all projects that are not archived."""

    words: tuple[Word, ...] = ()
    terms: tuple[Term, ...] = ()
    options: tuple[tuple[str, timedelta | date | Day], ...] = ()
    """``for:`` and ``since:``, which belong to single verbs."""

    modes: tuple[tuple[str, str], ...] = ()
    """``empty:``, ``broadcast:``, ``hours:`` and ``signals:``: words that belong to single verbs."""

    order: Order | None = None
    limit: int | None = None

    def option(self, name: str) -> timedelta | date | Day | None:
        """Return the value of ``for:`` or ``since:``; None if it was not given."""
        return dict(self.options).get(name)

    def mode(self, name: str) -> str | None:
        """Return the word given for ``empty:`` and its like; None if it was not given."""
        return dict(self.modes).get(name)

    def has(self, field_name: str) -> bool:
        """Tell whether a field is asked about."""
        return any(term.field == field_name for term in self.terms)

    def wants_state(self, state: State) -> bool:
        """Tell whether a ``state:`` filter asks for this state (a negated one does not)."""
        wanted = Pattern((state.value,))
        return any(t.field == "state" and not t.negated and wanted in t.alternatives for t in self.terms)

    @property
    def hides_archived(self) -> bool:
        """Whether archived projects are left out because nobody asked for them."""
        return not self.has("archived") and not self.wants_state(State.ARCHIVED) and not self.shows_gone

    @property
    def shows_gone(self) -> bool:
        """Whether projects that left their source are asked for."""
        return self.wants_state(State.GONE)

    @property
    def asks_for_viewers(self) -> bool:
        """Whether the answer needs fresh measurements."""
        ordered_by = self.order.key if self.order else None
        return ordered_by in VIEWER_FIELDS or any(self.has(name) for name in VIEWER_FIELDS)

    def concerns(self, source: str, connection: str) -> bool:
        """Tell whether projects of a connection can match at all, as far as ``source:`` and ``connection:`` say."""
        asked = {"source": Pattern((source,)), "connection": Pattern((connection,))}
        return all(
            (asked[term.field] in term.alternatives or Anything() in term.alternatives) != term.negated
            for term in self.terms
            if term.field in asked
        )

    def and_also(self, *terms: Term) -> Query:
        """Return the query narrowed by more terms."""
        return replace(self, terms=(*self.terms, *terms))
