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
