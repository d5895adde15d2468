"""What people say of alerts: snooze, acknowledge, assign, keep. Pure.

Each returns the alert as it shall be with what goes into its record, due at once: whoever evaluates next decides what
follows. `AlertStep.by` is who did it; of a step that takes back or ends what somebody said before, too.

Each raises `UsageError` for what makes no sense; its sentence is for the person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.alerts.endings import closing
from bot.alerts.hours import day_words
from bot.alerts.pace import ACK, LONGEST_ACK, LONGEST_KEEP, LONGEST_SNOOZE
from bot.errors import UsageError
from bot.model import Ack, Alert, AlertState, AlertStep, Keep, Snooze, StepKind, Telling
from bot.ports.watches import AlertChange

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def snooze(
    alert: Alert, *, until: datetime | None, by: str | None, zone: str, now: datetime, reason: str = ""
) -> AlertChange:
    """Do not speak of an open alert until then; None: until it changes."""
    _must_be_open(alert, "snooze")
    if until is not None:
        _must_lie_within(until, now, LONGEST_SNOOZE, "A snooze")
    how_long = "until it changes" if until is None else f"until {day_words(zone, until)}"
    said = Snooze(by=by, at=now, until=until, reason=reason)
    what = f"is snoozed {how_long}{_instead(alert.snooze, by, 'snooze')}"
    return _said(replace(alert, snooze=said), StepKind.SNOOZED, what, by=by, now=now, why=reason)


def unsnooze(alert: Alert, *, by: str | None, now: datetime) -> AlertChange:
    """Speak of it again; of what opened and nobody was told of, too: from here on it is trouble like any other."""
    if alert.snooze is None:
        raise UsageError("It is not snoozed.")
    change = _said(replace(alert, snooze=None), StepKind.SNOOZE_ENDED, "is not snoozed any more", by=by, now=now)
    if not alert.is_open or alert.announced_at is not None or alert.flapping_since is not None:
        return change
    opening = AlertStep(
        kind=StepKind.OPENED, at=now, what="is open; it was snoozed until now", telling=Telling.THREAD
    )  # fmt: skip
    return replace(change, steps=(*change.steps, opening))


def ack(
    alert: Alert, *, by: str | None, zone: str, now: datetime, note: str = "", until: datetime | None = None
) -> AlertChange:
    """Note that somebody knows of an open alert; for 14 days if nothing else is said."""
    _must_be_open(alert, "acknowledge")
    if until is not None:
        _must_lie_within(until, now, LONGEST_ACK, "An acknowledgement")
    end = until or now + ACK
    what = f"is acknowledged until {day_words(zone, end)}{_instead(alert.ack, by, 'acknowledgement')}"
    said = Ack(by=by, at=now, until=end, note=note)
    return _said(replace(alert, ack=said), StepKind.ACKED, what, by=by, now=now, why=note)


def _instead(before: Snooze | Ack | None, by: str | None, word: str) -> str:
    """Say that what somebody else said before does not count any more."""
    return "" if before is None or before.by == by else f", instead of somebody else’s {word}"


def unack(alert: Alert, *, by: str | None, now: datetime) -> AlertChange:
    """Take an acknowledgement back."""
    if alert.ack is None:
        raise UsageError("It is not acknowledged.")
    return _said(replace(alert, ack=None), StepKind.ACK_ENDED, "is not acknowledged any more", by=by, now=now)


def assign(alert: Alert, *, owner: str, by: str | None, now: datetime) -> AlertChange:
    """Say whose an open alert is; that person is mentioned once, unless it was their own doing."""
    _must_be_open(alert, "assign")
    if alert.owner == owner:
        raise UsageError("It is assigned to this person already.")
    telling = Telling.NOBODY if owner == by else Telling.THREAD
    step = AlertStep(kind=StepKind.ASSIGNED, at=now, by=by, what="is assigned", telling=telling, person=owner)
    return _changed(replace(alert, owner=owner), now, step)


def unassign(alert: Alert, *, by: str | None, now: datetime) -> AlertChange:
    """Say that it is nobody's."""
    if alert.owner is None:
        raise UsageError("It is assigned to nobody.")
    return _said(replace(alert, owner=None), StepKind.ASSIGNED, "is assigned to nobody any more", by=by, now=now)


def keep(
    alert: Alert,
    *,
    until: datetime | None,
    by: str | None,
    zone: str,
    now: datetime,
    reason: str = "",
    longest: timedelta | None = LONGEST_KEEP,
) -> AlertChange:
    """Leave the project alone until then, None: for good; this closes the alert if it is open.

    `longest` is how far a date may lie ahead; None, for admins: as far as they like.
    """
    if until is not None and until <= now:
        raise UsageError("That is over already. Write a day to come, like `keep 12 90d`.")
    if until is not None and longest is not None and until > now + longest:
        raise UsageError(f"A project is kept {longest.days} days at most; only an admin may keep it for longer.")
    how_long = "for good" if until is None else f"until {day_words(zone, until)}"
    kept = replace(alert, keep=Keep(by=by, at=now, until=until, reason=reason), ack=None, snooze=None)
    if not alert.is_open:
        # what waits for its confirmation must not open
        calm = (
            replace(kept, state=AlertState.ACTIVE, since=now, confirmed_at=None)
            if alert.state is AlertState.QUIET
            else kept
        )
        return _said(calm, StepKind.KEPT, f"is kept as it is {how_long}", by=by, now=now, why=reason)
    step = AlertStep(kind=StepKind.KEPT, at=now, by=by, what=f"is kept as it is {how_long}{_because(reason)}")
    end = closing(kept, f"it is kept as it is {how_long}", now)
    why = f", because {reason}" if reason else ""
    told = (replace(each, by=by, what=each.what + why) for each in end.steps)
    return _changed(end.alert, now, step, *told)


def unkeep(alert: Alert, *, by: str | None, now: datetime) -> AlertChange:
    """Watch the project again."""
    if alert.keep is None:
        raise UsageError("It is not kept.")
    return _said(replace(alert, keep=None), StepKind.KEEP_ENDED, "is watched again", by=by, now=now)


def archive_asked(alert: Alert, *, archived: bool, by: str | None, now: datetime) -> AlertChange:
    """Record that somebody wants its project in the archive, or out of it, before its source is asked.

    If nobody comes to record the outcome, this says so.
    """
    what = f"is to be {_archived(archived)}; if nothing more is said of that here, nobody knows whether it was"
    return _said(alert, StepKind.ARCHIVE_ASKED, what, by=by, now=now)


def archiving(alert: Alert, *, archived: bool, by: str | None, now: datetime) -> AlertChange:
    """Record that its project was put into the archive through us, or taken out of it."""
    return _said(alert, StepKind.ARCHIVE_ASKED, f"was {_archived(archived)}", by=by, now=now)


def archiving_failed(
    alert: Alert, why: str, *, archived: bool, sure: bool, by: str | None, now: datetime
) -> AlertChange:  # fmt: skip
    """Record that it was not done, or, unless that is sure, that it may have been.

    Args:
        alert: in any state.
        why: a few words of ours.
        archived: what was wanted.
        sure: whether the source certainly did nothing.
        by: who wanted it.
        now: aware UTC.
    """
    what = f"was not {_archived(archived)}" if sure else f"may or may not have been {_archived(archived)}"
    return _said(alert, StepKind.ARCHIVE_ASKED, what, by=by, now=now, why=why)


def _archived(archived: bool) -> str:  # noqa: FBT001 - what is wanted
    return "put into the archive" if archived else "taken out of the archive"


def _said(alert: Alert, kind: StepKind, what: str, *, by: str | None, now: datetime, why: str = "") -> AlertChange:
    return _changed(alert, now, AlertStep(kind=kind, at=now, by=by, what=what + _because(why)))


def _changed(alert: Alert, now: datetime, *steps: AlertStep) -> AlertChange:
    return AlertChange(alert=replace(alert, next_at=now), steps=steps)


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _must_be_open(alert: Alert, what: str) -> None:
    if not alert.is_open:
        raise UsageError(f"This alert has ended, so there is nothing to {what}.")


def _must_lie_within(until: datetime, now: datetime, longest: timedelta, what: str) -> None:
    if until <= now:
        raise UsageError(f"{what} ends in the future; that is over already.")
    if until > now + longest:
        raise UsageError(f"{what} lasts {longest.days} days at most.")
