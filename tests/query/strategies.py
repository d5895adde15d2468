"""Random queries: every field, every kind of value, every hostile text."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.query import (
    FIELDS,
    OPTIONS,
    SORT_KEYS,
    Alternative,
    Anything,
    Between,
    Compare,
    Day,
    Flag,
    Kind,
    Known,
    Order,
    Pattern,
    Query,
    Term,
    Word,
)
from bot.query.fields import STATES

KNOWN = Known(sources=("streampixel", "microvisualizer"), connections=("streampixel", "microvisualizer"))
SIGNS = st.sampled_from(["=", "<", "<=", ">", ">="])

texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
ages = st.builds(
    lambda n, unit: timedelta(**{unit: n}), st.integers(1, 999), st.sampled_from(["hours", "days", "weeks"])
)
dates = st.dates(date(1970, 1, 1), date(2999, 12, 31))
numbers = st.integers(0, 999_999_999)
days = st.one_of(dates, st.sampled_from(Day))


def _patterns() -> st.SearchStrategy[Pattern]:
    parts = st.lists(st.one_of(st.just(""), texts), min_size=1, max_size=3)
    return parts.filter(lambda p: len(p) > 1 or p != [""]).map(lambda p: Pattern(tuple(p)))


def _ranges(ends: st.SearchStrategy[Any]) -> st.SearchStrategy[Between]:
    both = st.tuples(ends, ends).map(lambda pair: Between(min(pair), max(pair)))
    return st.one_of(both, ends.map(lambda low: Between(low, None)), ends.map(lambda high: Between(None, high)))


def values(name: str, kind: Kind) -> st.SearchStrategy[Alternative]:
    """Return values that a field takes."""
    match kind:
        case Kind.FLAG:
            return st.one_of(st.just(Anything()), st.booleans().map(Flag))
        case Kind.CHOICE:
            choices = STATES if name == "state" else KNOWN.sources
            return st.one_of(st.just(Anything()), st.sampled_from(choices).map(lambda word: Pattern((word,))))
        case Kind.NUMBER:
            return st.one_of(st.builds(Compare, SIGNS, numbers), _ranges(numbers))
        case Kind.TIME:
            aged = st.builds(Compare, SIGNS.filter(lambda sign: sign != "="), ages)
            return st.one_of(aged, st.builds(Compare, SIGNS, days), _ranges(ages), _ranges(dates))
        case _:
            return _patterns()


def terms() -> st.SearchStrategy[Term]:
    """Return terms of every field that is a filter; built once, because building costs more than drawing."""
    filters = [f for f in FIELDS if f.kind not in OPTIONS]
    return st.one_of([_term(f.name, f.kind) for f in filters])


def _term(name: str, kind: Kind) -> st.SearchStrategy[Term]:
    alternatives = st.lists(values(name, kind), min_size=1, max_size=3).map(tuple)
    return st.builds(Term, st.just(name), alternatives, st.booleans())


def words() -> st.SearchStrategy[Word]:
    """Return words to look for."""
    return st.builds(Word, _patterns().filter(lambda p: bool("".join(p.parts).strip())), st.booleans())


def queries() -> st.SearchStrategy[Query]:
    """Return whole queries."""
    return st.builds(
        Query,
        words=st.lists(words(), max_size=3).map(tuple),
        terms=st.lists(terms(), max_size=4).map(tuple),
        order=st.one_of(st.none(), st.builds(Order, st.sampled_from(SORT_KEYS), st.booleans())),
        limit=st.one_of(st.none(), st.integers(1, 1000)),
    )
