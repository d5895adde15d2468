"""`watch list`: the watches of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.reporting import people_in, worst_first
from bot.answers import WatchLine, WatchList
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.watch.chosen import LISTING
from bot.commands.words import Asked, Word, nothing_after
from bot.model import AlertFilter

if TYPE_CHECKING:
    from bot.model import Raised, Watch


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with all of them, and what is open of each."""
    nothing_after(asked, asked.start, LISTING, "nothing after it")
    watches = await context.watches.book.listed(asked.channel)
    raised = [each for each in await context.watches.desk.listed(asked.channel, AlertFilter()) if each.alert.is_open]
    lines = tuple(_line(watch, raised) for watch in watches)
    worst = [line.worst for line in lines if line.worst is not None]
    people = await names_of(context, [*(watch.draft.owner for watch in watches), *people_in(worst)])
    place = await context.digests.place(asked.channel)
    return Outcome(
        answer=WatchList(command=LISTING, lines=lines, place=place, now=context.clock.now(), people=people)
    )  # fmt: skip


def _line(watch: Watch, raised: list[Raised]) -> WatchLine:
    ours = worst_first(each for each in raised if each.alert.watch == watch.ref)
    return WatchLine(watch=watch, open=len(ours), worst=ours[0] if ours else None)


WORD = Word(name="list", usage="list", summary="the watches of this channel, and what is open of each", run=run)
