"""A phrase as words, each with its place, and what may be wrong with one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

FILLERS: Final = frozenset(
    (
        "at",
        "@",
        "on",
        "every",
        "each",
        "the",
        "a",
        "an",
        "of",
        "in",
        "from",
        "per",
        "once",
        "by",
        ",",
        "(",
        ")",
        "-",
        ";",
    )
)
"""Words between the parts of a phrase that say nothing by themselves."""

AND: Final = frozenset((",", "and", "&", "+"))
TO: Final = frozenset(("-", "to", "through", "thru", "until", "till"))
EVERY: Final = frozenset(("every", "each", "per", "a", "an"))

_WORD: Final = re.compile(r"[,()&;]|[^\s,()&;]+")
_JOINED: Final = re.compile(r"[^\W\d_]+(?:[-+][^\W\d_]+)+")
_LETTERS: Final = re.compile(r"[^\W\d_]+|[-+]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark of a phrase."""

    text: str
    """Folded, without a closing full stop."""

    start: int
    """Where it stands in the whole text."""

    end: int


Swap = tuple[int, int, str]
"""A stretch of the whole text, and what to put there instead."""


class Trouble(Exception):
    """A part of a phrase cannot be read.

    Args:
        sentence: what is wrong, and what would have worked.
        start: index in the whole text of what is wrong.
        end: where that ends.
        swaps: what was probably meant, first to last.
    """

    def __init__(self, sentence: str, start: int, end: int, *swaps: Swap) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.start = start
        self.end = end
        self.swaps = swaps


def trouble_at(word: Word, sentence: str, meant: str | None = None) -> Trouble:
    """Say that one word is wrong, and what was probably meant instead."""
    swaps = () if meant is None else ((word.start, word.end, meant),)
    return Trouble(sentence, word.start, word.end, *swaps)


def words_of(text: str, start: int, stop: int) -> list[Word]:
    """Split a stretch of a text at blanks, marks, and the dash of ``Mon-Fri``; zones stay whole."""
    found: list[Word] = []
    for part in _WORD.finditer(text, start, stop):
        if _JOINED.fullmatch(part[0]):
            inner = _LETTERS.finditer(text, part.start(), part.end())
            found += [_word(piece[0], piece.start(), piece.end()) for piece in inner]
        else:
            found.append(_word(part[0], part.start(), part.end()))
    return found


def _word(text: str, start: int, end: int) -> Word:
    return Word(text.casefold().rstrip(".") or text, start, end)


def text_at(words: Sequence[Word], at: int) -> str:
    """Return the word with this index; empty before the first and after the last."""
    return words[at].text if 0 <= at < len(words) else ""


def skip(words: Sequence[Word], at: int, skipped: frozenset[str]) -> int:
    """Return the index of the next word that is none of these, or their number."""
    while at < len(words) and words[at].text in skipped:
        at += 1
    return at
