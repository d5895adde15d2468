"""Text to values: ages, dates, typography, what Slack does to text."""

from __future__ import annotations

import string
import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.grammar import fold, mentioned, nearest, parse_age, parse_date, plain, print_age, undo_slack


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("36h", timedelta(hours=36)),
        (" 7D ", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("30 days", timedelta(days=30)),
        ("4 Weeks", timedelta(weeks=4)),
        ("1 month", timedelta(days=30)),
        ("a month", timedelta(days=30)),
        ("thirty days", timedelta(days=30)),
        ("an hour", timedelta(hours=1)),
        ("half a year", timedelta(days=180)),
        ("half an hour", timedelta(minutes=30)),
        ("90min", timedelta(minutes=90)),
    ],
)
def test_ages_are_read_in_every_unit(text: str, age: timedelta) -> None:
    """Settings and filters share one way to write a length of time."""
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "days", "0 days", "30", "half", "half a", "half a lot", "9999 years", "30 d 2"])
def test_what_is_no_age_is_refused(text: str) -> None:
    """Nobody guesses at a number, and none leads out of the calendar."""
    with pytest.raises(UsageError):
        parse_age(text)


LENGTHS = st.lists(st.sampled_from(["half", "a", "30", "thirty", "days", "d", "9999", "years", "w", "x"]), max_size=4)


@given(st.one_of(st.text(), LENGTHS.map(" ".join)))
def test_any_text_is_an_age_or_a_refusal_that_shows_one(text: str) -> None:
    """People type anything; only UsageError may leave the grammar."""
    try:
        age = parse_age(text)
    except UsageError as refusal:
        assert "`7d`" in refusal.for_user()
    else:
        assert age > timedelta(0)


@given(st.integers(1, 9999), st.sampled_from("smhdw"))
def test_an_age_printed_is_read_back_as_the_same(number: int, unit: str) -> None:
    """Canonical text has to mean what was typed."""
    age = parse_age(f"{number}{unit}")
    assert parse_age(print_age(age)) == age


@pytest.mark.parametrize("text", ["2026-02-30", "26-01-01", "1969-12-31", "3000-01-01", "2026-1-1", "٢٠٢٦-٠١-٠١", ""])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    """A date that a database or a zone would choke on never gets that far."""
    with pytest.raises(UsageError):
        parse_date(text)


def test_a_date_is_read() -> None:
    """ISO is the one way that nobody misreads."""
    assert parse_date("2026-01-31") == date(2026, 1, 31)


def test_phones_and_clients_change_typography_and_we_change_it_back() -> None:
    """Curly quotes, long dashes and odd blanks must read as what was meant."""
    assert plain("“two words” —archived\u00a0true ‘x’ 3…5\u200b") == "\"two words\" -archived true 'x' 3...5"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("updated:&lt;7d", "updated:<7d"),
        ("updated:<7d name:>3", "updated:<7d name:>3"),
        ("&amp;lt;", "&lt;"),
        ("<@U123|ann> <@U123>", "@ann @U123"),
        ("<#C1|ops> <#C2|> <#C3>", "#ops #C2 #C3"),
        ("<https://a.b/c|a.b/c> <https://a.b>", "a.b/c https://a.b"),
        ("<mailto:a@b.c|a@b.c> <mailto:a@b.c>", "a@b.c a@b.c"),
        ("<!here> <!channel|channel> <!subteam^S1|@team>", "@here @channel @team"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_what_slack_makes_of_a_text_is_undone(sent: str, typed: str) -> None:
    """The parser must see what the person typed."""
    assert undo_slack(sent) == typed


@given(st.text())
def test_typography_and_escapes_never_fail(text: str) -> None:
    """The first two things that happen to any text are total."""
    assert undo_slack(plain(text)) is not None


@given(st.text())
def test_entities_are_undone_exactly_once(text: str) -> None:
    """What a person typed survives Slack's escaping, whatever it holds."""
    typed = text.translate({ord("<"): None, ord(">"): None})
    assert undo_slack(typed.replace("&", "&amp;")) == typed


@given(st.text())
def test_folding_is_the_same_for_composed_and_decomposed_text(text: str) -> None:
    """A name from a Mac and one from a phone are the same name."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other"), [("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("a\n b", "A B"), ("É", "e\u0301")]
)
def test_folding_ignores_case_in_all_of_unicode(one: str, other: str) -> None:
    """Upper and lower case are the same everywhere, not only in English."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("archivd", "archived"), ("stat", "state"), ("statu", "status"), ("zzz", None), ("", None), ("serv", "services")],
)
def test_the_nearest_word_is_offered_only_if_it_is_near(word: str, meant: str | None) -> None:
    """A wrong guess is worse than none."""
    assert nearest(word, ["archived", "state", "status", "services"]) == meant


@given(st.text(string.ascii_lowercase, max_size=8))
def test_nearest_always_gives_one_of_the_choices(word: str) -> None:
    """A correction that is itself wrong would send people in circles."""
    assert nearest(word, ["list", "search"]) in {"list", "search", None}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("alerts assign 12 <@U1|ann>", (("ann", "U1"),)),
        ("alerts assign 12 <@U1>", (("U1", "U1"),)),
        ("<@U1|ann> and <@U2|ann>", (("ann", "U1"), ("ann", "U2"))),
        ("assign 12 @ann, &lt;@U1|ann&gt; <#C1|ops> <!here>", ()),
    ],
)
def test_only_people_that_slack_itself_resolved_are_mentioned(text: str, people: tuple[tuple[str, str], ...]) -> None:
    """What somebody types that looks like a mention is escaped, and is none."""
    assert mentioned(text) == people
    assert all(f"@{label}" in undo_slack(text) for label, _ in people)
