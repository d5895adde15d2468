"""One listing, one transaction: what a refresh asks, writes and records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import SourceBusy, SourceDown, SourceError, SourceGarbled, SourceRefused
from bot.model import EventKind, ProblemKind, Quota
from tests.builders import NOW
from tests.catalog.conftest import some_projects

if TYPE_CHECKING:
    from tests.catalog.conftest import Stage


async def test_the_first_listing_is_complete_and_no_news(stage: Stage) -> None:
    """What was there before us is the baseline, not forty messages."""
    await stage.refresh()

    known = await stage.known()
    assert await stage.names() == ["Project 000", "Project 001", "Project 002"]
    assert await stage.events() == []
    assert (known.rows, known.last_success_at, known.last_full_at, known.problem) == (3, NOW, NOW, None)
    assert known.watched_since == NOW
    assert (await stage.later(hours=7)).watched_since == NOW
    assert stage.source.calls[0] == ("list_projects", None)


async def test_an_unchanged_source_costs_one_request(stage: Stage) -> None:
    """The next refresh asks only for what is newer than the newest row."""
    await stage.refresh()
    newest = NOW - timedelta(hours=1)

    await stage.later(minutes=3)

    assert stage.source.calls[1:] == [("list_projects", newest)]
    assert await stage.events() == []


async def test_an_edit_a_new_name_and_a_new_project_are_events(stage: Stage) -> None:
    """What changed between two looks is recorded with its own date, once."""
    await stage.refresh()
    first, second, _ = some_projects(3)
    stage.source.knows(replace(first, updated_at=NOW + timedelta(minutes=1), updated_by="cleo"))
    stage.source.knows(replace(second, name="Second", updated_at=NOW + timedelta(minutes=1)))
    stage.source.knows(replace(first, id="project-9", name="Ninth", updated_at=NOW + timedelta(minutes=2)))

    await stage.later(minutes=3)
    await stage.later(minutes=3)

    told = {(event.kind, event.entry.project.name, event.before, event.after) for event in await stage.events()}
    assert told == {
        (EventKind.UPDATED, "Project 000", None, "cleo"),
        (EventKind.RENAMED, "Second", "Project 001", "Second"),
        (EventKind.APPEARED, "Ninth", None, None),
    }
    edits = [event for event in await stage.events() if event.kind is EventKind.UPDATED]
    assert [(event.at, event.seen_at) for event in edits] == [(NOW + timedelta(minutes=1), NOW + timedelta(minutes=3))]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"archived": False}, {"archived": True}, EventKind.ARCHIVED),
        ({"archived": True}, {"archived": False}, EventKind.UNARCHIVED),
        ({"enabled": True}, {"enabled": False}, EventKind.DISABLED),
        ({"enabled": False}, {"enabled": True}, EventKind.ENABLED),
        ({"subscription": "active"}, {"subscription": "past_due"}, EventKind.SUBSCRIPTION),
    ],
)
async def test_a_switch_is_one_event_and_not_an_edit_as_well(
    stage: Stage, before: dict[str, Any], after: dict[str, Any], kind: EventKind
) -> None:
    """The more telling event explains the edit."""
    project = some_projects(1)[0]
    stage.source.knows(replace(project, **before))
    await stage.refresh()
    stage.source.knows(replace(project, **after, updated_at=NOW + timedelta(seconds=30)))

    await stage.later(minutes=3)

    assert [event.kind for event in await stage.events()] == [kind]


async def test_services_that_come_and_go_are_told_with_their_numbers(stage: Stage) -> None:
    """An edit says what it changed where that is known."""
    await stage.refresh()
    project = some_projects(1)[0]
    stage.source.knows(replace(project, service_count=15, updated_at=NOW + timedelta(minutes=1)))

    await stage.later(minutes=3)

    (event,) = await stage.events()
    assert (event.kind, event.before, event.after) == (EventKind.UPDATED, "12 services", "15 services")


async def test_a_project_that_is_gone_is_noticed_by_the_total_and_kept_as_gone(stage: Stage) -> None:
    """Counts that disagree make the listing complete; only a complete one may say that something is gone."""
    await stage.refresh()
    stage.source.forgets("project-1")

    await stage.later(minutes=3)

    assert [since for _, since in stage.source.calls[1:]] == [NOW - timedelta(hours=1), None]
    assert await stage.names() == ["Project 000", "Project 002"]
    (event,) = await stage.events()
    assert (event.kind, event.entry.gone_at) == (EventKind.VANISHED, NOW + timedelta(minutes=3))


async def test_a_project_that_is_back_has_appeared_again(stage: Stage) -> None:
    """Gone is not for ever, and the number that people type stays the same."""
    await stage.refresh()
    before = {entry.project.id: entry.ref for entry in (await stage.found()).entries}
    stage.source.forgets("project-1")
    await stage.later(minutes=3)
    stage.source.knows(some_projects(2)[1])
    await stage.later(minutes=3)

    assert {entry.project.id: entry.ref for entry in (await stage.found()).entries} == before
    assert [event.kind for event in await stage.events()] == [EventKind.APPEARED, EventKind.VANISHED]


async def test_every_six_hours_the_listing_is_complete(stage: Stage) -> None:
    """A pin moves no date: it is noticed then at the latest."""
    await stage.refresh()
    stage.source.knows(replace(some_projects(3)[2], pinned=True))
    await stage.later(minutes=3)
    assert not any(entry.project.pinned for entry in (await stage.found()).entries)

    known = await stage.later(hours=6)

    assert any(entry.project.pinned for entry in (await stage.found()).entries)
    assert stage.source.calls[-1] == ("list_projects", None)
    assert known.last_full_at == stage.clock.now()


@pytest.mark.parametrize(
    "error",
    [
        SourceDown("Fake", "HTTP 503"),
        SourceRefused("Fake", "HTTP 401"),
        SourceGarbled("Fake", "HTML"),
        SourceBusy("Fake", "HTTP 429", free_at=NOW + timedelta(minutes=9)),
    ],
)
async def test_a_failed_listing_changes_nothing_but_the_connections_problem(stage: Stage, error: SourceError) -> None:
    """An outage keeps what is known, with its age."""
    await stage.refresh()
    stage.source.fails_with(error)

    known = await stage.later(minutes=3)

    assert await stage.names() == ["Project 000", "Project 001", "Project 002"]
    assert (known.last_success_at, known.last_attempt_at) == (NOW, NOW + timedelta(minutes=3))
    assert known.problem is not None
    assert (known.problem.kind, known.problem.detail) == (ProblemKind(error.kind), error.detail)
    assert known.problem.since == NOW + timedelta(minutes=3)


async def test_a_source_in_trouble_is_left_alone_for_a_while(stage: Stage) -> None:
    """Fifty questions during an outage do not become fifty requests; `since` stays that of the first failure."""
    stage.source.fails_with(SourceDown("Fake", "timeout"))
    await stage.refresh()
    for _ in range(5):
        await stage.later(seconds=1)
    assert stage.source.asked("list_projects") == 1

    known = await stage.later(seconds=15)
    assert stage.source.asked("list_projects") == 2
    assert known.problem is not None
    assert known.problem.since == NOW

    stage.source.works_again()
    assert (await stage.later(seconds=15)).problem is None


async def test_refresh_asks_at_once_unless_the_source_said_when(stage: Stage) -> None:
    """A person may insist, but not against a source that asked us to wait."""
    stage.source.fails_with(SourceDown("Fake", "timeout"))
    for _ in range(20):
        await stage.refresh(force=True)
    assert stage.source.asked("list_projects") == 1

    stage.clock.forward(seconds=3)
    stage.source.fails_with(SourceRefused("Fake", "HTTP 401"))
    await stage.refresh(force=True)
    stage.clock.forward(seconds=3)
    await stage.refresh(force=True)
    assert stage.source.asked("list_projects") == 2

    stage.clock.forward(seconds=8)
    stage.source.fails_with(SourceBusy("Fake", "HTTP 429", free_at=NOW + timedelta(minutes=9)))
    for _ in range(5):
        await stage.refresh(force=True)
        stage.clock.forward(seconds=30)
    assert stage.source.asked("list_projects") == 3


async def test_most_projects_gone_at_once_is_not_believed_at_once(stage: Stage) -> None:
    """A source that suddenly lists almost nothing is more likely wrong than empty."""
    stage.source.knows(*some_projects(10))
    await stage.refresh()
    stage.source.forgets(*(f"project-{n}" for n in range(9)))

    known = await stage.later(minutes=3)
    assert len(await stage.names()) == 10
    assert known.problem is not None
    assert known.problem.kind is ProblemKind.SUSPICIOUS

    await stage.later(hours=5)
    assert len(await stage.names()) == 10
    known = await stage.later(hours=1)
    assert (await stage.names(), known.problem) == (["Project 009"], None)
    assert len(await stage.events()) == 9


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_an_empty_list_of_a_small_source_is_not_believed_at_once(stage: Stage, number: int) -> None:
    """An empty answer is what a broken source gives; a source that really is empty still is after six hours."""
    stage.source.projects.clear()
    stage.source.knows(*some_projects(number))
    await stage.refresh()
    stage.source.projects.clear()

    known = await stage.later(minutes=3)
    assert known.problem is not None
    assert known.problem.kind is ProblemKind.SUSPICIOUS
    assert known.problem.detail.startswith("1 project before, 0 now;" if number == 1 else f"{number} projects before")
    assert (len(await stage.names()), await stage.events()) == (number, [])

    await stage.later(hours=5)
    assert len(await stage.names()) == number
    known = await stage.later(hours=1)
    assert (await stage.names(), known.problem) == ([], None)
    assert [event.kind for event in await stage.events()] == [EventKind.VANISHED] * number


async def test_a_small_source_may_lose_all_but_one_at_once(stage: Stage) -> None:
    """Of two or three projects most are soon deleted, and a list that is not empty was read."""
    await stage.refresh()
    stage.source.forgets("project-1", "project-2")

    known = await stage.later(minutes=3)
    assert (await stage.names(), known.problem) == (["Project 000"], None)


async def test_a_doubt_after_an_outage_has_its_own_six_hours(stage: Stage) -> None:
    """A source that was down for long is all the more likely to come back wrong."""
    stage.source.knows(*some_projects(10))
    await stage.refresh()
    stage.source.fails_with(SourceDown("Fake", "HTTP 503"))
    for _ in range(5):
        await stage.later(minutes=5)
    stage.source.works_again()
    stage.source.forgets(*(f"project-{n}" for n in range(9)))

    doubted = await stage.later(minutes=1)
    began = stage.clock.now()
    assert doubted.problem is not None
    assert (doubted.problem.kind, doubted.problem.since) == (ProblemKind.SUSPICIOUS, began)

    known = await stage.later(minutes=359)
    assert (len(await stage.names()), known.problem and known.problem.since) == (10, began)
    known = await stage.later(minutes=2)
    assert (await stage.names(), known.problem) == (["Project 009"], None)


async def test_a_list_that_comes_back_was_never_gone(stage: Stage) -> None:
    """The doubt ends with the fault that caused it, and nobody heard of it."""
    stage.source.knows(*some_projects(10))
    await stage.refresh()
    kept = dict(stage.source.projects)
    stage.source.projects.clear()
    await stage.later(minutes=3)
    stage.source.projects.update(kept)

    known = await stage.later(minutes=3)

    assert (known.problem, known.rows, await stage.events()) == (None, 10, [])


async def test_the_quota_is_kept_from_the_last_listing_that_told_it(stage: Stage) -> None:
    """A refresh of one request does not ask for it again."""
    stage.source.quota = Quota(used=3, limit=50)
    await stage.refresh()
    stage.source.quota = None

    assert (await stage.later(minutes=3)).quota == Quota(used=3, limit=50)


async def test_a_clock_that_was_set_back_does_not_stop_the_refreshes(stage: Stage) -> None:
    """A success in the future is no reason to wait for it."""
    await stage.refresh()
    await stage.later(days=-10)
    assert stage.source.asked("list_projects") == 2


async def test_a_large_listing_is_saved_whole(stage: Stage) -> None:
    """More rows than one batch arrive all, once."""
    stage.source.knows(*some_projects(1203))

    known = await stage.later(minutes=0)

    assert (known.rows, (await stage.found()).total) == (1203, 1203)
