"""`inactive` by all signs and by chosen ones, with what watches of the channel say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answers import ProjectList, Refusal, WatchKept
from bot.model import Silence
from tests.builders import microvisualizer
from tests.commands.alarms import opens, row
from tests.commands.conftest import names

if TYPE_CHECKING:
    from tests.commands.conftest import Desk


async def test_inactive_says_how_many_were_not_observed_enough(desk: Desk) -> None:
    """They are neither well nor idle."""
    answer = await desk.answers("inactive", ProjectList)
    assert (answer.unsure, answer.silences) == (1, {})


async def test_only_chosen_signals_count(desk: Desk) -> None:
    """Of what is never watched nothing is known by viewers; off and unpaid ones stay in the list."""
    edits = await desk.answers("inactive signals:edits source:microvisualizer", ProjectList)
    viewers = await desk.answers("inactive signals:viewers", ProjectList)

    assert names(edits) == ["Checkout Legacy"]
    assert edits.command == "inactive source:microvisualizer signals:edits"
    (idle,) = edits.silences.values()
    assert (idle.silence, idle.age) == (Silence.INACTIVE, timedelta(days=47))
    assert sorted(names(viewers)) == ["Configurator EU", "Yacht"]
    assert viewers.unsure == 4
    assert edits.found.hidden_archived == 1


async def test_chosen_signals_can_be_paged_through(desk: Desk) -> None:
    """Forward and back, each project once, the longest silent first."""
    desk.micro.knows(*(microvisualizer(id=f"p{n}", name=f"P{n}", idle=timedelta(days=100 + n)) for n in range(15)))
    first = await desk.answers("inactive signals:edits source:microvisualizer", ProjectList)
    second = await desk.answers(first.command, ProjectList, cursor=first.found.next)
    back = await desk.answers(first.command, ProjectList, cursor=second.found.previous)

    assert (first.found.total, first.found.start, second.found.start) == (16, 0, 10)
    assert names(first)[:2] == ["P14", "P13"]
    assert names(second) == ["P4", "P3", "P2", "P1", "P0", "Checkout Legacy"]
    assert second.found.next is None
    assert names(back) == names(first)
    few = await desk.answers("inactive signals:edits source:microvisualizer limit:3", ProjectList)
    by_name = await desk.answers("inactive signals:edits source:microvisualizer sort:name limit:2", ProjectList)
    assert names(few) == ["P14", "P13", "P12"]
    assert names(by_name) == ["Checkout Legacy", "P0"]


async def test_watches_of_the_channel_say_what_they_know(desk: Desk) -> None:
    """Which alert covers a project, whose it is, and whether it sleeps."""
    await desk.answers("watch add inactive for 30d", WatchKept)
    await desk.answers("watch add off", WatchKept)
    alert = await opens(desk, "Checkout Legacy", owner="U0BEN")
    answer = await desk.answers("inactive", ProjectList)

    legacy = await row(desk, "Checkout Legacy")
    assert {ref: [each.alert.ref for each in those] for ref, those in answer.raised.items()} == {
        legacy.ref: [alert.ref]
    }
    assert answer.watches == 1


async def test_without_a_channel_there_are_no_watches(desk: Desk) -> None:
    """The terminal asks about projects all the same."""
    desk.channel = None
    answer = await desk.answers("inactive", ProjectList)
    assert (answer.raised, answer.watches) == ({}, 0)


async def test_a_signal_that_does_not_exist_is_refused(desk: Desk) -> None:
    """With the ones that do."""
    assert (await desk.answers("inactive signals:viewer", Refusal)).correction == "inactive signals:viewers"
