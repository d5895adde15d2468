"""What a watch shall be: condition, filters, hours, broadcast; and what is so because nobody said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.alerts.fitting import unable
from bot.alerts.preview import NOT_PINNED
from bot.commands.digest.wanted import EVERYTHING, check_room
from bot.conditions import print_condition, read_condition
from bot.errors import UsageError
from bot.model import ConditionKind, usual_hours
from bot.query import Pattern, Query, Term, parse, print_query, read_hours
from bot.views.watch_words import add_command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Condition, Hours, SourceSheet, WatchDraft

SPARES_PINNED: Final = frozenset({ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT})
"""Conditions that a pinned project is spared, unless somebody speaks of pins."""

_OPTIONS: Final = frozenset({"hours", "broadcast"})
_PINNED_SPARED: Final = "Pinned projects are left alone; for them, too, write `pinned:any`."
_LONGEST_NUMBER: Final = "watch edit 999999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed of a watch; None was not."""

    condition: Condition | None
    filters: Query | None
    """As typed; ``source:any`` alone asks for everything."""

    hours: tuple[Hours | None] | None
    """One value in a tuple, as None is one of them."""

    broadcast: bool | None
    defaults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a watch shall be, with what was not typed."""

    draft: WatchDraft
    defaults: tuple[str, ...]


def read(context: Context, asked: Asked, start: int, *, zone: str, condition_first: bool = True) -> Typed:
    """Read what was typed from `start` on.

    Args:
        context: knows the sources.
        asked: the question.
        start: where it begins.
        zone: IANA name, of the working days.
        condition_first: whether a condition comes before the filters.

    Raises:
        UsageError: it cannot be read.
    """
    condition: Condition | None = None
    defaults: tuple[str, ...] = ()
    end = start
    if condition_first:
        condition, end, defaults = read_condition(asked.text, start=start, zone=zone)
    query = parse(asked.text, known=context.known, options=_OPTIONS, ordered=False, start=end)
    if condition_first and _only_undated(context, query):
        condition, _, defaults = read_condition(asked.text, start=start, zone=zone, streampixel_only=True)
    filters = replace(query, modes=())
    hours, broadcast = query.mode("hours"), query.mode("broadcast")
    return Typed(
        condition=condition,
        filters=filters if filters.words or filters.terms else None,
        hours=(read_hours(hours),) if hours else None,
        broadcast=broadcast == "yes" if broadcast else None,
        defaults=defaults,
    )


def complete(context: Context, typed: Typed, before: WatchDraft) -> Wanted:
    """Put what was typed over what was before, add what goes without saying, and see whether it can work.

    Raises:
        UsageError: the condition can never hold for these projects, or the watch is too long to be edited.
    """
    condition = typed.condition or before.condition
    query = parse(before.query, known=context.known, ordered=False)
    if typed.filters is not None:
        query = Query() if typed.filters == EVERYTHING else typed.filters
    query, spared = _sparing_pinned(context, condition, query)
    draft = replace(
        before,
        condition=condition,
        query=print_query(query),
        hours=typed.hours[0] if typed.hours else _hours(condition, before),
        broadcast=before.broadcast if typed.broadcast is None else typed.broadcast,
    )
    left_out = _check_sources(context, condition, query)
    check_room(add_command(draft).replace("watch add", _LONGEST_NUMBER))
    return Wanted(draft=draft, defaults=(*typed.defaults, *spared, *left_out))


def _sparing_pinned(context: Context, condition: Condition, query: Query) -> tuple[Query, tuple[str, ...]]:
    """Leave pinned projects alone where nobody spoke of pins, and there can be any."""
    sheets = _sheets(context, query)
    no_pins = bool(sheets) and not any("pinned" in sheet.fields for sheet in sheets)
    if condition.kind not in SPARES_PINNED or query.has("pinned") or no_pins:
        return query, ()
    return query.and_also(NOT_PINNED), (_PINNED_SPARED,)


def _hours(condition: Condition, before: WatchDraft) -> Hours | None:
    """Return the hours as they were; where they were the usual ones, those that are usual now."""
    as_usual = before.hours == usual_hours(before.condition.kind)
    return usual_hours(condition.kind) if as_usual else before.hours


# --- sources ------------------------------------------------------------------------------------------------------


def _sheets(context: Context, query: Query) -> list[SourceSheet]:
    """Return the connected sources whose projects can match."""
    return _unique(
        source.sheet for name, source in context.catalog.sources.items() if query.concerns(source.sheet.name, name)
    )


def _unique(sheets: Iterable[SourceSheet]) -> list[SourceSheet]:
    return list({sheet.name: sheet for sheet in sheets}.values())


def _only_undated(context: Context, query: Query) -> bool:
    """Tell whether of all projects that can match viewers are all that is known."""
    sheets = _sheets(context, query)
    return bool(sheets) and all(sheet.measures_viewers and "updated" not in sheet.fields for sheet in sheets)


def _check_sources(context: Context, condition: Condition, query: Query) -> tuple[str, ...]:
    """Name the sources at which the condition never holds.

    Raises:
        UsageError: that is all of them.
    """
    sheets = _sheets(context, query)
    reasons = {sheet.title: why for sheet in sheets if (why := unable(condition, sheet))}
    if not sheets or len(reasons) < len(sheets):
        return tuple(f"{title} {why}, so its projects never count here." for title, why in reasons.items())
    said = " and ".join(f"{title} {why}" for title, why in reasons.items())
    raise UsageError(
        f"{said}: `{print_condition(condition)}` could never hold there.",
        correction=_elsewhere(context, condition, query),
    )


def _elsewhere(context: Context, condition: Condition, query: Query) -> str | None:
    """Return the command for the sources at which it can hold; None if none of them is connected."""
    able = [
        source.sheet.name for source in context.catalog.sources.values() if not unable(condition, source.sheet)
    ]  # fmt: skip
    if not able:
        return None
    kept = tuple(term for term in query.terms if term.field not in {"source", "connection"} and term != NOT_PINNED)
    wanted = Term("source", tuple(Pattern((name,)) for name in sorted(set(able))))
    return f"watch add {print_condition(condition)} {print_query(replace(query, terms=(wanted, *kept)))}"
