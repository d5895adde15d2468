"""Refreshes are shared: by everybody who asks, in this process and in others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.catalog import Ages, Catalog
from bot.errors import SourceDown, StoreError
from bot.store import open_store
from tests.builders import NOW
from tests.catalog.conftest import FRESH_FOR, SCOPE, another, some_projects

if TYPE_CHECKING:
    from tests.catalog.conftest import Stage


async def test_ten_people_at_once_cost_one_refresh(stage: Stage) -> None:
    """Everybody waits for the same listing."""
    stage.source.hold()
    asking = [asyncio.create_task(stage.refresh()) for _ in range(10)]
    await stage.source.reached(1)
    stage.source.release()
    await asyncio.gather(*asking)

    assert stage.source.asked("list_projects") == 1


async def test_two_processes_on_one_database_cost_one_refresh(stage: Stage, database_url: str) -> None:
    """The claim in the database decides who asks; the other waits for the result."""
    async with open_store(database_url) as other_store:
        other = another(other_store, stage.source, stage.clock, holder="two")
        stage.source.hold()
        asking = [
            asyncio.create_task(stage.refresh()),
            asyncio.create_task(other.refresh(SCOPE, viewers=False, force=False, patience=timedelta(seconds=30))),
        ]
        await stage.source.reached(1)
        await asyncio.sleep(0.3)
        stage.source.release()
        refreshes = await asyncio.gather(*asking)

        assert stage.source.asked("list_projects") == 1
        assert all(not refresh.unfinished for refresh in refreshes)
        await other.close()


async def test_what_another_process_keeps_fresh_is_shown_and_left_to_it(stage: Stage) -> None:
    """A terminal without a key answers from the rows of the server, with their age."""
    await stage.refresh()
    keyless = Catalog(
        workspace="local", sources={}, store=stage.store, clock=stage.clock, fresh_for=FRESH_FOR, holder="terminal"
    )
    stage.clock.forward(hours=1)
    refresh = await keyless.refresh(SCOPE, viewers=True, force=True, patience=timedelta(seconds=5))

    (known,) = await keyless.freshness(SCOPE, refresh)
    assert (known.rows, known.last_success_at, stage.source.asked("list_projects")) == (3, NOW, 1)


async def test_a_process_that_died_in_the_middle_is_replaced(stage: Stage, database_url: str) -> None:
    """Its claim runs out, and the next one who asks takes over."""
    async with open_store(database_url) as other_store:
        until = NOW + timedelta(seconds=30)
        assert await other_store.claim("local", "fake", "listing", holder="dead", now=NOW, until=until)
        refresh = await stage.refresh(patience_s=0.3)
        assert refresh.unfinished == {"fake"}

        stage.clock.move(timedelta(seconds=31))
        await refresh.settled()

        assert (await stage.known()).rows == 3


async def test_an_answer_does_not_wait_longer_than_its_patience(stage: Stage) -> None:
    """The refresh goes on by itself, and the freshness says that it is under way."""
    stage.source.hold()
    refresh = await stage.refresh(patience_s=0.01)

    (known,) = await stage.catalog.freshness(SCOPE, refresh)
    assert (refresh.unfinished, known.refreshing, known.last_success_at) == (frozenset({"fake"}), True, None)

    stage.source.release()
    await refresh.settled()
    assert (await stage.known()).rows == 3


async def test_fresh_data_is_not_asked_for_again(stage: Stage) -> None:
    """Fifty commands in a row cost one refresh."""
    for _ in range(50):
        await stage.later(seconds=2)
    assert stage.source.asked("list_projects") == 1

    await stage.later(seconds=FRESH_FOR.total_seconds())
    assert stage.source.asked("list_projects") == 2


async def test_a_thumb_on_refresh_is_bounded(stage: Stage) -> None:
    """Insisting asks again, but not ten times a second."""
    for _ in range(10):
        await stage.refresh(force=True)
    assert stage.source.asked("list_projects") == 1
    stage.clock.move(timedelta(seconds=3))
    await stage.refresh(force=True)
    assert stage.source.asked("list_projects") == 2


async def test_one_cancelled_question_does_not_cancel_the_others_refresh(stage: Stage) -> None:
    """The refresh belongs to nobody who asks."""
    stage.source.hold()
    first, second = (asyncio.create_task(stage.refresh()) for _ in range(2))
    await stage.source.reached(1)
    first.cancel()
    stage.source.release()
    await second

    assert (await stage.known()).rows == 3


async def test_closing_ends_a_refresh_under_way_and_leaves_nothing_half_done(stage: Stage) -> None:
    """A process that ends must not hang on a silent source."""
    stage.source.hold()
    await stage.refresh(patience_s=0.01)
    await stage.catalog.close()

    assert (await stage.known()).rows == 0


async def test_a_database_that_fails_during_a_refresh_is_logged_and_ends_nothing(stage: Stage) -> None:
    """A refresh is nobody's question, so its trouble is an event in the log."""

    async def broken(*_: object, **__: object) -> bool:
        raise StoreError("gone")

    stage.store.claim = broken  # type: ignore[method-assign] # a failing disk cannot be had otherwise
    with structlog.testing.capture_logs() as logged:
        await stage.refresh()
    assert [(line["event"], line["job"]) for line in logged] == [("sync.failed", "listing")]


async def test_a_bug_in_a_source_is_logged_and_the_next_refresh_tries_again(stage: Stage) -> None:
    """An exception that nobody foresaw must not stop the refreshes for ever."""
    stage.source.fails_with(ValueError("bug"))  # type: ignore[arg-type] # the bug that is meant
    with structlog.testing.capture_logs() as logged:
        await stage.refresh()
    assert [line["event"] for line in logged] == ["sync.crashed"]

    stage.source.works_again()
    assert (await stage.later(seconds=1)).rows == 3


async def test_viewers_are_counted_one_after_the_other_after_the_listing(stage: Stage) -> None:
    """A first question about viewers needs the projects first; the source never sees two counts at once."""
    stage.source.counts_viewers("project-1", 7, 2)
    await stage.refresh(viewers=True)

    known = await stage.known()
    assert [method for method, _ in stage.source.calls] == ["list_projects", "viewers", "viewers", "viewers"]
    assert stage.source.most_in_flight == 1
    assert known.viewers_at == NOW
    seen = {entry.project.id: entry.viewers for entry in (await stage.found()).entries}
    assert all(viewers is not None and viewers.at == NOW for viewers in seen.values())
    assert [(v.live, v.queued) for v in seen.values() if v and v.live] == [(7, 2)]


async def test_viewers_are_counted_again_only_when_they_are_old(stage: Stage) -> None:
    """Counting is one request a project, so its result is shared for as long as it is fresh."""
    await stage.refresh(viewers=True)
    await stage.later(viewers=True, seconds=60)
    assert stage.source.asked("viewers") == 3
    await stage.later(viewers=True, seconds=61)
    assert stage.source.asked("viewers") == 6


async def test_a_large_source_rests_between_two_rounds(stage: Stage) -> None:
    """A round over two hundred projects takes minutes; it must not be stale before it ends."""
    stage.source.knows(*some_projects(200))
    await stage.refresh(viewers=True)
    await stage.later(viewers=True, minutes=6)
    assert stage.source.asked("viewers") == 200
    await stage.later(viewers=True, minutes=1)
    assert stage.source.asked("viewers") == 400


async def test_a_round_of_counting_that_breaks_off_keeps_what_it_has(stage: Stage) -> None:
    """What was measured is true; the rest says that it was not, and is counted first next time."""
    stage.source.knows(*some_projects(12))
    await stage.refresh()
    stage.source.hold()
    round_one = asyncio.create_task(stage.refresh(viewers=True))
    await stage.source.reached(2)
    stage.source.fails_with(SourceDown("Fake", "HTTP 500"), "viewers")
    stage.source.release()
    await round_one

    known = await stage.known()
    assert (known.viewers_at, known.problem) == (None, None)
    assert known.viewers_problem is not None
    assert known.viewers_problem.detail == "HTTP 500"


async def test_a_project_that_left_since_the_listing_does_not_end_the_round(stage: Stage) -> None:
    """The source knows better; the next listing will say so."""
    await stage.refresh()
    stage.source.forgets("project-0")
    await stage.refresh(viewers=True)

    assert (await stage.known()).viewers_at == NOW


async def test_one_project_can_be_measured_by_itself(stage: Stage) -> None:
    """A card needs one number, not a round; a fresh number is not asked for again."""
    await stage.refresh()
    stage.source.counts_viewers("project-0", 3)
    for _ in range(3):
        (entry, *_) = (await stage.found()).entries
        await stage.catalog.measure(entry, patience=timedelta(seconds=5))

    assert stage.source.asked("viewers") == 1
    (entry, *_) = (await stage.found()).entries
    assert entry.viewers is not None
    assert entry.viewers.live == 3


async def test_a_measurement_that_fails_leaves_the_old_one_and_the_source_alone(stage: Stage) -> None:
    """The card shows what is known, with its age; ten cards during an outage do not ask ten times."""
    await stage.refresh()
    stage.source.fails_with(SourceDown("Fake", "timeout"), "viewers")
    (entry, *_) = (await stage.found()).entries
    with structlog.testing.capture_logs() as logged:
        for _ in range(10):
            await stage.catalog.measure(entry, patience=timedelta(seconds=5))
    assert [line["event"] for line in logged] == ["viewers.not_measured"]
    stage.clock.forward(seconds=16)
    await stage.catalog.measure(entry, patience=timedelta(seconds=5))
    assert stage.source.asked("viewers") == 2


async def test_what_is_kept_fresh_has_its_own_ages_and_is_not_waited_for(stage: Stage) -> None:
    """The tick reads what nobody asks about, less often than an answer would."""
    ages = Ages(listing=timedelta(minutes=5), viewers=timedelta(minutes=15))
    await stage.refresh(viewers=True)
    asked = []
    for minutes in (3, 3, 10):
        stage.clock.move(timedelta(minutes=minutes))
        stage.source.hold()
        await stage.catalog.keep_fresh(SCOPE, ages)
        stage.source.release()
        await stage.refresh_ends()
        asked.append((stage.source.asked("list_projects"), stage.source.asked("viewers")))

    assert asked == [(1, 3), (2, 3), (3, 6)]


async def test_what_is_kept_fresh_may_be_read_more_often_than_answers_need(stage: Stage) -> None:
    """A setting is a promise."""
    await stage.refresh()
    stage.clock.move(FRESH_FOR / 2)
    await stage.catalog.keep_fresh(SCOPE, Ages(listing=FRESH_FOR / 2, viewers=None))
    await stage.refresh_ends()

    assert stage.source.asked("list_projects") == 2
