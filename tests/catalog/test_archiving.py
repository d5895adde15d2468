"""Putting a project into its source's archive: done there, written here, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.catalog import Catalog
from bot.errors import BotError, CannotArchive, NotFound, SourceBusy, SourceDown
from bot.model import EventKind
from tests.builders import NOW
from tests.catalog.conftest import FRESH_FOR, SCOPE

if TYPE_CHECKING:
    from bot.model import Entry
    from tests.catalog.conftest import Stage


async def _entry(stage: Stage) -> Entry:
    await stage.refresh()
    (entry, *_) = (await stage.found()).entries
    stage.clock.move(timedelta(minutes=1))
    return entry


async def test_a_project_is_archived_at_its_source_and_here(stage: Stage) -> None:
    """The row is what the source answered, at once, and it is an event."""
    entry = await _entry(stage)
    after = await stage.catalog.archive(entry, archived=True)

    assert after.project.archived
    assert after.ref == entry.ref
    assert stage.source.projects[entry.project.id].archived
    assert [event.kind for event in await stage.events()] == [EventKind.ARCHIVED]
    assert (await stage.store.get(SCOPE, entry.ref)) == after


async def test_it_can_be_taken_out_again_and_a_second_time_changes_nothing(stage: Stage) -> None:
    """A thumb that presses twice leaves one event."""
    entry = await _entry(stage)
    await stage.catalog.archive(entry, archived=True)
    stage.clock.move(timedelta(minutes=1))
    for _ in range(2):
        after = await stage.catalog.archive(entry, archived=False)

    assert not after.project.archived
    assert [event.kind for event in await stage.events()] == [EventKind.UNARCHIVED, EventKind.ARCHIVED]


async def test_what_we_do_ourselves_is_no_edit(stage: Stage) -> None:
    """A project that is taken out of the archive is as quiet as before, also once it was listed again."""
    entry = await _entry(stage)
    quiet = (entry.project.updated_at, entry.project.updated_by)
    for archived in (True, False):
        after = await stage.catalog.archive(entry, archived=archived)
        assert (after.project.updated_at, after.project.updated_by) == quiet
        stage.clock.move(timedelta(minutes=1))
    await stage.later(minutes=10)
    listed = await stage.store.get(SCOPE, entry.ref)
    assert listed is not None
    assert (listed.project.updated_at, listed.project.updated_by) == quiet
    assert [event.kind for event in await stage.events()] == [EventKind.UNARCHIVED, EventKind.ARCHIVED]

    edited = stage.clock.now()
    known = stage.source.projects[entry.project.id]
    stage.source.knows(replace(known, updated_at=edited, updated_by="cleo"))
    await stage.later(minutes=10)

    listed = await stage.store.get(SCOPE, entry.ref)
    assert listed is not None
    assert (listed.project.updated_at, listed.project.updated_by) == (edited, "cleo")


async def test_what_somebody_else_did_before_us_stays_an_edit(stage: Stage) -> None:
    """It was in the archive already when we asked for that."""
    entry = await _entry(stage)
    edited = stage.clock.now()
    stage.source.knows(replace(entry.project, archived=True, updated_at=edited, updated_by="cleo"))
    stage.clock.move(timedelta(minutes=2))

    after = await stage.catalog.archive(entry, archived=True)

    assert (after.project.updated_at, after.own_at) == (edited, None)


async def test_an_edit_that_was_not_seen_yet_is_not_lost_by_archiving_another(stage: Stage) -> None:
    """The newest date that we know is then younger than that edit: the next listing is a complete one."""
    entry = await _entry(stage)
    other = stage.source.projects["project-2"]
    stage.source.knows(replace(other, updated_at=NOW + timedelta(seconds=10), updated_by="cleo"))
    await stage.catalog.archive(entry, archived=True)
    await stage.later(minutes=5)

    kinds = {(event.kind, event.after) for event in await stage.events()}
    assert (EventKind.UPDATED, "cleo") in kinds


async def test_what_cannot_be_archived_is_refused_with_a_reason(stage: Stage) -> None:
    """Gone, at a source without an archive, or at one that we are not connected to."""
    entry = await _entry(stage)
    stage.source._sheet = replace(stage.source._sheet, archives=False)
    alone = Catalog(
        workspace="local", sources={}, store=stage.store, clock=stage.clock, fresh_for=FRESH_FOR, holder="alone"
    )
    for catalog, row in ((stage.catalog, entry), (alone, entry)):
        with pytest.raises(CannotArchive):
            await catalog.archive(row, archived=True)
    stage.source._sheet = replace(stage.source._sheet, archives=True)
    with pytest.raises(CannotArchive):
        await stage.catalog.archive(replace(entry, gone_at=NOW), archived=True)
    assert stage.source.asked("archive") == 0


@pytest.mark.parametrize("error", [SourceDown("Fake", "HTTP 503"), NotFound("project-0")])
async def test_a_source_that_fails_leaves_the_row(stage: Stage, error: BotError) -> None:
    """Nothing is written that the source did not answer."""
    entry = await _entry(stage)
    stage.source.fails_with(error, "archive")  # type: ignore[arg-type] # a project that left is no `SourceError`
    with pytest.raises(type(error)):
        await stage.catalog.archive(entry, archived=True)
    assert await stage.events() == []


async def test_a_listing_under_way_is_waited_for(stage: Stage) -> None:
    """It was asked for before, and would take the project out of the archive again."""
    entry = await _entry(stage)
    stage.clock.move(FRESH_FOR)
    stage.source.hold()
    refresh = await stage.refresh(patience_s=0.01)
    archiving = asyncio.create_task(stage.catalog.archive(entry, archived=True))
    await asyncio.sleep(0.15)
    assert stage.source.asked("archive") == 0
    stage.source.release()
    await refresh.settled()

    assert (await archiving).project.archived


async def test_a_listing_that_takes_too_long_is_said(stage: Stage) -> None:
    """The person may try again; nothing was asked of the source."""
    entry = await _entry(stage)
    until = stage.clock.now() + timedelta(days=1)
    assert await stage.store.claim("local", "fake", "listing", holder="other", now=stage.clock.now(), until=until)
    archiving = asyncio.create_task(stage.catalog.archive(entry, archived=True))
    await asyncio.sleep(0.05)
    stage.clock.move(timedelta(minutes=1))
    with pytest.raises(SourceBusy):
        await archiving
    assert stage.source.asked("archive") == 0
