"""`watch remove 2`: end it for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.commands.digest.people import names_of
from bot.commands.watch.chosen import one, only_one_and_nothing_more
from bot.commands.watch.kept import kept
from bot.commands.words import Asked, Word
from bot.errors import Forbidden
from bot.views.people import named

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome
    from bot.model import Watch


async def run(context: Context, asked: Asked) -> Outcome:
    """Remove it; its owner or an admin may. It must be named, even if it is the only one."""
    if not asked.rest:
        watch, _ = await one(context, asked)
        sentence = f"Which watch shall I remove? Write its number, like `watch remove {watch.number}`."
        raise asked.refusal(sentence, 0, len(asked.text), f"watch remove {watch.number}")
    watch = await only_one_and_nothing_more(context, asked)
    ended = len(await context.watches.desk.open_of(watch))
    try:
        await context.watches.book.remove(watch, asked.by)
    except Forbidden as refusal:
        raise Forbidden(refusal.what, await _who_may(context, watch) or refusal.who) from None
    return await kept(context, asked, watch, WatchDeed.REMOVED, ended=ended)


async def _who_may(context: Context, watch: Watch) -> str:
    """Name the owner, as plain text that calls nobody; empty if nobody knows what they are called."""
    names = await names_of(context, (watch.draft.owner,))
    return "".join(f"{named(user, names)}, who added it, or an admin" for user in names)


WORD = Word(name="remove", usage="remove 2", summary="end it for good; its owner or an admin may", run=run)
