"""A message while it is being written: what is shown, and the same as words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.views import blocks
from bot.views.buttons import privately

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import slackblocks as sb

    from bot.model import Message


Level = TypeVar("Level")


@dataclass(slots=True)
class Page:
    """Lines of plain text, and blocks that say the same."""

    lines: list[str] = field(default_factory=list)
    blocks: list[sb.Block] = field(default_factory=list)

    def add(self, lines: Sequence[str], *drawn: sb.Block) -> None:
        """Add what is said, and how it is shown."""
        self.lines += lines
        self.blocks += drawn

    def finished(self) -> tuple[Message, bool]:
        """Return the message, and whether Slack takes all of it, also with the longer names of private buttons."""
        drawn = blocks.message(self.lines, self.blocks)
        whole = len(blocks.escape("\n".join(self.lines))) <= blocks.LONGEST_TEXT
        return drawn, whole and blocks.fits(privately(drawn.blocks))


def fitted(build: Callable[[Level], Page], levels: Sequence[Level]) -> Message:
    """Write in the largest of several sizes that Slack takes, its words included; in the smallest if none is."""
    for level in levels:
        message, fits = build(level).finished()
        if fits:
            break
    return message
