"""`alerts ack 12 [until 2027-01-31] [note]`, `alerts unack 12`: say that somebody knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts import overlays
from bot.alerts.pace import LONGEST_ACK
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.ends import leading_end
from bot.commands.alerts.targets import short, targets
from bot.commands.words import Asked, Word, nothing_after
from bot.query.tokens import skip_blanks

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.alerts.ends import End
    from bot.commands.spec import Context, Outcome
    from bot.model import Raised
    from bot.ports import AlertChange

_BECAUSE: Final = re.compile(r"because(?:[:,]?\s+|$)", re.IGNORECASE)


async def run(context: Context, asked: Asked) -> Outcome:
    """Acknowledge alerts; everybody in the channel may."""
    these, start = await targets(context, asked)
    end, note = _read(asked, skip_blanks(asked.text, start))
    if end is not None and end.is_beyond(LONGEST_ACK, context.clock.now()):
        sentence = f"An acknowledgement lasts {LONGEST_ACK.days} days at most."
        named, rest = asked.text[asked.start : start].strip(), f" {note}" if note else ""
        raise asked.refusal(
            sentence, start, len(asked.text), f"alerts ack {named} for {LONGEST_ACK.days}d{rest}"
        )  # fmt: skip

    def ack(raised: Raised, now: datetime) -> AlertChange:
        draft = raised.watch.draft
        until = end.at(draft, now) if end else None
        return overlays.ack(raised.alert, by=asked.by, zone=draft.zone, now=now, note=note, until=until)

    return await act(context, asked, these, Deed(act=ack, back="unack"))


async def run_back(context: Context, asked: Asked) -> Outcome:
    """Take it back."""
    these, end = await targets(context, asked)
    nothing_after(asked, end, asked.text[:end], "only numbers of alerts")

    def unack(raised: Raised, now: datetime) -> AlertChange:
        return overlays.unack(raised.alert, by=asked.by, now=now)

    return await act(context, asked, these, Deed(act=unack, back="ack"))


def _read(asked: Asked, start: int) -> tuple[End | None, str]:
    """Return until when, if that comes first, and the note."""
    found = leading_end(asked.text, start)
    end, start = (found[0], skip_blanks(asked.text, found[1])) if found else (None, start)
    because = _BECAUSE.match(asked.text, start)
    return end, short(asked, because.end() if because else start)


WORDS = (
    Word(
        name="ack",
        usage="ack 12 [until 2027-01-31] [note]",
        summary="say that somebody knows: no reminders for 14 days, or until then",
        run=run,
    ),
    Word(name="unack", usage="unack 12", summary="take that back", run=run_back),
)
