"""What is said beside a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.views import blocks
from bot.views.blocks import bold, code, text
from bot.views.evidence import count
from bot.views.footer import hidden_line, source_lines
from bot.views.projects import COMMAND_WIDTH, without

if TYPE_CHECKING:
    from bot.answers import Exported
    from bot.model import Message


def exported(answer: Exported) -> Message:
    """Say what is in the file, and how old it is."""
    said = f"{count(answer.rows, 'project')} as CSV{without(answer.query, answer.freshness)}"
    where = "The file is in your direct messages with me."
    small = [*hidden_line(answer.hidden_archived), *source_lines(answer.freshness, answer.now)]
    head = blocks.says(bold(said), text("   "), code(blocks.clip(answer.command, COMMAND_WIDTH)), text(f"\n{where}"))
    return blocks.message([said, where, *small], [head, blocks.notes(small)])
