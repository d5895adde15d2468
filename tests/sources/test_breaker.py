"""The breaker as a machine: whatever happens in whatever order, its promises hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.sources.breaker import Admission, Breaker
from tests.fakes.clock import NOON


def opened() -> Breaker:
    """Return a breaker that opened at noon."""
    breaker = Breaker()
    for _ in range(3):
        breaker.failed(breaker.admit(NOON), NOON)
    return breaker


def test_opens_after_three_failures_in_a_row() -> None:
    """A single hiccup changes nothing; an answer in between starts the count anew."""
    breaker = Breaker()
    for outcome in ("bad", "bad", "good", "bad", "bad"):
        admission = breaker.admit(NOON)
        if outcome == "bad":
            breaker.failed(admission, NOON)
        else:
            breaker.succeeded()
    assert breaker.free_at() is None

    breaker.failed(breaker.admit(NOON), NOON)

    assert breaker.refuses(NOON)
    assert breaker.free_at() == NOON + timedelta(seconds=15)


def test_cools_down_again_after_a_probe_that_failed() -> None:
    """One question per cooldown, as long as it takes."""
    breaker = opened()
    later = NOON + timedelta(seconds=15)

    breaker.failed(breaker.admit(later), later)

    assert breaker.refuses(later)
    assert breaker.free_at() == later + timedelta(seconds=15)


def test_a_straggler_that_fails_does_not_prolong_the_cooldown() -> None:
    """It went out before the breaker opened, so it tells nothing new."""
    breaker = Breaker()
    straggler = breaker.admit(NOON)
    for _ in range(3):
        breaker.failed(breaker.admit(NOON), NOON)

    breaker.failed(straggler, NOON + timedelta(seconds=10))

    assert breaker.free_at() == NOON + timedelta(seconds=15)


def test_a_clock_that_was_set_back_ends_the_cooldown() -> None:
    """Otherwise a demo that goes back in time would never ask again."""
    breaker = opened()

    assert breaker.admit(NOON - timedelta(days=10)) is Admission.PROBE


class BreakerMachine(RuleBasedStateMachine):
    """Requests go out, come back well, badly or not at all, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = NOON
        self.out: list[Admission] = []
        self.bad_in_a_row = 0

    @rule(seconds=st.integers(min_value=0, max_value=20))
    def time_passes(self, seconds: int) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    @rule()
    def somebody_asks(self) -> None:
        """Go out if that is allowed; somebody who does not ask first is told so."""
        if not self.breaker.refuses(self.now):
            self.out.append(self.breaker.admit(self.now))
        else:
            with pytest.raises(RuntimeError):
                self.breaker.admit(self.now)

    @precondition(lambda self: bool(self.out))
    @rule(data=st.data())
    def one_fails(self, data: st.DataObject) -> None:
        """Bring a request back with a failure."""
        self.breaker.failed(self._back(data), self.now)
        self.bad_in_a_row += 1

    @precondition(lambda self: bool(self.out))
    @rule(data=st.data())
    def one_succeeds(self, data: st.DataObject) -> None:
        """Bring a request back with an answer: that always closes."""
        self._back(data)
        self.breaker.succeeded()
        self.bad_in_a_row = 0
        self.out = [Admission.ORDINARY for _ in self.out]  # a probe among them is an ordinary straggler by now
        assert self.breaker.free_at() is None

    @precondition(lambda self: bool(self.out))
    @rule(data=st.data())
    def one_is_cancelled(self, data: st.DataObject) -> None:
        """Take a request back without any news."""
        self.breaker.abandoned(self._back(data))

    @invariant()
    def never_two_probes(self) -> None:
        """Exactly one finds out."""
        assert self.out.count(Admission.PROBE) <= 1

    @invariant()
    def closed_unless_three_failed(self) -> None:
        """It opens for no other reason, and never forgets to."""
        assert (self.breaker.free_at() is None) == (self.bad_in_a_row < 3)

    def _back(self, data: st.DataObject) -> Admission:
        return self.out.pop(data.draw(st.integers(min_value=0, max_value=len(self.out) - 1)))


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
