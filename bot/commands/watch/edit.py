"""`watch edit 2 inactive for 60d`: change what is given, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.answers import WatchDeed
from bot.commands.watch.chosen import one
from bot.commands.watch.kept import kept
from bot.commands.watch.show import details
from bot.commands.watch.unmeant import refuse_unknown
from bot.commands.watch.wanted import Typed, complete, read, read_filters
from bot.commands.words import Asked, Word
from bot.conditions import begins_change, print_condition, read_change
from bot.conditions.printer import print_wait
from bot.query.tokens import KEY, skip_blanks

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome
    from bot.model import Condition, WatchDraft

_FILTER = re.compile(rf"-\S|not\s|{KEY.pattern}", re.IGNORECASE)
"""What begins with this is a filter; to look for words, the condition has to be written before them."""

_HINT: Final = (
    "To change it, write what shall be different behind that: `watch edit {0} {1}`, `watch edit {0} source:any`."
)


async def run(context: Context, asked: Asked) -> Outcome:
    """Change a watch; everybody in the channel may, and the record says who did."""
    watch, end = await one(context, asked)
    start = skip_blanks(asked.text, end)
    if start == len(asked.text):
        return await details(context, asked, watch, hint=_HINT.format(watch.number, _example(watch.condition)))
    typed = _typed(context, asked, watch.draft, start)
    wanted = complete(context, typed, watch.draft, command=f"watch edit {watch.number}")
    await refuse_unknown(context, asked, typed.filters_at)
    edited = await context.watches.book.edit(watch, wanted.draft, asked.by)
    return await kept(context, asked, edited, WatchDeed.CHANGED, defaults=wanted.defaults)


def _example(condition: Condition) -> str:
    """Return what can be written of a condition."""
    if condition.threshold is None:
        return print_condition(condition)
    return f"for {print_wait(condition.threshold * 2, working_days=condition.working_days)}"


def _typed(context: Context, asked: Asked, before: WatchDraft, start: int) -> Typed:
    """Read a whole condition, a part of one, or filters alone."""
    if begins_change(asked.text, start):
        condition, end, defaults = read_change(asked.text, start=start, before=before.condition, zone=before.zone)
        return replace(read_filters(context, asked, end), condition=condition, defaults=defaults)
    if _FILTER.match(asked.text, start):
        return read_filters(context, asked, start)
    return read(context, asked, start, zone=before.zone)


WORD = Word(
    name="edit",
    usage="edit 2 [condition] [filters] [hours:9-17] [broadcast:yes]",
    summary=(
        "change only what you write, such as `for 45d` alone; filters replace all filters, "
        "`source:any` means all projects"
    ),
    run=run,
)
