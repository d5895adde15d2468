"""Random projects and queries, from few characters so that they meet, and from such as are hard to compare."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.model import Project, Sight, Sights, State, Stretch, Viewers
from bot.query import OPTIONS, SORT_KEYS, Anything, Between, Compare, Day, Flag, Kind, Order, Pattern, Query, Term, Word
from bot.query.fields import FIELDS
from tests.builders import NOW

_CHARACTERS = "aAbiIİıßsSǅeé\u0301ñΣσς%_\\'\"*-1 🙂"
"""Letters that fold to two, a mark that composes, wildcards of LIKE, quotes, a character beyond 16 bits."""

_SAMPLES = ("straße", "STRASSE", "Cafe\u0301", "café", "İstanbul", "100%", "a_b", "it's", 'say "hi"', "demo site")

texts = st.text(_CHARACTERS, max_size=6) | st.sampled_from(_SAMPLES)
spoken = texts.filter(lambda text: text.strip() != "")
moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
numbers = st.integers(0, 4)
_ages = st.integers(0, 60).map(lambda days: timedelta(days=days)) | st.just(timedelta(hours=1))
_days = st.integers(0, 60).map(lambda days: (NOW - timedelta(days=days)).date()) | st.sampled_from(Day)
_signs = st.sampled_from(("=", "<", "<=", ">", ">="))
_patterns = st.lists(texts, min_size=1, max_size=3).map(lambda parts: Pattern(tuple(parts)))


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


projects = st.builds(
    Project,
    source=st.sampled_from(("microvisualizer", "streampixel")),
    connection=st.sampled_from(("microvisualizer", "streampixel")),
    id=spoken,
    name=texts,
    description=_maybe(texts),
    archived=st.booleans(),
    enabled=_maybe(st.booleans()),
    subscription=_maybe(st.sampled_from(("active", "Active", " active", "past_due", "canceled")) | texts),
    service_count=_maybe(numbers),
    pinned=_maybe(st.booleans()),
    is_owner=_maybe(st.booleans()),
    created_at=_maybe(moments),
    updated_at=_maybe(moments),
    created_by=_maybe(texts),
    updated_by=_maybe(texts),
)
catalogs = st.lists(projects, max_size=12, unique_by=lambda project: (project.connection, project.id))
viewers = st.builds(Viewers, live=numbers, queued=numbers, at=moments)


@st.composite
def _stretch(draw: st.DrawFn, until: datetime) -> Stretch:
    """Draw a stretch with all of its looks, or with fewer."""
    every = draw(st.sampled_from((timedelta(minutes=15), timedelta(hours=6), timedelta(days=1))))
    length = draw(st.sampled_from((0, 1, 6, 24, 24 * 7, 24 * 19, 24 * 30))) * timedelta(hours=1)
    looks = int(length / every * draw(st.sampled_from((1, 1, 1, 0.79, 0.5)))) + 1
    return Stretch(since=until - length, until=until, looks=looks, every=every)


@st.composite
def _sight(draw: st.DrawFn) -> Sight:
    """Draw stretches that end lately, with holes of all lengths between them, or none."""
    found: list[Stretch] = []
    at = draw(moments.filter(lambda moment: moment > NOW - timedelta(days=3)))
    for _ in range(draw(st.integers(0, 4))):
        found.append(draw(_stretch(at)))
        at = found[-1].since - draw(st.sampled_from((0, 0, 1, 30, 49, 24 * 9))) * timedelta(hours=1)
    return Sight(tuple(reversed(found)))


sights = st.dictionaries(
    st.sampled_from(("microvisualizer", "streampixel")), st.builds(Sights, listing=_sight(), viewers=_sight())
)


def _between(ends: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Ranges whose ends are of one kind and in order."""
    both = st.lists(ends, min_size=2, max_size=2).map(sorted).map(lambda pair: Between(*pair))
    return both | ends.map(lambda low: Between(low, None)) | ends.map(lambda high: Between(None, high))


def _alternatives(name: str, kind: Kind) -> st.SearchStrategy[Any]:
    """Values as the reader makes them: an age is never compared by ``=``."""
    if kind is Kind.FLAG:
        return st.booleans().map(Flag) | st.just(Anything())
    if kind is Kind.CHOICE:
        words = [state.value for state in State] if name == "state" else ["microvisualizer", "streampixel"]
        return st.sampled_from(words).map(lambda word: Pattern((word,))) | st.just(Anything())
    if kind is Kind.NUMBER:
        return st.builds(Compare, _signs, numbers) | _between(numbers)
    if kind is Kind.TIME:
        ages = st.builds(Compare, _signs.filter(lambda sign: sign != "="), _ages)
        dates = _days.filter(lambda day: isinstance(day, date))
        return ages | st.builds(Compare, _signs, _days) | _between(_ages) | _between(dates)
    return _patterns


_QUESTIONS = {field.name: field.kind for field in FIELDS if field.kind not in OPTIONS}


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Draw a term of any field."""
    name = draw(st.sampled_from(sorted(_QUESTIONS)))
    values = draw(st.lists(_alternatives(name, _QUESTIONS[name]), min_size=1, max_size=2))
    return Term(name, tuple(values), draw(st.booleans()))


words = st.builds(Word, _patterns, st.booleans())
orders = st.builds(Order, st.sampled_from(SORT_KEYS), st.booleans())
queries = st.builds(
    Query,
    words=st.lists(words, max_size=2).map(tuple),
    terms=st.lists(terms(), max_size=2).map(tuple),
    order=_maybe(orders),
    limit=_maybe(st.integers(1, 15)),
)
