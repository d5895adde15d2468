"""`help [verb]`: usage with examples that work."""

from __future__ import annotations

from bot.answers import FilterHelp, HelpPage
from bot.commands.spec import Command, Context, Outcome, Request
from bot.errors import UsageError
from bot.grammar import nearest
from bot.query import FIELDS

FILTERS = "filters"


async def run(context: Context, request: Request) -> Outcome:
    """Answer with all verbs, one verb, or all filters."""
    topic = request.rest.lower()
    if topic in {FILTERS, "filter"}:
        connected = {source.sheet.name for source in context.catalog.sources.values()}
        sheets = tuple(sheet for sheet in context.sheets.values() if sheet.name in connected)
        return Outcome(answer=FilterHelp(fields=FIELDS, sheets=sheets, zone=str(context.zone)))
    names = [verb.name for verb in context.verbs]
    if topic and topic not in names:
        meant = nearest(topic, (*names, FILTERS))
        raise UsageError(
            f"I know no verb “{request.rest}”." + (f" Did you mean `{meant}`?" if meant else ""),
            text=request.text,
            position=request.start,
            length=len(request.text) - request.start,
            correction=f"help {meant}" if meant else "help",
        )
    return Outcome(answer=HelpPage(verbs=context.verbs, topic=topic or None))


COMMAND = Command(
    name="help",
    usage="help [verb]",
    summary="usage with examples that work; `help filters` for the filters",
    examples=("help", "help search", "help filters"),
    run=run,
)
