"""What the fake offers to tests beyond the port."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import SourceBusy, SourceDown
from bot.model import Project, Quota, Service, Viewers
from tests.fakes.source import EPOCH, FakeSource

OLD = Project(source="", connection="", id="old", name="Old", updated_at=EPOCH - timedelta(days=9))
NEW = Project(source="", connection="", id="new", name="New", updated_at=EPOCH)


async def test_tells_what_it_was_told() -> None:
    """Projects, viewers, services and quota come from the test."""
    fake = FakeSource(OLD, NEW, quota=Quota(used=2, limit=3))
    fake.counts_viewers("old", 4, 1)
    fake.has_services("old", Service(name="api"))
    fake.forgets("new")

    listing = await fake.list_projects(since=None)

    assert [project.id for project in listing.projects] == ["old"]
    assert listing.quota == Quota(used=2, limit=3)
    assert await fake.viewers("old") == Viewers(live=4, queued=1, at=EPOCH)
    assert await fake.services("old") == (Service(name="api"),)
    assert [fake.asked(method) for method in ("list_projects", "viewers", "services")] == [1, 1, 1]


async def test_leaves_out_what_is_older_only_if_it_is_incremental() -> None:
    """Both kinds of source exist."""
    since = EPOCH - timedelta(days=1)

    assert not (await FakeSource(OLD, NEW).list_projects(since=since)).complete
    assert (await FakeSource(OLD, NEW, incremental=False).list_projects(since=since)).complete


async def test_fails_where_and_as_long_as_it_was_told() -> None:
    """One method may fail while another works."""
    fake = FakeSource(OLD)
    fake.fails_with(SourceBusy("Fake", "HTTP 429", free_at=EPOCH), "viewers")

    assert (await fake.list_projects(since=None)).complete
    with pytest.raises(SourceBusy):
        await fake.viewers("old")

    fake.fails_with(SourceDown("Fake", "HTTP 503"))
    with pytest.raises(SourceDown):
        await fake.list_projects(since=None)
    fake.works_again()
    assert (await fake.viewers("old")).live == 0


async def test_can_be_held_at_a_gate() -> None:
    """For tests of what happens while a refresh is under way."""
    fake = FakeSource(OLD)
    fake.hold()
    calls = [asyncio.create_task(fake.list_projects(since=None)) for _ in range(3)]

    await fake.reached(3)
    assert fake.most_in_flight == 3
    assert not any(call.done() for call in calls)
    fake.release()

    assert all(listing.complete for listing in await asyncio.gather(*calls))
    assert fake.in_flight == 0
