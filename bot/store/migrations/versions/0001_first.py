"""The first schema: workspaces, connections, claims, projects, events and requests seen."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from alembic import op
from sqlalchemy.exc import ProgrammingError

revision = "0001"
down_revision = None

log = structlog.get_logger(__name__)

sorted_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorts by code point on both databases."""

_LISTED = "WHERE gone_at IS NULL"


def upgrade() -> None:
    """Create everything."""
    _create_connections()
    _create_projects()
    _create_events()
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_word_index()
        _tell_sqlite_planner()
    else:
        _create_postgresql_word_index()


def _create_connections() -> None:
    op.create_table("workspace", sa.Column("name", sorted_text, primary_key=True))
    op.create_table(
        "connection",
        sa.Column("workspace", sorted_text, sa.ForeignKey("workspace.name"), primary_key=True),
        sa.Column("name", sorted_text, primary_key=True),
        sa.Column("source", sorted_text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("measures_viewers", sa.Boolean, nullable=False),
        sa.Column("configured", sa.Boolean, nullable=False),
        sa.Column("listed", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("listed_archived", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("last_success_at", sa.BigInteger),
        sa.Column("last_attempt_at", sa.BigInteger),
        sa.Column("last_full_at", sa.BigInteger),
        sa.Column("newest_at", sa.BigInteger),
        sa.Column("watched_since", sa.BigInteger),
        sa.Column("quota_used", sa.BigInteger),
        sa.Column("quota_limit", sa.BigInteger),
        sa.Column("listing_problem", sa.Text),
        sa.Column("listing_problem_detail", sa.Text),
        sa.Column("listing_problem_since", sa.BigInteger),
        sa.Column("listing_retry_at", sa.BigInteger),
        sa.Column("viewers_at", sa.BigInteger),
        sa.Column("viewers_problem", sa.Text),
        sa.Column("viewers_problem_detail", sa.Text),
        sa.Column("viewers_problem_since", sa.BigInteger),
        sa.Column("viewers_retry_at", sa.BigInteger),
    )
    op.create_table(
        "claim",
        sa.Column("workspace", sorted_text, primary_key=True),
        sa.Column("connection", sorted_text, primary_key=True),
        sa.Column("job", sorted_text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )


def _create_projects() -> None:
    op.create_table(
        "project",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
        sa.Column("project_id", sorted_text, nullable=False),
        sa.Column("source", sorted_text, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean),
        sa.Column("lapsed", sa.Boolean, nullable=False),
        sa.Column("pinned", sa.Boolean),
        sa.Column("is_owner", sa.Boolean),
        sa.Column("gone_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("service_count", sa.BigInteger),
        sa.Column("live", sa.BigInteger),
        sa.Column("queued", sa.BigInteger),
        sa.Column("viewers_at", sa.BigInteger),
        sa.Column("last_viewed_at", sa.BigInteger),
        sa.Column("subscription", sa.Text),
        sa.Column("subscription_folded", sa.Text),
        sa.Column("created_by", sa.Text),
        sa.Column("created_by_folded", sa.Text),
        sa.Column("created_by_kind", sa.Text),
        sa.Column("updated_by", sa.Text),
        sa.Column("updated_by_folded", sa.Text),
        sa.Column("updated_by_kind", sa.Text),
        sa.Column("name_key", sorted_text, nullable=False),
        sa.Column("id_key", sorted_text, nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False),
        sa.Column("id_folded", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("url", sa.Text),
        sa.ForeignKeyConstraint(["workspace", "connection"], ["connection.workspace", "connection.name"]),
        sa.UniqueConstraint("project_id", "connection", "workspace"),
    )
    _index_projects()


def _index_projects() -> None:
    """Index the orders that lists are read in, and what is counted; `gone_at` makes the latter answer by itself."""
    # PostgreSQL has to be told where the NULLs are; in SQLite they are last in a falling order anyway
    last = "NULLS LAST" if op.get_bind().dialect.name == "postgresql" else ""
    ties = "name_key, connection, id_key, ref"
    op.execute(f"CREATE INDEX ix_project_by_name ON project (workspace, {ties}) {_LISTED}")
    op.execute(f"CREATE INDEX ix_project_by_update ON project (workspace, updated_at DESC {last}, {ties}) {_LISTED}")
    op.execute("CREATE INDEX ix_project_counted ON project (workspace, connection, archived, gone_at)")


def _create_events() -> None:
    op.create_table(
        "event",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("project_ref", sa.Integer, sa.ForeignKey("project.ref"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )
    op.create_index("ix_event_by_time", "event", ["workspace", "at", "ref"])
    op.create_index("ix_event_by_project", "event", ["project_ref", "at"])
    op.create_table(
        "seen_request",
        sa.Column("workspace", sorted_text, primary_key=True),
        sa.Column("key", sorted_text, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_seen_request_seen_at", "seen_request", ["seen_at"])


def _create_sqlite_word_index() -> None:
    """Index every three characters in a row; the text itself stays in `project`.

    https://www.sqlite.org/fts5.html#the_trigram_tokenizer and #external_content_tables
    """
    op.execute(
        "CREATE VIRTUAL TABLE project_words USING fts5("
        "search_text, content='project', content_rowid='ref', columnsize=0, tokenize='trigram case_sensitive 1')"
    )
    add = "INSERT INTO project_words (rowid, search_text) VALUES (new.ref, new.search_text);"
    drop = "INSERT INTO project_words (project_words, rowid, search_text) VALUES ('delete', old.ref, old.search_text);"
    op.execute(f"CREATE TRIGGER project_words_add AFTER INSERT ON project BEGIN {add} END")
    op.execute(f"CREATE TRIGGER project_words_drop AFTER DELETE ON project BEGIN {drop} END")
    op.execute(
        "CREATE TRIGGER project_words_swap AFTER UPDATE OF search_text ON project"
        f" WHEN old.search_text <> new.search_text BEGIN {drop} {add} END"
    )


def _tell_sqlite_planner() -> None:
    """Say what a large table looks like; SQLite would else take it that a workspace has some ten projects.

    https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table
    """
    op.execute("ANALYZE project")
    op.execute(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES"
        " ('project', 'sqlite_autoindex_project_1', '100000 1 1 1'),"
        " ('project', 'ix_project_by_name', '100000 100000 2 2 1 1'),"
        " ('project', 'ix_project_by_update', '100000 100000 2 1 1 1 1'),"
        " ('project', 'ix_project_counted', '100000 100000 50000 25000 25000')"
    )
    op.execute("ANALYZE sqlite_schema")  # makes this connection read what was just said


def _create_postgresql_word_index() -> None:
    """Index every three characters in a row, if this role may have the extension; without it searches only read more.

    https://www.postgresql.org/docs/current/pgtrgm.html
    """
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX ix_project_words ON project USING gin (search_text gin_trgm_ops)")
    except ProgrammingError:
        log.warning("schema.trigrams_refused")
