"""Work that is given up, surely and with nothing left of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.slack.unless import give_up, unless
from tests.slack.conftest import until


class Work:
    """Works until it is told what to return; remembers what became of it."""

    def __init__(self) -> None:
        self.result: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.begun = self.cancelled = False

    async def __call__(self) -> str:
        """Work."""
        self.begun = True
        try:
            return await self.result
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def test_work_that_ends_first_gives_its_result() -> None:
    """Nothing is left of the waiting."""
    event, work = asyncio.Event(), Work()
    work.result.set_result("done")

    assert await unless(event, work) == "done"
    assert len(asyncio.all_tasks()) == 1


async def test_work_is_cancelled_by_the_event() -> None:
    """It is over when the caller goes on."""
    event, work = asyncio.Event(), Work()

    waiting = asyncio.create_task(unless(event, work))
    await until(lambda: work.begun)
    event.set()

    assert await waiting is None
    assert work.cancelled


async def test_work_is_not_begun_after_the_event() -> None:
    """There is nothing to give up."""
    event, work = asyncio.Event(), Work()
    event.set()

    assert await unless(event, work) is None
    assert not work.begun


async def test_error_of_the_work_reaches_the_caller() -> None:
    """As if it had been called directly."""
    event, work = asyncio.Event(), Work()
    work.result.set_exception(ValueError("boom"))

    with pytest.raises(ValueError, match="boom"):
        await unless(event, work)


async def test_cancelling_the_caller_cancels_the_work() -> None:
    """Nothing goes on alone."""
    work = Work()

    waiting = asyncio.create_task(unless(asyncio.Event(), work))
    await until(lambda: work.begun)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    assert work.cancelled


async def test_work_that_swallows_a_cancellation_is_cancelled_again() -> None:
    """Slack's SDK does, if it is cancelled at the wrong moment; a process that should end would go on for ever."""
    swallowed = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.set()
        await asyncio.Event().wait()

    work = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await give_up(work)

    assert swallowed.is_set()
    assert work.cancelled()


async def test_errors_of_work_that_is_given_up_are_dropped() -> None:
    """Nobody asks for them any more; asyncio must not complain later."""
    failed = Work()
    failed.result.set_exception(ValueError("boom"))
    work = asyncio.create_task(failed())
    await until(work.done)

    await give_up(work)
