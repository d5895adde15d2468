"""`digest pause 2`: let it rest."""

from __future__ import annotations

from bot.answers import DigestDone
from bot.commands.digest.asked import Asked, Word, only_one_and_nothing_more
from bot.commands.spec import Context, Outcome


async def run(context: Context, asked: Asked) -> Outcome:
    """Pause it; everybody in the channel may."""
    digest = await context.digests.book.pause(await only_one_and_nothing_more(context, asked), asked.by)
    number = digest.number
    answer = DigestDone(
        digest=digest,
        sentence=f"Digest {number} is paused. Nothing is posted until somebody resumes it: `digest resume {number}`.",
        offers=(("Resume", f"digest resume {number}"), ("Show", f"digest show {number}")),
        command=f"digest show {number}",
    )
    return Outcome(answer=answer)


WORD = Word(name="pause", usage="pause 2", summary="post nothing until somebody resumes it", run=run)
