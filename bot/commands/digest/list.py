"""`digest list`: the digests of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestList
from bot.commands.digest.asked import LISTING
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word, nothing_after

if TYPE_CHECKING:
    from bot.model import Digest


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with all of them."""
    nothing_after(asked, asked.start, LISTING, "nothing after it")
    digests: tuple[Digest, ...] = await context.digests.book.listed(asked.channel)
    people = await names_of(context, (digest.owner for digest in digests))
    return Outcome(answer=DigestList(digests=digests, now=context.clock.now(), people=people))


WORD = Word(
    name="list", usage="list", summary="the digests of this channel, when each is due, and how it went", run=run
)
