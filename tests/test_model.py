"""What a project is: one function, decided in one order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Entry, Moment, State, last_activity_at, state_of
from tests.builders import MOMENT, NOW, entry, microvisualizer, streampixel

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (entry(microvisualizer(), gone_at=NOW), State.GONE),
        (entry(microvisualizer(archived=True)), State.ARCHIVED),
        (entry(streampixel(subscription="past_due", enabled=False)), State.LAPSED),
        (entry(streampixel(subscription="ACTIVE", enabled=False)), State.OFF),
        (entry(streampixel(subscription=None, enabled=False)), State.OFF),
        (entry(streampixel(), viewers=(1, 0)), State.ACTIVE),
        (entry(streampixel(), viewers=(0, 0)), State.UNKNOWN),
        (entry(streampixel(), last_viewed_at=NOW - 25 * DAY), State.UNKNOWN),
        (entry(microvisualizer(idle=timedelta(0))), State.ACTIVE),
        (entry(microvisualizer(idle=24 * DAY - timedelta(microseconds=1))), State.ACTIVE),
        (entry(microvisualizer(idle=24 * DAY)), State.QUIET),
        (entry(microvisualizer(idle=30 * DAY - timedelta(microseconds=1))), State.QUIET),
        (entry(microvisualizer(idle=30 * DAY)), State.INACTIVE),
        (entry(microvisualizer(idle=300 * DAY), viewers=(0, 0), last_viewed_at=NOW - DAY), State.ACTIVE),
    ],
)
def test_states_are_decided_in_one_order_and_exact_at_their_edges(row: Entry, state: State) -> None:
    """Gone, archived, unpaid, switched off, then age; a source without dates is never called inactive."""
    assert state_of(row, MOMENT) is state


def test_another_threshold_moves_both_limits() -> None:
    """Quiet begins at 80 % of whatever was asked for."""
    row = entry(microvisualizer(idle=9 * DAY))
    assert state_of(row, Moment(now=NOW, quiet_after=10 * DAY)) is State.QUIET
    assert state_of(row, Moment(now=NOW, quiet_after=9 * DAY)) is State.INACTIVE


def test_the_clock_of_a_project_stands_still_while_its_source_cannot_be_read() -> None:
    """An outage must not look like inactivity; other connections go on."""
    row = entry(microvisualizer(idle=31 * DAY))
    blind = Moment(now=NOW, blind_since={"microvisualizer": NOW - 10 * DAY})
    elsewhere = Moment(now=NOW, blind_since={"streampixel": NOW - 10 * DAY})

    assert (state_of(row, blind), state_of(row, elsewhere)) == (State.ACTIVE, State.INACTIVE)
    assert Moment(now=NOW, blind_since={"m": NOW + DAY}).known_until("m") == NOW


def test_the_newest_sign_of_life_counts() -> None:
    """An edit and a viewer are both activity; no sign is None and not the beginning of time."""
    assert last_activity_at(entry(microvisualizer(idle=DAY), last_viewed_at=NOW - 3 * DAY)) == NOW - DAY
    assert last_activity_at(entry(streampixel())) is None
