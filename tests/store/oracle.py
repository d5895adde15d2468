"""What a query means, read a second time and written in plain Python. Slow, and knows nothing of SQL."""

from __future__ import annotations

import operator
import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.grammar import fold
from bot.model import Entry, Moment, state_of
from bot.query import Anything, Between, Compare, Day, Flag, Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.query import Alternative, Operand, Query, Term, Word

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

_ANCHORED = {"subscription", "id"}


def expected(entries: Iterable[Entry], query: Query, moment: Moment) -> list[Entry]:
    """Return the rows that a search shows, in its order, all pages together."""
    shown = [entry for entry in entries if visible(entry, query) and matches(entry, query, moment)]
    return in_order(shown, query)[: query.limit]


def hidden_archived(entries: Iterable[Entry], query: Query, moment: Moment) -> int:
    """Count what only the default for archived projects keeps out."""
    if not query.hides_archived:
        return 0
    return sum(e.project.archived and e.gone_at is None and matches(e, query, moment) for e in entries)


def left_out(entries: Iterable[Entry], query: Query, moment: Moment) -> dict[str, tuple[int, set[str]]]:
    """Return per connection how many rows only miss a value, and the fields that they miss."""
    counted: Counter[str] = Counter()
    missing: dict[str, set[str]] = {}
    for entry in entries:
        unknown = {t.field for t in query.terms if value_of(entry, t.field, moment) is None and needs_value(t)}
        considered = entry.gone_at is None and visible(entry, query) and not matches(entry, query, moment)
        if considered and unknown and _matches_but_for(entry, query, moment, unknown):
            counted[entry.project.connection] += 1
            missing.setdefault(entry.project.connection, set()).update(unknown)
    return {name: (counted[name], missing[name]) for name in counted}


def _matches_but_for(entry: Entry, query: Query, moment: Moment, unknown: set[str]) -> bool:
    words = all(mentions(entry, word) for word in query.words)
    return words and all(
        (term.field in unknown and not term.negated) or satisfies(entry, term, moment) for term in query.terms
    )


def needs_value(term: Term) -> bool:
    """Tell whether a term fails where there is no value."""
    return not term.negated and Anything() not in term.alternatives


def visible(entry: Entry, query: Query) -> bool:
    """Tell whether a row is shown at all."""
    return (entry.gone_at is None or query.shows_gone) and not (entry.project.archived and query.hides_archived)


def matches(entry: Entry, query: Query, moment: Moment) -> bool:
    """Tell whether all words and all terms hold."""
    words = all(mentions(entry, word) for word in query.words)
    return words and all(satisfies(entry, term, moment) for term in query.terms)


def mentions(entry: Entry, word: Word) -> bool:
    """Tell whether a word is, or for a negated one is not, in name, id or description."""
    project = entry.project
    lines = [fold(project.name), fold(project.id), fold(project.description or "")]
    wanted = ".*".join(re.escape(fold(part)) for part in word.pattern.parts)
    return any(re.search(wanted, line) for line in lines) != word.negated


def satisfies(entry: Entry, term: Term, moment: Moment) -> bool:
    """Tell whether a term holds; a negated one holds exactly where the plain one does not."""
    value = value_of(entry, term.field, moment)
    return any(_is(value, term.field, alternative, moment) for alternative in term.alternatives) != term.negated


def value_of(entry: Entry, field: str, moment: Moment) -> object:
    """Return what a field is about."""
    project, viewers = entry.project, entry.viewers
    return {
        "archived": project.archived, "pinned": project.pinned, "mine": project.is_owner,
        "source": project.source, "connection": project.connection, "state": state_of(entry, moment).value,
        "status": project.enabled, "subscription": project.subscription, "services": project.service_count,
        "viewers": viewers.live if viewers else None, "queue": viewers.queued if viewers else None,
        "live": viewers.live + viewers.queued > 0 if viewers else None,
        "by": project.created_by, "updated-by": project.updated_by, "updated": project.updated_at,
        "created": project.created_at, "name": project.name, "id": project.id,
    }[field]  # fmt: skip


def _is(value: object, field: str, alternative: Alternative, moment: Moment) -> bool:  # noqa: PLR0911 - one line per kind
    match value, alternative:
        case _, Anything():
            return True
        case None, _:
            return False
        case bool(), Flag(truth):
            return value is truth
        case str(), Pattern():
            return _reads(value, field, alternative)
        case int(), Compare(sign, int(number)):
            return _SIGNS[sign](value, number)
        case int(), Between(low, high):
            return _within(value, low, high)
        case datetime(), _:
            return _dated(value, alternative, moment)
        case _:
            raise AssertionError((value, alternative))


def _reads(value: str, field: str, pattern: Pattern) -> bool:
    if field in {"source", "connection", "state"}:
        return value == pattern.parts[0]
    parts = [fold(part) for part in pattern.parts]
    if pattern.wild:
        return re.fullmatch(".*".join(map(re.escape, parts)), fold(value)) is not None
    return fold(value) == parts[0] if field in _ANCHORED else parts[0] in fold(value)


def _within(value: float, low: object, high: object) -> bool:
    assert low is None or isinstance(low, int)
    assert high is None or isinstance(high, int)
    return (low is None or low <= value) and (high is None or value <= high)


def _dated(value: datetime, alternative: Alternative, moment: Moment) -> bool:
    """Compare ages as ages and days as days of the calendar."""
    age = moment.now - value
    day = value.astimezone(moment.zone).date()
    match alternative:
        case Compare(sign, timedelta() as limit):
            return _SIGNS[sign](age / timedelta(microseconds=1), limit / timedelta(microseconds=1))
        case Compare(sign, operand):
            return _SIGNS[sign](day.toordinal(), _ordinal(operand, moment))
        case Between(low, high) if isinstance(low, timedelta) or isinstance(high, timedelta):
            assert low is None or isinstance(low, timedelta)
            assert high is None or isinstance(high, timedelta)
            return (low is None or low <= age) and (high is None or age <= high)
        case Between(low, high):
            after = low is None or _ordinal(low, moment) <= day.toordinal()
            return after and (high is None or day.toordinal() <= _ordinal(high, moment))
        case _:
            raise AssertionError(alternative)


def _ordinal(operand: Operand, moment: Moment) -> int:
    today = moment.now.astimezone(moment.zone).date().toordinal()
    if isinstance(operand, Day):
        return today - (operand is Day.YESTERDAY)
    assert isinstance(operand, date)
    return operand.toordinal()


def in_order(entries: list[Entry], query: Query) -> list[Entry]:
    """Sort by ties first and the wanted key last, since Python's sort is stable; unknown values go last."""
    entries = sorted(entries, key=_tie)
    key, reverse = (query.order.key, query.order.reverse) if query.order else ("match", False)
    falling = (key in {"updated", "created", "services", "viewers", "queue"}) != reverse
    known = [entry for entry in entries if _sorted_by(entry, key, query) is not None]
    unknown = [entry for entry in entries if _sorted_by(entry, key, query) is None]
    known.sort(key=lambda entry: _sorted_by(entry, key, query), reverse=falling)  # type: ignore[arg-type,return-value]  # one type per key
    return known + unknown


def _tie(entry: Entry) -> tuple[str, str, str]:
    return fold(entry.project.name)[:100], entry.project.connection, entry.project.id[:100]


def _sorted_by(entry: Entry, key: str, query: Query) -> object:
    if key == "source":
        return entry.project.source
    if key in {"updated", "created", "services", "viewers", "queue"}:
        return value_of(entry, key, Moment(now=entry.first_seen_at))
    wanted = [word for word in query.words if not word.negated]
    phrase = fold(" ".join(part for word in wanted for part in word.pattern.parts))
    return _rank(entry, phrase, wanted[0]) if key == "match" and phrase else _tie(entry)[0]


def _rank(entry: Entry, phrase: str, first: Word) -> int:
    name, identity = fold(entry.project.name), fold(entry.project.id)
    wanted = ".*".join(re.escape(fold(part)) for part in first.pattern.parts)
    rules = (name == phrase, name.startswith(phrase), re.search(wanted, name), re.search(wanted, identity), True)
    return next(rank for rank, rule in enumerate(rules) if rule)
