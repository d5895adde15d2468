"""People in messages. What Slack draws as a person calls them, so it is only for answers that nobody else sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.views import blocks, evidence
from bot.views.buttons import Audience

if TYPE_CHECKING:
    from collections.abc import Mapping

    import slackblocks as sb

CALLED = (Audience.PUBLIC, Audience.SHARED)
"""Who would see a person in a channel, at every digest anew."""


_ID = re.compile(r"[A-Z][A-Z0-9]{2,20}")


def may_be(text: str, kinds: str = "UW") -> bool:
    """Tell whether a text can be an id of Slack's that begins with one of these letters.

    Slack refuses a whole message for a person or a channel that cannot be one; the terminal takes any word.
    """
    return _ID.fullmatch(text) is not None and text[0] in kinds


def named(user: str, people: Mapping[str, str]) -> str:
    """Return what a person is called, as it may be shown; their Slack id if that is not known."""
    return evidence.person(people.get(user, "")) or user


def shown(user: str, people: Mapping[str, str], audience: Audience) -> sb.RichTextElement:
    """Show a person without calling them."""
    return blocks.text(named(user, people)) if audience in CALLED else blocks.person(user)
