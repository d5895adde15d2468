"""One line for what became of a project: as rich text, and in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slackblocks as sb

from bot.views.blocks import bold, text
from bot.views.differences import mark_of, name_of, told

if TYPE_CHECKING:
    from bot.answers import Difference
    from bot.model import Entry, Moment

LONGEST_LINK = 300
"""Longer addresses cost more of a message than they are worth."""


def difference_line(difference: Difference, moment: Moment, width: int) -> tuple[list[sb.RichTextElement], str]:
    """Show a difference, and say it; names have at most `width` characters, and details shrink with them."""
    mark, name = mark_of(difference), name_of(difference, width)
    words = told(difference, moment, width)
    return [text(f"{mark} "), linked(name, difference.entry), text(f" {words}")], f"{mark} {name} {words}"


def linked(name: str, entry: Entry | None) -> sb.RichTextElement:
    """Show a project's name, as a link to where a person can open it if there is one."""
    url = link_of(entry)
    return sb.RichTextLink(url, name, bold=True) if url and len(url) <= LONGEST_LINK else bold(name)


def link_of(entry: Entry | None) -> str | None:
    """Return where a person can open a project; what is gone cannot be opened."""
    return entry.project.url if entry is not None and entry.gone_at is None else None
