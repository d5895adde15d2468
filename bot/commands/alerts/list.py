"""`alerts [watch:2] [all]`: what is open in a channel, and what is kept or snoozed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts.desk import LISTING
from bot.alerts.reporting import gather, people_in
from bot.answers import AlertList
from bot.commands.digest.people import names_of
from bot.commands.spec import Context, Outcome
from bot.commands.words import Asked, Word
from bot.model import AlertFilter

if TYPE_CHECKING:
    from bot.errors import UsageError

MOST_SHOWN: Final = 50
"""Alerts of one answer; the rest is counted."""

_WATCH: Final = re.compile(r"watch:#?(?P<number>[0-9]{1,6})", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\S+")
_ALL: Final = frozenset({"all", "ended"})
_FILTER: Final = re.compile(r"(?:all|ended)(?!\S)|[A-Za-z_-]+:", re.IGNORECASE)


def begins_filter(text: str, start: int) -> bool:
    """Tell whether a filter of this list comes first, right or wrong."""
    first = _TOKEN.search(text, start)
    return first is not None and _FILTER.match(first[0]) is not None


async def run(context: Context, asked: Asked) -> Outcome:
    """Answer with the open ones, the longest open first; with `all`, what ended, too."""
    number, everything = _read(asked)
    watch = None if number is None else await context.watches.book.numbered(asked.channel, number)
    desk, scope = context.watches.desk, asked.request.ask.scope
    wanted = AlertFilter(watch=None if watch is None else watch.ref, only_open=not everything)
    raised = await desk.listed(asked.channel, wanted)
    freshness = await context.catalog.freshness(scope)
    moment = context.moment(freshness)
    shown = raised[:MOST_SHOWN]
    evidence = await gather(context.store, scope, shown, moment)
    narrowed = [f"watch:{number}"] if number is not None else []
    answer = AlertList(
        command=" ".join(["alerts", *narrowed, *(["all"] if everything else [])]),
        raised=shown,
        total=len(raised),
        entries=evidence.entries,
        findings=evidence.findings,
        titles={known.connection: known.title for known in freshness},
        moment=moment,
        freshness=freshness,
        outages=await desk.outages(),
        people=await names_of(context, people_in(shown)),
    )
    return Outcome(answer=answer)


def _read(asked: Asked) -> tuple[int | None, bool]:
    """Return the number of the watch that is asked for, and whether ended ones are."""
    number, everything = None, False
    for token in _TOKEN.finditer(asked.text, asked.start):
        watch = _WATCH.fullmatch(token[0])
        if watch is not None and number is None:
            number = int(watch["number"])
        elif token[0].lower() in _ALL:
            everything = True
        else:
            raise _unread(asked, token)
    return number, everything


def _unread(asked: Asked, token: re.Match[str]) -> UsageError:
    sentence = (
        f"`alerts` takes `watch:2` and `all`, not “{token[0]}”. To look among projects, use `inactive` or `list`."
    )
    return asked.refusal(sentence, token.start(), token.end(), LISTING)


WORD = Word(
    name="list",
    usage="list [watch:2] [all]",
    summary="open ones with owner and snooze; `all` with those that ended",
    run=run,
)
