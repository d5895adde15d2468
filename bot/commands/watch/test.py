"""`watch test 2`, `watch test inactive for 30d`: what a watch would do; nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answers import WatchTested
from bot.commands.spec import Context, Outcome
from bot.commands.watch.add import read_draft
from bot.commands.watch.chosen import begins_number, only_one_and_nothing_more
from bot.commands.watch.kept import tried
from bot.commands.watch.unmeant import unknown_words
from bot.commands.words import Asked, Word
from bot.query import parse
from bot.views.watch_words import settings_of

if TYPE_CHECKING:
    from bot.model import Watch


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with what it would do now, and would have done."""
    watch: Watch | None = None
    if begins_number(asked) or not asked.rest:
        watch = await only_one_and_nothing_more(context, asked)
    draft = watch.draft if watch else (await read_draft(context, asked)).draft
    number = watch.number if watch else None
    preview, refresh = await tried(context, asked, draft, watch)
    query = parse(draft.query, known=context.known, ordered=False)
    preview = replace(preview, unknown_words=await unknown_words(context, asked, query))
    command = f"watch test {settings_of(draft) if number is None else number}"
    return Outcome(answer=WatchTested(command=command, preview=preview, number=number), refresh=refresh)


WORD = Word(
    name="test",
    usage="test 2",
    summary="who fires now and what the last 30 days would have sent; also `test <condition> [filters]`, not stored",
    run=run,
)
