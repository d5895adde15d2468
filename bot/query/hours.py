"""``hours:9-17``: when a channel is told what can wait. Text to value and back. Pure."""

from __future__ import annotations

import re
from datetime import time

from bot.errors import UsageError
from bot.model import Hours

ANY = "any"

_TIME = r"(?P<{0}hour>[01]?[0-9]|2[0-3])(?::(?P<{0}minute>[0-5][0-9]))?"
_HOURS = re.compile(rf"{_TIME.format('b')}\s*-\s*{_TIME.format('e')}", re.ASCII)


def read_hours(text: str) -> Hours | None:
    """Read ``9-17`` or ``08:30-18:00``; None for ``any``.

    Raises:
        UsageError: anything else, or times that stand the wrong way round.
    """
    lowered = text.strip().lower()
    if lowered == ANY:
        return None
    found = _HOURS.fullmatch(lowered)
    if found is None:
        raise UsageError("`hours:` takes two times of a day, like `hours:9-17`, or `hours:any`.")
    begin, end = (time(int(found[f"{one}hour"]), int(found[f"{one}minute"] or 0)) for one in "be")
    if begin >= end:
        raise UsageError("These hours end before they begin; those of a night cannot be given.")
    return Hours(begin=begin, end=end)


def print_hours(hours: Hours | None) -> str:
    """Write hours as `read_hours` reads them: ``9-17``, ``8:30-18``, ``any``."""
    return ANY if hours is None else f"{_print(hours.begin)}-{_print(hours.end)}"


def _print(at: time) -> str:
    return f"{at.hour}:{at.minute:02}" if at.minute else str(at.hour)
