"""`alerts ack 12 [until 2027-01-31] [note]`, `alerts unack 12`: say that somebody knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.alerts import overlays
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.ends import read_end
from bot.commands.alerts.targets import short, targets
from bot.commands.words import Asked, Word, nothing_after
from bot.query.tokens import skip_blanks

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.alerts.ends import End
    from bot.commands.spec import Context, Outcome
    from bot.model import Raised
    from bot.ports import AlertChange

_END: Final = re.compile(
    r"(?:until|for)\s+(?P<end>[0-9]{4}-[0-9]{2}-[0-9]{2}|[1-9][0-9]{0,3}[hdw])(?!\S)", re.IGNORECASE
)
_BECAUSE: Final = re.compile(r"because(?:[:,]?\s+|$)", re.IGNORECASE)


async def run(context: Context, asked: Asked) -> Outcome:
    """Acknowledge alerts; everybody in the channel may."""
    these, start = await targets(context, asked)
    end, note = _read(asked, skip_blanks(asked.text, start))

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
    found = _END.match(asked.text, start)
    end = read_end(found["end"]) if found else None
    start = skip_blanks(asked.text, found.end()) if found else start
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
