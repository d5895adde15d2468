"""The token bucket, held against what it promises over any course of time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.budget import TokenBucket
from tests.fakes.clock import NOON

STEPS = st.lists(st.floats(min_value=-5, max_value=20, allow_nan=False), max_size=80)


def test_lets_a_burst_through_and_then_spaces_requests_evenly() -> None:
    """The first ones are free, the later ones wait their turn, not all for the same moment."""
    bucket = TokenBucket(per_second=2, burst=3)

    waits = [bucket.take(NOON).total_seconds() for _ in range(6)]

    assert waits == [0, 0, 0, 0.5, 1, 1.5]


def test_is_full_again_after_a_quiet_time_and_never_fuller() -> None:
    """A long night does not save up requests."""
    bucket = TokenBucket(per_second=1, burst=2)
    for _ in range(2):
        bucket.take(NOON)

    waits = [bucket.take(NOON + timedelta(days=1)).total_seconds() for _ in range(3)]

    assert waits == [0, 0, 1]


def test_survives_a_clock_that_was_set_back() -> None:
    """Whoever moves the clock must not lock the source up for days."""
    bucket = TokenBucket(per_second=1, burst=1)
    bucket.take(NOON)

    assert bucket.take(NOON - timedelta(days=10)) == timedelta(seconds=1)
    assert bucket.take(NOON - timedelta(days=10) + timedelta(seconds=5)) == timedelta(0)


@given(steps=STEPS, per_second=st.floats(min_value=0.1, max_value=10), burst=st.integers(min_value=1, max_value=10))
def test_never_admits_more_than_its_rate_in_any_stretch_of_time(
    steps: list[float], per_second: float, burst: int
) -> None:
    """In every window: at most the burst, and the rate times its length, and one at the edge."""
    bucket = TokenBucket(per_second=per_second, burst=burst)
    now, used = NOON, []
    for step in steps:
        now += timedelta(seconds=max(step, 0))
        wait = bucket.take(now)
        assert wait >= timedelta(0)
        used.append(now + wait)

    used.sort()
    for first in range(len(used)):
        for last in range(first, len(used)):
            window_s = (used[last] - used[first]).total_seconds()
            assert last - first + 1 <= burst + per_second * window_s + 1.001
