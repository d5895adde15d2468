"""What each verb answers, over real rows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.answers import (
    ChangeList,
    Choices,
    Exported,
    FilterHelp,
    HelpPage,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    ServiceList,
    Summary,
)
from bot.commands import COMMANDS
from bot.errors import SourceDown
from bot.model import EventKind, Service, State
from tests.builders import NOW, microvisualizer
from tests.commands.conftest import names

if TYPE_CHECKING:
    from tests.commands.conftest import Desk


async def test_the_bare_command_shows_the_sources_and_the_first_page(desk: Desk) -> None:
    """Nobody has to know a word to begin."""
    overview = await desk.answers("", Overview)

    assert names(overview.projects) == [
        "Billing",
        "Checkout",
        "Checkout Legacy",
        "Configurator EU",
        "Showroom Berlin",
        "Yacht",
    ]
    assert [known.title for known in overview.freshness] == ["MicroVisualizer", "Streampixel"]
    assert overview.projects.found.hidden_archived == 1


async def test_filters_alone_mean_list(desk: Desk) -> None:
    """The shortest way to ask is to ask."""
    answer = await desk.answers("archived:any -source:streampixel sort:updated", ProjectList)

    assert names(answer) == ["Checkout", "Billing", "Checkout Legacy", "Old Shop"]
    assert answer.command == "list archived:any -source:streampixel sort:updated"


async def test_a_list_goes_on_page_by_page(desk: Desk) -> None:
    """Every project is on one page, in both directions."""
    desk.micro.knows(*(microvisualizer(id=f"p-{n:03}", name=f"Project {n:03}") for n in range(25)))
    seen, cursor = [], None
    while True:
        page = await desk.answers("list name:project*", ProjectList, cursor=cursor)
        seen.append(names(page))
        cursor = page.found.next
        if cursor is None:
            break
    back = await desk.answers("list name:project*", ProjectList, cursor=page.found.previous)

    assert [len(each) for each in seen] == [10, 10, 5]
    assert [name for each in seen for name in each] == [f"Project {n:03}" for n in range(25)]
    assert names(back) == seen[1]


async def test_search_finds_words_anywhere_and_the_best_first(desk: Desk) -> None:
    """A name that is the word comes before one that contains it, and both before a description."""
    desk.micro.knows(microvisualizer(id="x-1", name="Aardvark", description="talks to the checkout"))
    answer = await desk.answers("search CHECKOUT", ProjectList)

    assert names(answer) == ["Checkout", "Checkout Legacy", "Aardvark"]
    assert answer.command == "search CHECKOUT"


async def test_search_without_words_says_what_to_do(desk: Desk) -> None:
    """An empty search is a question, not an error page."""
    refusal = await desk.answers("search", Refusal)
    assert refusal.correction == "list"


async def test_a_filter_that_a_source_cannot_judge_names_what_was_left_out(desk: Desk) -> None:
    """Streampixel has no dates, and an answer about dates says so."""
    answer = await desk.answers("list updated:<3d", ProjectList)

    assert names(answer) == ["Checkout"]
    assert [(each.title, each.fields, each.count) for each in answer.found.left_out] == [
        ("Streampixel", ("updated",), 3)
    ]


@pytest.mark.parametrize("phrase", ["billing", "BILL", "billing-c3", '"Billing"', "id:billing-c3", "money out"])
async def test_show_finds_a_project_by_what_people_call_it(desk: Desk, phrase: str) -> None:
    """Name, part of it, id, or words of its description."""
    card = await desk.answers(f"show {phrase}", ProjectCard)
    assert card.entry.project.id == "billing-c3"


async def test_show_prefers_the_whole_name_and_asks_when_it_cannot_tell(desk: Desk) -> None:
    """`Checkout` is one project although another begins with it; `check` could be either."""
    card = await desk.answers("show checkout", ProjectCard)
    choices = await desk.answers("show check", Choices)

    assert card.entry.project.id == "checkout-a1"
    assert names(choices) == ["Checkout", "Checkout Legacy"]


async def test_show_takes_names_as_phones_type_them(desk: Desk) -> None:
    """A dash or a quote looks alike on both sides."""
    desk.micro.knows(microvisualizer(id="wien-1", name="Showroom – Wien’s \u00adbest"))
    for typed in ("Showroom – Wien’s best", "showroom - wien's best", "“Showroom – Wien’s”"):
        assert (await desk.answers(f"show {typed}", ProjectCard)).entry.project.id == "wien-1"
        assert names(await desk.answers(f"search {typed}", ProjectList)) == ["Showroom – Wien’s \u00adbest"]


async def test_a_name_that_looks_like_a_filter_is_still_a_name(desk: Desk) -> None:
    """What was copied from a list must be found."""
    desk.micro.knows(microvisualizer(id="car-1", name="Car Configurator: Estate"))
    assert (await desk.answers("show car configurator: estate", ProjectCard)).entry.project.id == "car-1"
    assert (await desk.answers("show nonsense: thing", Refusal)).text == "show nonsense: thing"


async def test_a_name_is_not_denied_before_anything_was_read(desk: Desk) -> None:
    """Not knowing is another thing than knowing that there is none."""
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"))
    assert "Streampixel could not be read yet" in (await desk.answers("show nothing-like-this", Refusal)).sentence


async def test_changes_since_the_future_are_refused(desk: Desk) -> None:
    """Nothing has happened there, and saying so would sound like an answer."""
    assert "future" in (await desk.answers("changes since:2027-01-01", Refusal)).sentence


async def test_show_leaves_out_what_is_negated_and_follows_wildcards(desk: Desk) -> None:
    """The one project that was excluded must not be the one that is shown."""
    assert (await desk.answers("show checkout -legacy", ProjectCard)).entry.project.id == "checkout-a1"
    assert (await desk.answers("show bill*", ProjectCard)).entry.project.id == "billing-c3"
    assert "lists of projects" in (await desk.answers("show check limit:1", Refusal)).sentence


async def test_show_finds_archived_projects_too(desk: Desk) -> None:
    """Who names a project wants to see it, wherever it is."""
    card = await desk.answers("show old shop", ProjectCard)
    assert card.entry.project.archived


async def test_show_by_our_number_is_what_the_menu_runs(desk: Desk) -> None:
    """The number stays the same for as long as the database lives."""
    listed = await desk.answers("list name:billing", ProjectList)
    card = await desk.answers(f"show #{listed.found.entries[0].ref}", ProjectCard)

    assert card.entry.project.id == "billing-c3"
    assert (await desk.answers("show #999999", Refusal)).correction is None


async def test_show_counts_the_viewers_of_that_one_project(desk: Desk) -> None:
    """A card about now says how many people are there now."""
    desk.pixel.counts_viewers("s1", 7, 2)
    card = await desk.answers("show berlin", ProjectCard)

    assert card.entry.viewers is not None
    assert (card.entry.viewers.live, card.entry.viewers.queued) == (7, 2)
    assert desk.pixel.asked("viewers") == 1


async def test_an_unknown_project_is_said_with_the_age_of_what_was_searched(desk: Desk) -> None:
    """Not found in old data is another answer than not found."""
    refusal = await desk.answers("show nothing-like-this", Refusal)

    assert "nothing-like-this" in refusal.sentence
    assert refusal.correction is None
    assert len(refusal.freshness) == 2


async def test_show_without_a_name_asks_for_one(desk: Desk) -> None:
    """No project is picked for people."""
    assert "Which project" in (await desk.answers("show", Refusal)).sentence


async def test_status_counts_states_events_and_viewers(desk: Desk) -> None:
    """Everything that a lead wants is in one answer, archived projects included."""
    desk.pixel.counts_viewers("s1", 4, 1)
    summary = await desk.answers("status", Summary)

    assert summary.tally.states == {
        ("microvisualizer", State.ACTIVE): 1,
        ("microvisualizer", State.QUIET): 1,
        ("microvisualizer", State.INACTIVE): 1,
        ("microvisualizer", State.ARCHIVED): 1,
        ("streampixel", State.ACTIVE): 1,
        ("streampixel", State.OFF): 1,
        ("streampixel", State.LAPSED): 1,
    }
    assert (summary.tally.live, summary.tally.queued, summary.tally.measured, summary.tally.measurable) == (4, 1, 3, 3)


async def test_live_lists_who_is_watched_the_fullest_first(desk: Desk) -> None:
    """A queue without viewers counts as well."""
    desk.pixel.counts_viewers("s1", 2)
    desk.pixel.counts_viewers("s2", 0, 3)
    desk.pixel.counts_viewers("s3", 9)
    answer = await desk.answers("live", ProjectList)

    assert names(answer) == ["Yacht", "Showroom Berlin", "Configurator EU"]
    assert answer.tally is not None
    assert (answer.tally.live, answer.tally.queued) == (11, 3)
    assert answer.found.left_out == ()


async def test_live_says_what_its_filters_could_not_judge(desk: Desk) -> None:
    """Nobody is watching among those with a date is not the same as nobody is watching."""
    desk.pixel.counts_viewers("s1", 2)
    answer = await desk.answers("live updated:<7d", ProjectList)
    assert [(each.title, each.count) for each in answer.found.left_out] == [("Streampixel", 3)]


@pytest.mark.parametrize("text", ["status sort:name", "status limit:1", "changes limit:5", "services x sort:name"])
async def test_what_an_answer_cannot_follow_is_refused(desk: Desk, text: str) -> None:
    """Nothing typed is ever silently ignored."""
    assert "lists of projects" in (await desk.answers(text, Refusal)).sentence


async def test_inactive_gives_three_kinds_and_says_who_cannot_be_judged(desk: Desk) -> None:
    """Idle, switched off, unpaid; the longest idle first, and no accusation without evidence."""
    answer = await desk.answers("inactive", ProjectList)

    assert names(answer) == ["Checkout Legacy", "Configurator EU", "Yacht"]
    assert answer.tally is not None
    assert answer.tally.states[("streampixel", State.UNKNOWN)] == 1


async def test_inactive_takes_another_threshold(desk: Desk) -> None:
    """`for:` moves the line for this question only."""
    answer = await desk.answers("inactive for:20d source:microvisualizer", ProjectList)

    assert names(answer) == ["Checkout Legacy", "Billing"]
    assert answer.moment.quiet_after == timedelta(days=20)
    assert answer.command == "inactive source:microvisualizer for:20d"


async def test_changes_tell_what_happened_since(desk: Desk) -> None:
    """The first look is the baseline; what comes later is told, newest first, and filters apply."""
    await desk.answers("list", ProjectList)
    desk.micro.knows(microvisualizer(id="new-e5", name="New Thing", created_at=NOW, idle=timedelta(0)))
    desk.pixel.forgets("s3")
    await desk.later(minutes=3)
    everything = await desk.answers("changes", ChangeList)
    only = await desk.answers("changes source:microvisualizer since:1h", ChangeList)

    assert {(e.kind, e.entry.project.name) for e in everything.found.events} == {
        (EventKind.APPEARED, "New Thing"),
        (EventKind.VANISHED, "Yacht"),
    }
    assert [event.kind for event in only.found.events] == [EventKind.APPEARED]
    assert only.since == desk.clock.now() - timedelta(hours=1)


async def test_services_are_asked_for_at_once(desk: Desk) -> None:
    """The menu's third entry, as a word."""
    desk.micro.has_services("billing-c3", Service(name="invoices"), Service(name="dunning"))
    answer = await desk.answers("services billing", ServiceList)

    assert [service.name for service in answer.services] == ["invoices", "dunning"]
    assert "I know no project" in (await desk.answers("services berlin", Refusal)).sentence
    berlin = (await desk.answers("show berlin", ProjectCard)).entry.ref
    assert "knows no services" in (await desk.answers(f"services #{berlin}", Refusal)).sentence
    assert "`services checkout`" in (await desk.answers("services", Refusal)).sentence
    assert names(await desk.answers("services check", Choices)) == ["Checkout", "Checkout Legacy"]


async def test_services_of_a_source_in_trouble_are_refused_with_its_reason(desk: Desk) -> None:
    """What cannot be shown from memory says why."""
    await desk.answers("list", ProjectList)
    desk.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"), "services")
    refusal = await desk.answers("services billing", Refusal)
    assert "HTTP 503" in refusal.sentence


async def test_export_gives_all_matches_as_csv(desk: Desk) -> None:
    """All pages at once, with the same filters, and no cell that runs as a formula."""
    desk.micro.knows(*(microvisualizer(id=f"p-{n}", name=f"=cmd{n}") for n in range(20)))
    reply = await desk.replies("export source:microvisualizer")
    assert isinstance(reply.answer, Exported)
    assert reply.attachment is not None
    rows = list(csv.DictReader(io.StringIO(reply.attachment.content.decode())))

    assert (reply.answer.rows, len(rows), reply.answer.hidden_archived) == (23, 23, 1)
    assert {row["name"] for row in rows} >= {"Billing", "'=cmd0"}
    assert reply.attachment.name == "projects-2026-03-30-1200.csv"


async def test_help_shows_all_verbs_one_verb_or_the_filters(desk: Desk) -> None:
    """Help about help is a verb like any other."""
    everything, one = await desk.answers("help", HelpPage), await desk.answers("help SEARCH", HelpPage)

    assert (everything.topic, one.topic) == (None, "search")
    assert len((await desk.answers("help filters", FilterHelp)).sheets) == 2
    assert (await desk.answers("help serch", Refusal)).correction == "help search"
    assert (await desk.answers("help zzz", Refusal)).correction == "help"


@pytest.mark.parametrize("example", [
    example for command in COMMANDS for example in command.examples
])  # fmt: skip
async def test_every_example_of_the_help_works(desk: Desk, example: str) -> None:
    """An example that is refused would be the worst help."""
    desk.micro.knows(microvisualizer(id="checkout-a1b2c", name="Car Configurator"))
    answer = (await desk.replies(example)).answer
    assert not isinstance(answer, Refusal), answer


async def test_a_project_renamed_between_two_pages_is_not_shown_twice(desk: Desk) -> None:
    """Paging is stable while data change: what stays is shown exactly once."""
    desk.micro.knows(*(microvisualizer(id=f"p-{n:03}", name=f"Project {n:03}") for n in range(20)))
    first = await desk.answers("list name:project*", ProjectList)
    desk.micro.knows(
        microvisualizer(id="p-new", name="Project 000 new", updated_at=NOW + timedelta(minutes=1)),
        replace(desk.micro.projects["p-015"], updated_at=NOW + timedelta(minutes=1), description="edited"),
    )
    await desk.later(minutes=3)
    second = await desk.answers("list name:project*", ProjectList, cursor=first.found.next)

    assert names(first) + names(second) == [f"Project {n:03}" for n in range(20)]
