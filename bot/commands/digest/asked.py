"""Which digest is meant."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.commands.words import nothing_after
from bot.errors import NoSuchDigest, UsageError, some_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Digest

LISTING = "digest list"

_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,6})(?!\S)")


async def one(context: Context, asked: Asked) -> tuple[Digest, int]:
    """Find the digest that is meant; return it, and where the part after its number begins.

    A number that is left out means the only digest of the channel.

    Raises:
        NoSuchDigest: the channel has none at all.
        UsageError: there is none with this number, or several and no number.
    """
    book, start = context.digests.book, asked.start
    number = _NUMBER.match(asked.text, start)
    if number is None:
        return await _only_one(context, asked), start
    try:
        return await book.numbered(asked.channel, int(number["number"])), number.end()
    except NoSuchDigest as unknown:
        if not unknown.known:
            raise
        rest = asked.text[number.end() :].strip()
        correction = f"digest {asked.word} {unknown.known[0]} {rest}".strip() if len(unknown.known) == 1 else LISTING
        raise asked.refusal(unknown.for_user(), number.start(), number.end(), correction) from None


async def _only_one(context: Context, asked: Asked) -> Digest:
    digests = await context.digests.book.listed(asked.channel)
    if not digests:
        raise NoSuchDigest(0, ())
    if len(digests) > 1:
        numbers = some_numbers([digest.number for digest in digests])
        sentence = f"Which digest? This channel has {numbers}; write the number after `digest {asked.word}`."
        raise asked.refusal(sentence, 0, len(asked.text), LISTING)
    return digests[0]


async def only_one_and_nothing_more(context: Context, asked: Asked) -> Digest:
    """Find the digest that is meant, where nothing else can be said about it.

    Raises:
        NoSuchDigest: as `one`.
        UsageError: as `one`, or there is more.
    """
    digest, end = await one(context, asked)
    nothing_after(asked, end, f"digest {asked.word} {digest.number}", "only the number of a digest")
    return digest


@contextmanager
def refusals_lead_to_the_list() -> Iterator[None]:
    """Let what the book refuses offer the list: which digest is in the way can be seen there."""
    try:
        yield
    except UsageError as refusal:
        raise UsageError(refusal.sentence, correction=LISTING) from None
