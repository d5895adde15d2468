"""What may be compared with what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.digests.baseline import FIRST, OTHER_FILTERS, Baseline, baseline_of
from bot.digests.snapshot import concerned, is_blind, mark_for
from bot.model import Freshness, Snapshot, State
from bot.query import Pattern, Query, Term
from tests.builders import NOW, down, entry, fresh, microvisualizer, streampixel
from tests.views.digest_cases import DIGEST

YESTERDAY = NOW - timedelta(days=1)
MICRO = fresh("microvisualizer", watched_since=NOW - timedelta(days=90))
PIXEL = fresh("streampixel", watched_since=NOW - timedelta(days=90))
KNOWN = Snapshot(
    at=YESTERDAY,
    query="",
    marks={
        1: mark_for(entry(microvisualizer()), State.ACTIVE),
        2: mark_for(entry(streampixel()), State.ACTIVE),
    },
)


def baseline(*sources: Freshness, snapshot: Snapshot | None = KNOWN, delivered: bool = True) -> Baseline:
    """Return the baseline for these sources."""
    return baseline_of(snapshot, DIGEST, sources, NOW, delivered=delivered)


def test_sources_that_are_seen_then_and_now_are_compared() -> None:
    """The usual case says nothing."""
    assert baseline(MICRO, PIXEL) == Baseline(snapshot=KNOWN, compared=frozenset({"microvisualizer", "streampixel"}))


@pytest.mark.parametrize(
    ("snapshot", "delivered", "why"),
    [(None, False, FIRST), (None, True, OTHER_FILTERS), (replace(KNOWN, query="state:off"), True, OTHER_FILTERS)],
)
def test_without_a_digest_of_the_same_filters_nothing_is_compared(
    snapshot: Snapshot | None,
    delivered: bool,  # noqa: FBT001 - a column of the table
    why: str,
) -> None:
    """And the reason is given."""
    assert baseline(MICRO, snapshot=snapshot, delivered=delivered) == Baseline(snapshot=None, fresh_start=why)


def test_a_source_that_became_blind_is_not_compared() -> None:
    """That it did is worth a message; that it still is, is not."""
    blind = replace(PIXEL, problem=down())
    now, again = baseline(MICRO, blind), baseline(MICRO, blind, snapshot=replace(KNOWN, blind=("streampixel",)))

    assert (now.compared, now.not_compared, now.gap_moved) == (frozenset({"microvisualizer"}), ("Streampixel",), True)
    assert (again.compared, again.not_compared, again.gap_moved) == (now.compared, ("Streampixel",), False)
    assert now.fresh_start == again.fresh_start == ""


def test_a_source_that_was_blind_is_not_compared_either() -> None:
    """What it knew then was older than the digest said."""
    found = baseline(MICRO, PIXEL, snapshot=replace(KNOWN, blind=("streampixel",)))

    assert (found.compared, found.not_compared, found.gap_moved) == (
        frozenset({"microvisualizer"}),
        ("Streampixel",),
        True,
    )


def test_a_source_that_was_connected_since_makes_no_project_new() -> None:
    """Forty new projects would be one new key."""
    found = baseline(MICRO, replace(PIXEL, watched_since=NOW - timedelta(hours=1)))

    assert (found.compared, found.not_compared) == (frozenset({"microvisualizer"}), ("Streampixel",))
    assert found.fresh_start == "Streampixel was not there then"


def test_a_source_that_could_not_be_read_before_its_first_success_is_only_not_compared() -> None:
    """It was there then, and blind."""
    late = replace(PIXEL, watched_since=NOW - timedelta(hours=1))
    found = baseline(MICRO, late, snapshot=replace(KNOWN, blind=("streampixel",)))

    assert (found.not_compared, found.fresh_start) == (("Streampixel",), "")


def test_projects_of_a_source_that_was_taken_away_are_not_gone() -> None:
    """Its key is."""
    found = baseline(MICRO)

    assert (found.compared, found.not_compared) == (frozenset({"microvisualizer"}), ("streampixel",))
    assert found.fresh_start == "streampixel is no longer connected"


@pytest.mark.parametrize(
    ("given", "blind"),
    [
        ({}, False),
        ({"problem": down()}, True),
        ({"last_success_at": None}, True),
        ({"last_success_at": NOW - timedelta(hours=5)}, False),
        ({"last_success_at": NOW - timedelta(minutes=14), "refreshing": True}, False),
        ({"last_success_at": NOW - timedelta(minutes=16), "refreshing": True}, True),
    ],
)
def test_a_source_is_blind_if_it_cannot_back_a_number(given: dict[str, Any], blind: bool) -> None:  # noqa: FBT001 - as above
    """A source that is merely being read again is not."""
    assert is_blind(fresh(**given), NOW) is blind


def test_filters_concern_only_the_sources_that_they_name() -> None:
    """A broken Streampixel is no gap in a digest of MicroVisualizer."""
    only = Query(terms=(Term("source", (Pattern(("microvisualizer",)),)),))

    assert concerned(only, (MICRO, PIXEL)) == (MICRO,)
    assert concerned(Query(), (MICRO, PIXEL)) == (MICRO, PIXEL)
