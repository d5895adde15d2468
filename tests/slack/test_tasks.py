"""Work after an acknowledgement."""

from __future__ import annotations

import asyncio

import structlog
from structlog.testing import capture_logs

from bot.slack.tasks import Tasks, new_request_id


async def test_work_runs_under_its_own_request_id() -> None:
    """Two questions at the same time must not share what is bound to log lines."""
    seen: dict[str, dict[str, object]] = {}
    ids = iter(["r1", "r2"])
    tasks = Tasks(at_most=5, request_id=lambda: next(ids))

    async def work(request_id: str) -> None:
        await asyncio.sleep(0)
        seen[request_id] = dict(structlog.contextvars.get_contextvars())

    tasks.begin(work, user="U1")
    tasks.begin(work, user="U2")
    await tasks.drain(5)

    assert seen == {"r1": {"request_id": "r1", "user": "U1"}, "r2": {"request_id": "r2", "user": "U2"}}
    assert structlog.contextvars.get_contextvars() == {}


async def test_nothing_is_begun_without_room() -> None:
    """The limit counts everything under way."""
    tasks, gate = Tasks(at_most=2), asyncio.Event()

    async def work(_: str) -> None:
        await gate.wait()

    begun = [tasks.begin(work) for _ in range(3)]

    assert begun == [True, True, False]
    assert len(tasks) == 2
    gate.set()
    assert await tasks.drain(5) == 0


async def test_an_exception_is_logged_and_goes_no_further() -> None:
    """A task owns its errors: nobody waits for it."""
    tasks = Tasks(at_most=1)

    async def work(_: str) -> None:
        raise RuntimeError("boom")

    with capture_logs() as logs:
        tasks.begin(work)
        await tasks.drain(5)

    assert [line["event"] for line in logs] == ["task.failed"]


async def test_closing_waits_for_what_is_under_way() -> None:
    """Closing Socket Mode waits for nothing, so this has to."""
    tasks, done = Tasks(at_most=1), []

    async def work(_: str) -> None:
        for _turn in range(5):
            await asyncio.sleep(0)
        done.append("answered")

    tasks.begin(work)
    cancelled = await tasks.drain(5)

    assert (cancelled, done) == (0, ["answered"])


async def test_closing_cancels_what_takes_too_long_and_counts_it() -> None:
    """A process that should end ends."""
    tasks = Tasks(at_most=5)

    async def work(_: str) -> None:
        await asyncio.Event().wait()

    for _ in range(3):
        tasks.begin(work)

    with capture_logs() as logs:
        assert await tasks.drain(0) == 3
    assert logs == [{"event": "tasks.cancelled", "count": 3, "timeout_s": 0, "log_level": "warning"}]
    assert tasks.begin(work) is False
    assert await tasks.drain(0) == 0


async def test_closing_that_is_cut_short_cancels_what_is_under_way() -> None:
    """Nothing may go on while what it needs is taken down."""
    tasks, ended = Tasks(at_most=1), []

    async def work(_: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    tasks.begin(work)
    await asyncio.sleep(0)
    draining = asyncio.create_task(tasks.drain(600))
    await asyncio.sleep(0)
    draining.cancel()
    await asyncio.gather(draining, return_exceptions=True)

    assert (draining.cancelled(), ended, len(tasks)) == (True, ["cancelled"], 0)


def test_request_ids_are_short_and_differ() -> None:
    """A person reads them out to an admin."""
    ids = {new_request_id() for _ in range(100)}

    assert len(ids) == 100
    assert {len(made) for made in ids} == {8}
