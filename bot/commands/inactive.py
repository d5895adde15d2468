"""`inactive [filters] [for:30d] [signals:viewers]`: what nobody seems to need, each with the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts.asleep import asleep
from bot.alerts.reporting import people_in
from bot.answers import ProjectList
from bot.commands.digest.people import names_of
from bot.commands.spec import Command, Context, Outcome, Request, refreshed
from bot.model import AlertFilter, ConditionKind, Signal, State
from bot.query import Order, Pattern, Term, print_query

if TYPE_CHECKING:
    from bot.model import Found, Idle, Moment, Raised, Tally
    from bot.query import Query

SLEEPING: Final = (State.INACTIVE, State.OFF, State.LAPSED)
"""Idle past the threshold, switched off, or no longer paid for."""

_SILENCE: Final = frozenset({ConditionKind.INACTIVE, ConditionKind.CI_SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sleepers:
    """One page of sleeping projects."""

    found: Found
    unsure: int
    """Projects of which not enough was observed."""

    silences: dict[int, Idle] = field(default_factory=dict)


async def run(context: Context, request: Request) -> Outcome:
    """Answer with the sleeping projects, the longest idle first."""
    asked = request.query(context, "for", "signals")
    signal = asked.mode("signals")
    viewers = asked.asks_for_viewers or signal == Signal.VIEWERS.value
    refresh, freshness = await refreshed(context, request, viewers=viewers)
    moment, ask = context.moment(freshness), request.ask
    threshold = asked.option("for")
    if isinstance(threshold, timedelta):
        moment = replace(moment, quiet_after=threshold)
    tally = await context.store.tally(ask.scope, asked, moment, since=moment.now)
    if signal is None:
        sleepers = await _by_state(context, request, asked, moment, tally)
    else:
        sleepers = await _by_signal(context, request, asked, moment, Signal(signal))
    raised, watches = await _watched(context, request, sleepers.found)
    answer = ProjectList(
        verb="inactive",
        cursor=ask.cursor,
        command=f"inactive {print_query(asked)}".strip(),
        query=asked,
        found=sleepers.found,
        tally=tally,
        silences=sleepers.silences,
        raised=raised,
        watches=watches,
        unsure=sleepers.unsure,
        people=await names_of(context, people_in(each for those in raised.values() for each in those)),
        freshness=freshness,
        moment=moment,
    )
    return Outcome(answer=answer, refresh=refresh)


async def _by_state(context: Context, request: Request, asked: Query, moment: Moment, tally: Tally) -> _Sleepers:
    """Judge by all that each source tells, as the state of a project does."""
    ask = request.ask
    found = await context.store.search(ask.scope, _sleeping(asked), moment, size=ask.size, cursor=ask.cursor)
    unsure = sum(number for (_, state), number in tally.states.items() if state is State.UNKNOWN)
    return _Sleepers(found=found, unsure=unsure)


async def _by_signal(
    context: Context, request: Request, asked: Query, moment: Moment, signal: Signal
) -> _Sleepers:  # fmt: skip
    ask = request.ask
    page = await asleep(
        context.store, ask.scope, asked, moment, (signal,), size=ask.size, cursor=ask.cursor
    )  # fmt: skip
    return _Sleepers(found=page.found, unsure=page.unsure, silences=page.silences)


async def _watched(context: Context, request: Request, found: Found) -> tuple[dict[int, tuple[Raised, ...]], int]:
    """Return what watches of the channel say of these projects, and how many of them wait for silence."""
    channel = request.ask.scope.channel
    if not channel:
        return {}, 0
    shown = {entry.ref for entry in found.entries}
    raised: dict[int, tuple[Raised, ...]] = {}
    for each in await context.watches.desk.listed(channel, AlertFilter()) if shown else ():
        if each.alert.project in shown:
            raised[each.alert.project] = (*raised.get(each.alert.project, ()), each)
    watches = await context.watches.book.listed(channel)
    return raised, sum(watch.condition.kind in _SILENCE for watch in watches)


def _sleeping(asked: Query) -> Query:
    """Add the verb's own condition; a `state:` that was typed narrows it further."""
    narrowed = asked.and_also(Term("state", tuple(Pattern((state.value,)) for state in SLEEPING)))
    return narrowed if narrowed.order else replace(narrowed, order=Order("updated", reverse=True))


COMMAND = Command(
    name="inactive",
    usage="inactive [filters] [for:30d] [signals:viewers]",
    summary="quiet projects with the evidence",
    details=(
        "Three kinds: nothing happened for longer than `for:` says, it is switched off, or its subscription is not "
        "active. By all signs that its source tells; `signals:edits` and `signals:viewers` count only those. Where "
        "too little was observed, the answer says of how many, and why. To be told of it: `watch add inactive for 30d`."
    ),
    examples=("inactive", "inactive for:90d", "inactive source:microvisualizer -pinned:true"),
    run=run,
)
