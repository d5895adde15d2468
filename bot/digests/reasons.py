"""Why a delivery is where it is: plain words for people, kept in the ledger. Pure.

Times are wall times in the zone of the digest. They are read beside the day of the slot, so another day is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.digests.absences import overlapping
from bot.errors import MaybePosted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.answers import Lateness
    from bot.errors import MessengerError
    from bot.model import Delivery, Digest, Slot, Uptime

REMOVED_IN_DOUBT = "the digest was removed while this was being sent; nobody looked whether it arrived"
NO_SOURCE = "no source could be read"
_ONLY_THAT = ", and that is all it says"
ONLY_THAT_NO_SOURCE = f"{NO_SOURCE}{_ONLY_THAT}"
ANSWER_LOST = "Slack's answer was lost"
FOUND = "found in the channel after we had lost Slack's answer"
SHUT_DOWN = "Rollcall was being restarted"
UNFORESEEN = "something went wrong on our side; whoever runs Rollcall finds it in the log"
NOBODY_LOOKED = "it may have arrived: I could not look into the channel until it was too late"
NOT_THERE = "it got lost on its way to Slack"
THREAD_OPEN = "follow-ups may be missing from its thread"
BUSY = "more digests were due than Slack takes in that time"
NOT_IN_TIME = "I did not come to it in time"
A_CROWD: Final = 50
"""So many other deliveries may keep one waiting for longer than promised; a few do not."""

EDITED = "the digest was changed while this was being written"
_NOT_ASKED = {
    "too_late": "other messages to the channel came first",
    "no_turn": "it got no turn from our database",
}
"""By codes of `NotPosted` that are ours and not Slack's."""

COVERED = "the next digest covers it"
_ABSENCES_TOLD = 2
_ANSWERED = re.compile(r"internal_error|fatal_error|rollup_error|http_5\d\d")
"""Words of `MaybePosted` with which Slack did answer: something went wrong there, and some of it may have been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What was going on while a delivery waited."""

    others: int = 0
    """Other deliveries that were under way since it was due, or came to their end."""

    began_at: datetime | None = None
    """When its message was begun, if that was in time; None: it was not."""

    read_at: datetime | None = None
    """When sources could be read for it; None: they cannot."""

    unread: tuple[str, ...] = ()
    """Titles of those that cannot."""


def wall(at: datetime, zone: str, *, beside: datetime) -> str:
    """Write a moment as wall time: ``09:00``, or ``Mon 30 Mar 09:00`` if it is another day than `beside`."""
    there = ZoneInfo(zone)
    local, other = at.astimezone(there), beside.astimezone(there)
    if local.date() == other.date():
        return f"{local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def merged_into(newer: datetime, zone: str) -> str:
    """Say which digest speaks for this one."""
    there = newer.astimezone(ZoneInfo(zone))
    return f"merged into the digest of {there:%a} {there.day} {there:%b %H:%M}"


def also_missed(number: int, first: Slot, last: Slot) -> str:
    """Say which older slots have no row of their own."""
    if number == 1:
        return f"so was 1 before it, {_minute(first)}"
    return f"so were {number} before it, from {_minute(first)} to {_minute(last)}"


def _minute(slot: Slot) -> str:
    return slot.local.replace("T", " ")


def missed(missing: Delivery, now: datetime, absences: Sequence[Uptime], zone: str) -> str:
    """Say why a slot was not even planned in time."""
    away = overlapping(absences, missing.due_at, now)
    beside = missing.planned_at
    why = not_running(away, zone, beside=beside) or f"I came to it only at {wall(now, zone, beside=beside)}"
    return f"missed: {why}; {COVERED}"


def not_running(absences: Sequence[Uptime], zone: str, *, beside: datetime) -> str:
    """Say when nothing of ours ran, the longest stretches of it; empty if something always did."""
    if not absences:
        return ""
    longest = sorted(absences, key=lambda away: away.since - away.until)[:_ABSENCES_TOLD]
    spans = [_span(away, zone, beside=beside) for away in sorted(longest, key=lambda away: away.since)]
    return f"Rollcall was not running {' and '.join(spans)}"


def _span(away: Uptime, zone: str, *, beside: datetime) -> str:
    """Write a stretch; with the days of both ends if they differ, or with one if it is not the day of `beside`."""
    there = ZoneInfo(zone)
    within_a_day = away.since.astimezone(there).date() == away.until.astimezone(there).date()
    if within_a_day:
        return f"from {wall(away.since, zone, beside=beside)} to {wall(away.until, zone, beside=away.since)}"
    return f"from {wall(away.since, zone, beside=away.until)} to {wall(away.until, zone, beside=away.since)}"


def held_up(delivery: Delivery, absences: Sequence[Uptime], zone: str, known: Circumstances) -> str:
    """Say what kept a delivery waiting besides our absences: what its last attempt met, a source, or a queue.

    Args:
        delivery: which.
        absences: ours since it was due; they may be all that there is to say.
        zone: of the digest.
        known: what else was going on. What nobody knows is not made up.
    """
    if delivery.reason == NO_SOURCE and known.read_at is not None:
        return f"{NO_SOURCE} until {wall(known.read_at, zone, beside=delivery.planned_at)}"
    if delivery.reason or absences:
        return delivery.reason
    if delivery.attempts:
        return interrupted(delivery.attempts)
    if known.began_at is not None:
        return f"it waited for {', '.join(known.unread) or 'the sources'}"
    return BUSY if known.others >= A_CROWD else NOT_IN_TIME


def interrupted(times: int) -> str:
    """Say that attempts left no trace but their number: their processes were killed."""
    return f"Rollcall was interrupted while preparing it ({times} {'time' if times == 1 else 'times'})"


def too_late(
    delivery: Delivery, now: datetime, absences: Sequence[Uptime], zone: str, known: Circumstances
) -> str:  # fmt: skip
    """Say why a planned delivery is given up."""
    then = wall(now, zone, beside=delivery.planned_at)
    away = not_running(absences, zone, beside=delivery.planned_at)
    why = joined(held_up(delivery, absences, zone, known), away)
    return f"too late at {then}: {why}; {COVERED}"


def late(delivery: Delivery, lateness: Lateness, zone: str) -> str:
    """Say why a delivery was late."""
    planned = wall(lateness.planned_at, zone, beside=delivery.planned_at)
    sent = wall(lateness.sent_at, zone, beside=delivery.planned_at)
    away = not_running(lateness.absences, zone, beside=delivery.planned_at)
    return f"planned {planned}, sent {sent}: {joined(lateness.reason, away)}"


def both(late: str, note: str) -> str:
    """Say why a message is late and what there is to know of it, but nothing twice."""
    if note == ONLY_THAT_NO_SOURCE and late.endswith(NO_SOURCE):
        return f"{late}{_ONLY_THAT}"
    return joined(late, note)


def nothing_changed(since: datetime | None, zone: str, *, beside: datetime) -> str:
    """Say that there was nothing to say."""
    return f"nothing changed since {wall(since, zone, beside=beside)}" if since else "nothing changed"


def thread_incomplete(missing: int, total: int) -> str:
    """Say that what did not fit into the message did not all follow, as far as we know."""
    return f"{missing} of {total} follow-ups may be missing from its thread"


def joined(*parts: str) -> str:
    """Put several reasons into one."""
    return "; ".join(part for part in parts if part)


def waits_for(older: Delivery, zone: str, *, beside: datetime) -> str:
    """Say which older delivery of the same digest must come to its end first."""
    return f"the digest of {wall(older.planned_at, zone, beside=beside)} was still being sent"


def not_taken(error: MessengerError) -> str:
    """Say that Slack did not take it, in Slack's own word; or that we did not even ask."""
    return _NOT_ASKED.get(error.code) or f"Slack did not take it ({error.code})"


def doubt(error: Exception) -> str:
    """Say why nobody knows whether Slack took it."""
    code = error.code if isinstance(error, MaybePosted) else ""
    if not _ANSWERED.fullmatch(code):
        return ANSWER_LOST
    return f"Slack answered with an error ({code.removeprefix('http_')}) and may have taken it"


def cannot_look(why: str) -> str:
    """Say that it was perhaps sent, and that this stays so; `why` is a `doubt`."""
    return f"{why}; I may not look into the channel, so I do not send it again"


def found(why: str) -> str:
    """Say that it was sent after all; `why` is a `doubt`."""
    return FOUND if why == ANSWER_LOST else "found in the channel after Slack had answered with an error"


def workspace_closed(error: MessengerError) -> str:
    """Say why nothing can be posted at all."""
    return f"Slack takes nothing from Rollcall ({error.code})"


def unreadable(digest: Digest, sentence: str) -> str:
    """Say that the filters of a digest no longer mean anything."""
    return f"the filters `{digest.query}` cannot be read any more: {sentence}"
