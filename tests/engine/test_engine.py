"""The engine on both databases: ticks, the queue, recovery, retention, and the end."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.engine.engine import Engine
from bot.engine.work import Timing
from bot.errors import StoreError
from tests.engine.plain_work import PlainJob, PlainWork
from tests.engine.running import engine_running
from tests.fakes.clock import RealClock

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

SOON = Timing(
    tick="* * * * * *",
    posts_per_minute=6000,
    jobs=50,
    look_every=timedelta(seconds=0.1),
    tidy_every=timedelta(),
)
RARELY = replace(SOON, tick="0 0 1 1 *")
"""Ticks only when it is asked to."""

ROOT = Path(__file__).parent.parent.parent


def running(work: PlainWork, url: str, timing: Timing = SOON) -> AbstractAsyncContextManager[Engine]:
    """Run an engine."""
    return engine_running(work, url=url, holder="test", clock=RealClock(), timing=timing)


async def test_it_ticks_at_once_and_does_each_job_once(empty_database_url: str) -> None:
    """What came due while nobody was there does not wait for the next minute, nor for a schedule at all."""
    work = PlainWork(PlainJob(1), PlainJob(2, channel="C2"), PlainJob(3))

    async with running(work, empty_database_url, RARELY):
        await work.until(lambda: work.calls["done"] == 3)

    assert sorted(work.attempts) == [(1, 1), (2, 1), (3, 1)]


async def test_cards_and_digests_go_their_own_ways_through_one_queue(empty_database_url: str) -> None:
    """Two kinds of work that share a pace."""
    work = PlainWork(PlainJob(1), PlainJob(2, kind="card"))

    async with running(work, empty_database_url, RARELY):
        await work.until(lambda: work.calls["done"] == 2)

    assert sorted(zip(work.kinds, work.attempts, strict=True)) == [("card", (2, 1)), ("digest", (1, 1))]


async def test_what_is_due_in_a_moment_is_not_left_to_the_next_tick(tmp_path: Path) -> None:
    """What is due later is."""
    work = PlainWork()

    async with running(work, f"sqlite:///{tmp_path}/engine.db", RARELY) as engine:
        await work.until(lambda: work.calls["jobs"] == 1)
        work.waiting.append(PlainJob(1))
        engine.nudge_in(timedelta(hours=1))
        engine.nudge_in(timedelta(seconds=0.05))
        await work.until(lambda: work.calls["done"] == 1)

    assert work.calls["jobs"] == 2


async def test_it_ticks_by_itself(empty_database_url: str) -> None:
    """The schedule is the engine's; every process has it, and one of them runs it."""
    work = PlainWork()

    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["alive"] >= 2)


async def test_a_job_that_was_of_no_use_is_tried_again_under_the_same_name(empty_database_url: str) -> None:
    """The ledger says what is to be done; that a workflow with this name has ended means nothing."""
    work = PlainWork(PlainJob(1))

    def fail_once(what: str) -> None:
        if what == "attempt" and work.calls["attempt"] == 1:
            raise StoreError("claiming: gone")

    work.fail_in = fail_once
    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["done"] == 1)

    assert work.attempts == [(1, 1), (1, 1)]


async def test_a_job_in_the_queue_is_not_put_there_twice(empty_database_url: str) -> None:
    """However often the ledger names it meanwhile."""
    work = PlainWork(PlainJob(1))
    work.hold = asyncio.Event()

    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["jobs"] >= 3)
        work.hold.set()
        await work.until(lambda: work.calls["done"] == 1)

    assert work.attempts == [(1, 1)]


async def test_a_nudge_makes_a_tick_soon_and_many_make_few(empty_database_url: str) -> None:
    """`digest run` shall not wait for the next minute."""
    work = PlainWork()

    async with running(work, empty_database_url, RARELY) as engine:
        await work.until(lambda: work.calls["jobs"] == 1)
        for _ in range(50):
            engine.nudge()
        await work.until(lambda: work.calls["jobs"] >= 2)

    assert work.calls["jobs"] <= 3


async def test_a_tick_that_breaks_is_not_the_last(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own mistake, or DBOS's, is logged; the next nudge ticks again."""
    work = PlainWork()
    async with running(work, empty_database_url, RARELY) as engine:
        await work.until(lambda: work.calls["tidy"] == 1)
        monkeypatch.setattr("bot.engine.rounds.Rounds.plan", None)
        engine.nudge()
        await asyncio.sleep(0.5)
        monkeypatch.undo()
        engine.nudge()
        await work.until(lambda: work.calls["jobs"] == 2)


async def test_a_whole_tick_is_remembered_and_half_a_one_is_not(empty_database_url: str) -> None:
    """Whether anything is planned and handed out is what readiness asks; that a tick began says nothing."""
    work = PlainWork()

    def fail(called: str) -> None:
        if called == "plan":
            raise StoreError("planning: gone")

    work.fail_in = fail
    async with running(work, empty_database_url, RARELY) as engine:
        await work.until(lambda: work.calls["tidy"] == 1)
        engine.nudge()
        await work.until(lambda: work.calls["tidy"] == 2)
        assert not await engine.ticked_within(timedelta(minutes=3))

        work.fail_in = lambda _: None
        engine.nudge()
        await work.until(lambda: work.calls["tidy"] == 3)
        await ticked(engine)
        assert not await engine.ticked_within(-timedelta(minutes=1))

    assert not await engine.ticked_within(timedelta(minutes=3))


async def test_a_tick_of_the_future_does_not_count(empty_database_url: str) -> None:
    """The clock was put back by an hour since."""
    work, clock = PlainWork(), SkewedClock()
    engine = Engine(work, url=empty_database_url, holder="test", clock=clock, timing=RARELY)
    await engine.start()
    try:
        await work.until(lambda: work.calls["tidy"] == 1)
        await ticked(engine)
        clock.ahead = -timedelta(hours=1)
        assert not await engine.ticked_within(timedelta(minutes=3))
    finally:
        await engine.close(0)


async def ticked(engine: Engine) -> None:
    """Wait until a whole tick is noted, which is a moment after it has ended; fails after a while."""
    async with asyncio.timeout(15):
        while not await engine.ticked_within(timedelta(minutes=3)):  # noqa: ASYNC110 - DBOS tells nobody
            await asyncio.sleep(0.02)


class SkewedClock:
    """The real clock, put forward or back."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the time that it shows."""
        return RealClock().now() + self.ahead


async def test_the_end_gives_back_what_is_under_way_and_the_next_start_takes_it_up(empty_database_url: str) -> None:
    """Cancelled, not lost."""
    work = PlainWork(PlainJob(1))
    work.hold = asyncio.Event()
    engine = Engine(work, url=empty_database_url, holder="test", clock=RealClock(), timing=RARELY)
    await engine.start()
    await work.until(lambda: work.calls["attempt"] == 1)
    await engine.close(within=0)
    assert work.calls["done"] == 0
    work.hold.set()
    work.waiting = []  # so only recovery can bring it

    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["done"] == 1)


async def test_what_a_killed_process_had_begun_is_begun_again(empty_database_url: str) -> None:
    """On SQLite by the next process, on PostgreSQL by any other, which has another name."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.engine.hanging", empty_database_url,
        cwd=ROOT,
        env=dict(os.environ),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while await process.stdout.readline() not in {b"begun\n", b""}:
            pass  # its log
    process.kill()
    await process.wait()

    work = PlainWork()
    async with running(work, empty_database_url):
        await work.until(lambda: work.calls["done"] == 1)

    assert work.attempts == [(1, 1)]


async def test_finished_work_is_forgotten(empty_database_url: str) -> None:
    """A tick a minute would otherwise fill the database."""
    work = PlainWork(*(PlainJob(number) for number in range(5)))
    at_once = replace(SOON, remember=timedelta(seconds=-60))

    async with running(work, empty_database_url, at_once):
        await work.until(lambda: work.calls["done"] == 5)
        tidied = work.calls["tidy"]
        await work.until(lambda: work.calls["tidy"] >= tidied + 2)
        left = await _workflows()

    assert len(left) <= 3  # the ticks of the last moment


async def _workflows() -> list[Any]:
    from dbos import DBOS  # noqa: PLC0415 - as in the program, only once it runs

    return await DBOS.list_workflows_async(load_input=False, load_output=False)


async def test_threads_can_be_used_after_the_end(tmp_path: Path) -> None:
    """DBOS gives the loop its own threads, and takes them with it."""
    async with running(PlainWork(), f"sqlite:///{tmp_path}/engine.db", RARELY):
        pass

    assert await asyncio.to_thread(lambda: 1) == 1


async def test_a_second_engine_in_a_process_is_refused(tmp_path: Path) -> None:
    """DBOS is one for the whole process; the first goes on."""
    work = PlainWork()
    async with running(work, f"sqlite:///{tmp_path}/one.db", RARELY) as engine:
        await work.until(lambda: work.calls["tidy"] == 1)
        with pytest.raises(RuntimeError, match="one engine"):
            async with running(PlainWork(), f"sqlite:///{tmp_path}/two.db"):
                pass
        engine.nudge()
        await work.until(lambda: work.calls["jobs"] == 2)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/engine.db", "postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=2"]
)
async def test_tables_that_cannot_be_used_are_one_sentence(url: str) -> None:
    """Without address or user."""
    with pytest.raises(StoreError) as raised:
        async with running(PlainWork(), url):
            pass

    assert str(raised.value) in {"engine: OperationalError", "engine: ConnectionTimeout"}
