"""What to do with a delivery: how much to say, when to try again, and when to give up. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answers import DigestForm
from bot.digests.outcome import Ended, InDoubt, PutOff
from bot.model import SIGN_OF_LIFE_AFTER, DeliveryKind, DeliveryState, EmptyPolicy
from bot.schedules import grace, slot_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.answers import DigestReport
    from bot.errors import NotPosted
    from bot.model import Delivery, Digest

PROMISE = timedelta(minutes=5)
"""A digest that is sent later than that after it was due says that it is late, and why."""

MANUAL_GRACE = timedelta(hours=1)
"""Who pressed Run now does not wait for longer."""

UNREADABLE_FOR = timedelta(minutes=60)
"""How long a digest waits for the first source that can be read."""

LAST_CALL = timedelta(minutes=2)
"""The last attempt is made so long before it is too late even to say that no source could be read."""

JUST_AFTER = timedelta(seconds=1)

MOST_ATTEMPTS = 5
"""After so many, a refusal in a word that we do not know counts as one for good."""

READING_AGAIN: Sequence[timedelta] = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15))
POSTING_AGAIN: Sequence[timedelta] = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300))
LOOKING_AGAIN: Sequence[timedelta] = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 5, 10))
"""The pauses after the first, second … attempt; the last one stays."""


def deadline(delivery: Delivery, digest: Digest) -> datetime:
    """Return the moment after which a delivery is not sent any more."""
    manual = delivery.kind is DeliveryKind.MANUAL
    return delivery.planned_at + (MANUAL_GRACE if manual else grace(digest.schedule))


def is_late(delivery: Delivery, sent_at: datetime) -> bool:
    """Tell whether a message is later than promised; what a person asked for is never."""
    return delivery.kind is DeliveryKind.SLOT and sent_at > delivery.due_at + PROMISE


def after(pauses: Sequence[timedelta], attempt: int) -> timedelta:
    """Return the pause after an attempt, counted from 1."""
    return pauses[min(attempt, len(pauses)) - 1]


def read_again_at(delivery: Delivery, digest: Digest, *, attempt: int, now: datetime) -> datetime | None:
    """Return when to ask sources again of which none could be read; None: say so now."""
    if delivery.kind is DeliveryKind.MANUAL:
        return None
    until = min(delivery.due_at + UNREADABLE_FOR, deadline(delivery, digest) - LAST_CALL)
    return min(now + after(READING_AGAIN, attempt), until) if now < until else None


def again(
    delivery: Delivery, digest: Digest, reason: str, *, attempt: int, now: datetime, wait: timedelta | None = None
) -> PutOff | Ended:
    """Try again what was certainly not sent, or let it fail if that would be too late.

    Args:
        delivery: what was not sent.
        digest: whose it is.
        reason: why not.
        attempt: which attempt that was, from 1.
        now: aware UTC.
        wait: how long Slack asks us to wait, if it does.
    """
    until = now + (after(POSTING_AGAIN, attempt) if wait is None else wait)
    if until > deadline(delivery, digest):
        return Ended(state=DeliveryState.FAILED, reason=reason)
    return PutOff(until=until, reason=reason)


def is_final(refusal: NotPosted, reason: str, delivery: Delivery, *, attempt: int) -> bool:
    """Tell whether a refusal is as good as one for good: a word that we do not know, again and again."""
    return not refusal.understood and attempt >= MOST_ATTEMPTS and delivery.reason == reason


def in_doubt(delivery: Delivery, digest: Digest, *, attempt: int, now: datetime) -> InDoubt:
    """Leave a message in mid-air until the next look; the last one is when it has become too late to send it."""
    too_late = max(deadline(delivery, digest) + JUST_AFTER, now + LOOKING_AGAIN[0])
    return InDoubt(until=min(now + after(LOOKING_AGAIN, attempt), too_late))


def as_long_as_it_may_help(
    delivery: Delivery, digest: Digest, reason: str, *, attempt: int, now: datetime
) -> PutOff | Ended:
    """Try again what goes wrong on our side until it is nearly too late: another process may know better, or a repair.

    Attempts are no measure of it: most of them may have been for other reasons.
    """
    until = deadline(delivery, digest) - LAST_CALL
    if now >= until:
        return Ended(state=DeliveryState.FAILED, reason=reason)
    return PutOff(until=min(now + after(READING_AGAIN, attempt), until), reason=reason)


def form_of(
    report: DigestReport, delivery: Delivery, *, changed: bool, delivered_at: datetime | None, now: datetime
) -> DigestForm | None:
    """Return how much a digest says; None: nothing.

    Only where everything could be compared, silence means that nothing changed.

    Args:
        report: what it could say.
        delivery: what it is for.
        changed: whether there is a difference to what it is compared with.
        delivered_at: when the last message of its schedule was sent; None: there was none.
        now: aware UTC.
    """
    digest = report.digest
    if changed or report.since is None or delivery.kind is DeliveryKind.MANUAL or digest.empty is EmptyPolicy.FULL:
        return DigestForm.FULL
    if digest.empty is EmptyPolicy.LINE or report.not_compared or _silent_too_long(digest, delivered_at, now):
        return DigestForm.LINE
    return None


def _silent_too_long(digest: Digest, delivered_at: datetime | None, now: datetime) -> bool:
    """Tell whether the next slot would break the silence too late."""
    return delivered_at is None or slot_after(digest.schedule, now).at - delivered_at > SIGN_OF_LIFE_AFTER
