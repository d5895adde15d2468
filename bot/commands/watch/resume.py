"""`watch resume 2`: wake it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.commands.watch.chosen import only_one_and_nothing_more
from bot.commands.watch.kept import kept
from bot.commands.words import Asked, Word

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome


async def run(context: Context, asked: Asked) -> Outcome:
    """Resume it; everybody in the channel may. What holds by then goes out as one card."""
    watch = await only_one_and_nothing_more(context, asked)
    resumed = await context.watches.book.resume(watch, asked.by)
    notes = () if watch.pause else ("It was not paused; it goes on as before.",)
    return await kept(context, asked, resumed, WatchDeed.RESUMED, defaults=notes)


WORD = Word(name="resume", usage="resume 2", summary="go on with a paused one", run=run)
