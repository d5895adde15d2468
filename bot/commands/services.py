"""`services <project>`: the parts of a project's architecture, asked for just now."""

from __future__ import annotations

from bot.answers import ServiceList
from bot.commands.show import choices, look_up
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.errors import UsageError
from bot.query import Pattern, Term


async def run(context: Context, request: Request) -> Outcome:
    """Answer with the services of one project."""
    fresh = await refreshed(context, request)
    found, phrase = await look_up(context, request, "services", _with_services(context))
    if found.total > 1:
        return choices(context, "services", phrase, found, fresh)
    entry = found.entries[0]
    sheet = context.sheets[entry.project.source]
    source = context.catalog.sources.get(entry.project.connection)
    if not sheet.lists_services or source is None:
        raise UsageError(f"{sheet.title} knows no services.", correction=f"show #{entry.ref}")
    answer = ServiceList(
        command=f"services #{entry.ref}",
        entry=entry,
        services=await source.services(entry.project.id),
        freshness=tuple(each for each in fresh[1] if each.connection == entry.project.connection),
        moment=context.moment(fresh[1]),
    )
    return Outcome(answer=answer, refresh=fresh[0])


def _with_services(context: Context) -> Term:
    """Narrow a search to the sources that know services."""
    able = [sheet.name for sheet in context.sheets.values() if sheet.lists_services]
    return Term("source", tuple(Pattern((name,)) for name in able))


COMMAND = Command(
    name="services",
    usage="services <project>",
    summary="the services in a project's architecture",
    details="Asked for at the source just now, so it may take a moment.",
    examples=("services checkout",),
    run=run,
)
