"""The tables of digests as the queries see them; see `bot.store.tables` for the others."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store.column_types import Instant, SafeText, SortedText
from bot.store.tables import metadata

digest: Final = sa.Table(
    "digest",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("channel", SortedText, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("owner", SafeText),
    sa.Column("query", SafeText, nullable=False),
    sa.Column("cron", SafeText, nullable=False),
    sa.Column("zone", SafeText, nullable=False),
    sa.Column("empty", SafeText, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("next_local", SafeText),
    sa.Column("next_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("pause_kind", SafeText),
    sa.Column("pause_at", Instant),
    sa.Column("pause_reason", SafeText),
    sa.Column("pause_by", SafeText),
    sa.Column("delivered_at", Instant),
    sa.Column("removed_at", Instant),
    sa.UniqueConstraint("workspace", "channel", "number"),
)

digest_change: Final = sa.Table(
    "digest_change",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", SafeText),
    sa.Column("what", SafeText, nullable=False),
)

delivery: Final = sa.Table(
    "delivery",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("slot", SortedText, nullable=False),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("state", SafeText, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("holder", SafeText),
    sa.Column("lease_until", Instant),
    sa.Column("posting_at", Instant),
    sa.Column("retry_at", Instant),
    sa.Column("reason", SafeText, nullable=False),
    sa.Column("merged", sa.Integer, nullable=False),
    sa.Column("by", SafeText),
    sa.Column("posted_channel", SafeText),
    sa.Column("posted_ts", SafeText),
    sa.Column("finished_at", Instant),
    sa.UniqueConstraint("digest", "slot"),
)
"""What is not finished has no `finished_at`. `holder` and `posting_at` are for whoever looks into the database."""

snapshot: Final = sa.Table(
    "snapshot",
    metadata,
    sa.Column("delivery", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("digest", sa.Integer, sa.ForeignKey("digest.ref"), nullable=False),
    sa.Column("delivered", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("query", SafeText, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""At most one that was delivered per digest, and those of messages that are being sent."""

pace: Final = sa.Table(
    "pace",
    metadata,
    sa.Column("key", SortedText, primary_key=True),
    sa.Column("free_at", Instant, nullable=False),
)

uptime: Final = sa.Table(
    "uptime",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
)

viewer_peak: Final = sa.Table(
    "viewer_peak",
    metadata,
    sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), primary_key=True, autoincrement=False),
    sa.Column("bucket", Instant, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("live", sa.BigInteger, nullable=False),
    sa.Column("queued", sa.BigInteger, nullable=False),
)
"""The most people at a project at once in ten minutes, and when; where nobody was, there is no row."""
