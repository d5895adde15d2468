"""How long a 429 asks us to wait, and the pause that follows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.sources.pause import LONGEST, SHORTEST, Pause, wait_asked
from tests.fakes.clock import NOON

IN_TWO_MINUTES = format_datetime(NOON + timedelta(minutes=2), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        (" 17 ", 17),
        ("0", 1),
        ("99999999999999999999999999", 3600),
        (IN_TWO_MINUTES, 120),
        ("Mon, 02 Mar 2026 12:00:30 -0000", 30),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ],
)
def test_reads_seconds_and_dates_from_the_header(header: str, seconds: float) -> None:
    """Both forms that HTTP allows, within what is sane."""
    assert wait_asked({"retry-after": header}, b"", NOON) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"retryAfter": 60}, 60),
        ({"retryAfter": 1.5}, 1.5),
        ({"retryAfter": -3}, 1),
        ({"message": "Rate limit exceeded. Try again in 2 minutes."}, 120),
        ({"message": "try again in 1 second"}, 1),
        ({"message": "TRY AGAIN IN 30 SECONDS!"}, 30),
        ({"message": "Try again in 5 hours"}, 3600),
        ({"retryAfter": 7, "message": "Try again in 2 minutes."}, 7),
    ],
)
def test_reads_the_body_when_there_is_no_header(body: dict[str, object], seconds: float) -> None:
    """One source has a field for it, the other a sentence."""
    assert wait_asked({}, json.dumps(body).encode(), NOON) == timedelta(seconds=seconds)


def test_believes_the_header_before_the_body() -> None:
    """The header is what a proxy in between would set."""
    assert wait_asked({"retry-after": "5"}, b'{"retryAfter": 60}', NOON) == timedelta(seconds=5)


@pytest.mark.parametrize("header", ["soon", "", "-5", "1.5", "٣"])
def test_falls_back_to_the_body_after_a_header_that_says_nothing(header: str) -> None:
    """A broken header does not hide a good body."""
    assert wait_asked({"retry-after": header}, b'{"retryAfter": 60}', NOON) == timedelta(seconds=60)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"retryAfter": true}', b'{"retryAfter": "9"}', b'{"message": 9}', b'{"message": "no"}',
     b'{"retryAfter": NaN}', b"[" * 5000, b"\xff\xfe"],
)  # fmt: skip
def test_admits_that_nothing_was_said(body: bytes) -> None:
    """None is an answer, too: then we choose the wait."""
    assert wait_asked({}, body, NOON) is None


@given(header=st.text(), body=st.binary() | st.from_regex(rb'\{"message": "Try again in [0-9]+ minutes"\}'))
def test_any_answer_gives_a_sane_wait_or_none(header: str, body: bytes) -> None:
    """Nothing that arrives can make us crash, or wait for a week."""
    asked = wait_asked({"retry-after": header}, body, NOON)

    assert asked is None or SHORTEST <= asked <= LONGEST


@given(moment=st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it
def test_any_date_gives_a_sane_wait(moment: datetime) -> None:
    """Dates long ago and far away are within bounds, too."""
    asked = wait_asked({"retry-after": format_datetime(moment, usegmt=True)}, b"", NOON)

    assert asked is None or SHORTEST <= asked <= LONGEST


def test_doubles_up_to_its_cap_and_starts_anew_after_an_answer() -> None:
    """Backing off ends where people would think that the bot is dead."""
    pause, now, lengths = Pause(), NOON, []
    for _ in range(7):
        until = pause.begin(None, now)
        lengths.append((until - now).total_seconds())
        now = until

    pause.answered(now)

    assert lengths == [30, 60, 120, 240, 480, 900, 900]
    assert pause.begin(None, now) - now == timedelta(seconds=30)


def test_takes_several_refusals_at_once_for_one() -> None:
    """Two requests in flight are refused together; that is no reason to double."""
    pause = Pause()

    assert pause.begin(None, NOON) == pause.begin(None, NOON)
    assert pause.begin(timedelta(minutes=5), NOON) == NOON + timedelta(minutes=5)
    assert pause.begin(timedelta(seconds=1), NOON) == NOON + timedelta(minutes=5)


def test_is_over_when_the_clock_was_set_back() -> None:
    """Nobody knows any more how much of it is left, and ten days would be absurd."""
    pause = Pause()
    pause.begin(timedelta(minutes=1), NOON)

    assert pause.until(NOON - timedelta(days=10)) is None


class PauseMachine(RuleBasedStateMachine):
    """429s arrive with and without a wait, answers arrive, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.pause = Pause()
        self.now = NOON
        self.promised = NOON

    @rule(seconds=st.integers(min_value=0, max_value=1200))
    def time_passes(self, seconds: int) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    @rule(asked=st.none() | st.integers(min_value=1, max_value=3600).map(lambda s: timedelta(seconds=s)))
    def refused(self, asked: timedelta | None) -> None:
        """A 429 came: what was promised before is never shortened."""
        until = self.pause.begin(asked, self.now)
        assert until >= self.promised or self.promised <= self.now
        assert self.now < until <= self.now + LONGEST
        self.promised = until

    @rule()
    def answered(self) -> None:
        """Something else came."""
        self.pause.answered(self.now)

    @invariant()
    def lasts_exactly_as_promised(self) -> None:
        """No call before, and none refused after."""
        assert self.pause.until(self.now) == (self.promised if self.now < self.promised else None)


TestPauseMachine = PauseMachine.TestCase
