"""`alerts why 12`: everything that speaks for an alert, and what was done about it."""

from __future__ import annotations

from typing import Final

from bot.alerts.desk import STEPS_SHOWN
from bot.alerts.reporting import finding_of, ignored, next_look_at, people_in
from bot.answers import AlertDetails
from bot.commands.alerts.archive import can_archive
from bot.commands.alerts.targets import one_target
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome, refreshed
from bot.commands.words import Asked, Word, nothing_after
from bot.model import Finding, Verdict

_UNKNOWN: Final = Finding(verdict=Verdict.UNSURE, reason="the project is not in my database any more")


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with one alert as it is now, whatever a button was drawn from."""
    target, end = await one_target(context, asked)
    nothing_after(asked, end, f"alerts why {target.number}", "only the number of an alert")
    (raised,) = await context.watches.desk.numbered(asked.channel, [target.number], steps=STEPS_SHOWN)
    refresh, freshness = await refreshed(context, asked.request)
    moment, connection = context.moment(freshness), raised.alert.connection
    entry = await context.store.get(asked.request.ask.scope, raised.alert.project)
    finding = finding_of(raised, entry, moment) if entry else _UNKNOWN
    known = next((each for each in freshness if each.connection == connection), None)
    answer = AlertDetails(
        command=f"alerts why {target.number}",
        raised=raised,
        entry=entry,
        finding=finding,
        sights=moment.sights_of(connection),
        title=known.title if known else connection,
        moment=moment,
        freshness=known,
        next_look_at=next_look_at(raised, finding, known, moment.now),
        can_archive=entry is not None and can_archive(context, entry),
        ignored=ignored(raised, entry) if entry else (),
        people=await names_of(context, people_in([raised])),
    )
    return Outcome(answer=answer, refresh=refresh)


WORD = Word(
    name="why", usage="why 12", summary="one alert with its evidence, its record, and everything to press", run=run
)
