"""The tables as the queries see them.

How they came to be, and their indexes, is in `migrations/`; a test compares the columns.

Every row belongs to a workspace. Columns ending in ``_folded`` hold `bot.grammar.fold` of the text beside them.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store.column_types import Instant, SafeText, SortedText

KEY_LENGTH: Final = 100
"""Characters of a name or id that take part in sorting: a place in a list has to fit into a button."""

metadata: Final = sa.MetaData()

workspace: Final = sa.Table(
    "workspace",
    metadata,
    sa.Column("name", SortedText, primary_key=True),
)

connection: Final = sa.Table(
    "connection",
    metadata,
    sa.Column("workspace", SortedText, sa.ForeignKey("workspace.name"), primary_key=True),
    sa.Column("name", SortedText, primary_key=True),
    sa.Column("source", SortedText, nullable=False),
    sa.Column("title", SafeText, nullable=False),
    sa.Column("measures_viewers", sa.Boolean, nullable=False),
    sa.Column("configured", sa.Boolean, nullable=False),
    sa.Column("listed", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("listed_archived", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("last_success_at", Instant),
    sa.Column("last_attempt_at", Instant),
    sa.Column("last_full_at", Instant),
    sa.Column("newest_at", Instant),
    sa.Column("watched_since", Instant),
    sa.Column("quota_used", sa.BigInteger),
    sa.Column("quota_limit", sa.BigInteger),
    sa.Column("listing_problem", SafeText),
    sa.Column("listing_problem_detail", SafeText),
    sa.Column("listing_problem_since", Instant),
    sa.Column("listing_retry_at", Instant),
    sa.Column("viewers_at", Instant),
    sa.Column("viewers_problem", SafeText),
    sa.Column("viewers_problem_detail", SafeText),
    sa.Column("viewers_problem_since", Instant),
    sa.Column("viewers_retry_at", Instant),
)

claim: Final = sa.Table(
    "claim",
    metadata,
    sa.Column("workspace", SortedText, primary_key=True),
    sa.Column("connection", SortedText, primary_key=True),
    sa.Column("job", SortedText, primary_key=True),
    sa.Column("holder", SafeText, nullable=False),
    sa.Column("until", Instant, nullable=False),
)

project: Final = sa.Table(
    "project",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
    sa.Column("project_id", SortedText, nullable=False),
    sa.Column("source", SortedText, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("enabled", sa.Boolean),
    sa.Column("lapsed", sa.Boolean, nullable=False),
    sa.Column("pinned", sa.Boolean),
    sa.Column("is_owner", sa.Boolean),
    sa.Column("gone_at", Instant),
    sa.Column("created_at", Instant),
    sa.Column("updated_at", Instant),
    sa.Column("first_seen_at", Instant, nullable=False),
    sa.Column("service_count", sa.BigInteger),
    sa.Column("live", sa.BigInteger),
    sa.Column("queued", sa.BigInteger),
    sa.Column("viewers_at", Instant),
    sa.Column("last_viewed_at", Instant),
    sa.Column("queued_since", Instant),
    sa.Column("measured_since", Instant),
    sa.Column("changed_at", Instant),
    sa.Column("emptied_at", Instant),
    sa.Column("own_at", Instant),
    sa.Column("build_approved", sa.Boolean),
    sa.Column("build_at", Instant),
    sa.Column("build_objection", SafeText),
    sa.Column("subscription", SafeText),
    sa.Column("subscription_folded", SafeText),
    sa.Column("created_by", SafeText),
    sa.Column("created_by_folded", SafeText),
    sa.Column("created_by_kind", SafeText),
    sa.Column("updated_by", SafeText),
    sa.Column("updated_by_folded", SafeText),
    sa.Column("updated_by_kind", SafeText),
    sa.Column("name_key", SortedText, nullable=False),
    sa.Column("id_key", SortedText, nullable=False),
    sa.Column("name_folded", SafeText, nullable=False),
    sa.Column("id_folded", SafeText, nullable=False),
    sa.Column("search_text", SafeText, nullable=False),
    sa.Column("name", SafeText, nullable=False),
    sa.Column("description", SafeText),
    sa.Column("url", SafeText),
    sa.ForeignKeyConstraint(["workspace", "connection"], ["connection.workspace", "connection.name"]),
    sa.UniqueConstraint("project_id", "connection", "workspace"),
)

event: Final = sa.Table(
    "event",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), nullable=False),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("before", SafeText),
    sa.Column("after", SafeText),
)

seen_request: Final = sa.Table(
    "seen_request",
    metadata,
    sa.Column("workspace", SortedText, primary_key=True),
    sa.Column("key", SortedText, primary_key=True),
    sa.Column("seen_at", Instant, nullable=False),
)

project_words: Final = sa.table("project_words", sa.column("rowid", sa.Integer), sa.column("search_text", SafeText))
"""SQLite only: the trigram index over `project.c.search_text`, kept up to date by triggers."""
