"""What became of a project: every step between two states, and everything that is no news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import DifferenceKind
from bot.digests.compare import Comparison, arrived, changed, departed, kind_of
from bot.digests.snapshot import mark_for
from bot.model import Entry, Event, EventKind, Mark, Moment, Project, Snapshot, State, state_of
from tests.builders import MOMENT, NOW, entry, microvisualizer, streampixel

YESTERDAY = NOW - timedelta(days=1)
BOTH = ("microvisualizer", "streampixel")


def mark(row: Entry, state: State | None = None, **given: Any) -> Mark:
    """Return what the last digest knew of a project: what is known now, unless said otherwise."""
    return replace(mark_for(row, state or state_of(row, MOMENT)), **given)


def before(*marks: tuple[int, Mark]) -> Snapshot:
    """Return what a digest knew yesterday."""
    return Snapshot(at=YESTERDAY, query="", marks=dict(marks))


def event(kind: EventKind, row: Entry, was: str | None = None) -> Event:
    """Return something that happened an hour ago."""
    at = NOW - timedelta(hours=1)
    return Event(ref=1, kind=kind, at=at, seen_at=at, before=was, entry=row)


def micro(days: float = 2, **given: Any) -> Entry:
    """Return a project that nobody has edited for so many days."""
    return entry(microvisualizer(idle=timedelta(days=days), **given))


def pixel(**given: Any) -> Entry:
    """Return a project with a switch and a subscription."""
    return entry(streampixel(**given))


# --- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (State.ACTIVE, State.QUIET, DifferenceKind.QUIET),
        (State.ACTIVE, State.INACTIVE, DifferenceKind.INACTIVE),
        (State.QUIET, State.INACTIVE, DifferenceKind.INACTIVE),
        (State.QUIET, State.ACTIVE, DifferenceKind.BACK),
        (State.INACTIVE, State.ACTIVE, DifferenceKind.BACK),
        (State.INACTIVE, State.QUIET, DifferenceKind.BACK),
        (State.ACTIVE, State.OFF, DifferenceKind.OFF),
        (State.UNKNOWN, State.OFF, DifferenceKind.OFF),
        (State.OFF, State.UNKNOWN, DifferenceKind.BACK),
        (State.OFF, State.LAPSED, DifferenceKind.LAPSED),
        (State.LAPSED, State.UNKNOWN, DifferenceKind.BACK),
        (State.LAPSED, State.INACTIVE, DifferenceKind.BACK),
        (State.LAPSED, State.OFF, None),
        (State.UNKNOWN, State.LAPSED, DifferenceKind.LAPSED),
        (State.ACTIVE, State.ARCHIVED, DifferenceKind.ARCHIVED),
        (State.ARCHIVED, State.QUIET, DifferenceKind.BACK),
        (State.ARCHIVED, State.GONE, DifferenceKind.GONE),
        (State.GONE, State.ACTIVE, DifferenceKind.BACK),
        (State.ACTIVE, State.UNKNOWN, None),
        (State.UNKNOWN, State.ACTIVE, None),
        (State.UNKNOWN, State.QUIET, None),
        (State.INACTIVE, State.UNKNOWN, None),
    ],
)
def test_a_step_between_two_states_is_one_kind_of_news(was: State, now: State, kind: DifferenceKind | None) -> None:
    """Or none: to know nothing any more, or something at last, is no news about the project."""
    assert kind_of(was, now) is kind


@given(st.sampled_from(State))
def test_no_step_is_no_news(state: State) -> None:
    """Whatever a project is, if it was that before."""
    assert kind_of(state, state) is None


@given(st.sampled_from(State), st.sampled_from([State.GONE, State.ARCHIVED, State.LAPSED]))
def test_what_is_worst_is_told_wherever_it_comes_from(was: State, now: State) -> None:
    """A project that is gone is gone, even if it was archived or nobody knew."""
    assert was is now or kind_of(was, now) == DifferenceKind(now.value)


# --- one project that matched and matches ------------------------------------------------------------------------


def test_an_unchanged_project_is_no_difference() -> None:
    """Nor is a new name."""
    assert changed(mark(micro(), name="Old name"), micro(), MOMENT) is None


def test_a_change_of_state_says_from_what_to_what() -> None:
    """Both as words of ours."""
    found = changed(mark(micro(2)), micro(26), MOMENT)

    assert found is not None
    assert (found.kind, found.before, found.after) == (DifferenceKind.QUIET, "active", "quiet")
    assert (found.ref, found.connection, found.name, found.entry) == (12, "microvisualizer", "Checkout", micro(26))


def test_a_word_of_the_source_that_is_no_better_is_told_as_such() -> None:
    """Past due and canceled are two words for lapsed."""
    row = pixel(subscription="canceled")
    found = changed(mark(row, subscription="past_due"), row, MOMENT)

    assert found is not None
    assert (found.kind, found.before, found.after) == (DifferenceKind.SUBSCRIPTION, "past_due", "canceled")


def test_a_project_that_is_paid_again_and_still_off_is_not_back() -> None:
    """It was off while it was lapsed; what changed is its subscription."""
    row = pixel(enabled=False)
    found = changed(mark(row, State.LAPSED, subscription="past_due"), row, MOMENT)

    assert found is not None
    assert (found.kind, found.after) == (DifferenceKind.SUBSCRIPTION, "active")


def test_a_project_counts_once_with_the_most_pressing_news() -> None:
    """Idle and with fewer services: idle."""
    row = micro(40, service_count=3)
    found = changed(mark(row, State.ACTIVE, service_count=12), row, MOMENT)

    assert found is not None
    assert found.kind is DifferenceKind.INACTIVE


def test_services_are_told_if_nothing_else_happened() -> None:
    """Their numbers, as text."""
    found = changed(mark(micro(), service_count=10), micro(), MOMENT)

    assert found is not None
    assert (found.kind, found.before, found.after) == (DifferenceKind.SERVICES, "10", "12")


@pytest.mark.parametrize("known", [{"service_count": None}, {"subscription": None}, {"subscription": "ACTIVE"}])
def test_what_was_not_known_has_not_changed(known: dict[str, Any]) -> None:
    """Neither has a word that is only written differently."""
    row = entry(streampixel(service_count=3))

    assert changed(mark(row, **known), row, MOMENT) is None


# --- a project that matches no more ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "row", "kind"),
    [
        (State.ACTIVE, entry(microvisualizer(), gone_at=NOW), DifferenceKind.GONE),
        (State.ACTIVE, micro(archived=True), DifferenceKind.ARCHIVED),
        (State.INACTIVE, micro(1), DifferenceKind.BACK),
        (State.ACTIVE, pixel(enabled=False), DifferenceKind.OFF),
        (State.ACTIVE, micro(5), DifferenceKind.LEFT),
        (State.ACTIVE, micro(5, service_count=2), DifferenceKind.LEFT),
    ],
)
def test_what_matches_no_more_says_why(was: State, row: Entry, kind: DifferenceKind) -> None:
    """Or only that it left: other services would not explain why there is one project less."""
    assert departed(12, mark(row, was, service_count=12), row, MOMENT).kind is kind


def test_a_project_without_a_row_is_gone_under_its_old_name() -> None:
    """The mark is all that is left."""
    found = departed(12, mark(micro(), name="Lost"), None, MOMENT)

    assert (found.kind, found.name, found.entry, found.before) == (DifferenceKind.GONE, "Lost", None, "active")


# --- a project that matches now, and was known before ------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "kind", "was", "told", "from_state"),
    [
        (micro(), EventKind.UNARCHIVED, None, DifferenceKind.BACK, "archived"),
        (micro(), EventKind.APPEARED, None, DifferenceKind.BACK, "gone"),
        (pixel(), EventKind.ENABLED, None, DifferenceKind.BACK, "off"),
        (pixel(), EventKind.SUBSCRIPTION, "past_due", DifferenceKind.BACK, "lapsed"),
        (pixel(subscription="past_due"), EventKind.SUBSCRIPTION, "active", DifferenceKind.LAPSED, "unknown"),
        (pixel(enabled=False), EventKind.DISABLED, None, DifferenceKind.OFF, "unknown"),
        (micro(archived=True), EventKind.ARCHIVED, None, DifferenceKind.ARCHIVED, "unknown"),
        (entry(microvisualizer(), gone_at=NOW), EventKind.VANISHED, None, DifferenceKind.GONE, "unknown"),
        (micro(), EventKind.RENAMED, "Old name", DifferenceKind.JOINED, None),
        (micro(), EventKind.DISABLED, None, DifferenceKind.JOINED, None),
        (pixel(), EventKind.SUBSCRIPTION, None, DifferenceKind.JOINED, None),
    ],
)
def test_what_matches_anew_says_what_happened(
    row: Entry, kind: EventKind, was: str | None, told: DifferenceKind, from_state: str | None
) -> None:
    """It existed before, so it is not new; its events tell, if they explain what it is now."""
    found = arrived(row, [event(kind, row, was)], before(), MOMENT)

    assert (found.kind, found.before) == (told, from_state)


def test_time_alone_makes_projects_match() -> None:
    """A digest of idle projects: nothing happened, and that is the news."""
    found = arrived(micro(30.5), [], before(), MOMENT)

    assert (found.kind, found.before, found.after) == (DifferenceKind.INACTIVE, "quiet", "inactive")


def test_what_was_noticed_before_the_last_digest_explains_nothing() -> None:
    """That it appeared was known then."""
    appeared = replace(event(EventKind.APPEARED, micro()), seen_at=YESTERDAY)

    assert arrived(micro(), [appeared], before(), MOMENT).kind is DifferenceKind.JOINED


@pytest.mark.parametrize(
    ("row", "events"),
    [
        (micro(30.5), None),
        (micro(60), []),
        (micro(0.5), []),
        (pixel(), []),
    ],
)
def test_what_nothing_explains_only_matches_now(row: Entry, events: list[Event] | None) -> None:
    """Nobody looked, or nothing is known to have happened."""
    assert arrived(row, events, before(), MOMENT).kind is DifferenceKind.JOINED


# --- all of them -------------------------------------------------------------------------------------------------


def test_a_project_first_seen_since_is_new() -> None:
    """One that was known then is not, even if only for a minute."""
    comparison = Comparison(before(), MOMENT, BOTH)
    for ref, seen in enumerate([NOW, YESTERDAY + timedelta(seconds=1), YESTERDAY]):
        comparison.see(entry(microvisualizer(name=f"P{ref}"), ref=ref, first_seen_at=seen))

    assert [(d.kind, d.ref, d.after) for d in comparison.differences] == [
        (DifferenceKind.NEW, 0, "active"),
        (DifferenceKind.NEW, 1, "active"),
    ]
    assert [row.ref for row in comparison.joined] == [2]


def test_a_connection_that_is_not_compared_has_no_news_of_any_kind() -> None:
    """Neither new nor gone nor changed: nobody could look."""
    there, missing = pixel(enabled=False), mark(pixel())
    comparison = Comparison(before((12, mark(pixel())), (99, missing)), MOMENT, ["microvisualizer"])
    comparison.see(there)
    comparison.see(entry(streampixel(), ref=5, first_seen_at=NOW))

    assert (comparison.differences, comparison.missing, comparison.joined) == ((), (), ())


def test_differences_come_in_the_order_in_which_they_press() -> None:
    """Then by source and by name."""
    marks = [(ref, mark(micro(), name="x")) for ref in (1, 2, 3)] + [(4, mark(pixel()))]
    comparison = Comparison(before(*marks), MOMENT, BOTH)
    comparison.see(entry(microvisualizer(name="beta", idle=timedelta(days=40)), ref=1))
    comparison.see(entry(microvisualizer(name="Alpha", idle=timedelta(days=40)), ref=2))
    comparison.see(entry(streampixel(subscription="past_due"), ref=4))
    comparison.miss(3, None)
    comparison.join(entry(microvisualizer(name="late"), ref=9), None)

    assert [(d.kind.value, d.name) for d in comparison.differences] == [
        ("lapsed", "Showroom Berlin"),
        ("inactive", "Alpha"),
        ("inactive", "beta"),
        ("gone", "x"),
        ("joined", "late"),
    ]


projects = st.builds(
    lambda build, **given: build(**given),
    st.sampled_from([microvisualizer, streampixel]),
    name=st.text(max_size=5),
    enabled=st.sampled_from([None, True, False]),
    subscription=st.sampled_from([None, "active", "past_due"]),
    archived=st.booleans(),
    service_count=st.none() | st.integers(0, 3),
    updated_at=st.none() | st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
)


@settings(deadline=None)
@given(st.lists(projects, max_size=8), st.data())
def test_each_project_is_told_at_most_once_and_none_is_made_up(known: list[Project], data: st.DataObject) -> None:
    """However projects come, change and go between two digests."""
    then = {ref: mark(entry(project, ref=ref)) for ref, project in enumerate(known)}
    now = {ref: data.draw(projects) for ref in data.draw(st.sets(st.integers(0, 10)))}
    compared = data.draw(st.sets(st.sampled_from(BOTH)))
    comparison = Comparison(Snapshot(at=YESTERDAY, query="", marks=then), MOMENT, compared)
    for ref, project in now.items():
        comparison.see(entry(project, ref=ref))
    for ref in comparison.missing:
        comparison.miss(ref, None)
    for row in comparison.joined:
        comparison.join(row, [])

    refs = [each.ref for each in comparison.differences]

    assert len(refs) == len(set(refs))
    assert {each.connection for each in comparison.differences} <= compared
    for each in comparison.differences:
        assert (each.kind is DifferenceKind.GONE) == (each.ref not in now)
        assert each.entry is None or each.after is not None


def test_moments_of_sources_stop_while_they_are_read() -> None:
    """A project does not become idle because its source is slow."""
    row = micro(30.2)
    slow = Moment(now=NOW, blind_since={"microvisualizer": NOW - timedelta(hours=12)})

    assert changed(mark(row, State.QUIET), row, MOMENT) is not None
    assert changed(mark(row, State.QUIET), row, slow) is None
