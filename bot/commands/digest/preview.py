"""`digest preview 2`: what it would say now, for the asker alone."""

from __future__ import annotations

from bot.answers import Purpose
from bot.commands.digest.asked import only_one_and_nothing_more
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with the message; nothing is posted or remembered."""
    digest = await only_one_and_nothing_more(context, asked)
    written = await context.digests.writer.write(
        digest, purpose=Purpose.PREVIEW, delivery=None, patience=asked.request.ask.patience
    )
    return Outcome(answer=written.report)


WORD = Word(name="preview", usage="preview 2", summary="what it would say now, for you alone", run=run)
