"""`digest edit 2 "daily 8:00" source:streampixel`: change what is given, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.digest.asked import one, refusals_lead_to_the_list
from bot.commands.digest.kept import Deed, kept
from bot.commands.digest.show import details
from bot.commands.digest.wanted import FROM_BEFORE, FROM_PHRASE, check_room, read_filters
from bot.commands.words import Asked, Word
from bot.query import parse
from bot.query.tokens import KEY, skip_blanks
from bot.schedules import (
    begins_schedule,
    print_schedule,
    read_schedule,
    resembles_schedule,
    written_zone,
    zone_alone,
)
from bot.views.digest_words import edit_command, edit_hint, schedule_of

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome
    from bot.model import Digest, EmptyPolicy, Schedule

_FILTER = re.compile(rf"-\S|not\s|{KEY.pattern}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """What is given; None stays as it is."""

    schedule: Schedule | None = None
    zone_from: str = ""
    query: str | None = None
    empty: EmptyPolicy | None = None


async def run(context: Context, asked: Asked) -> Outcome:
    """Change a digest; everybody in the channel may, and the record says who did."""
    digest, end = await one(context, asked)
    start = skip_blanks(asked.text, end)
    if start == len(asked.text):
        return await details(context, asked, digest, hint=edit_hint(digest))
    changes = _read(context, asked, digest, start)
    check_room(edit_command(_changed(digest, changes)))
    with refusals_lead_to_the_list():
        edited = await context.digests.book.edit(
            digest, asked.by, query=changes.query, schedule=changes.schedule, empty=changes.empty
        )
    query = parse(edited.query, known=context.known, ordered=False)
    what = f"Changed digest {edited.number}"
    return await kept(context, asked, Deed(what=what, digest=edited, query=query, zone_from=changes.zone_from))


def _read(context: Context, asked: Asked, digest: Digest, start: int) -> _Changes:
    """Read a schedule if there is one first, and filters; of filters, all are given or none."""
    schedule, zone_from = None, ""
    if _is_schedule(asked, digest, start):
        schedule, end = read_schedule(asked.text, start=start, zone=digest.schedule.zone)
        zone_from, start = FROM_PHRASE if written_zone(asked.text, start) else FROM_BEFORE, end
    filters, empty, query = read_filters(context, asked, start)
    return _Changes(
        schedule=schedule, zone_from=zone_from, query=filters if query.words or query.terms else None, empty=empty
    )


def _is_schedule(asked: Asked, digest: Digest, start: int) -> bool:
    """Tell whether a schedule comes first. Words that could be looked for need one before them.

    Raises:
        UsageError: neither a schedule nor a filter comes first.
    """
    _refuse_zone_alone(asked, digest, start)
    if asked.text.startswith('"', start) or begins_schedule(asked.text, start):
        return True
    if _FILTER.match(asked.text, start):
        return False
    if resembles_schedule(asked.text, start):
        return True
    sentence = "I see neither a schedule here nor a filter. To look for words, write the schedule before them."
    words = asked.text[start:]
    correction = f'digest edit {digest.number} "{schedule_of(digest)}" {words}'
    raise asked.refusal(sentence, start, len(asked.text), correction)


def _refuse_zone_alone(asked: Asked, digest: Digest, start: int) -> None:
    """Refuse a zone without a schedule, with the schedule that the digest has: a time without its zone is half a time.

    Raises:
        UsageError: a zone comes first, and no schedule.
    """
    found = zone_alone(asked.text, start)
    if found is None:
        return
    zone, end = found
    moved = print_schedule(replace(digest.schedule, zone=zone))
    correction = f'digest edit {digest.number} "{moved}" {asked.text[end:].strip()}'.strip()
    sentence = f"To change the time zone, write the schedule with it: `{correction}`."
    raise asked.refusal(sentence, start, end, correction)


def _changed(digest: Digest, changes: _Changes) -> Digest:
    return replace(
        digest,
        schedule=changes.schedule or digest.schedule,
        query=digest.query if changes.query is None else changes.query,
        empty=changes.empty or digest.empty,
    )


WORD = Word(
    name="edit",
    usage='edit 2 ["schedule"] [filters] [empty:skip|line|full]',
    summary="change only what you write; filters replace all filters, `source:any` means all projects",
    run=run,
)
