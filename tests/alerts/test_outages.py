"""When a connection that cannot be read is told of, and when that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts.outages import Trace, Turned, failing, opened, recovering, traced, trouble_of
from bot.alerts.seeing import is_of_viewers, view_of
from bot.model import Freshness, Outage, Problem, ProblemKind, Sight, Sights, Stretch
from tests.builders import NOW, down, fresh

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUTE = timedelta(minutes=1)
EVERY = 5 * MINUTE


def failed(minutes: float, **given: object) -> Problem:
    """Return the trouble as the attempt so many minutes later left it."""
    return down(**{"since": NOW, "retry_at": NOW + minutes * MINUTE + timedelta(seconds=15), **given})


def attempts(*problems: tuple[float, Problem]) -> list[tuple[float, Turned]]:
    """Evaluate after each attempt (minutes, trouble); return when something was told."""
    outage, trace = None, Trace()
    told: list[tuple[float, Turned]] = []
    for minutes, problem in problems:
        known = fresh(problem=problem, last_success_at=NOW - MINUTE)
        verdict = failing(outage, known, problem, trace, workspace="local")
        verdict = opened(verdict, problem, NOW + minutes * MINUTE)
        outage, trace = verdict.outage, traced(trace, outage, known, problem)
        if verdict.turned is not Turned.NOTHING:
            told.append((minutes, verdict.turned))
    return told


def test_three_failed_attempts_are_told_once() -> None:
    """One or two are not worth a word, and a look at the same attempt again is no other attempt."""
    seen = [(minute, failed(minute // 2 * 2)) for minute in range(8)]
    assert attempts(*seen) == [(4, Turned.OPENED)]


def test_fifteen_minutes_without_a_good_one_are_told() -> None:
    """A source that asks us to wait for long is not asked three times."""
    waiting = failed(0, kind=ProblemKind.BUSY, retry_at=NOW + timedelta(hours=1))
    assert attempts((0, waiting), (14, waiting), (15, waiting)) == [(15, Turned.OPENED)]


def test_refused_credentials_are_told_at_once() -> None:
    """Waiting does not help."""
    assert attempts((0, failed(0, kind=ProblemKind.REFUSED))) == [(0, Turned.OPENED)]


def test_another_cause_is_told_to_those_whom_it_now_concerns() -> None:
    """Down for a while, then refused: now it is a matter for the admins."""
    seen = [(minute, failed(minute)) for minute in range(4)]
    refused = failed(5, kind=ProblemKind.REFUSED, since=NOW + 5 * MINUTE)
    assert attempts(*seen, (5, refused)) == [(2, Turned.OPENED), (5, Turned.CHANGED)]


def looks(*spans: tuple[float, float]) -> Sight:
    """Return good looks every five minutes, between such minutes."""
    return Sight(
        tuple(
            Stretch(
                since=NOW + since * MINUTE,
                until=NOW + until * MINUTE,
                looks=int((until - since) / 5) + 1,
                every=EVERY,
            )
            for since, until in spans
        )
    )


def back(minutes: float) -> Freshness:
    """Return a connection that was read well again from minute 60 on."""
    sight = looks((-600, 0), (60, minutes))
    return fresh(last_success_at=NOW + minutes * MINUTE, sights=Sights(listing=sight))


TOLD = Outage(
    ref=1, workspace="local", connection="microvisualizer", kind=ProblemKind.DOWN, detail="HTTP 503", since=NOW,
    opened_at=NOW + 15 * MINUTE,
)  # fmt: skip


def confirmed(outage: Outage, seen: Iterable[tuple[float, Freshness]]) -> tuple[float, datetime | None] | None:
    """Evaluate at these minutes; return at which one it was told that it is over, and when it is said to have ended."""
    trace = Trace()
    for minutes, known in seen:
        trace = traced(trace, outage, known, None)
        verdict = recovering(outage, known, trace, NOW + minutes * MINUTE)
        if verdict.turned is Turned.ENDED:
            return minutes, verdict.outage.ended_at
    return None


def test_two_good_looks_and_a_while_end_an_outage() -> None:
    """The first good answer may be chance. If it was none, the source was well from there on."""
    seen = [(minutes, back(minutes)) for minutes in range(60, 90, 5)]

    assert confirmed(TOLD, seen) == (75, NOW + 60 * MINUTE)


def test_an_outage_ends_no_later_where_looks_are_planned_half_a_day_apart() -> None:
    """Somebody who looks more often than planned is as sure as anybody else."""
    every = timedelta(hours=12)

    def known(minutes: float) -> Freshness:
        before = Stretch(since=NOW - 10 * every, until=NOW, looks=11, every=every)
        after = Stretch(since=NOW + 60 * MINUTE, until=NOW + minutes * MINUTE, looks=int(minutes / 15) - 3, every=every)
        return fresh(last_success_at=NOW + minutes * MINUTE, sights=Sights(listing=Sight((before, after))))

    assert confirmed(TOLD, [(minutes, known(minutes)) for minutes in range(60, 150, 15)]) == (105, NOW + 60 * MINUTE)


def test_an_outage_that_nobody_was_told_of_ends_at_once() -> None:
    """And leaves nothing."""
    outage = Outage(workspace="local", connection="microvisualizer", kind=ProblemKind.DOWN, detail="x", since=NOW)
    verdict = recovering(outage, back(60), Trace(), NOW + 60 * MINUTE)
    assert (verdict.turned, verdict.outage.ended_at) == (Turned.NOTHING, NOW + 60 * MINUTE)


def test_uncounted_viewers_are_a_trouble_of_their_own_if_the_list_can_be_read() -> None:
    """It is said so, and everything that does not need them goes on."""
    problem = down(kind=ProblemKind.BUSY, detail="HTTP 429")
    only_viewers = fresh("streampixel", viewers_problem=problem)
    trouble = trouble_of(only_viewers)
    assert trouble is not None
    assert trouble.detail == "viewers cannot be counted; the list can be read (HTTP 429)"
    assert trouble_of(replace(only_viewers, problem=down())) == down()
    assert trouble_of(fresh()) is None

    outage = failing(None, only_viewers, trouble, Trace(), workspace="local").outage
    assert is_of_viewers(outage)
    assert outage.since == trouble.since


@pytest.mark.parametrize(
    ("minutes", "given", "clear"),
    [
        (1, {}, True),
        (12.5, {}, True),
        (13, {}, False),
        (-13, {}, False),
        (1, {"problem": down()}, False),
        (1, {"sights": None}, False),
        (1, {"sights": Sights(listing=looks((-600, -100), (-15, 0)))}, True),
        (1, {"sights": Sights(listing=looks((-600, -100), (-10, 0)))}, False),
    ],
)
def test_a_listing_is_believed_if_it_is_young_and_not_one_of_the_first_after_blindness(
    minutes: float,
    given: dict[str, Any],
    clear: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Two good looks and ten minutes more after a hole; and a look in the future is a clock's mistake."""
    known = fresh(**{"sights": Sights(listing=looks((-600, 0))), **given})
    assert view_of(known, NOW + minutes * MINUTE).listing == clear


def test_a_connection_in_an_outage_is_not_seen_until_that_has_ended() -> None:
    """Its end needs more than one good answer; so does every judgement."""
    known = fresh("streampixel", sights=Sights(listing=looks((-600, 0)), viewers=looks((-600, 0))))
    at: datetime = NOW + MINUTE
    outage = Outage(workspace="local", connection="streampixel", kind=ProblemKind.DOWN, detail="HTTP 503", since=NOW)
    trouble = trouble_of(replace(known, viewers_problem=down()))
    assert trouble is not None
    of_viewers = replace(outage, detail=trouble.detail)

    seen = [(view.listing, view.viewers) for view in (view_of(known, at, each) for each in (None, outage, of_viewers))]
    assert seen == [(True, True), (False, False), (True, False)]
