"""`watch add inactive for 30d source:microvisualizer`: a new watch for this channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.commands.watch.kept import kept
from bot.commands.watch.unmeant import refuse_unknown
from bot.commands.watch.wanted import complete, read
from bot.commands.words import Asked, Word
from bot.model import WatchDraft, usual_hours

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome
    from bot.commands.watch.wanted import Wanted

EXAMPLE = "watch add inactive for 30d"


async def run(context: Context, asked: Asked) -> Outcome:
    """Keep a watch, and say exactly what was kept and what it will do."""
    wanted = await read_draft(context, asked)
    await refuse_unknown(context, asked, wanted.filters_at)
    watch = await context.watches.book.add(wanted.draft)
    return await kept(context, asked, watch, WatchDeed.ADDED, defaults=wanted.defaults)


async def read_draft(context: Context, asked: Asked) -> Wanted:
    """Read a whole watch.

    Raises:
        UsageError: there is none, or it cannot be read, or could never fire.
    """
    if not asked.rest:
        sentence = f"What shall I watch for? Begin with a condition, like `{EXAMPLE}`."
        raise asked.refusal(sentence, 0, len(asked.text), EXAMPLE.replace("add", asked.word))
    lives_in = (await context.digests.person(asked.by)).zone if asked.by else None
    zone = lives_in or str(context.zone)
    typed = read(context, asked, asked.start, zone=zone)
    assert typed.condition is not None  # noqa: S101 - `read` raises without one
    blank = WatchDraft(
        workspace=asked.request.ask.scope.workspace,
        channel=asked.channel,
        owner=asked.by,
        condition=typed.condition,
        query="",
        zone=zone,
        hours=usual_hours(typed.condition.kind),
    )
    return complete(context, typed, blank, command=f"watch {asked.word}")


WORD = Word(
    name="add",
    usage="add <condition> [filters] [hours:9-17] [broadcast:yes]",
    summary="a new watch for this channel; it answers with what it would have done",
    run=run,
)
