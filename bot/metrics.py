"""What is counted, for Prometheus. Labels are names of ours, never text from outside and never a secret."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SYNCS = Counter("rollcall_syncs", "Attempts to read a connection.", ["connection", "job", "outcome"])
SYNC_REQUESTS = Counter("rollcall_sync_requests", "Requests that successful listings took.", ["connection"])
UPSTREAM_REQUESTS = Counter("rollcall_upstream_requests", "Requests to a source.", ["connection", "status"])
COMMANDS = Counter("rollcall_commands", "Questions answered.", ["verb", "outcome"])
ANSWER_SECONDS = Histogram(
    "rollcall_answer_seconds",
    "From the question to the answer, without the way to Slack.",
    ["verb"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 5),
)
REPLIES = Counter("rollcall_replies", "Messages sent to Slack.", ["way", "outcome"])
WAITING = Gauge("rollcall_answers_waiting", "Questions taken and not yet answered.")
DELIVERIES = Counter("rollcall_deliveries", "Deliveries of digests that came to an end.", ["state"])
DELIVERY_DELAY_SECONDS = Histogram(
    "rollcall_delivery_delay_seconds",
    "From the moment a digest was due to the moment Slack had it.",
    buckets=(5, 15, 30, 60, 120, 300, 900, 3600, 14400, 86400),
)
DELIVERIES_WAITING = Gauge("rollcall_deliveries_waiting", "Digests that are due and not finished, at the last tick.")
NOTICES = Counter("rollcall_notices", "Messages to owners and operators about digests in trouble.", ["outcome"])
TICKS = Counter("rollcall_ticks", "Runs of the tick.", ["outcome"])
TICK_AT = Gauge("rollcall_tick_timestamp_seconds", "When the last tick ended, by the clock of this process.")
EVALUATIONS = Counter("rollcall_evaluations", "Rounds in which watches were evaluated.", ["outcome"])
EVALUATION_SECONDS = Histogram(
    "rollcall_evaluation_seconds",
    "One such round.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)
ALERT_STEPS = Counter("rollcall_alert_steps", "What became of alerts.", ["kind"])
CARDS = Counter("rollcall_cards", "Messages about alerts: cards, edits, answers in threads.", ["kind", "outcome"])
CARDS_WAITING = Gauge("rollcall_cards_waiting", "Cards that are due, at the last tick.")
OUTAGES = Gauge("rollcall_outages", "Connections that cannot be read, at the last evaluation.")
HOLDS = Gauge("rollcall_holds", "Connections of which alerts are held back, at the last evaluation.")
CARD_LOOKUPS = Counter(
    "rollcall_card_lookups",
    "Searches for messages about alerts of which nobody knows whether Slack took them.",
    ["outcome"],
)
ALERT_ACTIONS = Counter(
    "rollcall_alert_actions",
    "What people did about alerts, one alert each; of what was held back one source.",
    ["verb", "outcome"],
)
HOOKS = Counter("rollcall_hooks", "Messages that sources sent by themselves.", ["source", "outcome"])
