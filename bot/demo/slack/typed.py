"""What a person types, as Slack sends it.

https://docs.slack.dev/interactivity/implementing-slash-commands (``should_escape``)
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = re.compile(r"(?P<url>https?://[^\s<>]+)|(?P<sign>[@#])(?P<name>[a-z0-9][a-z0-9._-]*)")


def as_sent(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Escape the three characters and wrap what Slack recognises.

    Args:
        text: as typed.
        users: handle to id; ``@handle`` becomes ``<@U…>``.
        channels: name to id; ``#name`` becomes ``<#C…|name>``.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def wrap(found: re.Match[str]) -> str:
        if found["url"]:
            return f"<{found['url']}>"
        known = users if found["sign"] == "@" else channels
        if found["name"] not in known:
            return found[0]
        tail = "" if found["sign"] == "@" else f"|{found['name']}"
        return f"<{found['sign']}{known[found['name']]}{tail}>"

    return TOKEN.sub(wrap, escaped)
