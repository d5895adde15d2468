"""Options that belong to single verbs: hours, broadcast, signals."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.model import Hours
from bot.query import Query, parse, print_hours, print_query, read_hours
from tests.query.strategies import KNOWN

OPTIONS = frozenset({"hours", "broadcast", "signals"})
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def read(text: str) -> Query:
    """Read filters with every option."""
    return parse(text, known=KNOWN, options=OPTIONS)


@given(st.one_of(st.none(), st.tuples(clocks, clocks).filter(lambda both: both[0] < both[1])))
def test_hours_are_printed_as_they_are_read(both: tuple[time, time] | None) -> None:
    """Also as a part of a whole query."""
    hours = Hours(begin=both[0], end=both[1]) if both else None
    assert read_hours(print_hours(hours)) == hours
    query = read(f"hours:{print_hours(hours)} broadcast:yes")
    assert read(print_query(query)) == query


@given(st.text())
def test_any_text_is_read_as_hours_or_refused(text: str) -> None:
    """Nothing else leaves the grammar."""
    try:
        hours = read_hours(text)
    except UsageError as refusal:
        assert "hours" in refusal.sentence
    else:
        assert hours is None or hours.begin < hours.end


@pytest.mark.parametrize("typed", ["hours:09:00-17:00", "hours:9-17", "HOURS:9-17"])
def test_hours_have_one_canonical_form(typed: str) -> None:
    """However it was typed."""
    assert print_query(read(typed)) == "hours:9-17"


@pytest.mark.parametrize(
    ("typed", "correction"),
    [
        ("x hours:17-9", "x hours:9-17"),
        ("x hours:9-9", "x hours:9-17"),
        ("x hours:24-25", "x hours:9-17"),
        ("x hours:morning", "x hours:9-17"),
        ("x -hours:9-17", "x hours:9-17"),
        ("x hours:9-17 hours:any", "x hours:9-17"),
        ("x hours:", "x hours:9-17"),
        ("x broadcast:perhaps", "x"),
        ("x signals:edit", "x signals:edits"),
    ],
)
def test_wrong_options_are_corrected(typed: str, correction: str) -> None:
    """As every filter is."""
    with pytest.raises(UsageError) as refusal:
        read(typed)
    assert refusal.value.correction == correction


def test_options_of_other_verbs_are_named() -> None:
    """A watch's hours are none of a list's."""
    with pytest.raises(UsageError, match="`hours:` belongs to `watch` only"):
        parse("hours:9-17", known=KNOWN)
