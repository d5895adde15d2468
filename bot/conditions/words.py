"""A condition as words, each with its place, and what may be wrong with one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

QUOTES: Final = "\"'`"
_CHUNK: Final = re.compile(r"\S+")
_WORD: Final = re.compile(r"[^\s,\"'`]+|,")
_FILTER: Final = re.compile(r'-?[A-Za-z][A-Za-z_-]*:|-[^\s-]|-?\S*"')
"""A word that is a filter: ``key:``, ``-word``, or anything quoted."""

_AS_FILTER: Final = re.compile(r'(?P<key>for|signals):(?!//)(?!\S*")', re.IGNORECASE)
_OF_FILTER: Final = {"for": "for", "signals": "by"}
"""How the verb `inactive` says what a condition says in words: ``for:30d``, ``signals:viewers``."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or a comma."""

    text: str
    """In small letters."""

    start: int
    """Where it stands in the whole text."""

    end: int


Swap = tuple[int, int, str]
"""A stretch of the whole text, and what to put there instead."""


class Trouble(Exception):
    """A part of a condition cannot be read.

    Args:
        sentence: what is wrong, and what would have worked.
        start: index in the whole text of what is wrong.
        end: where that ends.
        swap: what was probably meant; None: nobody knows.
    """

    def __init__(self, sentence: str, start: int, end: int, swap: Swap | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.start = start
        self.end = end
        self.swap = swap


class Words:
    """The words of a condition, read one after the other; the first filter ends them.

    Args:
        text: the whole command.
        start: where the condition begins.
        stop: where it ends at the latest.
    """

    def __init__(self, text: str, start: int, stop: int) -> None:
        self.text = text
        self.start = start
        self.stop = stop
        self.end = start
        """Behind the last word that was taken."""
        self._words = _words(text, start, stop)
        self._at = 0

    @property
    def next(self) -> Word | None:
        """The next word; None: there is none."""
        return self.ahead(0)

    def ahead(self, count: int) -> Word | None:
        """Return the word so many behind the next one."""
        at = self._at + count
        return self._words[at] if at < len(self._words) else None

    def is_next(self, *texts: str) -> bool:
        """Tell whether the next word is one of these."""
        return self.next is not None and self.next.text in texts

    def take(self) -> Word:
        """Return the next word and go on behind it; there is one."""
        word = self._words[self._at]
        self._at += 1
        self.end = word.end
        return word

    def skip_between(self, *texts: str) -> None:
        """Go on behind a comma or an ``and`` that stands before one of these."""
        behind = self.ahead(1)
        if self.is_next(",", "and") and behind is not None and behind.text in texts:
            self._at += 1

    def wrong(self, word: Word, sentence: str, meant: str | None = None, *, until: Word | None = None) -> Trouble:
        """Say that a word, or those up to another one, are wrong, and what was probably meant instead."""
        end = (until or word).end
        return Trouble(sentence, word.start, end, None if meant is None else (word.start, end, meant))

    def missing(self, sentence: str, meant: str) -> Trouble:
        """Say that something is missing here."""
        before = self.text[: self.end][-1:]
        gap = " " if before.strip() and before not in QUOTES else ""
        behind = " " if self.end < self.stop and not self.text[self.end].isspace() else ""
        return Trouble(sentence, self.end, self.end + 1, (self.end, self.end, f"{gap}{meant}{behind}"))


def _words(text: str, start: int, stop: int) -> list[Word]:
    found: list[Word] = []
    for part in _CHUNK.finditer(text, start, stop):
        begin, written = part.start(), _AS_FILTER.match(text, part.start(), stop)
        if written is not None:
            found.append(Word(_OF_FILTER[written["key"].casefold()], begin, written.end()))
            begin = written.end()
        elif _FILTER.match(part[0]):
            break
        inner = _WORD.finditer(text, begin, part.end())
        found += [Word(word[0].casefold(), word.start(), word.end()) for word in inner]
    return found
