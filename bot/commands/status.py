"""`status [filters]`: what a lead wants to know in five seconds."""

from __future__ import annotations

from datetime import timedelta

from bot.answers import Summary
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.query import print_query

CHANGES_SINCE = timedelta(days=7)


async def run(context: Context, request: Request) -> Outcome:
    """Answer with counts."""
    query = request.query(context, ordered=False)
    refresh, freshness = await refreshed(context, request, viewers=True)
    moment = context.moment(freshness)
    since = moment.now - CHANGES_SINCE
    answer = Summary(
        command=f"status {print_query(query)}".strip(),
        query=query,
        tally=await context.store.tally(request.ask.scope, query, moment, since=since),
        since=since,
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


COMMAND = Command(
    name="status",
    usage="status [filters]",
    summary="totals per source and state, what is wrong, what changed in 7 days, viewers now",
    details="Everything counts, archived projects included; each number names its source.",
    examples=("status", "status source:streampixel"),
    run=run,
)
