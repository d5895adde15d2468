"""Since when projects are measured and watches ask what they ask, which watches are mute, and what we did ourselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INDEX = "ix_project_measured_since"

_FIRST_MEASURED = """
UPDATE project SET measured_since = COALESCE(
    (SELECT MIN(day) + 86400000000 FROM sample_day WHERE project_ref = project.ref),
    (SELECT MIN(at) FROM sample WHERE project_ref = project.ref)
) WHERE viewers_at IS NOT NULL
"""
"""As far as the record goes back; of its oldest day, which may have begun without us, the end."""


def upgrade() -> None:
    """Add the dates, of which the first is read from what was measured; the second is unknown."""
    op.add_column("project", sa.Column("measured_since", sa.BigInteger))
    op.add_column("project", sa.Column("own_at", sa.BigInteger))
    op.add_column("watch", sa.Column("asked_at", sa.BigInteger))
    op.add_column("watch_progress", sa.Column("mute", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_alert_project", "alert", ["project"])
    op.add_column("hold", sa.Column("let_through_at", sa.BigInteger))
    op.execute("UPDATE hold SET let_through_at = released_at")
    op.execute(_FIRST_MEASURED)
    op.execute(
        f"CREATE INDEX {_INDEX} ON project (workspace, connection, measured_since) WHERE measured_since IS NOT NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        _tell_sqlite_planner()


def _tell_sqlite_planner() -> None:
    """Say of the new index what is said of the other dates: all rows may belong to one connection.

    https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table
    """
    op.execute(
        f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('project', '{_INDEX}', '100000 100000 50000 2')"  # noqa: S608 - our own names
    )
    op.execute("ANALYZE sqlite_schema")  # makes this connection read what was just said
