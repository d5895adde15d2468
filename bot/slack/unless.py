"""Work that is given up when something happens first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


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
        happening.cancel()
        working.cancel()
        await asyncio.gather(working, happening, return_exceptions=True)
    return None
