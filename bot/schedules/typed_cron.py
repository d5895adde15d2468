"""A cron as people type it: five fields with names, or ``@daily``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.grammar import nearest
from bot.schedules.cron import BadField, NeverComes, canonical
from bot.schedules.words import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

MACROS: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""https://man7.org/linux/man-pages/man5/crontab.5.html"""

_CHUNK: Final = re.compile(r"\S+")
_NUMERIC: Final = re.compile(r"[0-9*?][0-9*?/,-]*")
_SIXTH: Final = re.compile(r"[0-9*?][0-9*?/,-]*|(?:sun|mon|tue|wed|thu|fri|sat)(?:[,-].*)?", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Z]{3,}")
_FIELD_COUNT: Final = 5
_HINTS: Final = (
    "minutes go from 0 to 59",
    "hours go from 0 to 23",
    "days of the month go from 1 to 31, and `L` is the last",
    "months go from 1 to 12, or JAN to DEC",
    "days of the week go from 0 (Sunday) to 6, or SUN to SAT; `5L` is the last Friday, `1#1` the first Monday",
)

Chunks = list[re.Match[str]]


def read_cron(text: str, start: int, stop: int) -> tuple[tuple[str, ...], int] | None:
    """Read a cron that begins at `start`: its five canonical fields and where it ends; None if it is none.

    Raises:
        Trouble: it is a cron, and wrong, or comes too often, or never.
    """
    chunks = list(_CHUNK.finditer(text, start, stop))
    if chunks and chunks[0][0].startswith("@"):
        return _macro(chunks[0])
    if not all(_NUMERIC.fullmatch(chunk[0]) for chunk in chunks[:2]) or len(chunks) < 2:  # noqa: PLR2004 - as it says
        return None
    fields = _five(chunks)
    return _checked(fields), fields[-1].end()


def _macro(chunk: re.Match[str]) -> tuple[tuple[str, ...], int]:
    word = chunk[0].casefold()
    if word not in MACROS:
        meant = nearest(word, MACROS)
        hint = f" Did you mean `{meant}`?" if meant else ""
        listed = ", ".join(f"`{macro}`" for macro in MACROS)
        sentence = f"I know no “{chunk[0]}”.{hint} There are {listed}."
        raise Trouble(sentence, *chunk.span(), *([(*chunk.span(), meant)] if meant else []))
    return tuple(MACROS[word].split()), chunk.end()


def _five(chunks: Chunks) -> Chunks:
    first, fields = chunks[0], chunks[:_FIELD_COUNT]
    end = fields[-1].end()
    if len(fields) < _FIELD_COUNT:
        sentence = f"A cron has five fields: minute, hour, day, month, day of the week; here are {len(fields)}."
        raise Trouble(sentence, first.start(), end, (end, end, " *" * (_FIELD_COUNT - len(fields))))
    if len(chunks) > _FIELD_COUNT and _SIXTH.fullmatch(chunks[_FIELD_COUNT][0]):
        sentence = "A cron has five fields, from the minute on; here are six."
        seconds, sixth = (first.start(), chunks[1].start(), ""), (end, chunks[_FIELD_COUNT].end(), "")
        raise Trouble(sentence, first.start(), sixth[1], seconds if first[0] == "0" else sixth)
    return fields


def _checked(fields: Sequence[re.Match[str]]) -> tuple[str, ...]:
    try:
        read = tuple(canonical(tuple(field[0] for field in fields)).split())
    except BadField as bad:
        raise _bad(fields[bad.number], bad) from None
    except NeverComes:
        sentence = "There is no such day, so this would never come."
        raise Trouble(sentence, fields[2].start(), fields[4].end(), (*fields[3].span(), "*")) from None
    if not read[0].isdecimal():
        sentence = "A channel gets at most one digest an hour, so the minute is a single number."
        raise Trouble(sentence, *fields[0].span(), (*fields[0].span(), _first(read[0])))
    return read


def _bad(field: re.Match[str], bad: BadField) -> Trouble:
    sentence = f"“{field[0]}” is no {bad}: {_HINTS[bad.number]}."
    mended = _NAME.sub(lambda name: name[0][:3], field[0].upper()).replace("?", "*")
    if bad.number == 1:
        mended = re.sub(r"\b24\b", "0", mended)
    return Trouble(sentence, *field.span(), *([(*field.span(), mended)] if mended != field[0].upper() else []))


def _first(minutes: str) -> str:
    found = re.match(r"[0-9]+", minutes)
    return found[0] if found else "0"
