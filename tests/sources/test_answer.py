"""The table from HTTP status to our errors."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, NotFound, SourceBusy, SourceDown, SourceError, SourceGarbled, SourceRefused
from bot.sources.answer import Answer, raise_for_status
from tests.fakes.clock import NOON


@pytest.mark.parametrize("status", [200, 201, 204])
def test_lets_every_success_pass(status: int) -> None:
    """What is in it is another question."""
    raise_for_status("X", Answer(status=status))


@pytest.mark.parametrize(
    ("status", "error", "detail"),
    [
        (301, SourceGarbled, "HTTP 301: a redirect, which I do not follow"),
        (400, SourceGarbled, "HTTP 400"),
        (401, SourceRefused, "HTTP 401: the credentials were not accepted"),
        (402, SourceRefused, "HTTP 402: the plan does not allow it"),
        (403, SourceRefused, "HTTP 403: access was denied"),
        (404, SourceGarbled, "HTTP 404"),
        (408, SourceDown, "HTTP 408"),
        (415, SourceGarbled, "HTTP 415"),
        (429, SourceBusy, "HTTP 429"),
        (500, SourceDown, "HTTP 500"),
        (503, SourceDown, "HTTP 503"),
        (599, SourceDown, "HTTP 599"),
        (101, SourceGarbled, "HTTP 101"),
    ],
)
def test_has_a_row_for_every_status(status: int, error: type[SourceError], detail: str) -> None:
    """Each says what a person can do about it."""
    with pytest.raises(error) as caught:
        raise_for_status("X", Answer(status=status, body=b"<script>hostile</script>"))

    assert caught.value.detail == detail
    assert type(caught.value) is error


def test_a_missing_project_is_not_found_only_if_one_was_asked_for() -> None:
    """A list that is not there means that the address is wrong, not that somebody deleted a project."""
    with pytest.raises(NotFound, match="p1"):
        raise_for_status("X", Answer(status=404), wanted="p1")


def test_a_source_may_explain_its_own_refusals() -> None:
    """The key or the user: people mend them differently."""
    with pytest.raises(SourceRefused, match="HTTP 400: the key is missing"):
        raise_for_status("X", Answer(status=400), refusal="the key is missing")


def test_a_busy_source_says_until_when() -> None:
    """The moment was settled when the answer came in."""
    with pytest.raises(SourceBusy) as caught:
        raise_for_status("X", Answer(status=429, free_at=NOON))

    assert caught.value.free_at == NOON


@given(status=st.integers(min_value=100, max_value=999), wanted=st.none() | st.text())
def test_every_status_passes_or_raises_one_of_ours(status: int, wanted: str | None) -> None:
    """The table is total."""
    with suppress(BotError):
        raise_for_status("X", Answer(status=status), wanted=wanted)
        assert 200 <= status < 300
