"""`export [filters]`: all matches as CSV."""

from __future__ import annotations

from bot.answers import Exported
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.model import Attachment
from bot.query import print_query
from bot.views.sheet import csv_of


async def run(context: Context, request: Request) -> Outcome:
    """Answer with a file."""
    query = request.query(context)
    refresh, freshness = await refreshed(context, request, viewers=query.asks_for_viewers)
    moment, scope = context.moment(freshness), request.ask.scope
    entries = [entry async for entry in context.store.each(scope, query, moment)]
    first = await context.store.search(scope, query, moment, size=1)
    answer = Exported(
        command=f"export {print_query(query)}".strip(),
        query=query,
        rows=len(entries),
        hidden_archived=first.hidden_archived,
        freshness=freshness,
        moment=moment,
    )
    attachment = Attachment(
        name=f"projects-{moment.now:%Y-%m-%d-%H%M}.csv",
        title=f"{len(entries)} projects, {moment.now:%Y-%m-%d %H:%M} UTC",
        content=csv_of(entries, moment).encode(),
    )
    return Outcome(answer=answer, refresh=refresh, attachment=attachment)


COMMAND = Command(
    name="export",
    usage="export [filters]",
    summary="CSV of all matches",
    details=(
        "In Slack the file comes as a direct message to you; in the terminal it goes to standard output. Cells that a "
        "spreadsheet could take for a formula begin with an apostrophe."
    ),
    examples=("export", "export source:microvisualizer updated:>90d"),
    run=run,
)
