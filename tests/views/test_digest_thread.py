"""What follows a digest that does not hold everything."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Difference, DifferenceKind
from bot.demo.slack.validate import broadcasts, is_too_long, refusals
from bot.views.blocks import LONGEST_TEXT, MOST_BLOCKS, MOST_CHARACTERS
from bot.views.digest import draw_digest
from bot.views.digest_thread import MOST_REPLIES, Thread, thread_of
from tests.builders import HOSTILE, entry, microvisualizer
from tests.views.digest_cases import EVERY_KIND, MANY, difference, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Message

SHOWN = 10
"""Changes in the digest itself, if they fit."""


def changes(
    number: int, *, width: int = 20, kinds: Sequence[DifferenceKind] = tuple(DifferenceKind)
) -> tuple[Difference, ...]:
    """Return so many changes, the most pressing first, with names as long as that."""
    rows = [entry(microvisualizer(name=f"{n} ".ljust(width, "ж")), ref=n + 1) for n in range(number)]
    found = [difference(kinds[n % len(kinds)], row, before="12", after="14") for n, row in enumerate(rows)]
    return tuple(sorted(found, key=lambda each: list(DifferenceKind).index(each.kind)))


def thread(found: Sequence[Difference]) -> Thread:
    """Return what follows a digest with these changes."""
    return draw_digest(report(differences=tuple(found))).thread


def told(replies: Sequence[Message]) -> list[str]:
    """Return the lines about projects."""
    return [line for reply in replies for line in reply.text.split("\n")[1:] if not line.startswith("and ")]


def rows_of(planned: Thread) -> list[dict[str, str]]:
    """Read the file."""
    assert planned.file is not None
    return list(csv.DictReader(io.StringIO(planned.file.content.decode(), newline="")))


def acceptable(reply: Message) -> bool:
    """Tell whether Slack takes a reply, and nobody is called by it."""
    return (
        refusals(reply.blocks) == []
        and broadcasts(reply.blocks) == []
        and not is_too_long(reply.blocks)
        and len(reply.blocks) <= MOST_BLOCKS
        and len(json.dumps(reply.blocks, ensure_ascii=False)) <= MOST_CHARACTERS
        and 0 < len(reply.text) <= LONGEST_TEXT
        and not any(mark in reply.text for mark in ("<!", "<@", "<#"))
    )


def test_a_digest_that_holds_everything_is_followed_by_nothing() -> None:
    """Most days are quiet."""
    assert thread(EVERY_KIND[:SHOWN]) == Thread()
    assert len(Thread()) == 0
    assert Thread().place == ""


def test_the_rest_follows_in_one_reply_if_it_fits() -> None:
    """Grouped by kind, and headed by its number."""
    planned = thread(changes(SHOWN + 4, kinds=[DifferenceKind.NEW, DifferenceKind.LEFT]))
    (reply,) = planned.replies

    assert (len(planned), planned.place, planned.file) == (1, " in the thread", None)
    assert reply.text.split("\n")[0] == "4 more changes: 4 match no more"
    assert [line[0] for line in reply.text.split("\n")[1:]] == ["📤"] * 4


def test_each_kind_has_its_block() -> None:
    """Whoever looks for what is gone finds it together, also if the changes come in no order."""
    (reply,) = thread_of(report(), EVERY_KIND[::-1] * 2).replies

    assert len(reply.blocks) == 1 + len(DifferenceKind)
    assert reply.text.split("\n")[0].startswith("24 more changes: 2 lapsed, 2 switched off,")
    assert told([reply])[:3] == [
        "💳 Yacht lapsed · subscription past_due",
        "💳 Yacht lapsed · subscription past_due",
        "⛔ Configurator EU was switched off, though paid for",
    ]


@pytest.mark.parametrize("number", [11, 40, 70, 90])
def test_replies_say_the_rest_once_and_nothing_else(number: int) -> None:
    """Nothing is told twice, and nothing is left out in silence."""
    found = changes(number)
    planned = thread(found)

    assert planned.file is None
    assert 1 <= len(planned.replies) <= MOST_REPLIES
    assert Counter(told(planned.replies)) == Counter(told(thread(found).replies))
    assert len(told(planned.replies)) == number - SHOWN
    assert sum(int(reply.text.partition(" ")[0]) for reply in planned.replies) == number - SHOWN


def test_names_are_as_wide_as_lets_all_of_them_fit() -> None:
    """A file is the last resort: nobody opens one on a phone."""
    threads = [thread(changes(number, width=300, kinds=[DifferenceKind.ARCHIVED])) for number in (113, 125, 140, 146)]

    assert [max(map(len, told(each.replies))) for each in threads] == [102, 82, 62, 47]
    assert all(each.file is None for each in threads)


def test_what_the_replies_cannot_hold_is_in_a_file_with_everything() -> None:
    """The last reply says how much that is."""
    found = changes(200, width=300)
    planned = thread(found)
    shown = len(told(planned.replies))
    left = 200 - SHOWN - shown

    assert (len(planned.replies), len(planned), planned.place) == (3, 4, " in the thread and its file")
    assert shown > 90
    assert f"and {left} more in the file below: " in planned.replies[-1].text.split("\n")[-1]
    assert all("in the file" not in reply.text for reply in planned.replies[:-1])
    assert [row["project"] for row in rows_of(planned)] == [each.name for each in found]


def test_the_file_is_named_after_the_digest_and_its_day() -> None:
    """It is found again among others; the day is that of the digest's zone."""
    file = thread(changes(300)).file

    assert file is not None
    assert (file.name, file.title) == ("digest-2-2026-03-30.csv", "All 300 changes of digest 2, 2026-03-30")


def test_the_file_has_one_row_for_each_change() -> None:
    """What it was, what it is, and where to open it."""
    first, gone, *_ = rows_of(thread([EVERY_KIND[0], EVERY_KIND[3], *changes(300)]))

    assert first == {
        "kind": "lapsed",
        "project": "Yacht",
        "source": "streampixel",
        "before": "active",
        "after": "lapsed",
        "link": EVERY_KIND[0].entry.project.url if EVERY_KIND[0].entry else "",
    }
    assert (gone["kind"], gone["project"], gone["link"]) == ("gone", "Gone Project", "")


def test_no_cell_of_the_file_runs_as_a_formula() -> None:
    """A project can be called anything."""
    hostile = difference(DifferenceKind.NEW, name='=HYPERLINK("http://x.y")')

    assert rows_of(thread([hostile, *changes(300)]))[0]["project"] == '\'=HYPERLINK("http://x.y")'


def test_hostile_names_of_three_hundred_characters_are_taken_by_slack() -> None:
    """Two hundred of them, in any script."""
    planned = thread(MANY)

    assert all(map(acceptable, planned.replies))
    assert len(rows_of(planned)) == len(MANY)


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=320))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(DifferenceKind), texts), min_size=1, max_size=8), st.integers(1, 60))
def test_any_thread_is_taken_by_slack_and_misses_nothing(given: list[tuple[DifferenceKind, str]], times: int) -> None:
    """Whatever projects are called and however many there are."""
    found = [difference(kind, name=name, before="1", after="2") for kind, name in given] * times
    whole = replace(report(), differences=tuple(found))
    planned = thread_of(whole, found)
    left = len(found) - sum(int(reply.text.partition(" ")[0].replace(",", "")) for reply in planned.replies)

    assert all(map(acceptable, planned.replies))
    assert 1 <= len(planned.replies) <= MOST_REPLIES
    assert (left > 0) == (planned.file is not None)
