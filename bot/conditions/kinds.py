"""The words of each kind of condition, how long it may take, and what people write instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.model import ConditionKind, Signal

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a condition may have to hold."""

    shortest: timedelta
    longest: timedelta
    usual: timedelta
    """What it is if nothing is said."""

    working_days: bool
    """Whether it can be counted in working days."""


_SLOW: Final = Wait(shortest=_HOUR, longest=365 * _DAY, usual=30 * _DAY, working_days=True)

WAITS: Final[dict[ConditionKind, Wait]] = {
    ConditionKind.INACTIVE: _SLOW,
    ConditionKind.QUEUE: Wait(
        shortest=timedelta(minutes=1), longest=_DAY, usual=timedelta(minutes=10), working_days=False
    ),
    ConditionKind.EMPTY: Wait(shortest=_HOUR, longest=365 * _DAY, usual=14 * _DAY, working_days=True),
    ConditionKind.CI_SILENT: Wait(shortest=_HOUR, longest=365 * _DAY, usual=7 * _DAY, working_days=True),
}
"""Of the kinds that take their time; the others hold at once."""

USUAL_UNVIEWED: Final = 14 * _DAY
"""What `WAITS` says of inactivity, where only viewers show it."""

WORDS: Final[dict[str, ConditionKind]] = {kind.value.partition(" ")[0]: kind for kind in ConditionKind}
"""First words; of builds a second one decides."""

BUILD: Final = "build"
BUILDS: Final = {"rejected": ConditionKind.BUILD_REJECTED, "approved": ConditionKind.BUILD_APPROVED}

BUILD_MEANT: Final = {
    **dict.fromkeys(("failed", "fails", "broken", "failure", "error", "errors", "reject", "rejection"), "rejected"),
    **dict.fromkeys(("live", "succeeded", "success", "ok", "done", "passed", "approve", "approval"), "approved"),
}
"""What people write of builds."""

MEANT: Final = {
    **dict.fromkeys(("idle", "quiet", "silent", "stale", "dead", "unused", "inactivity"), "inactive"),
    **dict.fromkeys(("disabled", "offline", "down", "inaccessible"), "off"),
    **dict.fromkeys(("expired", "unpaid", "cancelled", "canceled", "subscription"), "lapsed"),
    **dict.fromkeys(("missing", "deleted", "removed", "vanished", "disappeared"), "gone"),
    **dict.fromkeys(("waiting", "queued", "queueing", "queuing", "queues"), "queue"),
    **dict.fromkeys(("ci", "cisilent", "ci_silent"), "ci-silent"),
    **dict.fromkeys(("builds",), "build"),
    **dict.fromkeys(("rejected", "failed", "rejection"), "build rejected"),
    **dict.fromkeys(("approved",), "build approved"),
}
"""What people write for a kind."""

SIGNALS: Final[dict[str, Signal]] = {signal.value: signal for signal in Signal}
BOTH: Final = frozenset({"both", "all", "any"})
SIGNALS_MEANT: Final = {
    **dict.fromkeys(("viewer", "views", "view", "visitors", "users", "watching"), "viewers"),
    **dict.fromkeys(("edit", "edited", "editing", "changes", "updates", "updated"), "edits"),
}
"""What people write for a signal."""

EXAMPLES: Final = "`inactive for 30d`, `off`, `lapsed`, `gone`, `queue for 10m`, `empty for 14d` or `build rejected`"
EXAMPLE: Final = "inactive for 30d"
