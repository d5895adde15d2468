"""`alerts release microvisualizer`: let through what was held back because so much of it turned at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.desk import LISTING
from bot.answers import AlertDone
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.grammar import nearest
from bot.metrics import ALERT_ACTIONS
from bot.views.evidence import count

if TYPE_CHECKING:
    from bot.errors import UsageError


async def run(context: Context, asked: Asked) -> Outcome:
    """Release it; in the operators' channel everybody may, elsewhere admins."""
    connection = asked.rest.lower()
    if connection not in context.known.connections:
        raise _unknown(context, asked)
    hold = await context.watches.desk.release(asked.channel, connection, asked.by)
    ALERT_ACTIONS.labels(asked.word, "done").inc()
    what = count(hold.projects, "project")
    answer = AlertDone(
        command=LISTING,
        sentence=f"Released: what was held back of {what} at `{connection}` is told now, as far as it is still true.",
        raised=(),
        entries={},
        moment=context.moment(await context.catalog.freshness(asked.request.ask.scope)),
        next=(LISTING,),
    )
    return Outcome(answer=answer)


def _unknown(context: Context, asked: Asked) -> UsageError:
    names = context.known.connections
    listed = ", ".join(f"`{name}`" for name in names)
    meant = nearest(asked.rest, names) if asked.rest else names[0] if len(names) == 1 else None
    sentence = f"Which source shall be released? Choose from {listed}."
    start = asked.start if asked.rest else 0
    return asked.refusal(sentence, start, len(asked.text), f"alerts release {meant}" if meant else LISTING)


WORD = Word(
    name="release",
    usage="release microvisualizer",
    summary="let through what was held back because too much changed at once; admins, or the operators' channel",
    run=run,
)
