"""What is noted of projects while they pass by."""

from __future__ import annotations

from datetime import timedelta

from bot.digests.gathering import Gathering
from bot.model import State
from tests.builders import MOMENT, entry, microvisualizer, streampixel


def test_nobody_is_asked_to_decide_on_a_source_that_cannot_be_read() -> None:
    """The digest says that it does not count it; what was last known of it is kept for the next one."""
    lapsed = entry(streampixel(subscription="past_due"), ref=1)
    idle = entry(microvisualizer(idle=timedelta(days=40)), ref=2)
    gathering = Gathering(MOMENT, blind=[lapsed.project.connection])

    for row in (lapsed, idle):
        gathering.see(row)

    assert (gathering.decisions, gathering.decisions_total) == ((idle,), 1)
    assert gathering.of(lapsed.project.connection) == {State.LAPSED: 1}
    assert set(gathering.marks) == {1, 2}
