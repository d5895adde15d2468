"""What is asked about digests: the word after the verb, the channel, and which digest is meant."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import NoSuchDigest, UsageError, some_numbers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from bot.commands.spec import Context, Outcome, Request
    from bot.model import Digest

LISTING = "digest list"

_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,6})(?!\S)")
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question about digests."""

    request: Request
    word: str
    """What to do: ``pause``."""

    channel: str
    """Id of the channel whose digests are meant."""

    start: int
    """Where the part after the word begins."""

    @property
    def text(self) -> str:
        """The whole command."""
        return self.request.text

    @property
    def rest(self) -> str:
        """The part after the word."""
        return self.text[self.start :].strip()

    @property
    def by(self) -> str | None:
        """Slack id of the person; None in the terminal."""
        return self.request.ask.user

    def refusal(self, sentence: str, start: int, end: int, correction: str | None) -> UsageError:
        """Return the refusal of a part of the command."""
        return UsageError(sentence, text=self.text, position=start, length=end - start, correction=correction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing that can be done with digests."""

    name: str
    usage: str
    """What is typed, without the verb."""

    summary: str
    """One line for `help digest`."""

    run: Callable[[Context, Asked], Awaitable[Outcome]]
    """Raises `BotError`."""


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


def nothing_after(asked: Asked, end: int, correction: str, takes: str) -> None:
    """Refuse what stands after `end`.

    Raises:
        UsageError: there is something.
    """
    more = _TOKEN.search(asked.text, end)
    if more is not None:
        sentence = f"`digest {asked.word}` takes {takes}; this is too much."
        raise asked.refusal(sentence, more.start(), len(asked.text), correction)


@contextmanager
def refusals_lead_to_the_list() -> Iterator[None]:
    """Let what the book refuses offer the list: which digest is in the way can be seen there."""
    try:
        yield
    except UsageError as refusal:
        raise UsageError(refusal.sentence, correction=LISTING) from None
