"""`alerts assign 12 @ann`, `alerts assign 12 me`, `alerts unassign 12`: whose an alert is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts import overlays
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.targets import targets
from bot.commands.digest.people import names_of
from bot.commands.words import Asked, Word, nothing_after
from bot.grammar import fold
from bot.query.tokens import skip_blanks
from bot.views.people import named

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Context, Outcome
    from bot.model import Raised
    from bot.ports import AlertChange

_ID: Final = re.compile(r"@?(?P<id>[UW][A-Z0-9]{2,20})")


async def run(context: Context, asked: Asked) -> Outcome:
    """Assign alerts; everybody in the channel may."""
    these, end = await targets(context, asked)
    owner = _person(asked, skip_blanks(asked.text, end))

    def assign(raised: Raised, now: datetime) -> AlertChange:
        return overlays.assign(raised.alert, owner=owner, by=asked.by, now=now)

    more = " to you" if owner == asked.by else f" to {named(owner, await names_of(context, [owner]))}"
    return await act(context, asked, these, Deed(act=assign, back="unassign", more=more))


async def run_back(context: Context, asked: Asked) -> Outcome:
    """Make them nobody's."""
    these, end = await targets(context, asked)
    nothing_after(asked, end, asked.text[:end], "only numbers of alerts")

    def unassign(raised: Raised, now: datetime) -> AlertChange:
        return overlays.unassign(raised.alert, by=asked.by, now=now)

    return await act(context, asked, these, Deed(act=unassign, back=None))


def _person(asked: Asked, start: int) -> str:
    """Return the Slack id of who is meant: whom Slack itself resolved, an id, or the asker.

    Raises:
        UsageError: nobody is named, or nobody knows who that is.
    """
    typed = asked.text[start:].strip()
    before = asked.text[:start].rstrip()
    if not typed:
        raise asked.refusal("To whom? Write `me`, or a person after an `@`.", 0, len(asked.text), f"{before} me")
    if typed.lower() in {"me", "myself"}:
        if asked.by is None:
            raise asked.refusal(
                "The terminal is nobody. Write a Slack id, like `U012AB3CD`.", start, len(asked.text), None
            )
        return asked.by
    said = fold(typed.removeprefix("@"))
    resolved = {user for label, user in asked.request.ask.mentions if fold(label) == said}
    if len(resolved) == 1:
        return resolved.pop()
    identity = _ID.fullmatch(typed)
    if identity is not None:
        return identity["id"]
    sentence = (
        "I do not know who that is, as I know people by their mention only: type `@`, and choose one person from the "
        "list that Slack shows. For yourself, write `me`."
    )
    raise asked.refusal(sentence, start, len(asked.text), None)


WORDS = (
    Word(name="assign", usage="assign 12 @ann", summary="say whose it is, `me` for yourself", run=run),
    Word(name="unassign", usage="unassign 12", summary="make it nobody's", run=run_back),
)
