"""A process that looks regularly keeps its good looks as evidence; others leave none."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.catalog import Ages, Catalog
from bot.catalog.moments import moment_of
from bot.catalog.spread import until_set
from bot.errors import SourceBusy, SourceDown, SourceRefused
from tests.builders import NOW
from tests.catalog.conftest import FRESH_FOR, SCOPE, some_projects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.errors import SourceError
    from bot.model import Freshness
    from tests.catalog.conftest import Stage

EVERY = Ages(listing=timedelta(minutes=5), viewers=timedelta(minutes=15))
MONTH = timedelta(days=30)


class Regular:
    """A catalog of a process that looks regularly, whose pauses the test sees and needs not wait for."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.waited = timedelta()
        self.patient = True
        """Whether time passes by itself while a round waits; if not, it waits until somebody is in a hurry."""

        self.catalog = Catalog(
            workspace=SCOPE.workspace,
            sources={stage.source.connection: stage.source},
            store=stage.store,
            clock=stage.clock,
            fresh_for=FRESH_FOR,
            holder="server",
            regular=EVERY,
            wait=self.wait,
        )

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Let the time pass at once, or none."""
        if not self.patient:
            await event.wait()
            return
        self.waited += timedelta(seconds=seconds)
        await self.stage.clock.sleep(seconds)

    async def keep_fresh(self) -> Freshness:
        """Look as the tick does, to the end."""
        await self.catalog.keep_fresh(SCOPE, EVERY)
        await self.ends()
        return await self.stage.known()

    async def ends(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self.catalog._flights._tasks.values())  # nobody else waits for all of them


@pytest.fixture
async def regular(stage: Stage) -> AsyncIterator[Regular]:
    """Return a process that looks regularly."""
    looking = Regular(stage)
    yield looking
    await looking.catalog.close()


async def test_a_good_look_of_a_process_that_looks_regularly_is_kept(stage: Stage, regular: Regular) -> None:
    """Also one that a person asked for: it was seen all the same."""
    await regular.keep_fresh()
    stage.clock.move(timedelta(minutes=3))
    await regular.catalog.refresh(SCOPE, viewers=False, force=True, patience=timedelta(seconds=30))

    sights = (await stage.known()).sights
    assert sights is not None
    (stretch,) = sights.listing.stretches
    assert (stretch.since, stretch.looks, stretch.every) == (NOW, 2, EVERY.listing)
    (counted,) = sights.viewers.stretches
    assert (counted.looks, counted.every) == (1, EVERY.viewers)


async def test_a_failed_look_and_one_of_a_terminal_are_no_evidence(stage: Stage, regular: Regular) -> None:
    """What nobody promised to repeat proves nothing about the time in between."""
    await stage.refresh(viewers=True)
    stage.source.fails_with(SourceDown("Fake", "HTTP 503"))
    stage.clock.move(timedelta(minutes=20))

    assert (await regular.keep_fresh()).sights is None


async def test_a_regular_round_spreads_its_requests_over_its_pause(stage: Stage, regular: Regular) -> None:
    """A source sees a request now and then, and not two hundred in a row."""
    stage.source.knows(*some_projects(12))
    await regular.keep_fresh()

    assert stage.source.asked("viewers") == 12
    assert timedelta(minutes=10) < regular.waited <= timedelta(minutes=12)


async def test_a_round_hurries_once_somebody_waits_for_it(stage: Stage, regular: Regular) -> None:
    """A person who asks who is watching does not wait for a quarter of an hour."""
    stage.source.knows(*some_projects(12))
    regular.patient = False
    await regular.catalog.keep_fresh(SCOPE, EVERY)
    await stage.source.reached(2)
    assert stage.source.asked("viewers") == 1
    await regular.catalog.refresh(SCOPE, viewers=True, force=False, patience=timedelta(seconds=30))

    assert stage.source.asked("viewers") == 12
    assert regular.waited == timedelta()


async def test_waiting_ends_when_somebody_hurries_or_the_time_is_over() -> None:
    """The real way of waiting."""
    hurry = asyncio.Event()
    await until_set(hurry, 0.001)
    hurry.set()
    await asyncio.wait_for(until_set(hurry, 3600), timeout=5)


async def test_a_jump_of_the_clock_does_not_stretch_a_round(stage: Stage, regular: Regular) -> None:
    """Set back by a day, the next request waits for one pause and no longer."""
    stage.source.knows(*some_projects(3))
    await regular.catalog.keep_fresh(SCOPE, EVERY)
    await stage.source.reached(2)
    stage.clock.move(-timedelta(days=1))
    await regular.ends()

    assert regular.waited <= timedelta(minutes=13)


async def test_closing_does_not_wait_for_a_slow_round(stage: Stage) -> None:
    """A process that is told to end ends at once."""
    regular = Regular(stage)

    async def for_ever(event: asyncio.Event, seconds: float) -> None:
        assert seconds
        await event.wait()

    slow = Catalog(
        workspace=SCOPE.workspace, sources={"fake": stage.source}, store=stage.store, clock=stage.clock,
        fresh_for=FRESH_FOR, holder="slow", regular=EVERY, wait=for_ever,
    )  # fmt: skip
    await slow.keep_fresh(SCOPE, EVERY)
    await stage.source.reached(2)
    await asyncio.wait_for(slow.close(), timeout=5)

    assert (await stage.known()).viewers_at is None
    await regular.catalog.close()


@pytest.mark.parametrize(
    ("error", "failing", "good"),
    [
        (SourceRefused("Fake", "HTTP 403: access was denied"), 2, True),
        (SourceDown("Fake", "HTTP 500"), 2, True),
        (SourceDown("Fake", "HTTP 500"), 4, False),
        (SourceBusy("Fake", "HTTP 429"), 1, False),
    ],
)
async def test_a_round_is_a_good_look_if_four_fifths_of_the_projects_were_counted(
    stage: Stage,
    regular: Regular,
    error: SourceError,
    failing: int,
    good: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """One broken project does not blind us to all others; being told to wait, and many broken ones, do."""
    stage.source.knows(*some_projects(12))
    bad = {f"project-{number * 3}" for number in range(failing)}
    counting = stage.source.viewers

    async def viewers(project_id: str) -> object:
        if project_id in bad:
            raise error.with_traceback(None)
        return await counting(project_id)

    stage.source.viewers = viewers  # type: ignore[assignment, method-assign] # one project that fails
    known = await regular.keep_fresh()

    assert known.sights is not None
    assert bool(known.sights.viewers.stretches) == good
    assert (known.viewers_problem is None) == good


async def test_ages_are_judged_by_what_was_seen_where_somebody_looks_regularly(stage: Stage, regular: Regular) -> None:
    """A terminal uses what the server saw, as long as that runs; then it has only its own look."""
    known = await regular.keep_fresh()

    def seen(age: timedelta, *, looks: bool) -> bool:
        moment = moment_of([known], now=NOW + age, quiet_after=MONTH, zone=UTC, regular=looks)
        return "fake" in moment.sights

    assert [seen(timedelta(hours=20), looks=False), seen(timedelta(days=2), looks=False)] == [True, False]
    assert seen(timedelta(days=2), looks=True)
    assert regular.catalog.looks_regularly
    assert not stage.catalog.looks_regularly
