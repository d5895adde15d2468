"""Asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.slack.patience import Patience
from bot.slack.refusals import Refused
from tests.fakes.clock import HandClock


class Attempts:
    """Fails as told, then succeeds."""

    def __init__(self, *refusals: Refused) -> None:
        self._refusals = list(refusals)
        self.made = 0

    async def __call__(self) -> str:
        """Make one attempt."""
        self.made += 1
        if self._refusals:
            raise self._refusals.pop(0)
        return "done"


async def test_passing_trouble_is_waited_out_with_growing_pauses() -> None:
    """Without a word about time, each pause is twice the one before."""
    clock, attempts = HandClock(), Attempts(Refused("timeout"), Refused("http_503"), Refused("no_connection"))

    done = await Patience(clock=clock, sleep=clock.sleep).insist(attempts)

    assert done == "done"
    assert clock.slept_s == [0.5, 1.0, 2.0]


async def test_the_time_that_slack_names_is_waited() -> None:
    """Retry-After counts, fractions too."""
    clock, attempts = HandClock(), Attempts(Refused("ratelimited", wait=timedelta(seconds=1.5)))

    await Patience(clock=clock, sleep=clock.sleep).insist(attempts)

    assert clock.slept_s == [1.5]


async def test_five_tries_are_enough() -> None:
    """The last refusal is what the caller gets."""
    clock, attempts = HandClock(), Attempts(*(Refused(f"http_50{number}") for number in range(9)))

    with pytest.raises(Refused) as raised:
        await Patience(clock=clock, sleep=clock.sleep).insist(attempts)

    assert raised.value.code == "http_504"
    assert attempts.made == 5


async def test_what_will_never_be_taken_is_not_repeated() -> None:
    """A conversation that is over stays over."""
    clock, attempts = HandClock(), Attempts(Refused("is_archived"))

    with pytest.raises(Refused):
        await Patience(clock=clock, sleep=clock.sleep).insist(attempts)

    assert attempts.made == 1


async def test_a_wait_beyond_the_end_is_not_begun() -> None:
    """Neither beyond our own end nor beyond that of the thing itself."""
    clock = HandClock()
    patience = Patience(clock=clock, sleep=clock.sleep)

    with pytest.raises(Refused):
        await patience.insist(Attempts(Refused("ratelimited", wait=timedelta(hours=1))))
    with pytest.raises(Refused):
        await patience.insist(Attempts(Refused("timeout")), until=clock.now())

    assert clock.slept_s == []
