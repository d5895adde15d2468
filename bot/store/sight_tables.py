"""The tables of what we saw, and of what changed meanwhile; see `bot.store.tables` for the others."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store.column_types import Instant, SortedText
from bot.store.tables import metadata

stretch: Final = sa.Table(
    "stretch",
    metadata,
    sa.Column("workspace", SortedText, primary_key=True),
    sa.Column("connection", SortedText, primary_key=True),
    sa.Column("job", SortedText, primary_key=True),
    sa.Column("since", Instant, primary_key=True, autoincrement=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("every_us", sa.BigInteger, nullable=False),
)
"""`bot.model.Stretch`, by the job that looked: ``listing`` or ``viewers``."""

touch: Final = sa.Table(
    "touch",
    metadata,
    sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
    sa.Column("mark", sa.BigInteger, nullable=False),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
)
"""Projects that somebody is still to take note of."""

sample: Final = sa.Table(
    "sample",
    metadata,
    sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
    sa.Column("at", Instant, primary_key=True, autoincrement=False),
    sa.Column("live", sa.BigInteger, nullable=False),
    sa.Column("queued", sa.BigInteger, nullable=False),
)
"""Every measurement of viewers, for some days."""

sample_day: Final = sa.Table(
    "sample_day",
    metadata,
    sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
    sa.Column("day", Instant, primary_key=True, autoincrement=False),
    sa.Column("samples", sa.Integer, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("peak_live", sa.BigInteger, nullable=False),
    sa.Column("peak_queued", sa.BigInteger, nullable=False),
)
"""The sums of a day of measurements; the day is its midnight, UTC."""

told_build: Final = sa.Table(
    "told_build",
    metadata,
    sa.Column("workspace", SortedText, primary_key=True),
    sa.Column("connection", SortedText, primary_key=True),
    sa.Column("key", SortedText, primary_key=True),
    sa.Column("told_at", Instant, nullable=False),
)
"""What a source told us of builds lately, so that a message that comes twice is one."""
