"""The tables of watches, alerts and cards as the queries see them; see `bot.store.tables` for the others."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store.column_types import Instant, SafeText, SortedText
from bot.store.tables import metadata

watch: Final = sa.Table(
    "watch",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("channel", SortedText, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("owner", SafeText),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("threshold_s", sa.BigInteger),
    sa.Column("signals", SafeText, nullable=False),
    sa.Column("working_days", sa.Boolean, nullable=False),
    sa.Column("query", SafeText, nullable=False),
    sa.Column("zone", SafeText, nullable=False),
    sa.Column("hours", SafeText),
    sa.Column("broadcast", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("asked_at", Instant),
    sa.Column("pause_kind", SafeText),
    sa.Column("pause_at", Instant),
    sa.Column("pause_reason", SafeText),
    sa.Column("pause_by", SafeText),
    sa.Column("removed_at", Instant),
    sa.UniqueConstraint("workspace", "channel", "number"),
)
"""`kind` to `working_days` are its condition; `signals` are words with commas, `hours` is ``09:00-17:00``."""

watch_change: Final = sa.Table(
    "watch_change",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", SafeText),
    sa.Column("what", SafeText, nullable=False),
)

watch_progress: Final = sa.Table(
    "watch_progress",
    metadata,
    sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), primary_key=True, autoincrement=False),
    sa.Column("connection", SortedText, primary_key=True),
    sa.Column("cutoff", Instant, nullable=False),
    sa.Column("mute", sa.Boolean, nullable=False),
)
"""How far a watch was evaluated at a connection, and whether it has not been able to since; without a row: never."""

card: Final = sa.Table(
    "card",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("channel", SortedText, nullable=False),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
    sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref")),
    sa.Column("subject", sa.Integer),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("posted_channel", SafeText),
    sa.Column("posted_ts", SafeText),
    sa.Column("posted_at", Instant),
    sa.Column("told_at", Instant),
    sa.Column("edited_at", Instant),
    sa.Column("drawn", SafeText, nullable=False),
    sa.Column("end_told", sa.Boolean, nullable=False),
    sa.Column("after", sa.Integer),
    sa.Column("due_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("holder", SafeText),
    sa.Column("lease_until", Instant),
    sa.Column("sending", SafeText),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("reason", SafeText, nullable=False),
)
"""Of one watch and connection at most one is not closed; of one outage or hold there is one in a channel.

`sending` is JSON. Whoever works on a card has taken its `due_at` away: what is there meanwhile came later. `holder` is
for whoever looks into the database.
"""

alert: Final = sa.Table(
    "alert",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("watch", sa.Integer, sa.ForeignKey("watch.ref"), nullable=False),
    sa.Column("project", sa.Integer, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
    sa.Column("number", sa.Integer),
    sa.Column("state", SafeText, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("opened_at", Instant),
    sa.Column("baseline", sa.Boolean, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("signal_at", Instant),
    sa.Column("confirmed_at", Instant),
    sa.Column("detail", SafeText, nullable=False),
    sa.Column("card", sa.Integer, sa.ForeignKey("card.ref")),
    sa.Column("announcing", SafeText),
    sa.Column("announced_at", Instant),
    sa.Column("repeats", sa.Integer, nullable=False),
    sa.Column("repeated_at", Instant),
    sa.Column("reason", SafeText, nullable=False),
    sa.Column("snoozed_by", SafeText),
    sa.Column("snoozed_at", Instant),
    sa.Column("snoozed_until", Instant),
    sa.Column("snooze_reason", SafeText),
    sa.Column("snooze_noted", sa.Boolean),
    sa.Column("acked_by", SafeText),
    sa.Column("acked_at", Instant),
    sa.Column("acked_until", Instant),
    sa.Column("ack_note", SafeText),
    sa.Column("kept_by", SafeText),
    sa.Column("kept_at", Instant),
    sa.Column("kept_until", Instant),
    sa.Column("keep_reason", SafeText),
    sa.Column("keep_asked", sa.Boolean),
    sa.Column("owner", SafeText),
    sa.Column("flips", SafeText, nullable=False),
    sa.Column("flapping_since", Instant),
    sa.UniqueConstraint("watch", "project"),
)
"""`card`, `announcing` and `announced_at` are not under `version`: see `bot.store.alert_changes`.

`announcing` is the key of the message that is telling of it now. `flips` are moments in ISO 8601 with spaces.
"""

alert_step: Final = sa.Table(
    "alert_step",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("alert", sa.Integer, sa.ForeignKey("alert.ref"), nullable=False),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", SafeText),
    sa.Column("what", SafeText, nullable=False),
    sa.Column("telling", SafeText, nullable=False),
    sa.Column("person", SafeText),
    sa.Column("told", sa.Boolean, nullable=False),
)

alert_number: Final = sa.Table(
    "alert_number",
    metadata,
    sa.Column("workspace", SortedText, primary_key=True),
    sa.Column("channel", SortedText, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
"""The highest number that an alert of a channel was ever given; the alert may be forgotten by now."""

outage: Final = sa.Table(
    "outage",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
    sa.Column("kind", SafeText, nullable=False),
    sa.Column("detail", SafeText, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("opened_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("missed", sa.Integer),
    sa.Column("repeated_at", Instant),  # not used: a card knows when it told last
    sa.Column("version", sa.Integer, nullable=False),
)
"""Of a connection at most one has not ended."""

hold: Final = sa.Table(
    "hold",
    metadata,
    sa.Column("ref", sa.Integer, primary_key=True),
    sa.Column("workspace", SortedText, nullable=False),
    sa.Column("connection", SortedText, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("projects", sa.Integer, nullable=False),
    sa.Column("of", sa.Integer, nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
    sa.Column("released_at", Instant),
    sa.Column("released_by", SafeText),
    sa.Column("let_through_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)
"""Of a connection at most one is not released."""
