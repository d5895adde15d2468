"""INSERT ... ON CONFLICT, which both databases spell alike and SQLAlchemy keeps in two dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(table: sa.Table, connection: AsyncConnection) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that may say what to do about a row that is already there."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
