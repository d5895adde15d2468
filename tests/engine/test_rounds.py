"""What a tick and an attempt do, without the engine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.engine.rounds import Round, Rounds
from bot.engine.work import MOST_POSTS_PER_MINUTE, Timing
from bot.errors import StoreError
from tests.engine.plain_work import PlainJob, PlainWork
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def rounds_of(work: PlainWork) -> Rounds:
    """Return rounds with the usual timing."""
    return Rounds(work, Timing(), HandClock())


def failing_in(what: str, error: Exception | None = None) -> Callable[[str], None]:
    """Return what raises in one call, and in no other."""

    def fail(called: str) -> None:
        if called == what:
            raise error or StoreError("reading: gone")

    return fail


async def test_a_tick_does_everything_in_order_and_returns_the_jobs() -> None:
    """It notes that we live before it plans, so that an absence is known to what is planned."""
    work = PlainWork(PlainJob(1))

    done = await rounds_of(work).plan()

    assert list(work.calls) == ["alive", "keep_fresh", "evaluate", "plan", "jobs"]
    assert [job.ref for job in done.jobs] == [1]
    assert done.whole


@pytest.mark.parametrize("what", ["alive", "keep_fresh", "evaluate", "plan"])
async def test_what_fails_in_a_tick_does_not_keep_the_rest_from_being_done(what: str) -> None:
    """A source or a row that breaks must not stop what is due."""
    work = PlainWork(PlainJob(1))
    work.fail_in = failing_in(what)

    with capture_logs() as logs:
        done = await rounds_of(work).plan()

    assert [job.ref for job in done.jobs] == [1]
    assert done.whole is (what not in {"evaluate", "plan"})
    assert [entry["what"] for entry in logs if entry["event"] == "work.failed"] == [what]


async def test_without_its_ledger_a_tick_has_no_jobs() -> None:
    """And says so in the log, not as an error in the engine."""
    work = PlainWork(PlainJob(1))
    work.fail_in = failing_in("jobs")

    assert await rounds_of(work).plan() == Round(jobs=(), whole=False)


async def test_a_tick_that_comes_during_another_follows_it_and_more_do_nothing() -> None:
    """What a nudge is about may have come too late for the one under way; a minute later is too late for a person."""
    work, begun, go_on = PlainWork(), asyncio.Event(), asyncio.Event()
    jobs = work.jobs

    async def slow(most: int) -> Sequence[PlainJob]:
        found = await jobs(most)
        begun.set()
        await go_on.wait()
        return found

    work.jobs = slow  # type: ignore[method-assign] # a slow one
    rounds = rounds_of(work)
    first = asyncio.create_task(rounds.plan())
    await begun.wait()
    work.waiting.append(PlainJob(1))

    second = asyncio.create_task(rounds.plan())
    await asyncio.sleep(0)
    assert await rounds.plan() == Round(jobs=(), whole=False)
    go_on.set()

    assert not (await first).jobs
    assert [job.ref for job in (await second).jobs] == [1]


async def test_a_tick_that_was_cancelled_while_it_waited_leaves_its_place_to_another() -> None:
    """The end of a process cancels what waits; so may whoever asked."""
    work, go_on = PlainWork(), asyncio.Event()

    async def slow() -> int:
        await go_on.wait()
        return 0

    work.plan = slow  # type: ignore[method-assign] # a slow one
    rounds = rounds_of(work)
    first, second = asyncio.create_task(rounds.plan()), asyncio.create_task(rounds.plan())
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    third = asyncio.create_task(rounds.plan())
    await asyncio.sleep(0)
    go_on.set()

    assert (await first).whole
    assert (await third).whole


@pytest.mark.parametrize(("error", "level"), [(StoreError("claiming: gone"), "warning"), (KeyError("oops"), "error")])
async def test_an_attempt_that_fails_is_logged_with_its_delivery(error: Exception, level: str) -> None:
    """And leaves the engine in peace; our own mistakes are logged with their trace."""
    work = PlainWork()
    work.fail_in = failing_in("attempt", error)

    with capture_logs() as logs:
        await rounds_of(work).attempt("digest", 7, 2)

    (logged,) = [entry for entry in logs if entry["event"] == "work.failed"]
    assert (logged["kind"], logged["ref"], logged["attempt"], logged["log_level"]) == ("digest", 7, 2, level)
    assert logged.get("exc_info", False) is (level == "error")


async def test_tidying_is_done_now_and_then() -> None:
    """Not in every tick."""
    work, done = PlainWork(), PlainWork()
    rounds = rounds_of(work)

    await rounds.tidy(done.tidy)
    await rounds.tidy(done.tidy)

    assert (work.calls["tidy"], done.calls["tidy"]) == (1, 1)


async def test_closing_waits_for_what_is_under_way() -> None:
    """A message that is being sent shall be noted as sent."""
    work = PlainWork(PlainJob(1))
    work.hold = asyncio.Event()
    rounds = rounds_of(work)
    attempt = asyncio.create_task(_under_way(rounds))
    await work.until(lambda: work.calls["attempt"] == 1)

    closing = asyncio.create_task(rounds.close(within=10))
    await asyncio.sleep(0)
    work.hold.set()

    assert await closing == 0
    assert attempt.done()
    assert work.calls["done"] == 1


async def test_closing_cancels_what_takes_too_long_and_holds_what_comes_later() -> None:
    """What is cancelled gives its row back; what comes later does not even begin."""
    work = PlainWork(PlainJob(1))
    work.hold = asyncio.Event()
    rounds = rounds_of(work)
    attempt = asyncio.create_task(_under_way(rounds))
    await work.until(lambda: work.calls["attempt"] == 1)

    assert await rounds.close(within=0) == 1
    assert attempt.cancelled()
    late = asyncio.create_task(_under_way(rounds))
    await asyncio.sleep(0)
    assert await rounds.close(within=0) == 1
    assert late.cancelled()
    assert work.calls["attempt"] == 1


async def _under_way(rounds: Rounds) -> None:
    with rounds.under_way():
        await rounds.until_closed()
        await rounds.attempt("digest", 1, 1)


@pytest.mark.parametrize(("posts", "at_once", "jobs"), [(1, 8, 50), (300, 10, 600), (6000, 64, 12_000)])
def test_the_timing_suits_the_pace(posts: int, at_once: int, jobs: int) -> None:
    """Enough at once for the pace, within reason."""
    timing = Timing.paced(posts)

    assert (timing.at_once, timing.jobs, timing.posts_per_minute) == (at_once, jobs, posts)


@pytest.mark.parametrize("posts", [1, 7, 29, 45, 59, 300, 1000, MOST_POSTS_PER_MINUTE])
def test_the_pace_is_what_the_setting_says(posts: int) -> None:
    """Rounding must not make 60 of 45."""
    timing = Timing.paced(posts)
    limit, over_s = timing.pace

    assert limit / over_s * 60 == pytest.approx(posts)
    assert limit >= 1
    assert timing.at_once / timing.look_every.total_seconds() * 60 >= posts
