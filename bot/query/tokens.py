"""Text to tokens: where each part begins and ends, its key, and which stretches of its value were quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PART: Final = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<raw>[^\s"]+)')
"""A stretch of a value."""

KEY: Final = re.compile(r"(?P<key>[A-Za-z][A-Za-z_-]*):(?!//)")
"""A field's name with its colon; an address is none."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value: inside quotes or not."""

    text: str
    quoted: bool
    start: int
    end: int
    """Where it stands in the text, quotes included."""


@dataclass(frozen=True, slots=True)
class Token:
    """One blank-separated part of the text."""

    start: int
    end: int
    negated: bool
    key: str | None
    value_start: int
    pieces: tuple[Piece, ...]

    @property
    def bare(self) -> str | None:
        """The text, if nothing of it was quoted."""
        return "".join(p.text for p in self.pieces) if not any(p.quoted for p in self.pieces) else None


def tokens(text: str, start: int) -> Iterator[Token]:
    """Yield the parts of a text from `start` on.

    Raises:
        UsageError: a quote is opened and never closed.
    """
    at = start
    while (at := skip_blanks(text, at)) < len(text):
        token = _token(text, at)
        yield token
        at = token.end


def skip_blanks(text: str, at: int) -> int:
    """Return the place of the next character that is no blank, or the end."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _token(text: str, start: int) -> Token:
    at = start
    negated = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
    at += negated
    key = KEY.match(text, at)
    at = value_start = key.end() if key else at
    pieces: list[Piece] = []
    while part := PART.match(text, at):
        quoted = part["quoted"] is not None
        inner = re.sub(r"\\(.)", r"\1", part["quoted"], flags=re.DOTALL) if quoted else part["raw"]
        pieces.append(Piece(inner, quoted, part.start(), part.end()))
        at = part.end()
    if at < len(text) and text[at] == '"':
        sentence = "A quote is opened here and never closed."
        inside = text[at + 1 :].strip()
        correction = text.rstrip() + '"' if inside else text[:at].rstrip()
        raise UsageError(sentence, text=text, position=at, correction=correction)
    return Token(start, at, negated, key["key"] if key else None, value_start, tuple(pieces))


def split(pieces: tuple[Piece, ...], separator: str) -> list[tuple[Piece, ...]]:
    """Split at the separators that stand outside quotes."""
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.quoted:
            groups[-1].append(piece)
            continue
        at = piece.start
        for number, part in enumerate(piece.text.split(separator)):
            if number:
                groups.append([])
            if part:
                groups[-1].append(Piece(part, quoted=False, start=at, end=at + len(part)))
            at += len(part) + len(separator)
    return [tuple(group) for group in groups]
