"""A snapshot as few bytes: there is one per digest, and a digest may speak of thousands of projects.

Compressed JSON. Words that come again and again (connections, states, subscriptions) are numbers into a list, projects
are sorted and say how far they are from the one before.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from bot.model import Mark, Snapshot, State

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVEL: Final = 6
"""Of zlib: more takes several times longer and saves a few bytes in a hundred."""


def pack(snapshot: Snapshot) -> bytes:
    """Write down what is inside a snapshot, but for its moment and query."""
    words = _Words()
    refs = sorted(snapshot.marks)
    marks = [snapshot.marks[ref] for ref in refs]
    content = {
        "r": [after - before for before, after in pairwise([0, *refs])],
        "c": [words.number(mark.connection) for mark in marks],
        "s": [words.number(mark.state) for mark in marks],
        "e": [None if mark.enabled is None else int(mark.enabled) for mark in marks],
        "u": [None if mark.subscription is None else words.number(mark.subscription) for mark in marks],
        "n": [mark.service_count for mark in marks],
        "t": [mark.name for mark in marks],
        "b": snapshot.blind,
        "p": snapshot.peaks,
        "o": {connection: moment.isoformat() for connection, moment in snapshot.since.items()},
        "w": words.known,
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _LEVEL)


class _Words:
    """Gives numbers to words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def known(self) -> list[str]:
        return list(self._numbers)

    def number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))


def unpack(content: bytes, *, at: datetime, query: str) -> Snapshot:
    """Undo `pack`."""
    read = json.loads(zlib.decompress(content))
    return Snapshot(
        at=at,
        query=query,
        marks=dict(_marks(read)),
        blind=tuple(read["b"]),
        peaks=read["p"],
        since={connection: datetime.fromisoformat(moment) for connection, moment in read.get("o", {}).items()},
    )


def _marks(read: dict[str, Any]) -> Iterable[tuple[int, Mark]]:
    words, ref = read["w"], 0
    columns = (read[key] for key in "rcseunt")
    for step, connection, state, enabled, subscription, services, name in zip(*columns, strict=True):
        ref += step
        yield (
            ref,
            Mark(
                connection=words[connection],
                state=State(words[state]),
                enabled=None if enabled is None else bool(enabled),
                subscription=None if subscription is None else words[subscription],
                service_count=services,
                name=name,
            ),
        )
