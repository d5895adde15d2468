"""What can be typed, and what is said about what cannot."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.errors import UsageError
from bot.query import Anything, Between, Compare, Day, Flag, Order, Pattern, Query, Term, Word, parse
from tests.query.strategies import KNOWN


def read(text: str, *options: str) -> Query:
    """Read with this suite's installation."""
    return parse(text, known=KNOWN, options=frozenset(options))


def refused(text: str, *options: str) -> UsageError:
    """Return the refusal of a text that must be refused."""
    with pytest.raises(UsageError) as refusal:
        read(text, *options)
    return refusal.value


def test_words_filters_order_and_limit_are_told_apart() -> None:
    """The example of the manual reads as it says."""
    query = read('demo "two words" -old archived:false not pinned:yes source:streampixel sort:-name limit:5')

    assert query.words == (
        Word(Pattern(("demo",))),
        Word(Pattern(("two words",))),
        Word(Pattern(("old",)), negated=True),
    )
    assert query.terms == (
        Term("archived", (Flag(value=False),)),
        Term("pinned", (Flag(value=True),), negated=True),
        Term("source", (Pattern(("streampixel",)),)),
    )
    assert (query.order, query.limit) == (Order("name", reverse=True), 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("archived:any", Anything()),
        ("status:disabled", Flag(value=False)),
        ("services:>=3", Compare(">=", 3)),
        ("viewers:3..5", Between(3, 5)),
        ("viewers:3..", Between(3, None)),
        ("updated:<7d", Compare("<", timedelta(days=7))),
        ("updated:7d..30d", Between(timedelta(days=7), timedelta(days=30))),
        ("created:2026-01-31", Compare("=", date(2026, 1, 31))),
        ("created:..2026-01-31", Between(None, date(2026, 1, 31))),
        ("updated:today", Compare("=", Day.TODAY)),
        ("name:show*", Pattern(("show", ""))),
        ('name:"a, b"*', Pattern(("a, b", ""))),
        ("by:*", Pattern(("", ""))),
    ],
)
def test_values_of_every_kind_are_read(text: str, value: object) -> None:
    """Each row of the table of fields takes what its help says."""
    assert read(text).terms[0].alternatives == (value,)


def test_a_comma_means_either() -> None:
    """Alternatives stand in one value; a comma inside quotes is text."""
    (term,) = read('name:a,"b,c",d*').terms
    assert term.alternatives == (Pattern(("a",)), Pattern(("b,c",)), Pattern(("d", "")))


def test_field_names_may_be_written_in_any_case_and_with_underscores() -> None:
    """Nobody should have to remember how we write a name."""
    assert read("Updated_By:ann").terms[0].field == "updated-by"


def test_links_and_times_are_words_and_not_filters() -> None:
    """A colon alone does not make a filter."""
    assert [word.pattern.parts for word in read("https://x.y/z 10:30").words] == [("https://x.y/z",), ("10:30",)]


@pytest.mark.parametrize(
    ("text", "part", "correction"),
    [
        ("demo archivd:true", "archivd", "demo archived:true"),
        ("foo:bar demo", "foo", '"foo:bar" demo'),
        ("archived: false", "archived:", "archived:false"),
        ("archived:", "archived:", "archived:true"),
        ("state:inactve,off", "inactve,off", "state:inactive,off"),
        ("source:stream", "stream", "source:streampixel"),
        ("updated:7d", "7d", "updated:<7d"),
        ("services>3", "services>3", "services:>3"),
        ("services:5..3", "5..3", "services:3..5"),
        ("updated:30d..7d", "30d..7d", "updated:7d..30d"),
        ("updated:7d..2026-01-01", "7d..2026-01-01", "updated:7d.."),
        ("name:<b>", "<b>", 'name:"<b>"'),
        ("name:=x", "=x", "name:x"),
        ("source:streampixel,,microvisualizer", "streampixel,,microvisualizer", "source:streampixel,microvisualizer"),
        ("state:active,activ", "active,activ", "state:active,active"),
        ("archived:false,fals", "false,fals", "archived:false,false"),
        ("sort:-update", "-update", "sort:-updated"),
        ("sort:update", "update", "sort:updated"),
        ("-sort:name", "name", "sort:-name"),
        ("sort:name sort:id", "id", "sort:name"),
        ("limit:0", "0", "limit:10"),
        ("limit:9999", "9999", "limit:1000"),
        ("limit:5 limit:6", "6", "limit:5"),
        ("a OR b", "OR", "a b"),
        ("not -x", "x", "x"),
        ("a not", "not", "a"),
        ("not not a", "not", "not a"),
        ("viewers:many", "many", None),
        ("viewers:..", "..", None),
        ("updated:2026-02-30", "2026-02-30", None),
        ('a "b', '"', 'a "b"'),
        ('a "', '"', "a"),
        ("state=active", "state=active", "state:active"),
        ('""', '""', ""),
    ],
)
def test_a_refusal_points_at_the_part_and_offers_a_way_out(text: str, part: str, correction: str | None) -> None:
    """Errors must say how to fix the call."""
    refusal = refused(text)

    assert text[refusal.position : refusal.position + refusal.length] == part
    assert refusal.correction == correction


def test_positions_count_from_the_start_of_the_whole_command() -> None:
    """The caret stands under what was typed, verb included."""
    with pytest.raises(UsageError) as refusal:
        parse("list archivd:true", known=KNOWN, start=5)
    assert (refusal.value.position, refusal.value.correction) == (5, "list archived:true")


def test_options_belong_to_their_verbs() -> None:
    """`since:` in a list would change nothing, so it is not taken."""
    assert "`changes`" in refused("since:7d").for_user()
    assert read("since:7d", "since").option("since") == timedelta(days=7)
    assert read("since:2026-01-01", "since").option("since") == date(2026, 1, 1)
    assert read("for:30d", "for").option("for") == timedelta(days=30)


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("for:", "for:30d"),
        ("-for:45d", "for:45d"),
        ("for:1d for:2d", "for:1d"),
        ("for:45 days x", "for:45d x"),
        ("for:a month", "for:30d"),
        ("for:half a year x", "for:180d x"),
        ("for:2026-01-01", None),
        ("for:soon", None),
        ("for:45 x", None),
    ],
)
def test_options_are_refused_like_filters(text: str, correction: str | None) -> None:
    """An option is as strict as a filter; nobody guesses at a number."""
    assert refused(text, "for").correction == correction


@pytest.mark.parametrize("text", ["for:30days", 'for:"30 days"', "for:1month"])
def test_lengths_are_read_as_people_write_them(text: str) -> None:
    """As everywhere else."""
    assert read(text, "for").option("for") == timedelta(days=30)


@pytest.mark.parametrize("text", ["sort:name", "limit:5"])
def test_what_an_answer_cannot_follow_is_refused_there(text: str) -> None:
    """A summary has no order: accepting one would be ignoring it."""
    with pytest.raises(UsageError, match="lists of projects"):
        parse(text, known=KNOWN, ordered=False)


def test_ranges_with_today_are_left_to_the_moment_of_the_answer() -> None:
    """Whether today is before the end of the year depends on today."""
    (term,) = read("updated:today..2026-12-31").terms
    assert term.alternatives == (Between(Day.TODAY, date(2026, 12, 31)),)


def test_archived_and_gone_projects_are_hidden_until_somebody_asks() -> None:
    """What a default hides depends on the query alone, so that the answer can say so."""
    assert read("").hides_archived
    assert not read("archived:any").hides_archived
    assert not read("-archived:true").hides_archived
    assert not read("state:archived").hides_archived
    assert read("-state:archived").hides_archived
    assert read("state:gone").shows_gone
    assert not read("-state:gone").shows_gone


def test_queries_that_need_measurements_say_so() -> None:
    """Viewers are only counted for somebody who asks about them."""
    assert all(read(text).asks_for_viewers for text in ("viewers:>0", "queue:0", "live:true", "sort:viewers"))
    assert not read("services:>0 sort:name").asks_for_viewers
