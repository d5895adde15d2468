"""`show <project>`: everything about one project, found by id, name, a part of the name, or our number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answers import Choices, ProjectCard
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.errors import NotFound, UsageError
from bot.model import Found
from bot.query import Anything, Query, Term, print_query

if TYPE_CHECKING:
    from bot.commands.spec import Fresh
    from bot.model import Entry

NEWEST_EVENTS = 5
EVENTS_SINCE = timedelta(days=90)
MOST_CHOICES = 8


async def run(context: Context, request: Request) -> Outcome:
    """Answer with a card, or with the choices if several projects answer to the name."""
    fresh = await refreshed(context, request)
    found, phrase = await look_up(context, request, "show")
    if found.total > 1:
        return choices(context, "show", phrase, found, fresh)
    entry = found.entries[0]
    await context.catalog.measure(entry, patience=request.ask.patience)
    return await _card(context, request, entry, fresh)


async def look_up(context: Context, request: Request, verb: str, only: Term | None = None) -> tuple[Found, str]:
    """Find what a person calls a project; return the matches (at least one) and what was looked for.

    Args:
        context: where to look.
        request: what was typed.
        verb: for the example in a refusal.
        only: narrows the search to what the verb can answer about.

    Raises:
        UsageError: nothing was named, or it cannot be read.
        NotFound: nothing matches.
    """
    scope, moment = request.ask.scope, context.moment(())
    narrowed = Query(terms=(only,) if only else ())
    if number := re.fullmatch(r"#([0-9]{1,12})", request.rest):
        entry = await context.store.get(scope, int(number[1]))
        if entry is None:
            raise NotFound(request.rest)
        return Found(entries=(entry,), total=1), request.rest
    if not request.rest:
        sentence = f"Which project? Name it, like `{verb} checkout`."
        raise UsageError(sentence, text=request.text, length=len(request.text))
    try:
        query = request.query(context, ordered=False)
    except UsageError:  # a name may look like a filter that cannot be read
        found = await context.store.find(scope, request.rest, narrowed, moment, size=MOST_CHOICES)
        if not found.entries:
            raise
        return found, request.rest
    called = [word.pattern.parts[0] for word in query.words if not (word.negated or word.pattern.wild)]
    conditions = tuple(word for word in query.words if word.negated or word.pattern.wild)
    phrase, rest = " ".join(called), replace(query, words=conditions, terms=(*query.terms, *narrowed.terms))
    if phrase:
        found = await context.store.find(scope, phrase, rest, moment, size=MOST_CHOICES)
    else:
        anywhere = rest.and_also(Term("archived", (Anything(),))) if rest.hides_archived else rest
        found = await context.store.search(scope, anywhere, moment, size=MOST_CHOICES)
    if not found.entries:
        raise NotFound(print_query(query) if query.terms or conditions else phrase)
    return found, phrase or print_query(query)


def choices(context: Context, verb: str, phrase: str, found: Found, fresh: Fresh) -> Outcome:
    """Ask which one was meant."""
    answer = Choices(
        command=f"{verb} {phrase}",
        verb=verb,
        phrase=phrase,
        found=found,
        freshness=fresh[1],
        moment=context.moment(fresh[1]),
    )
    return Outcome(answer=answer, refresh=fresh[0])


async def _card(context: Context, request: Request, entry: Entry, fresh: Fresh) -> Outcome:
    refresh, freshness = fresh
    scope, moment = request.ask.scope, context.moment(freshness)
    current = await context.store.get(scope, entry.ref) or entry
    events = await context.store.events(
        scope, Query(), moment, since=moment.now - EVENTS_SINCE, size=NEWEST_EVENTS, ref=entry.ref
    )
    answer = ProjectCard(
        command=f"show #{entry.ref}",
        entry=current,
        sheet=context.sheets[entry.project.source],
        events=events.events,
        freshness=tuple(each for each in freshness if each.connection == entry.project.connection),
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


COMMAND = Command(
    name="show",
    usage="show <project>",
    summary="one project: by id, name or a part of the name",
    details="If several projects answer to the name, I ask which one you mean.",
    examples=("show checkout", 'show "Car Configurator"', "show id:checkout-a1b2c"),
    run=run,
)
