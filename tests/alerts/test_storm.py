"""The storm guard: what turns all at once is held until it was seen three times, or somebody lets it go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.alerts.storm import Ruling, Turning, rule
from tests.builders import NOW

if TYPE_CHECKING:
    from bot.model import Hold

MINUTE = timedelta(minutes=1)


def turning(projects: int, of: int = 40, *, minutes: float = 0) -> Turning:
    """Return what an evaluation found that rests on a look so many minutes later."""
    return Turning(
        workspace="local", connection="fake", projects=projects, of=of, looked_at=NOW + minutes * MINUTE
    )  # fmt: skip


@pytest.mark.parametrize(
    ("projects", "of", "held"),
    [(0, 0, False), (5, 5, False), (6, 30, False), (6, 29, True), (8, 40, False), (9, 40, True), (200, 1000, False)],
)
def test_more_than_five_projects_and_more_than_a_fifth_are_held(
    projects: int,
    of: int,
    held: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Both: small sources may lose five, large ones many."""
    assert rule(None, turning(projects, of), NOW, released=False).let_through != held


def begun() -> Hold:
    """Return a hold that has just begun."""
    ruling = rule(None, turning(20), NOW, released=False)
    assert ruling.look_again
    assert ruling.save is not None
    assert (ruling.save.projects, ruling.save.of, ruling.save.looks) == (20, 40, 1)
    return ruling.save


def test_three_looks_that_agree_release_it() -> None:
    """Each rests on another good look; looking at the same one again proves nothing."""
    hold, looks = begun(), []
    for minutes in (0, 0, 5, 5, 10):
        ruling = rule(hold, turning(20, minutes=minutes), NOW + minutes * MINUTE, released=False)
        hold = ruling.save or hold
        looks.append((ruling.let_through, hold.looks))
    assert looks == [(False, 1), (False, 1), (False, 2), (False, 2), (True, 3)]
    assert (hold.released_at, hold.released_by) == (NOW + 10 * MINUTE, None)


def test_a_change_that_is_undone_ends_it() -> None:
    """The source was wrong; what is left is ordinary."""
    ruling = rule(begun(), turning(2, minutes=5), NOW + 5 * MINUTE, released=False)
    assert ruling.let_through
    assert ruling.save is not None
    assert ruling.save.released_at == NOW + 5 * MINUTE


def test_what_a_person_released_goes_through() -> None:
    """The same mass is not held a second time."""
    assert rule(None, turning(20), NOW, released=True) == Ruling(let_through=True)
