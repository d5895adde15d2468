"""Which messages a digest owes by now. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from bot.digests import reasons
from bot.model import Delivery, DeliveryKind, DeliveryState, Plan
from bot.schedules import grace, runs, slot_after, slots, spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Digest, Schedule, Slot, Uptime
    from bot.schedules import Run

_MINUTE = timedelta(minutes=1)
"""The least by which two slots are apart."""

MOST_SKIPPED = 50
"""Missed slots that get a row of their own; older ones are told by the oldest of these rows."""


@dataclass(frozen=True, slots=True)
class _Come:
    """The slots that have come."""

    count: int
    first: Slot
    newest: tuple[Slot, ...]
    """Oldest first, as many as may matter."""

    following: Slot


def due_at(slot: Slot, channel: str) -> datetime:
    """Return when a slot may be sent, aware UTC: channels are spread, because everybody likes full hours."""
    return slot.at + spread(channel)


def coming_runs(digest: Digest, now: datetime, *, count: int) -> tuple[Run, ...]:
    """Return the next runs as they are promised, none of a digest that rests.

    The first is the digest's own next slot and not just that of its schedule: after a change of zone they may differ.
    """
    if digest.pause is not None or digest.next is None:
        return ()
    return runs(digest.schedule, after=max(now, digest.next.at - _MINUTE), count=count)


def comes(schedule: Schedule, delivery: Delivery) -> bool:
    """Tell whether a delivery's slot is one of a schedule, which may have been changed since it was planned."""
    slot = slot_after(schedule, delivery.planned_at - _MINUTE)
    return (slot.local, slot.at) == (delivery.slot, delivery.planned_at)


def plan_for(digest: Digest, now: datetime, absences: Sequence[Uptime] = ()) -> Plan:
    """Plan all slots that have come since the digest was planned last.

    The newest is to be sent, if it is not too late for it; it covers the older ones. What is missed is a row too. The
    rows are in order, the oldest first, and their `Delivery.ref` is 0.

    Args:
        digest: not resting.
        now: aware UTC.
        absences: stretches in which nothing of ours ran, for the reasons of what was missed.

    Raises:
        ValueError: the digest rests, or its schedule never comes again.
    """
    if digest.next is None:
        raise ValueError(f"digest {digest.ref} rests")
    come = _come(digest, digest.next, now)
    following = due_at(come.following, digest.channel)
    if not come.newest:
        return Plan(digest=digest, deliveries=(), next_slot=come.following, due_at=following)
    *missed, newest = come.newest
    if now > newest.at + grace(digest.schedule):
        rows = _too_late(digest, come, now, absences)
    else:
        rows = _merged(digest, come, missed[-MOST_SKIPPED:], newest, now)
    return Plan(digest=digest, deliveries=rows, next_slot=come.following, due_at=following)


def _come(digest: Digest, first: Slot, now: datetime) -> _Come:
    newest: deque[Slot] = deque(maxlen=MOST_SKIPPED + 2)
    for count, slot in enumerate(chain([first], slots(digest.schedule, first.at))):
        if due_at(slot, digest.channel) > now:
            return _Come(count, first, tuple(newest), slot)
        newest.append(slot)
    raise ValueError(f"never comes again: {digest.schedule.cron}")


def _merged(digest: Digest, come: _Come, missed: Sequence[Slot], newest: Slot, now: datetime) -> tuple[Delivery, ...]:
    why = reasons.merged_into(newest.at, digest.schedule.zone)
    skipped = _skipped(digest, come, missed, [why] * len(missed), of=come.count - 1, now=now)
    return (*skipped, replace(_row(digest, newest), merged=come.count - 1))


def _too_late(digest: Digest, come: _Come, now: datetime, absences: Sequence[Uptime]) -> tuple[Delivery, ...]:
    missed = come.newest[-MOST_SKIPPED:]
    why = [reasons.missed(_row(digest, slot), now, absences, digest.schedule.zone) for slot in missed]
    return _skipped(digest, come, missed, why, of=come.count, now=now)


def _skipped(
    digest: Digest, come: _Come, missed: Sequence[Slot], why: Sequence[str], *, of: int, now: datetime
) -> tuple[Delivery, ...]:
    """Return the rows of the newest missed slots; the oldest row speaks for the others `of` them all."""
    rows = [
        replace(_row(digest, slot), state=DeliveryState.SKIPPED, reason=reason, finished_at=now)
        for slot, reason in zip(missed, why, strict=True)
    ]
    silent = of - len(rows)
    if silent:
        last = come.newest[come.newest.index(missed[0]) - 1]
        rows[0] = replace(rows[0], reason=f"{why[0]}; {reasons.also_missed(silent, come.first, last)}")
    return tuple(rows)


def _row(digest: Digest, slot: Slot) -> Delivery:
    return Delivery(
        ref=0,
        digest=digest.ref,
        kind=DeliveryKind.SLOT,
        slot=slot.local,
        planned_at=slot.at,
        due_at=due_at(slot, digest.channel),
        state=DeliveryState.PLANNED,
    )
