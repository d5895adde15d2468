"""Filters that exclude each other are found, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.query import Query, parse
from bot.query.clashes import allowed, clash
from tests.query.strategies import KNOWN, queries


def read(text: str) -> Query:
    """Read filters."""
    return parse(text, known=KNOWN)


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("-pinned:true x pinned:true", ("-pinned:true", "pinned:true")),
        ("pinned:true pinned:false", ("pinned:true", "pinned:false")),
        ("-archived:any", ("-archived:any",)),
        ("status:on status:off", ("status:on", "status:off")),
        ("source:streampixel -source:streampixel,microvisualizer", None),
        ("source:streampixel source:microvisualizer", None),
        ("name:demo -name:demo", ("name:demo", "-name:demo")),
        ("demo -demo", ("demo", "-demo")),
    ],
)
def test_what_lets_nothing_through_is_named(text: str, excluded: tuple[str, ...] | None) -> None:
    """As it is typed."""
    assert clash(read(text)) == (tuple(text.split()) if excluded is None else excluded)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-pinned:true -status:on",
        "-status:on -status:off",
        "pinned:any -pinned:true",
        "name:a name:b",
        "name:a -name:b",
        "a b -c",
        "source:streampixel,microvisualizer -source:microvisualizer",
        "services:>3 services:<9",
    ],
)
def test_what_may_let_something_through_is_no_clash(text: str) -> None:
    """Also what neither of two flags is."""
    assert clash(read(text)) == ()


def test_what_a_flag_lets_through() -> None:
    """True, false, both, or what is neither."""
    assert allowed(read("archived:true"), "archived") == {True}
    assert {True, False} < allowed(read("archived:any"), "archived")
    assert True not in allowed(read("-archived:true"), "archived")


@given(query=queries())
def test_a_clash_is_made_of_filters_that_were_given(query: Query) -> None:
    """Nothing is invented, and any query is looked through."""
    assert len(clash(query)) <= len(query.terms) + len(query.words)
