"""`alerts archive 12`, `alerts unarchive 12`: the only thing that Rollcall ever changes at a source.

Who wants it is recorded before the source is asked, and what came of it afterwards: whoever dies in between leaves a
record that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.alerts import overlays
from bot.alerts.desk import Target
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.targets import one_target
from bot.commands.words import Asked, Word, nothing_after
from bot.errors import CannotArchive, NotFound, SourceDown, SourceError, SourceGarbled, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.commands.spec import Context, Outcome
    from bot.model import Alert, Entry, Raised
    from bot.ports import AlertChange

log = structlog.get_logger(__name__)


def can_archive(context: Context, entry: Entry) -> bool:
    """Tell whether a project can be archived, or taken out of the archive, from here."""
    source = context.catalog.sources.get(entry.project.connection)
    archives = source is not None and source.sheet.archives
    return context.watches.allow_archive and archives and entry.gone_at is None


async def run(context: Context, asked: Asked) -> Outcome:
    """Put the project of an alert into the archive, at once; a button asks first."""
    return await _archive(context, asked, archived=True)


async def run_back(context: Context, asked: Asked) -> Outcome:
    """Take it out again."""
    return await _archive(context, asked, archived=False)


async def _archive(context: Context, asked: Asked, *, archived: bool) -> Outcome:
    target, end = await one_target(context, asked)
    nothing_after(asked, end, f"alerts {asked.word} {target.number}", "only the number of an alert")
    (raised,) = await context.watches.desk.numbered(asked.channel, [target.number])
    wish = _Wish(context=context, asked=asked, number=target.number, archived=archived)
    entry = await _wanted(wish, raised) if target.is_of(raised.alert) else None
    asks = overlays.archive_asked
    if entry is None or not await wish.record(asks, target):
        return await act(context, asked, [target], Deed(act=wish.said(asks), back=None))
    target = Target(number=target.number)  # What the source did is recorded, whoever changed the alert meanwhile.
    try:
        note = await _ask_source(wish, entry)
    except (CannotArchive, SourceError) as error:
        await wish.record(_failed(error), target)
        raise
    deed = Deed(act=wish.said(overlays.archiving), back="unarchive" if archived else "archive", note=note)
    return await act(context, asked, [target], deed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What somebody wants to be done."""

    context: Context
    asked: Asked
    number: int
    """`Alert.number`."""

    archived: bool
    """Or to be taken out of the archive."""

    def said(self, say: _Say) -> Callable[[Raised, datetime], AlertChange]:
        """Return what records it, as the desk wants it."""

        def record(raised: Raised, now: datetime) -> AlertChange:
            return say(raised.alert, archived=self.archived, by=self.asked.by, now=now)

        return record

    async def record(self, say: _Say, target: Target) -> bool:
        """Record it, unless the alert is not any more what the target says."""
        done = await self.context.watches.desk.act(self.asked.channel, [target], self.said(say))
        return bool(done.done)


class _Say(Protocol):
    """Writes one entry of an alert's record."""

    def __call__(self, alert: Alert, *, archived: bool, by: str | None, now: datetime) -> AlertChange:
        """Return the alert with the entry."""
        ...


def _failed(error: CannotArchive | SourceError) -> _Say:
    """Say that it was not done; what a source did that did not answer, or not well, nobody knows."""
    sure = not isinstance(error, SourceDown | SourceGarbled)
    why = error.detail if isinstance(error, SourceError) else error.for_user()
    return partial(overlays.archiving_failed, why=why, sure=sure)


async def _wanted(wish: _Wish, raised: Raised) -> Entry:
    """Return the project that is to be archived.

    Raises:
        CannotArchive: it cannot be done from here.
        UsageError: it is so already.
    """
    context = wish.context
    entry = await context.store.get(wish.asked.request.ask.scope, raised.alert.project)
    if entry is None:
        raise CannotArchive("I do not know this project any more. Look for it at its source.")
    if not context.watches.allow_archive:
        raise CannotArchive(
            "Archiving from here is switched off (ROLLCALL_ALLOW_ARCHIVE). Archive it at its source, "
            f"or leave it alone: `alerts keep {wish.number}`."
        )
    if entry.project.archived == wish.archived:
        raise UsageError("It is in the archive already." if wish.archived else "It is not in the archive.")
    return entry


async def _ask_source(wish: _Wish, entry: Entry) -> str:
    """Have the source do it, and say what it says now.

    Raises:
        CannotArchive: it cannot be done from here.
        SourceError: the source could not be asked.
    """
    try:
        after = await wish.context.catalog.archive(entry, archived=wish.archived)
    except NotFound:
        raise CannotArchive("Its source does not know this project any more.") from None
    log.info("alert.archived", number=wish.number, ref=entry.ref, archived=wish.archived, by=wish.asked.by)
    return f"I asked its source, which now says: {'archived' if after.project.archived else 'not archived'}."


WORDS = (
    Word(
        name="archive",
        usage="archive 12",
        summary="put its project into the archive of its source, if the settings allow that",
        run=run,
    ),
    Word(name="unarchive", usage="unarchive 12", summary="take it out of the archive", run=run_back),
)
