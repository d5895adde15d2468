"""Reading a paged list that may change while it is read. Waits for pages, knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.errors import SourceGarbled
from bot.model import Listing
from bot.sources.microvisualizer.wire import TITLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.model import Project
    from bot.sources.microvisualizer.wire import Page

    ReadPage = Callable[[int], Awaitable[Page]]
    """Fetches the page with that number, from 0."""

MOST_PROJECTS: Final = 200_000
"""More than anybody has; a source that says so is not believed."""

MOST_RESTARTS: Final = 2


@dataclass(slots=True)
class _Reading:
    """One pass over the pages, and what it has found."""

    pages: int = 0
    """Pages read; the number of the next one."""

    projects: dict[str, Project] = field(default_factory=dict)
    """By id: an edit between two pages moves projects, so that one may be met twice; the later copy is newer."""

    total: int | None = None
    moved: bool = False
    """Whether projects came or went between two pages, so that some may have been missed."""

    ended: bool = False
    whole: bool = False
    """Whether every project was met."""

    def take(self, page: Page) -> None:
        """Take one page in.

        Raises:
            SourceGarbled: the list is absurdly long.
        """
        if page.total > MOST_PROJECTS:
            raise SourceGarbled(TITLE, f"more than {MOST_PROJECTS} projects")
        self.pages += 1
        self.projects.update((project.id, project) for project in page.projects)
        self.moved = self.total not in {None, page.total}
        self.total = page.total
        self.ended = page.last or self.moved
        self.whole = page.last and not self.moved and len(self.projects) == page.total

    def reaches(self, since: datetime | None, page: Page) -> bool:
        """Tell whether everything changed since then was met, `page` being the last one read."""
        return since is not None and not self.moved and page.ends_before(since)


async def read_listing(read_page: ReadPage, *, since: datetime | None) -> Listing:
    """Read page after page: all of them, or until everything further is older than `since`.

    A list that changes its length while it is read may hide projects between two pages, so that the reading starts
    again, at most `MOST_RESTARTS` times.

    Raises:
        SourceGarbled: it changed each time, or is absurdly long.
        SourceError: as `read_page` raises it.
    """
    requests = 0
    for _ in range(1 + MOST_RESTARTS):
        reading = _Reading()
        while not reading.ended:
            page = await read_page(reading.pages)
            requests += 1
            reading.take(page)
            if reading.whole or reading.reaches(since, page):
                projects = tuple(reading.projects.values())
                return Listing(projects=projects, complete=reading.whole, total=page.total, requests=requests)
    raise SourceGarbled(TITLE, "a list that changed each time while it was read")
