"""What a digest shall be: schedule, filters, and what to do when nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.spec import LONGEST_TEXT
from bot.errors import UsageError
from bot.model import EmptyPolicy
from bot.query import Anything, Query, Term, parse, print_query
from bot.schedules import Rhythm, read_schedule, rhythm, written_zone

if TYPE_CHECKING:
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Schedule

FROM_PHRASE = "as you wrote it"
FROM_BEFORE = "as before"
FROM_SLACK = "your time zone at Slack"
FROM_SETTINGS = "from ROLLCALL_TIMEZONE"

EVERYTHING = Query(terms=(Term("source", (Anything(),)),))
"""``source:any`` alone: how all projects are asked for where no filter means no change."""


async def read_when(context: Context, asked: Asked, start: int) -> tuple[Schedule, str, int]:
    """Read a schedule; return it, where its zone is from, and where the rest begins.

    Raises:
        UsageError: it cannot be read.
    """
    lives_in = (await context.digests.person(asked.by)).zone if asked.by else None
    zone, source = (lives_in, FROM_SLACK) if lives_in else (str(context.zone), FROM_SETTINGS)
    schedule, end = read_schedule(asked.text, start=start, zone=zone)
    return schedule, FROM_PHRASE if written_zone(asked.text, start) else source, end


def read_filters(context: Context, asked: Asked, start: int) -> tuple[str, EmptyPolicy | None, Query]:
    """Read filters and ``empty:``; return the filters in canonical form, the policy if given, and the whole query.

    Raises:
        UsageError: they cannot be read.
    """
    query = parse(asked.text, known=context.known, options=frozenset({"empty"}), ordered=False, start=start)
    policy = query.mode("empty")
    filters = replace(query, modes=())
    written = "" if filters == EVERYTHING else print_query(filters)
    return written, EmptyPolicy(policy) if policy else None, filters


def usual_policy(schedule: Schedule) -> EmptyPolicy:
    """Return what is done when nothing changed and nobody said what: a week's silence would look like a fault."""
    return EmptyPolicy.LINE if rhythm(schedule) is Rhythm.WEEKLY else EmptyPolicy.SKIP


def check_room(command: str) -> None:
    """Refuse a digest that could not be edited by a command of its own.

    Raises:
        UsageError: it is too long when it is written out.
    """
    if len(command) > LONGEST_TEXT:
        raise UsageError(
            f"Written out, this would be {len(command)} characters, and I can read {LONGEST_TEXT}. "
            "Please shorten the filters."
        )
