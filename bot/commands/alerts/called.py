"""Alerts that somebody calls by the name of their project: ``alerts why RFID Trial``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts.desk import LISTING
from bot.errors import some_numbers
from bot.grammar import fold
from bot.model import AlertFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.spec import Context
    from bot.commands.words import Asked

_WORD: Final = re.compile(r"\S+")
_WHOLE: Final = frozenset({"archive", "unarchive"})
"""What changes a source is done only to a project whose whole name is written."""

_MOST_WORDS: Final = 12
"""Words of a name that are looked at."""


async def called_so(context: Context, asked: Asked) -> tuple[int, int] | None:
    """Find the alert whose project is called as the question goes on; return its number, and where the name ends.

    The whole name counts before a part of it, more words before fewer, and what is open before what ended. None: no
    alert of the channel is called so.

    Raises:
        UsageError: several are.
        StoreError: our database could not be used.
    """
    typed = list(_WORD.finditer(asked.text, asked.start))[:_MOST_WORDS]
    if not typed:
        return None
    for only_open in (True, False):
        names = await _names(context, asked, only_open=only_open)
        found, length = _best(names, [fold(word[0].strip('"')) for word in typed], whole=asked.word in _WHOLE)
        if len(found) > 1:
            called = asked.text[asked.start : typed[length - 1].end()]
            sentence = f"Several alerts are called “{called}”: {some_numbers(sorted(found))}. Write the number."
            raise asked.refusal(sentence, asked.start, typed[length - 1].end(), LISTING)
        if found:
            return found[0], typed[length - 1].end()
    return None


async def _names(context: Context, asked: Asked, *, only_open: bool) -> dict[int, list[str]]:
    """Return the alerts of the channel with the words of their projects' names."""
    raised = await context.watches.desk.listed(asked.channel, AlertFilter(only_open=only_open))
    refs = sorted({each.alert.project for each in raised})
    entries = await context.store.get_many(asked.request.ask.scope, refs)
    return {
        each.alert.number: fold(entries[each.alert.project].project.name).split()
        for each in raised
        if each.alert.number is not None and each.alert.project in entries
    }


def _best(names: dict[int, list[str]], typed: Sequence[str], *, whole: bool) -> tuple[list[int], int]:
    """Return the alerts that fit the longest beginning of what was typed, and how many words that is."""
    for length in range(len(typed), 0, -1):
        wanted = list(typed[:length])
        found = [number for number, words in names.items() if words == wanted]
        if not found and not whole:
            found = [number for number, words in names.items() if _has(words, wanted)]
        if found:
            return found, length
    return [], 0


def _has(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether words follow each other in a name."""
    return any(list(words[at : at + len(wanted)]) == list(wanted) for at in range(len(words) - len(wanted) + 1))
