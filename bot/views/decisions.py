"""What needs a decision: whether that is news, and what of it is told first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DifferenceKind
from bot.model import State, state_of
from bot.views.totals import sighted

if TYPE_CHECKING:
    from bot.answers import Difference, DigestReport
    from bot.model import Entry

PRESSING = (State.LAPSED, State.OFF, State.INACTIVE)
DECISIONS = f"state:{','.join(PRESSING)}"
"""The filter for them; a filter for states beside it narrows it further."""

_BEGINS = (
    DifferenceKind.LAPSED,
    DifferenceKind.OFF,
    DifferenceKind.INACTIVE,
    DifferenceKind.NEW,
    DifferenceKind.JOINED,
    DifferenceKind.BACK,
)
"""After these a project may need a decision that needed none before."""


def as_last_time(report: DigestReport) -> bool:
    """Tell whether the same projects needed one in the last digest, as far as that can be told."""
    if report.since is None or report.not_compared or report.compared_since:
        return False
    if any(_is_new(each, report) for each in report.differences):
        return False
    seen = sighted(report)
    return all(each.before is not None and _number(each.states) == _number(each.before) for each in seen)


def new_first(report: DigestReport) -> list[Entry]:
    """Return the worst that need one, those first that did not when the last digest was written.

    What is known from before of a source that cannot be read now is nothing to decide on.
    """
    blind = {each.connection for each in report.totals if each.blind}
    new = {each.ref for each in report.differences if _is_new(each, report)}
    known = [entry for entry in report.decisions if entry.project.connection not in blind]
    return sorted(known, key=lambda entry: entry.ref not in new)


def _is_new(difference: Difference, report: DigestReport) -> bool:
    entry = difference.entry
    return difference.kind in _BEGINS and entry is not None and state_of(entry, report.moment) in PRESSING


def _number(states: dict[State, int]) -> tuple[int, ...]:
    return tuple(states.get(state, 0) for state in PRESSING)
