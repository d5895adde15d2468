"""What a watch shall be: condition, filters, hours, broadcast; and what is so because nobody said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.alerts.fitting import unable
from bot.alerts.preview import NOT_PINNED
from bot.commands.digest.wanted import EVERYTHING, check_room
from bot.commands.watch.unmeant import refuse_never, refuse_prose
from bot.conditions import print_condition, read_condition
from bot.errors import UsageError
from bot.model import ConditionKind, usual_hours
from bot.query import Pattern, Query, Term, parse, print_query, read_hours
from bot.query.tokens import tokens
from bot.views.watch_words import add_command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Condition, Hours, SourceSheet, WatchDraft

SPARES_PINNED: Final = frozenset({ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT})
"""Conditions that a pinned project is spared, unless somebody speaks of pins."""

_OPTIONS: Final = frozenset({"hours", "broadcast"})
PINNED_SPARED: Final = "Pinned projects are left alone; for them, too, write `pinned:any`."
_PARTS: Final = {"for": "for", "signals": "by"}
"""Parts of a condition as the verb `inactive` has them, as filters; and how a condition has them."""

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
    filters_at: int = 0
    """Where the part after the condition begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a watch shall be, with what was not typed."""

    draft: WatchDraft
    defaults: tuple[str, ...]
    filters_at: int = 0
    """Where the part after the condition begins, in what was typed."""


def read(context: Context, asked: Asked, start: int, *, zone: str) -> Typed:
    """Read what was typed from `start` on: a condition, and filters.

    Args:
        context: knows the sources.
        asked: the question.
        start: where it begins.
        zone: IANA name, of the working days.

    Raises:
        UsageError: it cannot be read.
    """
    condition, end, defaults = read_condition(asked.text, start=start, zone=zone)
    typed = read_filters(context, asked, end)
    if _only_undated(context, typed.filters or Query()):
        condition, _, defaults = read_condition(asked.text, start=start, zone=zone, streampixel_only=True)
    return replace(typed, condition=condition, defaults=defaults)


def read_filters(context: Context, asked: Asked, start: int) -> Typed:
    """Read the filters that were typed from `start` on, without any condition.

    Raises:
        UsageError: they cannot be read.
    """
    _refuse_lost_parts(asked, start)
    refuse_prose(asked, start, context.known.sources)
    query = parse(asked.text, known=context.known, options=_OPTIONS, ordered=False, start=start)
    filters = replace(query, modes=())
    hours, broadcast = query.mode("hours"), query.mode("broadcast")
    return Typed(
        condition=None,
        filters=filters if filters.words or filters.terms else None,
        hours=(read_hours(hours),) if hours else None,
        broadcast=broadcast == "yes" if broadcast else None,
        filters_at=start,
    )


def _refuse_lost_parts(asked: Asked, start: int) -> None:
    """Refuse ``for:30d`` and ``signals:viewers`` behind other filters; they belong to the condition."""
    for token in tokens(asked.text, start):
        key = (token.key or "").lower()
        if key in _PARTS:
            value = asked.text[token.value_start : token.end]
            rest = f"{asked.text[start : token.start].strip()} {asked.text[token.end :].strip()}".strip()
            fixed = f"{asked.text[:start].rstrip()} {_PARTS[key]} {value} {rest}".rstrip()
            sentence = f"`{key}:` is a part of the condition; write it right behind, like `{_PARTS[key]} {value}`."
            raise asked.refusal(sentence, token.start, token.end, fixed)


def complete(context: Context, typed: Typed, before: WatchDraft, *, command: str) -> Wanted:
    """Put what was typed over what was before, add what goes without saying, and see whether it can work.

    Args:
        context: knows the sources.
        typed: what was typed.
        before: what was before, or a blank.
        command: what corrections begin with: ``watch test``.

    Raises:
        UsageError: the condition can never hold for these projects, or the watch is too long to be edited.
    """
    condition = typed.condition or before.condition
    query = parse(before.query, known=context.known, ordered=False)
    if typed.filters is not None:
        query = Query() if typed.filters == EVERYTHING else typed.filters
    refuse_never(condition, query)
    query, spared = _sparing_pinned(context, condition, query)
    draft = replace(
        before,
        condition=condition,
        query=print_query(query),
        hours=typed.hours[0] if typed.hours else _hours(condition, before),
        broadcast=before.broadcast if typed.broadcast is None else typed.broadcast,
    )
    left_out = _check_sources(context, condition, query, command)
    check_room(add_command(draft).replace("watch add", _LONGEST_NUMBER))
    defaults = (*typed.defaults, *spared, *left_out)
    return Wanted(draft=draft, defaults=defaults, filters_at=typed.filters_at)


def _sparing_pinned(context: Context, condition: Condition, query: Query) -> tuple[Query, tuple[str, ...]]:
    """Leave pinned projects alone where nobody spoke of pins, and there can be any."""
    sheets = _sheets(context, query)
    no_pins = bool(sheets) and not any("pinned" in sheet.fields for sheet in sheets)
    if condition.kind not in SPARES_PINNED or query.has("pinned") or no_pins:
        return query, ()
    return query.and_also(NOT_PINNED), (PINNED_SPARED,)


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


def _check_sources(context: Context, condition: Condition, query: Query, command: str) -> tuple[str, ...]:
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
        correction=_elsewhere(context, condition, query, command),
    )


def _elsewhere(context: Context, condition: Condition, query: Query, command: str) -> str | None:
    """Return the command for the sources at which it can hold; None if none of them is connected."""
    able = [
        source.sheet.name for source in context.catalog.sources.values() if not unable(condition, source.sheet)
    ]  # fmt: skip
    if not able:
        return None
    kept = tuple(term for term in query.terms if term.field not in {"source", "connection"} and term != NOT_PINNED)
    wanted = Term("source", tuple(Pattern((name,)) for name in sorted(set(able))))
    return f"{command} {print_condition(condition)} {print_query(replace(query, terms=(wanted, *kept)))}"
