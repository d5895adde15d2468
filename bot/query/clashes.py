"""Filters that exclude each other, so that no project can ever match. Pure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from bot.query.fields import BY_NAME, Kind
from bot.query.printer import print_query
from bot.query.terms import Anything, Flag, Pattern, Query, Term

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_ELSE: Final = "something else"
"""Stands for every value that no filter names."""


def clash(query: Query) -> tuple[str, ...]:
    """Return filters of a query, as they are typed, of which each excludes the others; empty: none do."""
    for name in dict.fromkeys(term.field for term in query.terms):
        terms = [term for term in query.terms if term.field == name]
        if BY_NAME[name].kind in {Kind.FLAG, Kind.CHOICE} and not allowed(query, name):
            return tuple(print_query(Query(terms=(term,))) for term in terms)
        for one, other in combinations(terms, 2):
            if one.alternatives == other.alternatives and one.negated != other.negated:
                return tuple(print_query(Query(terms=(term,))) for term in (one, other))
    for word, another in combinations(query.words, 2):
        if word.pattern == another.pattern and word.negated != another.negated:
            return tuple(print_query(Query(words=(each,))) for each in (word, another))
    return ()


def allowed(query: Query, name: str) -> set[Hashable]:
    """Return which values of a field with few values its filters let through, `something else` among them.

    Flags are true, false, or none of both; choices are words.
    """
    terms = [term for term in query.terms if term.field == name]
    named: set[Hashable] = {True, False} if BY_NAME[name].kind is Kind.FLAG else {*_named(terms)}
    every = named | {_ELSE}
    left = set(every)
    for term in terms:
        through = every if Anything() in term.alternatives else {*_named([term])}
        left &= every - through if term.negated else through
    return left


def _named(terms: Iterable[Term]) -> Iterable[Hashable]:
    for term in terms:
        for each in term.alternatives:
            if isinstance(each, Flag):
                yield each.value
            elif isinstance(each, Pattern):
                yield "*".join(each.parts)
