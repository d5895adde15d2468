"""`watch pause 2`: let it rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.commands.watch.chosen import only_one_and_nothing_more
from bot.commands.watch.kept import kept
from bot.commands.words import Asked, Word

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome


async def run(context: Context, asked: Asked) -> Outcome:
    """Pause it; everybody in the channel may. Its open alerts stay as they are."""
    watch = await only_one_and_nothing_more(context, asked)
    open_ones = len(await context.watches.desk.open_of(watch)) if watch.pause is None else 0
    paused = await context.watches.book.pause(watch, asked.by)
    return await kept(context, asked, paused, WatchDeed.PAUSED, ended=open_ones)


WORD = Word(
    name="pause",
    usage="pause 2",
    summary="tell nothing until somebody resumes it; open alerts stay as they are",
    run=run,
)
