"""`digest run 2`: post it now, for everybody; the schedule stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestDone
from bot.commands.digest.asked import only_one_and_nothing_more
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.model import FINISHED, DeliveryKind

if TYPE_CHECKING:
    from bot.model import Digest


async def run(context: Context, asked: Asked) -> Outcome:
    """Plan one message; a second press within the same minute, or while the first is under way, plans none."""
    digest = await only_one_and_nothing_more(context, asked)
    if await _under_way(context, digest):
        return _done(digest, f"Digest {digest.number} is already on its way; I did not plan it again.")
    key = f"run-{context.clock.now():%Y-%m-%dT%H:%MZ}"
    planned = await context.digests.book.run(digest, asked.by, key)
    if planned is None:
        return _done(digest, f"Digest {digest.number} was run a moment ago; I did not plan it again.")
    where = "here" if asked.by else "in its channel, if the bot is running,"
    sentence = f"Digest {digest.number} will be posted {where} within a minute, marked as run by hand."
    return _done(digest, f"{sentence} Its schedule stays as it is.")


async def _under_way(context: Context, digest: Digest) -> bool:
    history = await context.digests.book.history(digest)
    return any(
        delivery.kind is DeliveryKind.MANUAL and delivery.state not in FINISHED for delivery in history.deliveries
    )


def _done(digest: Digest, sentence: str) -> Outcome:
    show = f"digest show {digest.number}"
    return Outcome(answer=DigestDone(digest=digest, sentence=sentence, offers=(("Show", show),), command=show))


WORD = Word(name="run", usage="run 2", summary="post it now, besides its schedule", run=run)
