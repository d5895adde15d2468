"""Work that goes on after an acknowledgement: kept, counted, named in the log, and waited for at the end.

Bolt keeps no reference to what it starts and does not limit it; closing Socket Mode waits for none of it.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

import structlog

from bot.slack.unless import give_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.get_logger(__name__)


def new_request_id() -> str:
    """Make a short number that a person can read out, and an admin can look for in the log."""
    return secrets.token_hex(4)


class Tasks:
    """A limited number of tasks that own their errors.

    Args:
        at_most: how many may be under way, waiting ones included.
        request_id: names each of them.
    """

    def __init__(self, *, at_most: int, request_id: Callable[[], str] = new_request_id) -> None:
        self._at_most = at_most
        self._request_id = request_id
        self._running: set[asyncio.Task[None]] = set()
        self._open = True

    def __len__(self) -> int:
        """Count what is under way."""
        return len(self._running)

    def begin(self, work: Callable[[str], Awaitable[None]], **bound: str) -> bool:
        """Start work, which is given its request id; False if there is no room or the end has come. Never waits.

        Args:
            work: what to do; an exception that leaves it is logged and goes no further.
            bound: fields for every log line of this work.
        """
        if not self._open or len(self._running) >= self._at_most:
            return False
        task = asyncio.get_running_loop().create_task(self._run(work, bound))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def _run(self, work: Callable[[str], Awaitable[None]], bound: dict[str, str]) -> None:
        request_id = self._request_id()
        # A task has a context of its own: what is bound here is seen by nothing else.
        structlog.contextvars.bind_contextvars(request_id=request_id, **bound)
        try:
            await work(request_id)
        except Exception:
            log.exception("task.failed")

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - what remains is cancelled, and counted
        """Take nothing new, wait for what is under way, then cancel it.

        Args:
            timeout: seconds to wait.

        Returns:
            How many had to be cancelled.
        """
        self._open = False
        if not self._running:
            return 0
        try:
            await asyncio.wait(set(self._running), timeout=timeout)
        finally:  # also if this wait itself is cut short
            late = {task for task in self._running if not task.done()}
            await give_up(*late)
        if late:
            log.warning("tasks.cancelled", count=len(late), timeout_s=timeout)
        return len(late)
