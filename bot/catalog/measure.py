"""Counting viewers: one project after the other, never in parallel, because the sources ask for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.catalog.sync import VIEWERS_BATCH
from bot.errors import NotFound, SourceBusy, SourceError
from bot.model.sight import ENOUGH_SHARE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.catalog.spread import Spread
    from bot.catalog.sync import Job
    from bot.model import Viewers

FAILURES_IN_A_ROW: Final = 3
"""So many projects that fail one after the other are a trouble of the source, and not their own."""


async def measure_viewers(job: Job, *, before: datetime, spread: Spread | None = None) -> int:
    """Count the viewers of every project not measured since `before`; return how many were measured.

    One project that fails does not break the round off. What was measured is kept, whatever happens.

    Args:
        job: the connection.
        before: younger measurements are not repeated.
        spread: says when each request may go; None: at once.

    Raises:
        SourceError: the source asked us to wait, failed several times in a row, or for more than a fifth of the
            projects: this was no good look.
        StoreError: the database could not be written.
    """
    round_ = _Round(job, batch=VIEWERS_BATCH if spread is None else 1)
    try:
        ids = await job.store.viewers_due(job.workspace, job.connection, before)
        for number, project_id in enumerate(ids):
            if spread is not None:
                await spread.turn(number, len(ids))
            await round_.measure(project_id)
        round_.judge()
    except SourceError:
        await round_.save(complete=False)
        raise
    await round_.save(complete=True)
    return round_.measured


class _Round:
    """One round of counting; `batch` measurements are kept at once, so a slow round shows them as they come."""

    def __init__(self, job: Job, *, batch: int) -> None:
        self._job = job
        self._batch = batch
        self._fresh: dict[str, Viewers] = {}
        self._failures: list[SourceError] = []
        self._in_a_row = 0
        self.measured = 0

    async def measure(self, project_id: str) -> None:
        """Count at one project."""
        try:
            self._fresh[project_id] = await self._job.source.viewers(project_id)
        except NotFound:
            return  # left since the listing; the next listing will say so
        except SourceBusy:
            raise
        except SourceError as error:
            self._fail(error)
            return
        self._in_a_row = 0
        self.measured += 1
        if len(self._fresh) >= self._batch:
            await self.save(complete=False)

    def judge(self) -> None:
        """Raise the last failure if there were too many."""
        if self._failures and self.measured < ENOUGH_SHARE * (self.measured + len(self._failures)):
            raise self._failures[-1]

    async def save(self, *, complete: bool) -> None:
        """Keep what was measured since the last time."""
        job, fresh = self._job, self._fresh
        self._fresh = {}
        if fresh or complete:
            await job.store.save_viewers(
                job.workspace,
                job.connection,
                fresh,
                job.clock.now(),
                complete=complete,
                every=job.every if self.measured else None,  # a round of nothing saw nothing
            )

    def _fail(self, error: SourceError) -> None:
        self._failures.append(error)
        self._in_a_row += 1
        if self._in_a_row >= FAILURES_IN_A_ROW:
            raise error
