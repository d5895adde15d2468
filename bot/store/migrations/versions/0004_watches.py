"""Watches: what channels care about, their alerts, the cards that tell of them, and sources in trouble."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

sorted_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorts by code point on both databases."""

never_again = {"sqlite_autoincrement": True}
"""SQLite would give the number of the last row again once that is deleted; jobs and messages are known by it.

https://www.sqlite.org/autoinc.html
"""


def upgrade() -> None:
    """Create everything that watches need."""
    _create_watches()
    _create_cards()
    _create_alerts()
    _index_alerts()
    _create_steps()
    _create_outages()
    _create_holds()


def _create_watches() -> None:
    op.create_table(
        "watch",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("channel", sorted_text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("threshold_s", sa.BigInteger),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("working_days", sa.Boolean, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("hours", sa.Text),
        sa.Column("broadcast", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("pause_kind", sa.Text),
        sa.Column("pause_at", sa.BigInteger),
        sa.Column("pause_reason", sa.Text),
        sa.Column("pause_by", sa.Text),
        sa.Column("removed_at", sa.BigInteger),
        sa.UniqueConstraint("workspace", "channel", "number"),
    )
    op.create_table(
        "watch_change",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("ix_watch_change_newest", "watch_change", ["watch", "ref"])
    op.create_table(
        "watch_progress",
        sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), primary_key=True, autoincrement=False),
        sa.Column("connection", sorted_text, primary_key=True),
        sa.Column("cutoff", sa.BigInteger, nullable=False),
    )


def _create_cards() -> None:
    op.create_table(
        "card",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("channel", sorted_text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
        sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref")),
        sa.Column("subject", sa.Integer),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("posted_channel", sa.Text),
        sa.Column("posted_ts", sa.Text),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("edited_at", sa.BigInteger),
        sa.Column("drawn", sa.Text, nullable=False),
        sa.Column("end_told", sa.Boolean, nullable=False),
        sa.Column("after", sa.Integer),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("sending", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        **never_again,
    )
    op.execute("CREATE UNIQUE INDEX ix_card_of_watch ON card (watch, connection) WHERE closed_at IS NULL")
    op.execute("CREATE UNIQUE INDEX ix_card_of_subject ON card (subject, kind, channel, workspace)")
    op.execute("CREATE INDEX ix_card_due ON card (workspace, due_at) WHERE due_at IS NOT NULL")
    op.execute("CREATE INDEX ix_card_leased ON card (workspace, lease_until) WHERE lease_until IS NOT NULL")
    op.execute("CREATE INDEX ix_card_closed ON card (closed_at) WHERE closed_at IS NOT NULL")


def _create_alerts() -> None:
    """Create alerts; their projects are no foreign key, because forgetting a project must not wait for its alerts."""
    op.create_table(
        "alert",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), nullable=False),
        sa.Column("project", sa.Integer, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("opened_at", sa.BigInteger),
        sa.Column("baseline", sa.Boolean, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("signal_at", sa.BigInteger),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("card", sa.Integer, sa.ForeignKey("card.ref")),
        sa.Column("announcing", sa.Text),
        sa.Column("announced_at", sa.BigInteger),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("repeated_at", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("snoozed_by", sa.Text),
        sa.Column("snoozed_at", sa.BigInteger),
        sa.Column("snoozed_until", sa.BigInteger),
        sa.Column("snooze_reason", sa.Text),
        sa.Column("snooze_noted", sa.Boolean),
        sa.Column("acked_by", sa.Text),
        sa.Column("acked_at", sa.BigInteger),
        sa.Column("acked_until", sa.BigInteger),
        sa.Column("ack_note", sa.Text),
        sa.Column("kept_by", sa.Text),
        sa.Column("kept_at", sa.BigInteger),
        sa.Column("kept_until", sa.BigInteger),
        sa.Column("keep_reason", sa.Text),
        sa.Column("keep_asked", sa.Boolean),
        sa.Column("owner", sa.Text),
        sa.Column("flips", sa.Text, nullable=False),
        sa.Column("flapping_since", sa.BigInteger),
        sa.UniqueConstraint("watch", "project"),
        **never_again,
    )
    op.create_table(
        "alert_number",
        sa.Column("workspace", sorted_text, primary_key=True),
        sa.Column("channel", sorted_text, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _index_alerts() -> None:
    op.execute("CREATE INDEX ix_alert_next ON alert (workspace, next_at) WHERE next_at IS NOT NULL")
    op.execute("CREATE INDEX ix_alert_card ON alert (card) WHERE card IS NOT NULL")
    live = "state IN ('inactive', 'recovering') OR snoozed_at IS NOT NULL OR kept_at IS NOT NULL"
    op.execute(f"CREATE INDEX ix_alert_live ON alert (workspace, watch, connection) WHERE {live}")


def _create_steps() -> None:
    op.create_table(
        "alert_step",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("alert", sa.Integer, sa.ForeignKey("alert.ref"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("telling", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("told", sa.Boolean, nullable=False),
        **never_again,
    )
    op.create_index("ix_alert_step_newest", "alert_step", ["alert", "ref"])
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(
        f"CREATE INDEX ix_alert_step_untold ON alert_step (alert, ref) WHERE told = {no} AND telling <> 'nobody'"
    )


def _create_outages() -> None:
    op.create_table(
        "outage",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("missed", sa.Integer),
        sa.Column("repeated_at", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        **never_again,
    )
    op.execute("CREATE UNIQUE INDEX ix_outage_now ON outage (workspace, connection) WHERE ended_at IS NULL")


def _create_holds() -> None:
    op.create_table(
        "hold",
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("workspace", sorted_text, nullable=False),
        sa.Column("connection", sorted_text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("projects", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("released_at", sa.BigInteger),
        sa.Column("released_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        **never_again,
    )
    op.execute("CREATE UNIQUE INDEX ix_hold_now ON hold (workspace, connection) WHERE released_at IS NULL")
