"""What we really saw: stretches of good looks, measurements, what changed and when, builds, and who was touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

sorted_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorts by code point on both databases."""

_DATES = (
    "updated_at", "created_at", "first_seen_at", "changed_at", "last_viewed_at", "emptied_at", "gone_at", "build_at",
)  # fmt: skip


def upgrade() -> None:
    """Create everything that watching needs; of what was before today, nothing is made up."""
    _extend_projects()
    _create_stretches()
    _create_touches()
    _create_samples()
    _create_builds()


def _extend_projects() -> None:
    for name in ("changed_at", "emptied_at", "queued_since"):
        op.add_column("project", sa.Column(name, sa.BigInteger))
    op.add_column("project", sa.Column("build_approved", sa.Boolean))
    op.add_column("project", sa.Column("build_at", sa.BigInteger))
    op.add_column("project", sa.Column("build_objection", sa.Text))
    for name in _DATES:
        known = "" if name == "first_seen_at" else f"WHERE {name} IS NOT NULL"
        op.execute(f"CREATE INDEX ix_project_{name} ON project (workspace, connection, {name}) {known}")
    if op.get_bind().dialect.name == "sqlite":
        _tell_sqlite_planner()


def _tell_sqlite_planner() -> None:
    """Say of the new indexes what the first schema says of the others: all rows may belong to one connection.

    https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table
    """
    rows = ", ".join(f"('project', 'ix_project_{name}', '100000 100000 50000 2')" for name in _DATES)
    op.execute(f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES {rows}")  # noqa: S608 - our own names
    op.execute("ANALYZE sqlite_schema")  # makes this connection read what was just said


def _create_stretches() -> None:
    op.create_table(
        "stretch",
        sa.Column("workspace", sorted_text, primary_key=True),
        sa.Column("connection", sorted_text, primary_key=True),
        sa.Column("job", sorted_text, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("every_us", sa.BigInteger, nullable=False),
    )


def _create_touches() -> None:
    op.create_table(
        "touch",
        sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
        sa.Column("mark", sa.BigInteger, nullable=False),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
    )
    op.create_index("ix_touch_queue", "touch", ["workspace", "connection", "mark"])


def _create_samples() -> None:
    op.create_table(
        "sample",
        sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("live", sa.BigInteger, nullable=False),
        sa.Column("queued", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_sample_at", "sample", ["at"])
    op.create_table(
        "sample_day",
        sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
        sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("peak_live", sa.BigInteger, nullable=False),
        sa.Column("peak_queued", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_sample_day_day", "sample_day", ["day"])


def _create_builds() -> None:
    op.create_table(
        "told_build",
        sa.Column("workspace", sorted_text, primary_key=True),
        sa.Column("connection", sorted_text, primary_key=True),
        sa.Column("key", sorted_text, primary_key=True),
        sa.Column("told_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_told_build_told_at", "told_build", ["workspace", "connection", "told_at"])
