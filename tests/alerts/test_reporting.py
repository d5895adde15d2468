"""What is said beside an alert: what did not count, and when it is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.reporting import ignored, next_look_at
from bot.model import AlertState, Condition, ConditionKind, Finding, Pause, PauseKind, Raised, Signal, Verdict
from tests.alerts.cases import ALL, FIRES, INACTIVE, MINUTE, opened, watch
from tests.builders import NOW, entry, fresh

CI_SILENT = Condition(kind=ConditionKind.CI_SILENT, threshold=timedelta(days=7))


def raised(condition: Condition = INACTIVE, **given: Any) -> Raised:
    """Return an open alert of a watch."""
    return Raised(alert=opened(**given), watch=watch(condition))


@pytest.mark.parametrize(
    ("condition", "viewed", "said"),
    [
        (INACTIVE, True, ()),
        (replace(INACTIVE, signals=(Signal.EDITS,)), True, ("viewers (this watch counts edits)",)),
        (replace(INACTIVE, signals=(Signal.EDITS,)), False, ()),
        (replace(INACTIVE, signals=(Signal.VIEWERS,)), True, ("edits (this watch counts viewers)",)),
        (CI_SILENT, True, ("viewers (only edits count)",)),
        (CI_SILENT, False, ()),
        (Condition(kind=ConditionKind.OFF), True, ()),
    ],
)
def test_what_did_not_count_is_named(condition: Condition, viewed: bool, said: tuple[str, ...]) -> None:  # noqa: FBT001
    """Somebody was there, and still it fires: the answer says why."""
    row = entry(viewers=(3, 0)) if viewed else entry()
    assert ignored(raised(condition), row) == said


def test_it_is_looked_at_again_at_the_next_look_or_when_time_alone_changes_it() -> None:
    """Whatever comes first, and never in the past."""
    known, plain = fresh(sights=ALL), Finding(verdict=Verdict.FIRES)
    assert next_look_at(raised(next_at=None), plain, known, NOW) == NOW + 5 * MINUTE
    assert next_look_at(raised(next_at=NOW + MINUTE), plain, known, NOW) == NOW + MINUTE
    assert next_look_at(raised(next_at=NOW - MINUTE), plain, known, NOW) == NOW
    assert next_look_at(raised(next_at=None), plain, None, NOW) is None
    soon = replace(FIRES, changes_at=NOW + 2 * MINUTE)
    assert next_look_at(raised(next_at=None), soon, known, NOW) == NOW + 2 * MINUTE


@pytest.mark.parametrize("state", [AlertState.CLOSED, AlertState.GONE])
def test_what_rests_or_is_closed_is_not_looked_at(state: AlertState) -> None:
    """A time would be a promise."""
    pause = Pause(kind=PauseKind.PERSON, at=NOW, reason="", by="U1")
    resting = Raised(alert=opened(), watch=replace(watch(), pause=pause))
    closed = raised(state=state)
    assert next_look_at(resting, FIRES, fresh(sights=ALL), NOW) is None
    assert next_look_at(closed, FIRES, fresh(sights=ALL), NOW) is None
