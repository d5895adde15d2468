"""What a person types, as it is sent."""

from __future__ import annotations

import pytest

from bot.demo.slack.typed import as_sent

USERS = {"ada": "U1"}
CHANNELS = {"studio": "C1"}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("ask @ada", "ask <@U1>"),
        ("ask @eve", "ask @eve"),
        ("in #studio", "in <#C1|studio>"),
        ("in #nowhere", "in #nowhere"),
        ("see https://example.org/?a=1&b=2 now", "see <https://example.org/?a=1&amp;b=2> now"),
        ("<!channel>", "&lt;!channel&gt;"),
        ('updated:>30d "two words"', 'updated:&gt;30d "two words"'),
    ],
)
def test_typed_text_is_escaped_and_names_are_wrapped(typed: str, sent: str) -> None:
    """The bot must read exactly what Slack would send."""
    assert as_sent(typed, USERS, CHANNELS) == sent
