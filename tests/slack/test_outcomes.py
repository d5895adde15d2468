"""What a refusal means for a message that nobody asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import ChannelClosed, MaybePosted, MessengerError, NeverPosted, NotPosted, WorkspaceClosed
from bot.slack.outcomes import is_short, outcome_of
from bot.slack.refusals import FATES, Fate, Refused

LEFT_OPEN = {"internal_error", "fatal_error", "rollup_error", "timeout", "connection_lost", "garbled_answer"}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ratelimited", NotPosted),
        ("service_unavailable", NotPosted),
        ("request_timeout", NotPosted),
        ("no_connection", NotPosted),
        ("org_login_required", NotPosted),
        ("a_word_of_next_year", NotPosted),
        ("http_403", NotPosted),
        ("http_404", NotPosted),
        ("internal_error", MaybePosted),
        ("fatal_error", MaybePosted),
        ("timeout", MaybePosted),
        ("connection_lost", MaybePosted),
        ("garbled_answer", MaybePosted),
        ("http_200", MaybePosted),
        ("http_302", MaybePosted),
        ("http_500", MaybePosted),
        ("http_503", MaybePosted),
        ("is_archived", ChannelClosed),
        ("restricted_action", ChannelClosed),
        ("token_revoked", WorkspaceClosed),
        ("missing_scope", WorkspaceClosed),
        ("message_limit_exceeded", WorkspaceClosed),
        ("invalid_blocks", NeverPosted),
    ],
)
def test_each_word_becomes_one_class(code: str, outcome: type[MessengerError]) -> None:
    """What happens next is decided by the class alone, and Slack's own word is kept for people."""
    error = outcome_of(Refused(code))

    assert type(error) is outcome
    assert error.code == code


def test_only_what_slack_leaves_open_counts_as_perhaps_done() -> None:
    """One word too many makes holes, one too few makes doubles."""
    assert {code for code in FATES if Refused(code).perhaps_done} == LEFT_OPEN


def test_how_long_to_wait_is_handed_on() -> None:
    """Slack's word wins over any back-off of ours."""
    error = outcome_of(Refused("ratelimited", wait=timedelta(seconds=40)))

    assert isinstance(error, NotPosted)
    assert error.wait == timedelta(seconds=40)


def test_nothing_that_may_be_there_is_sent_again() -> None:
    """This is the rule against doubles."""
    again = {code for code in FATES if is_short(Refused(code))}

    assert again == {code for code, fate in FATES.items() if fate is Fate.RETRY} - LEFT_OPEN
    assert not is_short(Refused("http_502"))
