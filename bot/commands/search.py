"""`search <words> [filters]`: the list, by words in name, id or description, best match first."""

from __future__ import annotations

from bot.commands.list import page
from bot.commands.spec import Command, Context, Outcome, Request
from bot.errors import UsageError


async def run(context: Context, request: Request) -> Outcome:
    """Answer with one page, best match first."""
    if not request.rest:
        raise UsageError(
            "What shall I search for? Add a part of a name, like `search demo`; `list` shows everything.",
            text=request.text,
            position=0,
            length=len(request.text),
            correction="list",
        )
    return await page(context, request, "search", request.query(context))


COMMAND = Command(
    name="search",
    usage="search <words> [filters]",
    summary="projects by words in name, id or description, best match first",
    details=(
        "All words must be found; upper and lower case are the same. Put words that belong together in quotes, "
        "write `-word` for what must not be there, `*` for anything in between."
    ),
    examples=("search demo archived:false", 'search "car configurator"', "search check*out -legacy services:>3"),
    run=run,
)
