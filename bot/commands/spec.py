"""What a verb is, and what it may touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers import VerbHelp
from bot.catalog.moments import moment_of
from bot.errors import UsageError
from bot.query import parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import timedelta, tzinfo

    from bot.alerts.book import WatchBook
    from bot.alerts.desk import AlertDesk
    from bot.alerts.preview import Previewer
    from bot.answers import Answer
    from bot.catalog import Catalog, Refresh
    from bot.digests.book import DigestBook
    from bot.digests.writer import Writer
    from bot.model import Ask, Attachment, Freshness, Moment, SourceSheet
    from bot.ports import Clock, Person, Place, Store
    from bot.query import Known, Query


LONGEST_TEXT = 400
"""Characters of a command; longer ones would not fit into the buttons of their own answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What the verb `digest` works with."""

    book: DigestBook
    writer: Writer
    place: Callable[[str], Awaitable[Place]]
    """Asks about a channel by its id; what is not known is None."""

    person: Callable[[str], Awaitable[Person]]
    """Asks about a person by Slack id; what is not known is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watches:
    """What the verbs `watch` and `alerts` work with."""

    book: WatchBook
    desk: AlertDesk
    previewer: Previewer
    allow_archive: bool = False
    """Whether people may have projects archived at their source from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a verb may touch; the same for all of them."""

    catalog: Catalog
    clock: Clock
    known: Known
    sheets: Mapping[str, SourceSheet]
    """Source key to what the source can tell."""

    quiet_after: timedelta
    zone: tzinfo
    verbs: tuple[VerbHelp, ...]
    """What help says about each verb, in help's order."""

    digests: Digests
    watches: Watches

    @property
    def store(self) -> Store:
        """The rows."""
        return self.catalog.store

    def moment(self, freshness: tuple[Freshness, ...]) -> Moment:
        """Return now, with the rules of this installation and what is known of its sources."""
        return moment_of(
            freshness,
            now=self.clock.now(),
            quiet_after=self.quiet_after,
            zone=self.zone,
            regular=self.catalog.looks_regularly,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question, split into verb and rest."""

    ask: Ask
    text: str
    """The whole command, typography undone."""

    start: int
    """Where the part after the verb begins."""

    @property
    def rest(self) -> str:
        """The part after the verb."""
        return self.text[self.start :].strip()

    def query(self, context: Context, *options: str, ordered: bool = True) -> Query:
        """Read the part after the verb as filters.

        Args:
            context: knows the sources.
            options: filters that only some verbs take, among them this one.
            ordered: whether the answer is a list of projects, which can be sorted and limited.

        Raises:
            UsageError: it cannot be read.
        """
        return parse(self.text, known=context.known, options=frozenset(options), ordered=ordered, start=self.start)


def check_length(command: str) -> None:
    """Refuse what was typed, or what it becomes when it is written out, if its own buttons could not carry it.

    Raises:
        UsageError: it is too long.
    """
    if len(command) > LONGEST_TEXT:
        raise UsageError(f"That is longer than the {LONGEST_TEXT} characters I can read. Please shorten it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a verb gives back."""

    answer: Answer
    refresh: Refresh | None = None
    """The refresh that the answer rests on; if it is not finished, the answer is worth asking for again."""

    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb."""

    name: str
    usage: str
    summary: str
    """One line for the list of verbs."""

    run: Callable[[Context, Request], Awaitable[Outcome]]
    """Raises `BotError`; `dispatch` turns it into a sentence."""

    details: str = ""
    """What a reader of `help <verb>` wants to know besides."""

    examples: tuple[str, ...] = ()

    def help(self) -> VerbHelp:
        """Return what help says about it."""
        return VerbHelp(
            name=self.name, usage=self.usage, summary=self.summary, details=self.details, examples=self.examples
        )


Fresh = tuple["Refresh", tuple["Freshness", ...]]
"""A refresh, and how fresh every connection is after it."""


async def refreshed(context: Context, request: Request, *, viewers: bool = False) -> Fresh:
    """Bring up to date what is too old, as far as the asker's patience goes; say how fresh everything is now."""
    ask = request.ask
    refresh = await context.catalog.refresh(ask.scope, viewers=viewers, force=ask.force, patience=ask.patience)
    return refresh, await context.catalog.freshness(ask.scope, refresh)
