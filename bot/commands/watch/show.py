"""`watch show 2`: one watch, its open alerts with their evidence, and who changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.reporting import gather, people_in, worst_first
from bot.answers import WatchDetails
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.watch.chosen import only_one_and_nothing_more
from bot.commands.words import Asked, Word
from bot.model import AlertFilter

if TYPE_CHECKING:
    from bot.model import Raised, Watch

MOST_SHOWN = 50


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with everything about one."""
    return await details(context, asked, await only_one_and_nothing_more(context, asked))


async def details(context: Context, asked: Asked, watch: Watch, *, hint: str = "") -> Outcome:
    """Answer with everything about a watch, and what can be typed next."""
    scope = asked.request.ask.scope
    moment = context.moment(await context.catalog.freshness(scope))
    raised = _sorted(await context.watches.desk.listed(asked.channel, AlertFilter(watch=watch.ref)))
    evidence = await gather(context.store, scope, raised[:MOST_SHOWN], moment)
    changes = await context.watches.book.record(watch)
    named = [watch.draft.owner, watch.pause.by if watch.pause else None, *(change.by for change in changes)]
    answer = WatchDetails(
        command=f"watch show {watch.number}",
        watch=watch,
        raised=tuple(raised),
        entries=evidence.entries,
        findings=evidence.findings,
        changes=changes,
        place=await context.digests.place(asked.channel),
        now=moment.now,
        hint=hint,
        people=await names_of(context, [*named, *people_in(raised)]),
    )
    return Outcome(answer=answer)


def _sorted(raised: tuple[Raised, ...]) -> list[Raised]:
    """Put open ones first, the worst of them at the top; then what is kept or snoozed."""
    return [
        *worst_first(each for each in raised if each.alert.is_open),
        *(each for each in raised if not each.alert.is_open),
    ]


WORD = Word(name="show", usage="show 2", summary="one watch, its open alerts and who changed it", run=run)
