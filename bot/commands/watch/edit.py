"""`watch edit 2 inactive for 60d`: change what is given, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.commands.watch.chosen import one
from bot.commands.watch.kept import kept
from bot.commands.watch.show import details
from bot.commands.watch.wanted import complete, read
from bot.commands.words import Asked, Word
from bot.query.tokens import KEY, skip_blanks

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome

_FILTER = re.compile(rf"-\S|not\s|{KEY.pattern}", re.IGNORECASE)
"""What begins with this is a filter; to look for words, the condition has to be written before them."""


async def run(context: Context, asked: Asked) -> Outcome:
    """Change a watch; everybody in the channel may, and the record says who did."""
    watch, end = await one(context, asked)
    start = skip_blanks(asked.text, end)
    if start == len(asked.text):
        return await details(context, asked, watch)
    condition_first = _FILTER.match(asked.text, start) is None
    typed = read(context, asked, start, zone=watch.draft.zone, condition_first=condition_first)
    wanted = complete(context, typed, watch.draft)
    edited = await context.watches.book.edit(watch, wanted.draft, asked.by)
    return await kept(context, asked, edited, WatchDeed.CHANGED, defaults=wanted.defaults)


WORD = Word(
    name="edit",
    usage="edit 2 [condition] [filters] [hours:9-17] [broadcast:yes]",
    summary="change only what you write; filters replace all filters, `source:any` means all projects",
    run=run,
)
