"""`alerts keep 12 [90d] [because …]`, `alerts unkeep 12`: a project stays as it is on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts import overlays
from bot.alerts.pace import KEEP, LONGEST_KEEP
from bot.commands.alerts.acting import Deed, act
from bot.commands.alerts.ends import End, Open
from bot.commands.alerts.targets import because, read_end_of, split_reason, targets
from bot.commands.words import Asked, Word, nothing_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Context, Outcome
    from bot.model import Raised
    from bot.ports import AlertChange


async def run(context: Context, asked: Asked) -> Outcome:
    """Keep projects; everybody in the channel may; for ever, or more than a year, only admins."""
    these, start = await targets(context, asked)
    typed, reason = split_reason(asked, start)
    end = read_end_of(asked, start, typed) if typed else End(KEEP)
    named = asked.text[asked.start : start].strip()
    if end.said is Open.UNTIL_IT_CHANGES:
        sentence = "`keep` needs an end, or `for ever`. Until it changes, an alert can be snoozed."
        raise asked.refusal(
            sentence, start, len(asked.text), f"alerts snooze {named} until it changes{because(reason)}"
        )
    is_admin = context.watches.desk.is_admin(asked.by)
    if not is_admin and (end.said is Open.FOR_EVER or end.is_beyond(LONGEST_KEEP, context.clock.now())):
        longest = f"{LONGEST_KEEP.days}d"
        sentence = (
            f"A project is kept {LONGEST_KEEP.days} days at most; only an admin may keep it for longer or for ever. "
            f"Write `{KEEP.days}d`, or `{longest}` and keep it again then."
        )
        raise asked.refusal(sentence, start, len(asked.text), f"alerts keep {named} {longest}{because(reason)}")

    def keep(raised: Raised, now: datetime) -> AlertChange:
        draft = raised.watch.draft
        return overlays.keep(
            raised.alert,
            until=end.at(draft, now),
            by=asked.by,
            zone=draft.zone,
            now=now,
            reason=reason,
            longest=None if is_admin else LONGEST_KEEP,
        )

    note = "" if reason else "To say why, write it again with `because …`."
    return await act(context, asked, these, Deed(act=keep, back="unkeep", note=note))


async def run_back(context: Context, asked: Asked) -> Outcome:
    """Watch them again."""
    these, end = await targets(context, asked)
    nothing_after(asked, end, asked.text[:end], "only numbers of alerts")

    def unkeep(raised: Raised, now: datetime) -> AlertChange:
        return overlays.unkeep(raised.alert, by=asked.by, now=now)

    return await act(context, asked, these, Deed(act=unkeep, back=None))


WORDS = (
    Word(
        name="keep",
        usage="keep 12 [90d|2027-01-31|for ever] [because …]",
        summary="leave its project alone on purpose, 90 days if you say nothing; for ever only admins may",
        run=run,
    ),
    Word(name="unkeep", usage="unkeep 12", summary="watch it again", run=run_back),
)
