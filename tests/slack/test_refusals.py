"""The table of what Slack says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.refusals import Fate, Refused, code_for, fate_of, read_retry_after, word_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("ratelimited", Fate.RETRY),
        ("internal_error", Fate.RETRY),
        ("http_503", Fate.RETRY),
        ("timeout", Fate.RETRY),
        ("not_in_channel", Fate.CHANNEL),
        ("channel_is_archived", Fate.CHANNEL),
        ("token_revoked", Fate.WORKSPACE),
        ("missing_scope", Fate.CONFIGURATION),
        ("invalid_blocks", Fate.BUG),
        ("message_limit_exceeded", Fate.PLAN),
        ("a_word_of_next_year", Fate.UNKNOWN),
    ],
)
def test_each_word_of_slack_has_one_fate(code: str, fate: Fate) -> None:
    """Only what may pass is repeated, and only a broken drawing is drawn again."""
    assert fate_of(code) is fate
    assert Refused(code).fate is fate


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("1.5", 1.5), (" 2 ", 2), ("Mon, 02 Mar 2026 09:00:20 GMT", 20), ("Mon, 02 Mar 2026 08:00:00 GMT", 0)],
)
def test_retry_after_is_read_as_seconds_fraction_or_date(header: str, seconds: float) -> None:
    """Slack documents whole seconds; proxies in between send the other forms."""
    assert read_retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1e9", "99999999999"])
def test_retry_after_without_sense_is_no_time(header: str | None) -> None:
    """Then the usual back-off counts."""
    assert read_retry_after(header, NOW) is None


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, "ok", None),
        (200, "", None),
        (200, '{"ok":true}', None),
        (200, '{"ok":false,"error":"invalid_blocks"}', "invalid_blocks"),
        (200, "hello", None),
        (400, "invalid_payload", "invalid_payload"),
        (404, "channel_not_found", "channel_not_found"),
        (404, "<html>secret</html>", "http_404"),
        (410, "channel_is_archived", "channel_is_archived"),
        (429, "", "rate_limited"),
        (500, "invalid_payload", "http_500"),
        (403, '{"ok":', "http_403"),
    ],
)
def test_answers_of_a_response_url_are_named(status: int, body: str, code: str | None) -> None:
    """A response_url says it in plain text or JSON; whatever else it says stays out of our log."""
    assert code_for(status, body) == code


def test_only_a_word_is_taken_from_an_answer() -> None:
    """An error word goes into a sentence for a person, so it cannot be anything."""
    assert word_in("missing_scope\n") == "missing_scope"
    assert word_in("<!channel> hello") is None
    assert word_in("x" * 100) is None
