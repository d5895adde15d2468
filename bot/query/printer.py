"""Query to text, such that reading it gives the same query again."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.grammar import print_age
from bot.query.fields import BY_NAME
from bot.query.terms import Alternative, Anything, Between, Compare, Flag, Operand, Pattern, Query, Term, Word

_BARE_WORD = re.compile(r"\w[\w.@/+'#-]*")
_BARE_VALUE = re.compile(r"[^\s\",*\\<>=][^\s\",*]*")

PROSE = frozenset({"and", "or", "but", "und", "oder"})
"""Words that join; as a part of a name they are quoted, so that nobody takes them for that."""


def print_query(query: Query) -> str:
    """Write a query so that `parse` reads the same one again."""
    parts = [_print_word(word) for word in query.words]
    parts += [_print_term(term) for term in query.terms]
    parts += [f"{name}:{print_operand(value)}" for name, value in query.options]
    parts += [f"{name}:{word}" for name, word in query.modes]
    if query.order is not None:
        parts.append(f"sort:{'-' * query.order.reverse}{query.order.key}")
    if query.limit is not None:
        parts.append(f"limit:{query.limit}")
    return " ".join(parts)


def _print_word(word: Word) -> str:
    parts = word.pattern.parts
    text = "*".join(part if not part or _BARE_WORD.fullmatch(part) else quote(part) for part in parts)
    if text.lower() in PROSE | {"not"}:
        text = quote(text)
    return "-" * word.negated + text


def _print_term(term: Term) -> str:
    return f"{'-' * term.negated}{term.field}:{','.join(_print_value(term.field, a) for a in term.alternatives)}"


def _print_value(name: str, value: Alternative) -> str:
    match value:
        case Anything():
            return "any"
        case Flag(truth):
            words = BY_NAME[name].words or {"true": True, "false": False}
            return next(word for word, meaning in words.items() if meaning is truth)
        case Pattern(parts):
            return "*".join(print_value_text(part) for part in parts)
        case Compare(sign, operand):
            return f"{sign if sign != '=' else ''}{print_operand(operand)}"
        case Between(low, high):
            return f"{'' if low is None else print_operand(low)}..{'' if high is None else print_operand(high)}"


def print_value_text(text: str) -> str:
    """Write text as a field's value, in quotes only if it needs them."""
    return text if not text or _BARE_VALUE.fullmatch(text) else quote(text)


def print_operand(operand: Operand) -> str:
    """Write a number, an age or a day."""
    if isinstance(operand, timedelta):
        return print_age(operand)
    return operand.isoformat() if isinstance(operand, date) else str(operand)


def quote(text: str) -> str:
    """Put text into quotes, so that nothing in it means anything."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
