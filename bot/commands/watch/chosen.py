"""Which watch is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.words import nothing_after
from bot.errors import NoSuchWatch, some_numbers

if TYPE_CHECKING:
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Watch

LISTING = "watch list"

_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,6})(?!\S)")


def begins_number(asked: Asked) -> bool:
    """Tell whether a number comes first."""
    return _NUMBER.match(asked.text, asked.start) is not None


async def one(context: Context, asked: Asked) -> tuple[Watch, int]:
    """Find the watch that is meant; return it, and where the part after its number begins.

    A number that is left out means the only watch of the channel.

    Raises:
        NoSuchWatch: the channel has none at all.
        UsageError: there is none with this number, or several and no number.
    """
    number = _NUMBER.match(asked.text, asked.start)
    if number is None:
        return await _only_one(context, asked), asked.start
    try:
        return await context.watches.book.numbered(asked.channel, int(number["number"])), number.end()
    except NoSuchWatch as unknown:
        if not unknown.known:
            raise
        rest = asked.text[number.end() :].strip()
        correction = f"watch {asked.word} {unknown.known[0]} {rest}".strip() if len(unknown.known) == 1 else LISTING
        raise asked.refusal(unknown.for_user(), number.start(), number.end(), correction) from None


async def only_one_and_nothing_more(context: Context, asked: Asked) -> Watch:
    """Find the watch that is meant, where nothing else can be said about it.

    Raises:
        NoSuchWatch: as `one`.
        UsageError: as `one`, or there is more.
    """
    watch, end = await one(context, asked)
    nothing_after(asked, end, f"watch {asked.word} {watch.number}", "only the number of a watch")
    return watch


async def _only_one(context: Context, asked: Asked) -> Watch:
    watches = await context.watches.book.listed(asked.channel)
    if not watches:
        raise NoSuchWatch(0, ())
    if len(watches) > 1:
        numbers = some_numbers([watch.number for watch in watches])
        sentence = f"Which watch? This channel has {numbers}; write the number after `watch {asked.word}`."
        raise asked.refusal(sentence, 0, len(asked.text), LISTING)
    return watches[0]
