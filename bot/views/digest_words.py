"""Words for digests: what is stored as commands, schedules, moments, and what became of a delivery. Plain text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, DeliveryState, EmptyPolicy, PauseKind
from bot.schedules import print_schedule
from bot.views.blocks import clip, one_line

if TYPE_CHECKING:
    from bot.model import Delivery, Digest, DigestDraft, Pause

DELIVERY_MARKS: dict[DeliveryState, str] = {
    DeliveryState.PLANNED: "🕒",
    DeliveryState.CLAIMED: "⏳",
    DeliveryState.POSTING: "⏳",
    DeliveryState.POSTED: "✅",
    DeliveryState.LATE: "⏰",
    DeliveryState.SKIPPED: "⏭️",
    DeliveryState.FAILED: "❌",
    DeliveryState.UNKNOWN: "❓",
}
DELIVERY_WORDS: dict[DeliveryState, str] = {
    DeliveryState.PLANNED: "planned",
    DeliveryState.CLAIMED: "being written",
    DeliveryState.POSTING: "being sent",
    DeliveryState.POSTED: "posted",
    DeliveryState.LATE: "posted late",
    DeliveryState.SKIPPED: "skipped",
    DeliveryState.FAILED: "failed",
    DeliveryState.UNKNOWN: "perhaps posted",
}
PAUSED = "⏸️"
WAITING = "🕒"

EMPTY_WORDS: dict[EmptyPolicy, str] = {
    EmptyPolicy.SKIP: "nothing is posted, but a sign of life every 7 days",
    EmptyPolicy.LINE: "one line is posted",
    EmptyPolicy.FULL: "the whole digest is posted all the same",
}
"""What happens when nothing changed."""

BY_HAND = "by hand"
REASON_WIDTH = 120
_WEEK = timedelta(days=6)


# --- settings ----------------------------------------------------------------------------------------------------


def schedule_of(digest: Digest | DigestDraft) -> str:
    """Return a schedule in plain words, with its zone."""
    return print_schedule(digest.schedule)


def settings_of(digest: Digest | DigestDraft) -> str:
    """Write what is stored as it would be typed: ``"daily at 09:00 Europe/Berlin" source:streampixel empty:skip``."""
    parts = (f'"{schedule_of(digest)}"', digest.query, f"empty:{digest.empty.value}")
    return " ".join(part for part in parts if part)


def add_command(digest: Digest | DigestDraft) -> str:
    """Return the command that would make such a digest."""
    return f"digest add {settings_of(digest)}"


def edit_command(digest: Digest | DigestDraft, number: int = 9999) -> str:
    """Return the command that would give a digest these settings; its number may not be known yet."""
    return f"digest edit {number} {settings_of(digest)}"


def edit_hint(digest: Digest) -> str:
    """Say how to change a digest, with commands to copy, one on each line."""
    edit = f"digest edit {digest.number}"
    return "\n".join(
        (
            "To change it, write what shall be different:",
            f'`{edit} "daily at 8:00"`  the schedule',
            f"`{edit} source:streampixel`  all filters; `source:any` for all projects",
            f"`{edit} empty:line`  what to post when nothing changed",
            f"`{edit_command(digest, digest.number)}`  everything, as it is now",
        )
    )


def asked_for(digest: Digest) -> str:
    """Say which projects a digest is about: its filters, or that there are none."""
    return digest.query or "all projects"


# --- moments -----------------------------------------------------------------------------------------------------


def zone_of(digest: Digest) -> ZoneInfo:
    """Return the zone of a digest's schedule."""
    return ZoneInfo(digest.schedule.zone)


def wall_clock(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Write a moment on the wall clock of a zone: ``Mon 09:00`` within six days, otherwise with its date."""
    local = at.astimezone(zone)
    if abs(at - now) < _WEEK:
        return f"{local:%a %H:%M}"
    return dated(local)


def dated(local: datetime, year: int | None = None) -> str:
    """Write a wall time with its date: ``Mon 23 Nov 2026 09:00``; `year` goes without saying."""
    return f"{local:%a} {local.day} {local:%b}{'' if local.year == year else f' {local.year}'} {local:%H:%M}"


def on_day(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Write a moment on the wall clock of a zone with its date, for what stays to be read: ``Mon 23 Nov 09:00``."""
    return dated(at.astimezone(zone), now.astimezone(zone).year)


def planned_for(delivery: Delivery, zone: ZoneInfo, now: datetime) -> str:
    """Say for when a delivery was planned, on the digest's own clock; this year goes without saying."""
    year = now.astimezone(zone).year
    if delivery.kind is DeliveryKind.MANUAL:
        return f"{dated(delivery.planned_at.astimezone(zone), year)}, {BY_HAND}"
    return dated(datetime.fromisoformat(delivery.slot), year)  # the clocks of the zone may have skipped this minute


# --- deliveries --------------------------------------------------------------------------------------------------


def last_words(digest: Digest, now: datetime) -> str:
    """Say how the last slot went, with its sign and why: ``⏭️ Mon 09:00: skipped (nothing changed)``."""
    mark = f"{DELIVERY_MARKS[digest.last.state]} " if digest.last else ""
    return f"{mark}{last_told(digest, now)}"


def last_told(digest: Digest, now: datetime) -> str:
    """Say the same without its sign."""
    reason = last_reason(digest)
    return f"{last_state(digest, now)}{f' ({reason})' if reason else ''}"


def last_state(digest: Digest, now: datetime) -> str:
    """Say for when the last slot was planned and what became of it: ``Mon 09:00: posted late``."""
    if digest.last is None:
        return "nothing posted yet"
    return f"{wall_clock(digest.last.planned_at, zone_of(digest), now)}: {DELIVERY_WORDS[digest.last.state]}"


def last_reason(digest: Digest, width: int = REASON_WIDTH) -> str:
    """Say why the last slot went as it did; empty if there is nothing to say."""
    return clip(one_line(digest.last.reason), width) if digest.last else ""


def next_words(digest: Digest, now: datetime) -> str:
    """Say when a digest is due on its own clock, or why it is not."""
    if digest.pause is not None:
        return pause_words(digest.pause)
    return f"next {wall_clock(digest.next.at, zone_of(digest), now)}" if digest.next else "nothing is due"


def pause_words(pause: Pause) -> str:
    """Say why a digest rests, without who and when."""
    if pause.kind is PauseKind.PERSON:
        return "paused until somebody resumes it"
    return f"paused because {one_line(pause.reason)}; it goes on by itself once that is mended"
