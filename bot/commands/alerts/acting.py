"""Doing the same about some alerts, and saying what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.alerts.reporting import people_in
from bot.answers import AlertDone
from bot.commands.digest.people import names_of
from bot.commands.spec import Outcome
from bot.errors import UsageError
from bot.model import StepKind
from bot.views.evidence import ago
from bot.views.people import named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.alerts.desk import Outcome as Done
    from bot.alerts.desk import Target
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import AlertStep, Raised
    from bot.ports import AlertChange

MOST_TOLD: Final = 3
"""Steps that explain why a button is stale; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is to be done."""

    act: Callable[[Raised, datetime], AlertChange]
    back: str | None
    """The word that takes it back; None: nothing does."""

    more: str = ""
    """What goes behind the sentence about it: `` to Ann``."""

    note: str = ""
    """A sentence of ours after it."""


async def act(context: Context, asked: Asked, targets: Sequence[Target], deed: Deed) -> Outcome:
    """Do it, and answer with what is so now.

    Raises:
        NoSuchAlert: one of them is none.
        UsageError: for none of them it makes sense.
        ChangedMeanwhile: somebody else changes them all the time.
    """
    done = await context.watches.desk.act(asked.channel, targets, deed.act)
    if done.refused and not done.done and not done.stale:
        number, sentence = done.refused[0]
        raise UsageError(sentence, correction=f"alerts why {number}")
    seen = {target.number: target.revision for target in targets}
    return Outcome(answer=await _answer(context, asked, done, deed, seen))


async def _answer(
    context: Context, asked: Asked, done: Done, deed: Deed, seen: Mapping[int, int | None]
) -> AlertDone:  # fmt: skip
    scope = asked.request.ask.scope
    people = await names_of(context, people_in(done.raised))
    moment = context.moment(await context.catalog.freshness(scope))
    entries = await context.store.get_many(scope, sorted({each.alert.project for each in done.raised}))
    refused = [f"{number}: {sentence}" for number, sentence in done.refused]
    numbers = [each.alert.number for each in done.raised if each.alert.number is not None]
    missed = [(each, seen.get(each.alert.number or 0)) for each in done.raised if each.alert.number in done.stale]
    return AlertDone(
        command=f"alerts why {numbers[0]}" if len(numbers) == 1 else "alerts",
        sentence=" ".join([*_said(done, deed), *refused]),
        raised=done.raised,
        entries=dict(entries),
        moment=moment,
        next=_next(done, deed),
        stale=" ".join(stale(each, revision or 0, people, moment.now) for each, revision in missed),
        people=people,
    )


def _said(done: Done, deed: Deed) -> list[str]:
    if not done.done:
        return []
    listed = ", ".join(str(number) for number in done.done)
    what = f"{done.said}{deed.more}"
    one = len(done.done) == 1
    return [f"Alert {listed} {what}." if one else f"Alerts {listed}: each {what}.", *([deed.note] if deed.note else [])]


def _next(done: Done, deed: Deed) -> tuple[str, ...]:
    """Return the command that takes it back, and the one that explains the first alert."""
    if not done.done:
        return tuple(f"alerts why {number}" for number in done.stale[:1])
    listed = ",".join(str(number) for number in done.done)
    back = (f"alerts {deed.back} {listed}",) if deed.back else ()
    return (*back, f"alerts why {done.done[0]}")


def stale(raised: Raised, revision: int, people: Mapping[str, str], now: datetime) -> str:
    """Say what has become of an alert since its button was drawn.

    Args:
        raised: the alert with its newest steps, newest first.
        revision: `Alert.revision` that the button names.
        people: Slack ids to names.
        now: aware UTC.
    """
    number, missed = raised.alert.number, max(raised.alert.revision - revision, 0)
    since = [_told(step, people, now) for step in raised.steps[:missed]]
    if not since:
        return f"Alert {number} has changed since this button was drawn."
    if len(since) == 1:
        return f"Alert {number} {since[0]}, after this button was drawn."
    named_ones = "; ".join(f"it {words}" for words in since[:MOST_TOLD][::-1])
    more = f" (and {missed - MOST_TOLD} before that)" if missed > MOST_TOLD else ""
    return f"Alert {number} has changed since this button was drawn: {named_ones}{more}."


def _told(step: AlertStep, people: Mapping[str, str], now: datetime) -> str:
    """Say one step without its subject: ``is snoozed until Mon 6 Apr 2026 (Ben, 2 min ago)``."""
    whom = f" to {named(step.person, people)}" if step.kind is StepKind.ASSIGNED and step.person else ""
    who = f"{named(step.by, people)}, " if step.by else ""
    return f"{step.what}{whom} ({who}{ago(step.at, now)})"
