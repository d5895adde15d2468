"""What did not fit into a digest: a few replies in its thread, and a file if those cannot hold it either. Pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.answers import DifferenceKind
from bot.model import Attachment
from bot.views import blocks
from bot.views.blocks import NAME_WIDTHS, bold, text
from bot.views.difference_lines import difference_line
from bot.views.differences import counted, counted_kinds
from bot.views.digest_words import zone_of
from bot.views.evidence import count
from bot.views.sheet import csv_of_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.answers import Difference, DigestReport
    from bot.model import Message

MOST_REPLIES = 3

MOST_LINES = 100
"""More of them never fit into one reply."""

HEAD_SIZE, HEAD_LENGTH = 400, 100
"""JSON characters, and characters of the text, for the words around the lines."""

KIND_SIZE, KIND_LENGTH = 150, 50
"""What a kind costs besides its lines, in its block and in the first line."""

BREAK_SIZE = 35
"""JSON characters of a line break."""

IN_THREAD = " in the thread"
IN_FILE_TOO = " in the thread and its file"
"""The longest way to say where the rest is."""

_ORDER = {kind: place for place, kind in enumerate(DifferenceKind)}


@dataclass(frozen=True, slots=True)
class Thread:
    """What follows a digest, in this order."""

    replies: tuple[Message, ...] = ()
    file: Attachment | None = None
    """All differences, also those that the digest and the replies show; None if these show everything."""

    def __len__(self) -> int:
        """Count the messages."""
        return len(self.replies) + (self.file is not None)

    @property
    def place(self) -> str:
        """Say where the rest is, after its number."""
        return IN_FILE_TOO if self.file else IN_THREAD if self.replies else ""


def thread_of(report: DigestReport, rest: Sequence[Difference]) -> Thread:
    """Plan what follows a digest that shows all differences but `rest`; names are as wide as lets all of them fit."""
    grouped, planned = sorted(rest, key=lambda each: _ORDER[each.kind]), Thread()
    for width in reversed(NAME_WIDTHS) if rest else ():
        replies, left = _replies(report, grouped, width)
        if left:
            return planned or Thread(replies, _file(report))
        planned = Thread(replies)
    return planned


@dataclass(frozen=True, slots=True)
class _Line:
    """One difference, drawn."""

    kind: DifferenceKind
    shown: list[sb.RichTextElement]
    said: str
    size: int
    """JSON characters."""

    length: int
    """Characters of the text after escaping."""


def _line(difference: Difference, report: DigestReport, width: int) -> _Line:
    shown, said = difference_line(difference, report.moment, width)
    (drawn,) = blocks.message(["-"], [blocks.says(*shown)]).blocks
    (section,) = drawn["elements"]
    size = len(json.dumps(section["elements"], ensure_ascii=False)) + BREAK_SIZE
    return _Line(difference.kind, shown, said, size, len(blocks.escape(said)) + 1)


def _replies(report: DigestReport, rest: Sequence[Difference], width: int) -> tuple[tuple[Message, ...], int]:
    """Fill one reply after the other; return them, and how many differences are in none."""
    replies: list[Message] = []
    lines = [_line(each, report, width) for each in rest[: MOST_REPLIES * MOST_LINES]]
    while lines and len(replies) < MOST_REPLIES:
        tail = counted(rest) if len(replies) + 1 == MOST_REPLIES else ""
        number = _most(lines, len(tail))
        left = rest[number:] if tail else ()
        replies.append(_reply(lines[:number], left))
        lines, rest = lines[number:], rest[number:]
    return tuple(replies), len(rest)


def _most(lines: Sequence[_Line], tail: int) -> int:
    """Return how many lines one reply can hold, at least one; `tail` is the length of what is said of the others."""
    size, length, kinds = HEAD_SIZE + tail, HEAD_LENGTH + tail, set[DifferenceKind]()
    for number, line in enumerate(lines):
        new = line.kind not in kinds
        kinds.add(line.kind)
        size += line.size + KIND_SIZE * new
        length += line.length + KIND_LENGTH * new
        if number and (size > blocks.MOST_CHARACTERS or length > blocks.LONGEST_TEXT):
            return number
    return len(lines)


def _reply(shown: Sequence[_Line], left: Sequence[Difference]) -> Message:
    """Draw a reply, one block for each kind."""
    kinds = Counter(line.kind for line in shown)
    head = f"{count(len(shown), 'more change')}: {counted_kinds(kinds)}"
    said, drawn = [head], [blocks.says(bold(head))]
    for _, group in groupby(shown, key=lambda line: line.kind):
        lines = list(group)
        said += [line.said for line in lines]
        drawn.append(blocks.paragraphs(line.shown for line in lines))
    if left:
        more = f"and {len(left):,} more in the file below: {counted(left)}"
        said.append(more)
        drawn.append(blocks.says(text(more)))
    return blocks.message(said, drawn)


def _file(report: DigestReport) -> Attachment:
    day, number = report.now.astimezone(zone_of(report.digest)), report.digest.number
    return Attachment(
        name=f"digest-{number}-{day:%Y-%m-%d}.csv",
        title=f"All {count(len(report.differences), 'change')} of digest {number}, {day:%Y-%m-%d}",
        content=csv_of_changes(report.differences).encode(),
    )
