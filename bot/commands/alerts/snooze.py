"""`alerts snooze 12 7d because …`, `alerts unsnooze 12`: do not speak of an alert for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts import overlays
from bot.alerts.pace import LONGEST_SNOOZE
from bot.commands.alerts.acting import MOST_LISTED, Deed, act
from bot.commands.alerts.ends import Open
from bot.commands.alerts.targets import because, read_end_of, split_reason, targets
from bot.commands.words import Asked, Word, nothing_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Context, Outcome
    from bot.model import Raised
    from bot.ports import AlertChange

MOST_TYPED = 3
"""Numbers that a person is asked to type."""

_UNREASONED = "To say why: `alerts snooze {} {} because …`."


async def run(context: Context, asked: Asked) -> Outcome:
    """Snooze alerts; everybody in the channel may."""
    these, start = await targets(context, asked)
    typed, reason = split_reason(asked, start)
    named = asked.text[asked.start : start].strip()
    if not typed:
        sentence = "For how long? Write `1d`, `tomorrow`, `7d`, `30d`, a date, or `until it changes`."
        raise asked.refusal(sentence, 0, len(asked.text), f"alerts snooze {named} 7d{because(reason)}")
    end = read_end_of(asked, start, typed)
    if end.said is Open.FOR_EVER:
        sentence = "A snooze ends after 90 days at most. To leave a project alone for good, an admin writes `keep`."
        raise asked.refusal(sentence, start, len(asked.text), f"alerts keep {named} for ever{because(reason)}")

    if end.is_beyond(LONGEST_SNOOZE, context.clock.now()):
        sentence, longest = f"A snooze lasts {LONGEST_SNOOZE.days} days at most.", f"{LONGEST_SNOOZE.days}d"
        fixed = f"alerts snooze {named} {longest}{because(reason)}"
        raise asked.refusal(sentence, start, len(asked.text), fixed)

    def snooze(raised: Raised, now: datetime) -> AlertChange:
        draft = raised.watch.draft
        return overlays.snooze(
            raised.alert, until=end.at(draft, now), by=asked.by, zone=draft.zone, now=now, reason=reason
        )  # fmt: skip

    numbers = await _in_short(context, asked, [each.number for each in these])
    note = "" if reason or len(these) > MOST_LISTED else _UNREASONED.format(numbers, typed)
    return await act(context, asked, these, Deed(act=snooze, back="unsnooze", note=note))


async def _in_short(context: Context, asked: Asked, numbers: list[int]) -> str:
    """Name alerts as a person would type it: all open ones of a watch by its number."""
    desk = context.watches.desk
    raised = await desk.numbered(asked.channel, numbers) if len(numbers) > MOST_TYPED else ()
    if len({each.watch.ref for each in raised}) == 1:
        watch = raised[0].watch
        if {each.alert.number for each in await desk.open_of(watch)} == set(numbers):
            return f"watch:{watch.number}"
    return ",".join(map(str, numbers))


async def run_back(context: Context, asked: Asked) -> Outcome:
    """Speak of them again."""
    these, end = await targets(context, asked)
    nothing_after(asked, end, asked.text[:end], "only numbers of alerts")

    def unsnooze(raised: Raised, now: datetime) -> AlertChange:
        return overlays.unsnooze(raised.alert, by=asked.by, now=now)

    return await act(context, asked, these, Deed(act=unsnooze, back=None))


WORDS = (
    Word(
        name="snooze",
        usage="snooze 12 7d [because …]",
        summary="tell nothing of it for `1d`, until `tomorrow`, a date, or `until it changes`; 90 days at most",
        run=run,
    ),
    Word(name="unsnooze", usage="unsnooze 12", summary="speak of it again", run=run_back),
)
