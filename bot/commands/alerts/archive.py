"""`alerts archive 12`, `alerts unarchive 12`: the only thing that Rollcall ever changes at a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.alerts import overlays
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.targets import one_target
from bot.commands.words import Asked, Word, nothing_after
from bot.errors import CannotArchive, NotFound, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Context, Outcome
    from bot.model import Entry, Raised
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
    fresh = target.is_of(raised.alert)
    note = await _ask_source(context, asked, raised, archived=archived) if fresh else ""

    def record(raised: Raised, now: datetime) -> AlertChange:
        return overlays.archiving(raised.alert, archived=archived, by=asked.by, now=now)

    # What the source did is recorded, whoever changed the alert meanwhile.
    seen = [type(target)(number=target.number)] if fresh else [target]
    return await act(context, asked, seen, Deed(act=record, back="unarchive" if archived else "archive", note=note))


async def _ask_source(context: Context, asked: Asked, raised: Raised, *, archived: bool) -> str:
    """Have the source do it, and say what it says now.

    Raises:
        CannotArchive: it cannot be done from here.
        UsageError: it is so already.
        SourceError: the source could not be asked.
    """
    number = raised.alert.number
    entry = await context.store.get(asked.request.ask.scope, raised.alert.project)
    if entry is None:
        raise CannotArchive("I do not know this project any more. Look for it at its source.")
    if not context.watches.allow_archive:
        raise CannotArchive(
            "Archiving from here is switched off (ROLLCALL_ALLOW_ARCHIVE). Archive it at its source, "
            f"or leave it alone: `alerts keep {number}`."
        )
    if entry.project.archived == archived:
        raise UsageError("It is in the archive already." if archived else "It is not in the archive.")
    try:
        after = await context.catalog.archive(entry, archived=archived)
    except NotFound:
        raise CannotArchive("Its source does not know this project any more.") from None
    log.info("alert.archived", alert=raised.alert.ref, ref=entry.ref, archived=archived, by=asked.by)
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
