"""Why there is no answer: the sentence, the place, and the way out as a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.footer import source_lines

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import Refusal
    from bot.model import Message


def refusal(answer: Refusal) -> Message:
    """Draw a refusal; nothing that was typed can act in it."""
    sources = source_lines(answer.freshness, answer.now) if answer.freshness and answer.now else []
    drawn: list[sb.Block] = [blocks.says(*blocks.with_code(answer.sentence))]
    if answer.text and answer.length:
        drawn.append(blocks.pointed(answer.text, answer.position, answer.length))
    if answer.correction is not None:
        drawn.append(
            blocks.bar([buttons.run(f"Run: {answer.correction}", answer.correction, "corrected", primary=True)])
        )
    small = [*sources, *([f"Reference {answer.reference}"] if answer.reference else [])]
    drawn += [blocks.notes(small)] if small else []
    hint = [f"Try: {answer.correction}"] if answer.correction is not None else []
    return blocks.message([answer.sentence, *hint, *small], drawn)
