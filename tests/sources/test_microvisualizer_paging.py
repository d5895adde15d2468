"""A paged list that is read to its end, or to a moment, while people go on working."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.upstreams import Mode
from bot.demo.upstreams.microvisualizer import MicroVisualizerStandIn
from bot.errors import SourceDown, SourceGarbled
from bot.model import Project, Quota
from bot.sources.microvisualizer.paging import MOST_PROJECTS, read_listing
from bot.sources.microvisualizer.wire import Page
from tests.fakes.clock import NOON
from tests.sources.stage import microvisualizer_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from tests.sources.stage import ServerStage


class ChangingList:
    """Pages of three over a list, newest first, that a test changes between two of them.

    Args:
        ids: the projects, newest first; each is a day older than the one before.
        between: called before page `n` of each pass, to change `ids`.
    """

    def __init__(self, ids: list[str], between: Callable[[ChangingList, int], None] | None = None) -> None:
        self.ids = ids
        self.between = between or (lambda _, __: None)
        self.reads: list[int] = []

    async def read(self, number: int) -> Page:
        """Return one page."""
        self.between(self, number)
        self.reads.append(number)
        start = number * 3
        dated = [
            Project(source="m", connection="c", id=name, name=name, updated_at=NOON - timedelta(days=place))
            for place, name in enumerate(self.ids)
        ]
        return Page(projects=tuple(dated[start : start + 3]), total=len(self.ids), last=start + 3 >= len(self.ids))


def names(count: int) -> list[str]:
    """Return so many ids."""
    return [f"project-{number}" for number in range(count)]


def project(project_id: str, name: str) -> Project:
    """Return a project without dates."""
    return Project(source="m", connection="c", id=project_id, name=name)


async def test_reads_all_pages() -> None:
    """A complete listing is all of it, once."""
    listing = await read_listing(ChangingList(names(8)).read, since=None)

    assert [project.id for project in listing.projects] == names(8)
    assert (listing.complete, listing.total, listing.requests) == (True, 8, 3)


async def test_stops_where_everything_further_is_older() -> None:
    """A refresh costs one request, whatever the number of projects; the whole page is returned."""
    listing = await read_listing(ChangingList(names(100)).read, since=NOON - timedelta(days=1))

    assert [project.id for project in listing.projects] == names(3)
    assert (listing.complete, listing.total, listing.requests) == (False, 100, 1)


async def test_goes_on_as_long_as_a_page_is_new_enough() -> None:
    """A project exactly at the moment is not older."""
    listing = await read_listing(ChangingList(names(100)).read, since=NOON - timedelta(days=5))

    assert [project.id for project in listing.projects] == names(9)


async def test_says_complete_when_the_last_page_was_read_anyway() -> None:
    """A small list needs no second question to notice deletions."""
    listing = await read_listing(ChangingList(names(2)).read, since=NOON - timedelta(hours=1))

    assert listing.complete


async def test_an_edit_between_two_pages_loses_and_doubles_nobody() -> None:
    """It moves a project to the top: one is met twice, and the count tells of the one that was missed."""

    def edit(pages: ChangingList, number: int) -> None:
        if number == 1 and len(pages.reads) == 1:
            pages.ids.insert(0, pages.ids.pop(6))

    pages = ChangingList(names(8), edit)

    listing = await read_listing(pages.read, since=None)

    assert sorted(project.id for project in listing.projects) == names(8)
    assert listing.complete
    assert listing.requests == len(pages.reads) == 6


@pytest.mark.parametrize("since", [None, NOON - timedelta(days=7)])
async def test_starts_again_when_somebody_deletes_meanwhile(since: datetime | None) -> None:
    """A deletion moves a project from the next page to the one that was already read."""

    def delete(pages: ChangingList, number: int) -> None:
        if number == 1 and len(pages.reads) == 1:
            pages.ids.remove("project-0")

    pages = ChangingList(names(8), delete)

    listing = await read_listing(pages.read, since=since)

    assert sorted(project.id for project in listing.projects) == names(8)[1:]
    assert pages.reads == [0, 1, 0, 1, 2]


async def test_gives_up_on_a_list_that_never_stands_still() -> None:
    """Three tries, then the truth: it cannot be read."""

    def grow(pages: ChangingList, number: int) -> None:
        if number == 1:
            pages.ids.append(f"project-{len(pages.ids)}")

    pages = ChangingList(names(8), grow)

    with pytest.raises(SourceGarbled, match="changed each time"):
        await read_listing(pages.read, since=None)

    assert pages.reads == [0, 1] * 3


async def test_does_not_begin_to_read_an_absurd_list() -> None:
    """Nobody has that many projects."""

    async def absurd(_: int) -> Page:
        return Page(projects=(), total=MOST_PROJECTS + 1, last=False)

    with pytest.raises(SourceGarbled, match="more than"):
        await read_listing(absurd, since=None)


@pytest.fixture
async def stage() -> AsyncIterator[ServerStage]:
    """The adapter in front of its stand-in."""
    async with microvisualizer_stage() as stage:
        yield stage


async def test_reads_many_real_pages(stage: ServerStage) -> None:
    """250 projects are three pages and the quota."""
    stand_in = stage.stand_in
    assert isinstance(stand_in, MicroVisualizerStandIn)
    for number in range(250 - len(stand_in.projects)):
        stand_in.add(f"project-{number:04}", f"Project {number}", at=NOON - timedelta(days=number))

    listing = await stage.source.list_projects(since=None)

    assert (len(listing.projects), listing.complete, listing.requests) == (250, True, 4)
    assert listing.quota == Quota(used=250, limit=50)
    assert [seen.query.get("page") for seen in stand_in.requests] == ["0", "1", "2", None]


async def test_asks_for_the_quota_only_with_everything_else(stage: ServerStage) -> None:
    """A refresh stays one request."""
    listing = await stage.source.list_projects(since=NOON - timedelta(days=1))

    assert (listing.requests, listing.quota, stage.stand_in.request_count) == (1, None, 1)


async def test_a_listing_is_worth_having_without_its_quota(stage: ServerStage) -> None:
    """The quota is an extra."""
    stand_in = stage.stand_in
    assert isinstance(stand_in, MicroVisualizerStandIn)
    stand_in.max_projects = -1

    listing = await stage.source.list_projects(since=None)

    assert listing.complete
    assert listing.quota is None


async def test_one_failing_page_fails_the_listing(stage: ServerStage) -> None:
    """What was read before is not passed on."""
    stage.break_with(Mode.DOWN)

    with pytest.raises(SourceDown):
        await stage.source.list_projects(since=None)


async def test_a_project_met_twice_is_kept_as_it_was_last() -> None:
    """It was pushed across the edge by a new edit of another, and renamed meanwhile."""
    first = Page(projects=(project("a", "old name"), project("b", "b")), total=3, last=False)
    second = Page(projects=(project("a", "new name"), project("c", "c")), total=3, last=True)

    async def read(number: int) -> Page:
        return (first, second)[number]

    listing = await read_listing(read, since=None)

    assert [each.name for each in listing.projects] == ["new name", "b", "c"]
