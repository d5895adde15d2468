"""The line above an answer that somebody shared: who asked, and what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slackblocks as sb

from bot.views import blocks

if TYPE_CHECKING:
    from slackblocks import Block

COMMAND_WIDTH = 150


def shared_line(command: str, shared_by: str | None) -> list[Block]:
    """Return the line as a list of one block, or of none if nobody shared it; it names the person without a ping."""
    if shared_by is None:
        return []
    shown = blocks.clip(f"/projects {command}".strip(), COMMAND_WIDTH)
    return [blocks.says(sb.RichTextUser(shared_by), blocks.text(" asked "), blocks.code(shown))]
