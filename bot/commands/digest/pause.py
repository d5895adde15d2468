"""`digest pause 2`: let it rest."""

from __future__ import annotations

from bot.answers import DigestDone
from bot.commands.digest.asked import only_one_and_nothing_more
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.model import PauseKind


async def run(context: Context, asked: Asked) -> Outcome:
    """Pause it; everybody in the channel may."""
    before = await only_one_and_nothing_more(context, asked)
    digest = await context.digests.book.pause(before, asked.by)
    number, already = digest.number, before.pause is not None and before.pause.kind is PauseKind.PERSON
    is_paused = f"Digest {number} was paused already" if already else f"Digest {number} is paused"
    answer = DigestDone(
        digest=digest,
        sentence=f"{is_paused}. Nothing is posted until somebody resumes it: `digest resume {number}`.",
        offers=(("Resume", f"digest resume {number}"), ("Show", f"digest show {number}")),
        command=f"digest show {number}",
    )
    return Outcome(answer=answer)


WORD = Word(name="pause", usage="pause 2", summary="post nothing until somebody resumes it", run=run)
