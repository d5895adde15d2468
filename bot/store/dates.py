"""Which projects have a date between two moments: what becomes old between two evaluations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.store.batches import batches
from bot.store.column_types import Instant
from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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

_BATCH: Final = 200
"""Spans in one question."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)
"""Earlier than any date."""

_WITHOUT_JIT: Final = "SET LOCAL jit = off"
"""It expects hundreds of rows in each span, and would compile for half a second what takes milliseconds.

https://www.postgresql.org/docs/current/jit-decision.html
"""

Span = tuple[datetime | None, datetime]
"""``since < date <= until``; None: open."""


async def dated(
    connection: AsyncConnection, workspace: str, name: str, spans: Sequence[Span]
) -> tuple[frozenset[int], ...]:
    """Return the projects with any date in a span, for each of the spans."""
    found: list[frozenset[int]] = [frozenset()] * len(spans)
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(_WITHOUT_JIT)
    for batch in batches(enumerate(spans), _BATCH):
        for place, *lists in await connection.execute(_question(workspace, name, _asked(batch))):
            found[place] = frozenset(_numbers(lists))
    return tuple(found)


def _question(workspace: str, name: str, asked: sa.CTE) -> sa.Select[Any]:
    """Look every span up in the index of each date.

    A join says the same, but before one SQLite reads all projects to make a Bloom filter.
    """
    ours = sa.and_(_P.workspace == workspace, _P.connection == name)
    ref = sa.cast(_P.ref, sa.Text)
    each = [
        sa.select(sa.func.aggregate_strings(ref, ",")).where(ours, *_inside(column, asked)).scalar_subquery()
        for column in _DATES
    ]
    return sa.select(asked.c.place, *each)


def _numbers(lists: Iterable[str | None]) -> Iterator[int]:
    """Read numbers from lists such as ``3,17``, of which some may be missing."""
    for refs in filter(None, lists):
        yield from map(int, refs.split(","))


def _asked(spans: Sequence[tuple[int, Span]]) -> sa.CTE:
    """Return the spans as a table."""
    columns = sa.column("place", sa.Integer), sa.column("since", Instant), sa.column("until", Instant)
    rows = [(place, since or _EVER, until) for place, (since, until) in spans]
    return sa.values(*columns, name="span").data(rows).cte("span")


def _inside(column: sa.Column[Any], asked: sa.CTE) -> list[sa.ColumnElement[bool]]:
    return [column > asked.c.since, column <= asked.c.until]
