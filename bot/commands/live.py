"""`live [filters]`: who has viewers or a queue right now."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import ProjectList
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.query import Flag, Order, Term, print_query


async def run(context: Context, request: Request) -> Outcome:
    """Count the viewers, then list the projects that have some, the fullest first."""
    asked = request.query(context)
    query = asked.and_also(Term("live", (Flag(value=True),)))
    if query.order is None:
        query = replace(query, order=Order("viewers"))
    refresh, freshness = await refreshed(context, request, viewers=True)
    moment, ask = context.moment(freshness), request.ask
    found = await context.store.search(ask.scope, query, moment, size=ask.size, cursor=ask.cursor)
    tally = await context.store.tally(ask.scope, asked, moment, since=moment.now)
    answer = ProjectList(
        verb="live",
        cursor=ask.cursor,
        command=f"live {print_query(asked)}".strip(),
        query=asked,
        found=replace(found, left_out=tally.left_out),  # that other sources count no viewers is no news here
        tally=tally,
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


COMMAND = Command(
    name="live",
    usage="live [filters]",
    summary="who has viewers or a queue right now",
    details="Viewers are counted one project after the other, as the source wants it; the answer follows the count.",
    examples=("live", "live queue:>0", "live name:show*"),
    run=run,
)
