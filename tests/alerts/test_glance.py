"""What a few dates of a project tell of every condition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.glance import SINCE, Glance
from bot.alerts.rules import judge
from bot.model import ActorKind, Build, Condition, ConditionKind, Sight, Sights, Signal, Verdict, Viewers
from tests.alerts.cases import DAY, ZONE, seen
from tests.builders import NOW, entry, microvisualizer, streampixel

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry

AGO = st.floats(-1, 80).map(lambda days: NOW - days * DAY)
SEEN = st.sampled_from([Sight(), seen((400, 0)), seen((90, 20), (18, 0)), seen((90, 3))])
SIGHTS = st.builds(Sights, listing=SEEN, viewers=SEEN)
THRESHOLDS = {ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT, ConditionKind.QUEUE}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Draw any condition that a watch may have."""
    kind = draw(st.sampled_from(ConditionKind))
    return Condition(
        kind=kind,
        threshold=draw(st.integers(1, 60)) * DAY if kind in THRESHOLDS else None,
        signals=draw(st.sampled_from([(), (Signal.EDITS,), (Signal.VIEWERS,)])),
        working_days=draw(st.booleans()),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw a project of which everything or nothing may be known."""
    dates: list[datetime | None] = draw(st.lists(st.none() | AGO, min_size=6, max_size=6))
    project = replace(
        draw(st.sampled_from([streampixel(), microvisualizer()])),
        updated_at=dates[0],
        updated_by_kind=draw(st.sampled_from([None, *ActorKind])),
        archived=draw(st.booleans()),
        enabled=draw(st.none() | st.booleans()),
        subscription=draw(st.sampled_from([None, "active", "past_due"])),
        service_count=draw(st.sampled_from([None, 0, 2])),
    )
    return replace(
        entry(project),
        first_seen_at=draw(AGO),
        changed_at=dates[1],
        last_viewed_at=dates[2],
        emptied_at=dates[3],
        queued_since=dates[4],
        gone_at=dates[5] if draw(st.booleans()) else None,
        viewers=draw(st.none() | st.builds(Viewers, live=st.integers(0, 1), queued=st.integers(0, 1), at=AGO)),
        build=draw(st.none() | st.builds(Build, approved=st.booleans(), at=AGO)),
    )


def test_every_kind_can_be_glanced_at() -> None:
    """A kind without a glance could be watched for in vain."""
    assert set(SINCE) == set(ConditionKind)


@given(condition=conditions(), project=entries(), sights=SIGHTS)
def test_a_condition_that_holds_is_suspected(condition: Condition, project: Entry, sights: Sights) -> None:
    """Whatever was seen, and by which clock: a glance only spares judgements that would come to nothing."""
    glance = Glance({7: project}, sights)
    finding = judge(condition, project, sights=sights, zone=ZONE, now=NOW)

    assert glance.suspects_one(condition, 7) is (7 in glance.suspects(condition))
    if finding.verdict is Verdict.FIRES:
        assert glance.suspects_one(condition, 7)


def test_recent_activity_is_no_suspicion() -> None:
    """Or every judgement would be made after all."""
    glance = Glance(
        {days: entry(microvisualizer(idle=days * DAY)) for days in range(40)}, Sights(listing=seen((400, 0)))
    )

    for days in (14, 30):
        condition = Condition(kind=ConditionKind.INACTIVE, threshold=days * DAY)
        assert sorted(glance.suspects(condition)) == list(range(days, 40))
    assert glance.suspects(Condition(kind=ConditionKind.OFF)) == []
    assert not glance.suspects_one(condition, 41)
