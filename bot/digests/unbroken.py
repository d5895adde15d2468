"""Work that is brought to its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Bring work to its end even if we are given up meanwhile, and only then be given up.

    Given up a second time, the work is, too.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("work.ended_badly", error=type(error).__name__)
        raise
