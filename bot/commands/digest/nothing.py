"""A digest that matches nothing now: kept as it was typed, but hardly meant like that."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from bot.query import Pattern, Query, Term, print_query

if TYPE_CHECKING:
    from bot.answers import DigestReport
    from bot.model import Found

_ONE_EACH: Final = frozenset(("source", "connection", "state"))
"""Fields of which a project has exactly one value out of a list: two terms about it exclude each other."""


def warning(query: Query, found: Found, example: DigestReport) -> str:
    """Say that nothing matches, and the likely reason; empty if something does, or nobody can know yet."""
    if found.total or not all(totals.read for totals in example.totals):
        return ""
    if not (query.terms or query.words):
        return "There is no project now."
    parts = ["Nothing matches these filters now.", *_excluding(query), *_unknown(found)]
    return " ".join(parts)


def _excluding(query: Query) -> list[str]:
    """Name two terms of one field that exclude each other, and the one that is probably meant."""
    asked = [term for term in query.terms if term.field in _ONE_EACH and not term.negated]
    for one, other in combinations(asked, 2):
        if one.field == other.field and _exclude(one, other):
            both = print_query(Query(terms=(Term(one.field, (*one.alternatives, *other.alternatives)),)))
            return [f"A project has one {one.field}, and all filters must hold; for any of them write `{both}`."]
    return []


def _exclude(one: Term, other: Term) -> bool:
    values = [*one.alternatives, *other.alternatives]
    return all(isinstance(value, Pattern) for value in values) and not set(one.alternatives) & set(other.alternatives)


def _unknown(found: Found) -> list[str]:
    """Name the sources that cannot judge a filter, and what they do not tell."""
    return [
        f"{each.title} does not tell {' and '.join(f'`{field}:`' for field in each.fields)}."
        for each in found.left_out
        if each.fields
    ]
