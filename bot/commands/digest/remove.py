"""`digest remove 2`: end it for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestDone
from bot.commands.digest.asked import LISTING, one, only_one_and_nothing_more
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.errors import Forbidden
from bot.views.digest_words import add_command, schedule_of
from bot.views.people import named

if TYPE_CHECKING:
    from bot.model import Digest


async def run(context: Context, asked: Asked) -> Outcome:
    """Remove it; its owner or an admin may. It must be named, even if it is the only one."""
    if not asked.rest:
        digest, _ = await one(context, asked)
        sentence = f"Which digest shall I remove? Write its number, like `digest remove {digest.number}`."
        raise asked.refusal(sentence, 0, len(asked.text), f"digest remove {digest.number}")
    digest = await only_one_and_nothing_more(context, asked)
    try:
        await context.digests.book.remove(digest, asked.by)
    except Forbidden as refusal:
        raise Forbidden(refusal.what, await _who_may(context, digest) or refusal.who) from None
    return Outcome(answer=_removed(digest))


async def _who_may(context: Context, digest: Digest) -> str:
    """Name the owner, as plain text that calls nobody; empty if nobody knows what they are called."""
    names = await names_of(context, (digest.owner,))
    return "".join(f"{named(user, names)}, who added it, or an admin" for user in names)


def _removed(digest: Digest) -> DigestDone:
    was = f"Removed digest {digest.number} ({schedule_of(digest)})."
    sentence = f"{was} To have it again: `{add_command(digest)}`."
    return DigestDone(digest=digest, sentence=sentence, offers=(("Digests", LISTING),), command=LISTING)


WORD = Word(name="remove", usage="remove 2", summary="end it for good; its owner or an admin may", run=run)
