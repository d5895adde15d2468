"""Many rows in pieces: between two pieces the event loop gets its turn."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")


def batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Cut a sequence into pieces of at most `size`."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece
