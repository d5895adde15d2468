"""`list [filters]`: all projects that match, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import ProjectList
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.query import print_query

if TYPE_CHECKING:
    from bot.query import Query


async def run(context: Context, request: Request) -> Outcome:
    """Answer with one page."""
    return await page(context, request, "list", request.query(context))


async def page(context: Context, request: Request, verb: str, query: Query) -> Outcome:
    """Answer with one page of the projects that match a query."""
    refresh, freshness = await refreshed(context, request, viewers=query.asks_for_viewers)
    moment, ask = context.moment(freshness), request.ask
    found = await context.store.search(ask.scope, query, moment, size=ask.size, cursor=ask.cursor)
    answer = ProjectList(
        verb=verb,
        cursor=ask.cursor,
        command=f"{verb} {print_query(query)}".strip(),
        query=query,
        found=found,
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


COMMAND = Command(
    name="list",
    usage="list [filters]",
    summary="all projects that match",
    details="Archived projects are hidden unless you ask for them. `help filters` lists the filters.",
    examples=("list", "list source:streampixel status:off", "list updated:>30d sort:-updated", "list archived:any"),
    run=run,
)
