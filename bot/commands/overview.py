"""The bare command: how each source is, and the first page of the list."""

from __future__ import annotations

from bot.answers import Overview, ProjectList
from bot.commands.list import page
from bot.commands.spec import Context, Outcome, Request
from bot.query import Query


async def run(context: Context, request: Request) -> Outcome:
    """Answer with the state of the sources above the list."""
    outcome = await page(context, request, "list", Query())
    projects = outcome.answer
    if not isinstance(projects, ProjectList):  # pragma: no cover - `page` gives nothing else
        raise TypeError(type(projects))
    answer = Overview(command="", projects=projects, freshness=projects.freshness, moment=projects.moment)
    return Outcome(answer=answer, refresh=outcome.refresh)
