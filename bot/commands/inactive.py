"""`inactive [filters] [for:30d]`: what nobody seems to need, each with the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answers import ProjectList
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.model import State
from bot.query import Order, Pattern, Term, print_query

if TYPE_CHECKING:
    from bot.query import Query

SLEEPING = (State.INACTIVE, State.OFF, State.LAPSED)
"""Idle past the threshold, switched off, or no longer paid for."""


async def run(context: Context, request: Request) -> Outcome:
    """Answer with the sleeping projects, the longest idle first."""
    asked = request.query(context, "for")
    refresh, freshness = await refreshed(context, request, viewers=asked.asks_for_viewers)
    moment, ask = context.moment(freshness), request.ask
    threshold = asked.option("for")
    if isinstance(threshold, timedelta):
        moment = replace(moment, quiet_after=threshold)
    found = await context.store.search(ask.scope, _sleeping(asked), moment, size=ask.size, cursor=ask.cursor)
    answer = ProjectList(
        verb="inactive",
        cursor=ask.cursor,
        command=f"inactive {print_query(asked)}".strip(),
        query=asked,
        found=found,
        tally=await context.store.tally(ask.scope, asked, moment, since=moment.now),
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


def _sleeping(asked: Query) -> Query:
    """Add the verb's own condition; a `state:` that was typed narrows it further."""
    narrowed = asked.and_also(Term("state", tuple(Pattern((state.value,)) for state in SLEEPING)))
    return narrowed if narrowed.order else replace(narrowed, order=Order("updated", reverse=True))


COMMAND = Command(
    name="inactive",
    usage="inactive [filters] [for:30d]",
    summary="quiet projects with the evidence",
    details=(
        "Three kinds: nobody edited it for longer than `for:` says, it is switched off, or its "
        "subscription is not active. A source that does not date its projects cannot say how long; the answer names it."
    ),
    examples=("inactive", "inactive for:90d", "inactive source:microvisualizer -pinned:true"),
    run=run,
)
