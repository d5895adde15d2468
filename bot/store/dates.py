"""Which projects have a date between two moments: what becomes old between two evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_P: Final = project.c

_DATES: Final[tuple[sa.Column[Any], ...]] = (
    _P.updated_at,
    _P.created_at,
    _P.first_seen_at,
    _P.changed_at,
    _P.last_viewed_at,
    _P.measured_since,
    _P.emptied_at,
    _P.gone_at,
    _P.build_at,
)
"""Each has an index of its own that begins with workspace and connection."""

Span = tuple["datetime | None", "datetime"]
"""``since < date <= until``; None: open."""


async def dated(connection: AsyncConnection, workspace: str, name: str, spans: Iterable[Span]) -> frozenset[int]:
    """Return the projects with any date in one of the spans."""
    found: set[int] = set()
    for span in _joined(spans):
        ours = sa.and_(_P.workspace == workspace, _P.connection == name)
        each = [sa.select(_P.ref).where(ours, *_inside(column, span)) for column in _DATES]
        found.update((await connection.execute(sa.union_all(*each))).scalars())
    return frozenset(found)


def _inside(column: sa.Column[Any], span: Span) -> list[sa.ColumnElement[bool]]:
    since, until = span
    return [column <= until] if since is None else [column > since, column <= until]


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join spans that overlap or touch, so that no project is looked for twice."""
    last: Span | None = None
    for span in sorted(spans, key=lambda each: (each[0] is not None, *each)):
        if last is None or (span[0] is not None and span[0] > last[1]):
            if last is not None:
                yield last
            last = span
        else:
            last = (last[0], max(last[1], span[1]))
    if last is not None:
        yield last
