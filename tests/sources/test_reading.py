"""Any bytes become a value or `SourceGarbled`, and texts become printable without losing their meaning."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.errors import SourceGarbled
from bot.sources.reading import Count, Text, UtcMoment, Wire, printable, read_json, read_moment


class Shape(Wire):
    """Something to read."""

    name: Text
    count: Count = 0
    at: UtcMoment | None = None


SHAPE = TypeAdapter(Shape)


def test_reads_a_whole_document_and_ignores_unknown_fields() -> None:
    """A source may grow."""
    read = read_json("X", SHAPE, b'{"name": "n", "count": 3, "new": {}, "at": "2026-01-01T02:00:00.5+02:00"}')

    assert (read.name, read.count, read.at) == ("n", 3, datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC))


@pytest.mark.parametrize(
    "body",
    [b"", b'{"name": "n"', b'{"name": "n"} x', b"\xff", b'\xef\xbb\xbf{"name": "n"}', "ä".encode("latin-1"),
     b'{"name": "n", "count": NaN}', b'{"name": "n", "count": -Infinity}', b"[" * 100_000, b"1" * 5000,
     '{"name": "n"}'.encode("utf-16")],
)  # fmt: skip
def test_refuses_what_is_no_complete_json_in_utf_8(body: bytes) -> None:
    """Half a document must not pass for a short one."""
    with pytest.raises(SourceGarbled, match="no complete JSON"):
        read_json("X", SHAPE, body)


def test_recognises_a_web_page() -> None:
    """The usual cause is a proxy's sign-in page, and people should hear so."""
    with pytest.raises(SourceGarbled, match="a web page instead of data"):
        read_json("X", SHAPE, b"\n <html>secret</html>")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"[]", "the top"),
        (b"{}", "name"),
        (b'{"name": 5}', "name"),
        (b'{"name": null}', "name"),
        (b'{"name": "n", "count": true}', "count"),
        (b'{"name": "n", "count": 1.5}', "count"),
        (b'{"name": "n", "count": "1"}', "count"),
        (b'{"name": "n", "count": -1}', "count"),
        (b'{"name": "n", "count": 2147483648}', "count"),
        (b'{"name": "n", "at": 1700000000}', "at"),
    ],
)
def test_names_the_place_and_never_the_value(body: bytes, place: str) -> None:
    """What a source sent may be hostile, or somebody's secret."""
    with pytest.raises(SourceGarbled) as caught:
        read_json("X", SHAPE, body)

    assert caught.value.detail == f"an unknown shape at {place}"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "1700000000", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00Zx"],
)  # fmt: skip
def test_refuses_a_moment_without_zone_or_sense(text: str) -> None:
    """A naive time may be hours away from the truth."""
    with pytest.raises(ValueError, match=r"."):
        read_moment(text)


@pytest.mark.parametrize("text", ["2026-01-01t00:00:00z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.000000000Z"])
def test_accepts_the_spellings_that_rfc_3339_allows(text: str) -> None:
    """Lower case, a blank, and nanoseconds."""
    assert read_moment(text) == datetime(2026, 1, 1, tzinfo=UTC)


def test_replaces_only_what_cannot_be_kept() -> None:
    """Markup, emoji, right-to-left text and long names are somebody's name."""
    kept = "<Beta> & *star* 🛥️ سلام שלום \u200d\u202e " + "x" * 5000

    assert printable(kept) == kept
    mark = "\N{REPLACEMENT CHARACTER}"
    assert printable("a\x00b\x1bc\x7fd\x9fe\ud800f") == mark.join("abcdef")
    assert printable("one\ttwo\r\nthree") == "one two  three"


@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_encoded_and_kept_by_a_database(text: str) -> None:
    """Same length, no control characters, no lone surrogates; and twice changes nothing more."""
    shown = printable(text)

    shown.encode("utf-8")
    assert len(shown) == len(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs"}
    assert printable(shown) == shown


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No other exception leaves."""
    with suppress(SourceGarbled):
        assert isinstance(read_json("X", SHAPE, body), Shape)
