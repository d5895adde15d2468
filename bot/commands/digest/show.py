"""`digest show 2`: one digest, its next runs, its last deliveries with their reasons, and who changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestDetails
from bot.commands.digest.asked import only_one_and_nothing_more
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.digests.due import coming_runs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Digest, DigestChange

NEXT_RUNS = 3


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with everything about one."""
    return await details(context, asked, await only_one_and_nothing_more(context, asked))


async def details(context: Context, asked: Asked, digest: Digest, *, hint: str = "") -> Outcome:
    """Answer with everything about a digest."""
    now = context.clock.now()
    history = await context.digests.book.history(digest)
    answer = DigestDetails(
        digest=digest,
        runs=coming_runs(digest, now, count=NEXT_RUNS),
        deliveries=history.deliveries,
        changes=history.changes,
        now=now,
        command=f"digest show {digest.number}",
        hint=hint,
        removable=context.digests.book.may_remove(digest, asked.by),
        people=await names_of(context, _people_in(digest, history.changes)),
    )
    return Outcome(answer=answer)


def _people_in(digest: Digest, changes: Iterable[DigestChange]) -> Iterable[str | None]:
    return (digest.owner, digest.pause.by if digest.pause else None, *(change.by for change in changes))


WORD = Word(
    name="show", usage="show 2", summary="one digest, its next runs, its last 20 deliveries and who changed it", run=run
)
