"""A plugin of coverage.py without which measured tests may stand still on Python 3.11.

To follow greenlets, coverage.py keeps one of each thread in a dictionary with weak keys. When a thread has ended,
greenlet drops its own within a pending call of the main thread, and the dictionary's callback, which is Python, runs in
there. If a second pending call waits by then (threads that end together are enough), 3.11 begins the first instruction
of a traced function again and again, for ever. A greenlet that is kept calls nobody.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Final

import greenlet  # type: ignore[import-untyped] # it ships no types, and nothing is done with what it returns

if TYPE_CHECKING:
    from types import FrameType

_kept: Final[list[object]] = []


def coverage_init(_registry: object, _options: object) -> None:
    """Keep the greenlet of each thread that begins from now on."""
    if sys.version_info < (3, 12):
        threading.setprofile(_keep)


def _keep(_frame: FrameType, _event: str, _arg: Any) -> None:
    """Keep the greenlet of this thread; called at the first thing that it does, and never again."""
    sys.setprofile(None)
    _kept.append(greenlet.getcurrent())
