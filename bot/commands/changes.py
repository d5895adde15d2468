"""`changes [filters] [since:7d]`: what happened, newest first."""

from __future__ import annotations

from datetime import timedelta

from bot.answers import ChangeList
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.errors import UsageError
from bot.query import print_query
from bot.query import since as since_when

DEFAULT_SINCE = timedelta(days=7)


async def run(context: Context, request: Request) -> Outcome:
    """Answer with one page of events of the projects that match."""
    query = request.query(context, "since", ordered=False)
    refresh, freshness = await refreshed(context, request, viewers=query.asks_for_viewers)
    moment, ask = context.moment(freshness), request.ask
    since = since_when(query.option("since") or DEFAULT_SINCE, moment)
    if since > moment.now:
        raise UsageError("`since:` lies in the future; nothing has happened there yet.", correction="changes since:7d")
    found = await context.store.events(ask.scope, query, moment, since=since, size=ask.size, cursor=ask.cursor)
    answer = ChangeList(
        command=f"changes {print_query(query)}".strip(),
        query=query,
        cursor=ask.cursor,
        found=found,
        since=since,
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


COMMAND = Command(
    name="changes",
    usage="changes [filters] [since:7d]",
    summary="what happened: new, gone, renamed, archived, switched on or off, edited; newest first",
    details="The first look at a source is the baseline: what was there already is no news.",
    examples=("changes", "changes since:2w source:microvisualizer", "changes since:2026-01-01 name:checkout*"),
    run=run,
)
