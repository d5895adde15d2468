"""Digests: what channels asked for, what was planned and sent, our pace and uptime, and peaks of viewers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

sorted_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorts by code point on both databases."""


def upgrade() -> None:
    """Create everything that digests need."""
    _create_digests()
    _create_deliveries()
    _create_snapshots()
    _create_pace_and_uptime()
    _create_peaks()


def _create_digests() -> None:
    op.create_table(
        "digest",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("channel", sorted_text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("cron", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("empty", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("next_local", sa.Text),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("pause_kind", sa.Text),
        sa.Column("pause_at", sa.BigInteger),
        sa.Column("pause_reason", sa.Text),
        sa.Column("pause_by", sa.Text),
        sa.Column("delivered_at", sa.BigInteger),
        sa.Column("removed_at", sa.BigInteger),
        sa.UniqueConstraint("workspace", "channel", "number"),
    )
    active = "WHERE pause_kind IS NULL AND removed_at IS NULL"
    op.execute(f"CREATE INDEX ix_digest_due ON digest (workspace, due_at, ref) {active}")
    resting = "WHERE pause_kind IS NOT NULL AND removed_at IS NULL"
    op.execute(f"CREATE INDEX ix_digest_resting ON digest (workspace, pause_kind, channel) {resting}")
    op.create_table(
        "digest_change",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("ix_digest_change_newest", "digest_change", ["digest", "ref"])


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("slot", sorted_text, nullable=False),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("posting_at", sa.BigInteger),
        sa.Column("retry_at", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("merged", sa.Integer, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("posted_channel", sa.Text),
        sa.Column("posted_ts", sa.Text),
        sa.Column("finished_at", sa.BigInteger),
        sa.UniqueConstraint("digest", "slot"),
    )
    op.create_index("ix_delivery_newest", "delivery", ["digest", "planned_at", "ref"])
    op.execute("CREATE INDEX ix_delivery_waiting ON delivery (workspace, due_at, ref) WHERE finished_at IS NULL")
    op.execute(
        "CREATE INDEX ix_delivery_finished ON delivery (finished_at, workspace, state) WHERE finished_at IS NOT NULL"
    )


def _create_snapshots() -> None:
    op.create_table(
        "snapshot",
        sa.Column("delivery", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
        sa.Column("delivered", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_snapshot_digest", "snapshot", ["digest", "delivered"])


def _create_pace_and_uptime() -> None:
    op.create_table(
        "pace",
        sa.Column("key", sorted_text, primary_key=True),
        sa.Column("free_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "uptime",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_uptime_until", "uptime", ["until"])


def _create_peaks() -> None:
    op.create_table(
        "viewer_peak",
        sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
        sa.Column("bucket", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("live", sa.BigInteger, nullable=False),
        sa.Column("queued", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_viewer_peak_bucket", "viewer_peak", ["workspace", "bucket"])
