"""Pages of a sorted list. A page begins beside a row, not at a number, so rows may come and go between two pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.errors import Expired
from bot.model import Cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.sorting import SortKey

_Value = str | int | None

_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the ways on and back."""

    rows: tuple[sa.Row[Any], ...]
    start: int
    previous: Cursor | None
    next: Cursor | None


NOTHING: Final = Page(rows=(), start=0, previous=None, next=None)


@dataclass(frozen=True, slots=True)
class Pager:
    """Reads pages of one sorted list.

    Args:
        connection: in a transaction.
        chosen: the rows, unsorted.
        keys: their order; the last one is an integer unique to each row.
        size: rows on a page.
        limit: rows on all pages together; None for all.
    """

    connection: AsyncConnection
    chosen: sa.Select[Any]
    keys: Sequence[SortKey]
    size: int
    limit: int | None = None

    async def read(self, cursor: Cursor | None) -> Page:
        """Read the page that a cursor leads to, or the first one.

        The page can be empty, if everything on that side has left; the way back is still offered.

        Raises:
            Expired: the cursor belongs to another order than this one.
        """
        forward = cursor is None or cursor.forward
        if cursor is not None and not _fits(self.keys, cursor.key):
            raise Expired
        rows = await self._fetch(cursor, self.size + 1)
        more, rows = len(rows) > self.size, rows[: self.size]
        if not forward:
            rows.reverse()
        first, last = self._edges(rows, cursor)
        after = more if forward else await self._any_after(last)
        start = await self._count_before(first) if cursor is not None and (forward or more) else 0
        return Page(
            rows=tuple(rows),
            start=start,
            previous=Cursor(forward=False, start=max(start - self.size, 0), key=first) if start else None,
            next=Cursor(forward=True, start=start + len(rows), key=last) if after else None,
        )

    async def _fetch(self, cursor: Cursor | None, size: int) -> list[sa.Row[Any]]:
        backward = cursor is not None and not cursor.forward
        named = [key.value.label(f"sort_{number}") for number, key in enumerate(self.keys)]
        chosen = self._within_limit().add_columns(*named).order_by(*self._order(backward=backward))
        if cursor is not None:
            chosen = chosen.where(_beyond(self.keys, cursor.key, backward=backward))
        return list((await self.connection.execute(chosen.limit(size))).all())

    async def _any_after(self, key: Sequence[_Value]) -> bool:
        chosen = self._within_limit().where(_beyond(self.keys, key, backward=False))
        return (await self.connection.execute(chosen.with_only_columns(sa.literal(1)).limit(1))).first() is not None

    async def _count_before(self, key: Sequence[_Value]) -> int:
        """Count the rows before a place as they are now: what a button says of them may be long past."""
        chosen = self._within_limit().where(_beyond(self.keys, key, backward=True))
        counted: int = (await self.connection.execute(chosen.with_only_columns(sa.func.count()))).scalar_one()
        return counted

    def _within_limit(self) -> sa.Select[Any]:
        """Leave out what the limit leaves out now, so that pages never need to know how many rows were on others."""
        if self.limit is None:
            return self.chosen
        identity = self.keys[-1].value
        first = self.chosen.with_only_columns(identity).order_by(*self._order(backward=False)).limit(self.limit)
        return self.chosen.where(identity.in_(first.correlate(None)))

    def _order(self, *, backward: bool) -> list[sa.ColumnElement[Any]]:
        return [key.ordered(backward=backward) for key in self.keys]

    def _edges(
        self, rows: Sequence[sa.Row[Any]], cursor: Cursor | None
    ) -> tuple[tuple[_Value, ...], tuple[_Value, ...]]:
        """Return the sort values of the first and the last row.

        An empty page has the edge it was reached from, moved by one step, so that the way back includes that row.
        """
        if rows:
            return self._key(rows[0]), self._key(rows[-1])
        if cursor is None:
            return (), ()
        *others, ref = cursor.key
        step = 1 if cursor.forward != self.keys[-1].descending else -1
        edge = (*others, int(ref or 0) + step)
        return edge, edge

    def _key(self, row: sa.Row[Any]) -> tuple[_Value, ...]:
        return tuple(row[-len(self.keys) :])


def _fits(keys: Sequence[SortKey], values: Sequence[object]) -> bool:
    return len(keys) == len(values) and all(map(_is_value_of, keys, values))


def _is_value_of(key: SortKey, value: object) -> bool:
    if value is None:
        return key.nullable
    if isinstance(value, int):
        return key.value.type.python_type is int and abs(value) < _LARGEST
    return isinstance(value, key.value.type.python_type)


def _beyond(keys: Sequence[SortKey], values: Sequence[_Value], *, backward: bool) -> sa.ColumnElement[bool]:
    """Tell whether a row comes after a place in the order (before it, if `backward`)."""
    key, value = keys[0], values[0]
    further = _further(key, value, backward=backward)
    if len(keys) == 1:
        return further
    rest = _beyond(keys[1:], values[1:], backward=backward)
    if value is None:
        return sa.or_(further, sa.and_(key.value.is_(None), rest))
    tie = sa.and_(key.value == value, rest)
    if key.nullable:
        return sa.or_(further, tie)
    # says the same twice, but in a form from which a database begins to read its index
    reached = key.value <= value if key.descending != backward else key.value >= value
    return sa.and_(reached, sa.or_(further, tie))


def _further(key: SortKey, value: _Value, *, backward: bool) -> sa.ColumnElement[bool]:
    if value is None:
        return key.value.is_not(None) if backward else sa.false()
    beyond = key.value < value if key.descending != backward else key.value > value
    return sa.or_(beyond, key.value.is_(None)) if key.nullable and not backward else beyond
