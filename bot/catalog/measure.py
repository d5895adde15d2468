"""Counting viewers: one project after the other, never in parallel, because the sources ask for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalog.sync import VIEWERS_BATCH
from bot.errors import NotFound, SourceError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.catalog.sync import Job
    from bot.model import Viewers


async def measure_viewers(job: Job, *, before: datetime) -> int:
    """Count the viewers of every project not measured since `before`; return how many were measured.

    Raises:
        SourceError: the round broke off; what was measured until then is kept.
        StoreError: the database could not be written.
    """
    fresh: dict[str, Viewers] = {}
    count = 0
    try:
        for project_id in await job.store.viewers_due(job.workspace, job.connection, before):
            try:
                fresh[project_id] = await job.source.viewers(project_id)
            except NotFound:
                continue  # left since the listing; the next listing will say so
            count += 1
            if len(fresh) >= VIEWERS_BATCH:
                await _save(job, fresh, complete=False)
                fresh = {}
    except SourceError:
        await _save(job, fresh, complete=False)
        raise
    await _save(job, fresh, complete=True)
    return count


async def _save(job: Job, measured: dict[str, Viewers], *, complete: bool) -> None:
    await job.store.save_viewers(job.workspace, job.connection, measured, job.clock.now(), complete=complete)
