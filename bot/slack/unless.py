"""Work that is given up, surely and with nothing left of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

AGAIN_AFTER: Final = 0.1
"""Seconds after which work that still goes on is cancelled again."""


async def unless(event: asyncio.Event, work: Callable[[], Awaitable[T]]) -> T | None:
    """Do something unless an event is set first.

    Args:
        event: ends the work.
        work: what to do; not begun if the event is set already, else cancelled and waited for.

    Returns:
        The result of the work; None if it was given up.

    Raises:
        Exception: whatever the work raises, unless it was given up before.
    """
    if event.is_set():
        return None
    working, happening = asyncio.ensure_future(work()), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({working, happening}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
    finally:
        await give_up(working, happening)
    return None


async def give_up(*works: asyncio.Future[Any]) -> None:
    """Cancel until everything has ended; results and errors are dropped.

    Once is not enough: in Python 3.11 `asyncio.wait_for`, with which the SDK reconnects, swallows a cancellation that
    comes just as its own work ends. https://github.com/python/cpython/issues/86296
    """
    going_on = {work for work in works if not work.done()}
    while going_on:
        for work in going_on:
            work.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=AGAIN_AFTER)
    await asyncio.gather(*works, return_exceptions=True)
