"""Doing the same about some alerts, and saying what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.alerts.desk import LISTING, UNSEEN
from bot.alerts.reporting import people_in
from bot.answers import AlertDone
from bot.commands.digest.people import names_of
from bot.commands.spec import Outcome
from bot.errors import UsageError
from bot.metrics import ALERT_ACTIONS
from bot.model import StepKind
from bot.views.alert_lines import name_of_alert
from bot.views.evidence import ago
from bot.views.people import named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.alerts.desk import Outcome as Done
    from bot.alerts.desk import Target
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import AlertStep, Entry, Raised
    from bot.ports import AlertChange

MOST_TOLD: Final = 3
"""Steps that explain why a button is stale, or alerts that it did not know; more are counted."""

MOST_LISTED: Final = 40
"""Alerts that a sentence names; more are counted."""

MOST_NAMED: Final = 5
"""Projects that a sentence calls by their names; more are counted."""

NAME_WIDTH: Final = 40
MARKS: Final[Mapping[str, str]] = {
    "snooze": "🔕",
    "unsnooze": "🔔",
    "ack": "👍",
    "unack": "👍",
    "assign": "👤",
    "unassign": "👤",
    "keep": "📌",
    "unkeep": "👁️",
    "archive": "📦",
    "unarchive": "📂",
}
"""Signs of what was done."""

_TARGET: Final = re.compile(r"\S+")

MOST_TAKEN_BACK: Final = 200
"""Alerts that the button names which takes it back: it holds two thousand characters."""


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
    _count(asked.word, done)
    if done.refused and not done.done and not done.stale:
        raise await _refusal(context, asked, done)
    seen = {target.number: target.revision for target in targets}
    return Outcome(answer=await _answer(context, asked, done, deed, seen))


async def _refusal(context: Context, asked: Asked, done: Done) -> UsageError:
    """Say of which project it makes no sense, and why."""
    refs = sorted({each.alert.project for each in done.raised})
    names = _names(done.raised, await context.store.get_many(asked.request.ask.scope, refs))
    said = [f"{names[number]}: {sentence}" for number, sentence in done.refused[:MOST_NAMED]]
    rest = len(done.refused) - MOST_NAMED
    more = [f"And {rest} more."] if rest > 0 else []
    return UsageError(" ".join([*said, *more]), correction=f"alerts why {done.refused[0][0]}")


async def _answer(
    context: Context, asked: Asked, done: Done, deed: Deed, seen: Mapping[int, int | None]
) -> AlertDone:  # fmt: skip
    scope = asked.request.ask.scope
    people = await names_of(context, people_in(done.raised))
    moment = context.moment(await context.catalog.freshness(scope))
    entries = await context.store.get_many(scope, sorted({each.alert.project for each in done.raised}))
    names = _names(done.raised, entries)
    refused = [f"{names[number]}: {sentence}" for number, sentence in done.refused]
    numbers = [each.alert.number for each in done.raised if each.alert.number is not None]
    missed = [(each, seen.get(each.alert.number or 0)) for each in done.raised if each.alert.number in done.stale]
    old = [
        f"{names[each.alert.number or 0]} {stale(each, revision or 0, people, moment.now)}."
        for each, revision in missed
        if revision != UNSEEN
    ]
    new = [each.alert.number or 0 for each, revision in missed if revision == UNSEEN]
    return AlertDone(
        command=f"alerts why {numbers[0]}" if len(numbers) == 1 else "alerts",
        sentence=" ".join([*_said(done, deed, asked.word, names), *refused]),
        raised=done.raised,
        entries=dict(entries),
        moment=moment,
        next=_next(done, deed, asked),
        stale=" ".join([*old, *_unseen([names[number] for number in new])]),
        people=people,
    )


def _count(word: str, done: Done) -> None:
    for outcome, number in (("done", len(done.done)), ("stale", len(done.stale)), ("refused", len(done.refused))):
        if number:
            ALERT_ACTIONS.labels(word, outcome).inc(number)


def _names(raised: Sequence[Raised], entries: Mapping[int, Entry]) -> dict[int, str]:
    """Return what the projects of alerts are called, by `Alert.number`; without the sign that marks our commands."""
    return {
        each.alert.number or 0: name_of_alert(entries.get(each.alert.project), NAME_WIDTH).replace("`", "'")
        for each in raised
    }


def _said(done: Done, deed: Deed, word: str, names: Mapping[int, str]) -> list[str]:
    """Say what is so now of which projects."""
    if not done.done:
        return []
    first = ", ".join(names[number] for number in done.done[:MOST_NAMED])
    more = f" and {len(done.done) - MOST_NAMED} more" if len(done.done) > MOST_NAMED else ""
    mark = f"{MARKS[word]} " if word in MARKS else ""
    what = f"{done.said}{deed.more}"
    joint = " " if len(done.done) == 1 else ": each "
    return [f"{mark}{first}{more}{joint}{what}.", *([deed.note] if deed.note else [])]


def _next(done: Done, deed: Deed, asked: Asked) -> tuple[str, ...]:
    """Return the command that takes it back, and the one that explains the first alert.

    If nothing was done because the alert had changed, the same can be wanted of how it is now.
    """
    if not done.done:
        now = {each.alert.number: each.alert.revision for each in done.raised}
        same = _TARGET.sub(f"{done.stale[0]}@{now[done.stale[0]]}", asked.text[asked.start :], count=1)
        again = (f"alerts {asked.word} {same.strip()}",) if len(done.stale) == 1 else ()
        return (*again, *(f"alerts why {number}" for number in done.stale[:1]))
    listed = ",".join(str(number) for number in done.done)
    back = (f"alerts {deed.back} {listed}",) if deed.back and len(done.done) <= MOST_TAKEN_BACK else ()
    return (*back, f"alerts why {done.done[0]}")


def _unseen(names: Sequence[str]) -> list[str]:
    """Say which alerts nobody had seen who pressed a button about many."""
    if not names:
        return []
    first = ", ".join(names[:MOST_TOLD])
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    has = "has" if len(names) == 1 else "have"
    return [f"{first}{more} {has} opened since this button was drawn; `{LISTING}` shows them."]


def stale(raised: Raised, revision: int, people: Mapping[str, str], now: datetime) -> str:
    """Say what became of an alert last since its button was drawn, as a sentence without its subject.

    Args:
        raised: the alert with its newest steps, newest first.
        revision: `Alert.revision` that the button names.
        people: Slack ids to names.
        now: aware UTC.
    """
    missed = max(raised.alert.revision - revision, 0)
    since = [_told(step, people, now) for step in raised.steps[: min(missed, 1)]]
    return since[0] if since else "has changed since this button was drawn"


def _told(step: AlertStep, people: Mapping[str, str], now: datetime) -> str:
    """Say one step without its subject: ``is snoozed until Mon 6 Apr 2026 (Ben, 2 min ago)``."""
    whom = f" to {named(step.person, people)}" if step.kind is StepKind.ASSIGNED and step.person else ""
    who = f"{named(step.by, people)}, " if step.by else ""
    return f"{step.what}{whom} ({who}{ago(step.at, now)})"
