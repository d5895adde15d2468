"""Print and parse are each other's inverse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.grammar import plain
from bot.query import Pattern, Query, Term, Word, parse, print_query
from tests.query.strategies import KNOWN, queries


@given(queries())
@example(Query(words=(Word(Pattern(("not",))), Word(Pattern(("OR",))), Word(Pattern(('a"b\\',))))))
@example(Query(terms=(Term("name", (Pattern(("a,b", "")), Pattern(("-x",)), Pattern(("<b>",)))),)))
@example(Query(options=(("since", timedelta(days=7)),)))
def test_a_printed_query_is_read_back_as_the_same(query: Query) -> None:
    """Buttons, digests and shared answers carry the printed form."""
    printed = print_query(query)
    assert parse(printed, known=KNOWN, options=frozenset({"since", "for"})) == query


@given(queries())
def test_printing_is_canonical(query: Query) -> None:
    """Reading and printing again changes nothing any more."""
    printed = print_query(query)
    assert print_query(parse(printed, known=KNOWN)) == printed


@given(st.text())
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    """People type anything; only UsageError may leave the reader, and it points at something."""
    typed = plain(text)
    try:
        query = parse(typed, known=KNOWN)
    except UsageError as refusal:
        assert refusal.text == typed
        assert 0 <= refusal.position <= len(typed)
        assert refusal.length >= 1
        assert refusal.for_user()
    else:
        assert parse(print_query(query), known=KNOWN) == query


NEARLY = 'archived: archivd:true : - not updated: <7d " a , .. * sort: name: limit: 3 true viewers:> by:'
FRAGMENTS = st.sampled_from([*NEARLY.split(), " "])


@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_almost_right_queries_are_read_or_refused_too(text: str) -> None:
    """Text near the grammar finds what random text does not."""
    try:
        query = parse(plain(text), known=KNOWN)
    except UsageError as refusal:
        assert refusal.for_user()
    else:
        assert parse(print_query(query), known=KNOWN) == query


@pytest.mark.parametrize(
    "typed", ['search "a', "x archivd:true", "updated:7d", "services:3..1", "status:oof", "sort:nam"]
)
def test_a_correction_can_be_run_as_it_is(typed: str) -> None:
    """The button under a refusal must not lead to the next refusal."""
    with pytest.raises(UsageError) as refused:
        parse(typed, known=KNOWN)
    assert refused.value.correction
    parse(refused.value.correction, known=KNOWN)
