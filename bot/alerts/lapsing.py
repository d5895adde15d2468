"""What people said of an alert comes to its end: snooze, acknowledgement, keep. Pure; blindness does not stop it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.alerts import sentences
from bot.alerts.hours import day_words, working_day_before
from bot.alerts.pace import LONG_SNOOZE, LONGEST_SNOOZE
from bot.model import StepKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.turn import Turn
    from bot.model import Alert, Keep, Snooze


def lapse(turn: Turn) -> None:
    """End what has come to its end."""
    snooze, ack, keep = turn.alert.snooze, turn.alert.ack, turn.alert.keep
    if snooze is not None and turn.now >= _end(snooze):
        _unsnooze(turn, snooze, why="the snooze is over")
    if ack is not None and turn.now >= ack.until:
        unack(turn, why="its time is over", aloud=turn.alert.is_open and not turn.muffled)
    if keep is not None and keep.until is not None and turn.now >= keep.until:
        turn.become(keep=None)
        turn.say(StepKind.KEEP_ENDED, "is watched again: the time for which it was kept is over", by=keep.by)


def give_notice(turn: Turn) -> None:
    """Tell who said something that it ends soon; once the alert is what it will be after this turn."""
    if turn.alert.snooze is not None:
        _note_snooze(turn, turn.alert.snooze)
    if turn.alert.keep is not None:
        _note_keep(turn, turn.alert.keep)


def lapses_at(alert: Alert, zone: str) -> list[datetime]:
    """Return the moments at which `lapse` and `give_notice` have something to do."""
    found: list[datetime | None] = []
    if alert.snooze is not None:
        found += [_end(alert.snooze), _snooze_note(alert, alert.snooze, zone)]
    if alert.ack is not None:
        found.append(alert.ack.until)
    if alert.keep is not None:
        found += [alert.keep.until, _keep_note(alert.keep, zone)]
    return [at for at in found if at is not None]


def note_change(turn: Turn, *, why: str, aloud: bool = False) -> None:
    """End a snooze that lasts until something changes."""
    snooze = turn.alert.snooze
    if snooze is not None and snooze.until is None:
        _unsnooze(turn, snooze, why=why, aloud=aloud)


def _unsnooze(turn: Turn, snooze: Snooze, *, why: str, aloud: bool = True) -> None:
    """End a snooze; who set it is named. An opening that it hid is told instead."""
    alert = turn.alert
    turn.become(snooze=None)
    hid = alert.announced_at is None
    aloud = aloud and alert.is_open and alert.flapping_since is None
    turn.say(StepKind.SNOOZE_ENDED, f"is heard of again: {why}", aloud=aloud and not hid, by=snooze.by)
    if aloud and hid:
        what = sentences.opened(turn.watch.condition, turn.finding, baseline=alert.baseline)
        turn.say(StepKind.OPENED, f"{what}; it was snoozed until now", aloud=True)
    if aloud:
        turn.become(repeated_at=turn.now)


def unack(turn: Turn, *, why: str, aloud: bool) -> None:
    """End an acknowledgement."""
    if turn.alert.ack is None:
        return
    by = turn.alert.ack.by
    turn.become(ack=None)
    turn.say(StepKind.ACK_ENDED, f"is not acknowledged any more: {why}", aloud=aloud, by=by)


# --- snooze -------------------------------------------------------------------------------------------------------


def _note_snooze(turn: Turn, snooze: Snooze) -> None:
    at = _snooze_note(turn.alert, snooze, turn.zone)
    if at is not None and turn.now >= at and snooze.by is not None:
        turn.become(snooze=replace(snooze, noted=True))
        what = f"is snoozed by you until {day_words(turn.zone, _end(snooze))}, and is open still"
        turn.ask(StepKind.SNOOZE_ENDS_SOON, what, snooze.by)


def _end(snooze: Snooze) -> datetime:
    return snooze.at + LONGEST_SNOOZE if snooze.until is None else snooze.until


def _snooze_note(alert: Alert, snooze: Snooze, zone: str) -> datetime | None:
    """Return when who set it is told that it ends soon; None: never, or that was done."""
    end = _end(snooze)
    if snooze.noted or snooze.by is None or not alert.is_open or end - snooze.at <= LONG_SNOOZE:
        return None
    return working_day_before(zone, end)


# --- keep ---------------------------------------------------------------------------------------------------------


def _note_keep(turn: Turn, keep: Keep) -> None:
    at = _keep_note(keep, turn.zone)
    if at is not None and turn.now >= at and keep.by is not None and keep.until is not None:
        turn.become(keep=replace(keep, asked=True))
        what = (
            f"is kept as it is until {day_words(turn.zone, keep.until)}: keep it on, snooze it, or let it be watched?"
        )
        turn.ask(StepKind.KEEP_ENDS_SOON, what, keep.by)


def _keep_note(keep: Keep, zone: str) -> datetime | None:
    """Return when who decided it is asked what shall follow; None: never, or that was done."""
    if keep.until is None or keep.asked or keep.by is None:
        return None
    at = working_day_before(zone, keep.until)
    return at if at > keep.at else None
