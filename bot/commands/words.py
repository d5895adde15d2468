"""Verbs with words of their own, such as `watch pause 2`: which word it is, and what follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import UsageError
from bot.grammar import nearest
from bot.query.tokens import skip_blanks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.commands.spec import Context, Outcome, Request

_TOKEN = re.compile(r"\S+")
_NUMBER = re.compile(r"#?[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to a verb with words."""

    request: Request
    verb: str
    word: str
    """What to do: ``pause``."""

    channel: str
    """Id of the channel whose things are meant."""

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
    """One thing that can be done with a verb."""

    name: str
    usage: str
    """What is typed, without the verb."""

    summary: str
    """One line for the verb's help."""

    run: Callable[[Context, Asked], Awaitable[Outcome]]
    """Raises `BotError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one verb."""

    verb: str
    words: tuple[Word, ...]
    """In help's order; without any word, the first is meant."""

    meant: Mapping[str, str] = field(default_factory=dict)
    """What people call things elsewhere; each is offered as a correction."""

    of_number: str = "show"
    """What a number alone asks for."""

    @property
    def listing(self) -> str:
        """The command that shows what there is."""
        return f"{self.verb} {self.words[0].name}"

    def find(self, request: Request) -> tuple[Word, int]:
        """Return what to do, and where the part after it begins.

        Raises:
            UsageError: there is no such word.
        """
        first = _TOKEN.search(request.text, request.start)
        if first is None:
            return self.words[0], len(request.text)
        word = next((word for word in self.words if word.name == first[0].lower()), None)
        if word is None:
            raise self._unknown(request, first)
        return word, skip_blanks(request.text, first.end())

    async def run(self, context: Context, request: Request) -> Outcome:
        """Answer one question about what belongs to a channel.

        Raises:
            UsageError: there is no channel, or no such word.
        """
        channel = request.ask.scope.channel
        if not channel:
            things = "Watches" if self.verb == "watch" else f"{self.verb.capitalize()}"
            sentence = f"{things} belong to a channel. Name it by its id: `rollcall ask --channel C012345 …`."
            raise UsageError(sentence, text=request.text, length=len(request.text))
        word, start = self.find(request)
        asked = Asked(request=request, verb=self.verb, word=word.name, channel=channel, start=start)
        return await word.run(context, asked)

    def _unknown(self, request: Request, first: re.Match[str]) -> UsageError:
        """Guess what was meant: another word, or a number that is to be shown."""
        typed, rest = first[0], request.text[first.end() :].strip()
        names = [word.name for word in self.words]
        meant = self.meant.get(typed.lower()) or nearest(typed, names)
        if _NUMBER.fullmatch(typed) and not rest:
            sentence = f"What about {typed}? To see it, write `{self.of_number}`."
            correction = f"{self.verb} {self.of_number} {typed}"
        elif meant:
            sentence = f"`{self.verb}` knows no “{typed}”. Did you mean `{meant}`?"
            correction = f"{self.verb} {meant} {rest}".strip()
        else:
            listed = ", ".join(f"`{name}`" for name in names)
            sentence, correction = f"`{self.verb}` knows no “{typed}”. Choose from {listed}.", self.listing
        return UsageError(sentence, text=request.text, position=first.start(), length=len(typed), correction=correction)

    def details(self, *more: str) -> str:
        """Return what help says about all words."""
        return "\n".join((*(f"`{self.verb} {word.usage}`  {word.summary}" for word in self.words), *more))


def nothing_after(asked: Asked, end: int, correction: str, takes: str) -> None:
    """Refuse what stands after `end`.

    Raises:
        UsageError: there is something.
    """
    more = _TOKEN.search(asked.text, end)
    if more is not None:
        sentence = f"`{asked.verb} {asked.word}` takes {takes}; this is too much."
        raise asked.refusal(sentence, more.start(), len(asked.text), correction)
