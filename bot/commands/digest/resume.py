"""`digest resume 2`: wake it."""

from __future__ import annotations

from bot.answers import DigestDone
from bot.commands.digest.asked import only_one_and_nothing_more
from bot.commands.digest.show import NEXT_RUNS
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.digests.due import coming_runs


async def run(context: Context, asked: Asked) -> Outcome:
    """Resume it; everybody in the channel may."""
    before = await only_one_and_nothing_more(context, asked)
    digest = await context.digests.book.resume(before, asked.by)
    number = digest.number
    rested = f"Digest {number} runs again. What it missed while it was paused is not posted."
    answer = DigestDone(
        digest=digest,
        sentence=rested if before.pause else f"Digest {number} was not paused; it runs as before.",
        runs=coming_runs(digest, context.clock.now(), count=NEXT_RUNS),
        offers=(("Preview", f"digest preview {number}"), ("Show", f"digest show {number}")),
        command=f"digest show {number}",
    )
    return Outcome(answer=answer)


WORD = Word(name="resume", usage="resume 2", summary="go on with a paused one", run=run)
