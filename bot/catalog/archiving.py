"""Putting a project into its source's archive, and taking it out again: the only thing that we ever change there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.catalog.changes import changes_of
from bot.catalog.own import without_ours
from bot.catalog.sync import LISTING
from bot.catalog.working import LOOK_EVERY_S
from bot.errors import CannotArchive, SourceBusy

if TYPE_CHECKING:
    from datetime import datetime

    from bot.catalog.sync import Job
    from bot.catalog.working import Worker
    from bot.model import Entry, Project

log = structlog.get_logger(__name__)

CLOCKS_APART: Final = timedelta(seconds=5)
"""How far behind ours a source's clock may be."""

WAIT: Final = timedelta(seconds=10)
"""How long we wait for a listing that is under way: it was asked for before, and would undo what we write."""


def check(entry: Entry, *, archives: bool | None) -> None:
    """Refuse what cannot be done.

    Args:
        entry: the project.
        archives: whether its source has an archive; None: we are not connected to it.

    Raises:
        CannotArchive: with what to do instead.
    """
    if archives is None:
        raise CannotArchive("I am not connected to the source of this project. Archive it there.")
    if not archives:
        raise CannotArchive("The source of this project has no archive. Keep it instead: `alerts keep`.")
    if entry.gone_at is not None:
        raise CannotArchive("This project is gone from its source, so there is nothing to archive.")


async def archive(worker: Worker, job: Job, entry: Entry, *, archived: bool) -> Entry:
    """Ask the source, write what it answered, and return the row as it is now.

    Raises:
        NotFound: the source has no such project.
        SourceError: it could not be asked, or is being read and that takes too long.
        StoreError: the source did it, but we could not write it down; the next listing will.
    """
    await _claim(worker, job)
    async with worker.holding(job, LISTING):
        asked_at = job.clock.now()
        project = await job.source.archive(entry.project.id, archived=archived)
        log.info("project.archived", connection=job.connection, ref=entry.ref, archived=project.archived)
        return await _write(job, entry, project, asked_at)


async def _claim(worker: Worker, job: Job) -> None:
    deadline = job.clock.now() + WAIT
    while not await worker.claim(job, LISTING):
        if job.clock.now() >= deadline:
            raise SourceBusy(job.source.sheet.title, "it is being read right now")
        await asyncio.sleep(LOOK_EVERY_S)


async def _write(job: Job, entry: Entry, project: Project, asked_at: datetime) -> Entry:
    """Write what the source answered; a date from when we asked, or later, is that of our own change."""
    now = job.clock.now()
    async with job.store.writing(job.workspace, job.connection, job=LISTING, holder=job.holder) as writer:
        before = (await writer.known([project.id])).get(project.id)
        at = project.updated_at
        if before is not None and at is not None and at >= asked_at - CLOCKS_APART and at != before.project.updated_at:
            await writer.changed_by_us(project.id, at)
            project = without_ours(before, project, own_at=at)
        await writer.save([project], now)
        await writer.record(changes_of(before, project, since=now - WAIT, now=now), now)
        after = (await writer.known([project.id])).get(project.id)
    # If the newest date that we know is that of this change, a listing of what is newer could miss an earlier edit.
    await job.store.ask_all(job.workspace, job.connection)
    return after or replace(entry, project=project)
