"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole microseconds since 1970: compares and sorts alike on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn a datetime into microseconds.

        Raises:
            ValueError: the datetime has no zone, so that nobody knows which moment it means.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn microseconds into a datetime."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def later(at: sa.ColumnElement[datetime], by: timedelta) -> sa.ColumnElement[datetime]:
    """Compute a moment that much after another one, in the database."""
    return sa.type_coerce(sa.type_coerce(at, sa.BigInteger) + by // _MICROSECOND, Instant)


class SafeText(sa.types.TypeDecorator[str]):
    """Text of any kind: what a database cannot hold (NUL, half a surrogate pair) becomes a replacement character.

    PostgreSQL refuses NUL in text: https://www.postgresql.org/docs/current/datatype-character.html
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Replace what cannot be stored; done to what is compared as well, so that it still matches itself."""
        if value is None:
            return None
        return _UNSTORABLE.sub("\ufffd", value)


class SortedText(SafeText):
    """Text that sorts by code point, whatever the locale of the database.

    SQLite does so anyway; PostgreSQL is told by its collation ``C``.
    """

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[str]:
        """Name the collation where there is one to choose."""
        return sa.Text(collation="C" if dialect.name == "postgresql" else None)
