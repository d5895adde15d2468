"""`digest show 2`: one digest, its next runs, its last deliveries with their reasons, and who changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestDetails
from bot.commands.digest.asked import Asked, Word, only_one_and_nothing_more
from bot.commands.spec import Context, Outcome
from bot.schedules import runs

if TYPE_CHECKING:
    from bot.model import Digest

NEXT_RUNS = 3


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with everything about one."""
    return await details(context, await only_one_and_nothing_more(context, asked))


async def details(context: Context, digest: Digest, *, hint: str = "") -> Outcome:
    """Answer with everything about a digest."""
    now = context.clock.now()
    history = await context.digests.book.history(digest)
    answer = DigestDetails(
        digest=digest,
        runs=() if digest.pause else runs(digest.schedule, after=now, count=NEXT_RUNS),
        deliveries=history.deliveries,
        changes=history.changes,
        now=now,
        command=f"digest show {digest.number}",
        hint=hint,
    )
    return Outcome(answer=answer)


WORD = Word(
    name="show", usage="show 2", summary="one digest, its next runs, its last 20 deliveries and who changed it", run=run
)
