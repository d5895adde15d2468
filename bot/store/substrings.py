"""Finding text inside folded text: patterns for LIKE, and the trigram indexes that spare most rows the comparison.

What is compared is folded on both sides, so the comparison itself is exact. `bot.grammar.fold` also strips: a blank at
the edge of a part counts for nothing, ``"a "*b`` means what ``a*b`` means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.grammar import fold
from bot.store.tables import project, project_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.query import Pattern

TRIGRAM: Final = 3
"""Characters below which a trigram index cannot help."""

_WILD: Final = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def contains(column: sa.ColumnElement[Any], parts: Sequence[str]) -> sa.ColumnElement[bool]:
    """Tell whether folded `parts` stand in a column in this order, anything between them."""
    return _like(column, f"%{_joined(parts)}%")


def is_whole(column: sa.ColumnElement[Any], pattern: Pattern) -> sa.ColumnElement[bool]:
    """Tell whether a folded column is this text; with wildcards, whether all of it fits."""
    parts = folded(pattern)
    return _like(column, _joined(parts)) if pattern.wild else column == parts[0]


def starts_with(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Tell whether a folded column begins with a folded text."""
    return _like(column, f"{_joined((text,))}%")


def is_mentioned(pattern: Pattern) -> sa.ColumnElement[bool]:
    """Tell whether name, id or description holds what a word says; its parts must stand in one of the three."""
    parts = folded(pattern)
    anywhere = contains(project.c.search_text, parts)
    if not pattern.wild:
        return anywhere
    lines = (project.c.name_folded, project.c.id_folded, _description_folded())
    return sa.and_(anywhere, sa.or_(*(contains(line, parts) for line in lines)))


def narrowed(parts: Sequence[str], dialect: str) -> sa.ColumnElement[bool]:
    """Narrow the rows to those that hold the longest of some folded parts in name, id or description, by the index.

    True for all rows where the index cannot help; an exact condition has to stand beside it.
    """
    longest = max(parts, key=len, default="")
    if len(longest) < TRIGRAM:
        return sa.true()
    if dialect == "postgresql":
        return contains(project.c.search_text, (longest,))
    phrase = '"' + longest.replace('"', '""') + '"'
    hits = sa.select(project_words.c.rowid).where(project_words.c.search_text.op("MATCH")(phrase))
    return project.c.ref.in_(hits)


def folded(pattern: Pattern) -> tuple[str, ...]:
    """Fold the parts of a pattern."""
    return tuple(fold(part) for part in pattern.parts)


def _description_folded() -> sa.ColumnElement[str]:
    """Return the last line of the search text; the other two have columns of their own."""
    before = sa.func.length(project.c.name_folded) + sa.func.length(project.c.id_folded)
    return sa.func.substr(project.c.search_text, before + 3, type_=project.c.search_text.type)


def _like(column: sa.ColumnElement[Any], pattern: str) -> sa.ColumnElement[bool]:
    return column.like(pattern, escape="\\")


def _joined(parts: Sequence[str]) -> str:
    return "%".join(part.translate(_WILD) for part in parts)
