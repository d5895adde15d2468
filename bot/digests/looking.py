"""Was it sent? Looking for a message whose answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.digests import policy, reasons
from bot.digests.jobs import delivery_key
from bot.digests.outcome import Arrived, Ended
from bot.errors import CannotLook, ChannelClosed, WorkspaceClosed
from bot.model import DeliveryState, PauseKind

if TYPE_CHECKING:
    from bot.digests.outcome import Outcome
    from bot.model import Delivery, Digest, Posted
    from bot.ports import Messenger

log = structlog.get_logger(__name__)

CLOCKS_APART = timedelta(minutes=10)
"""How far Slack's clock may be behind ours."""


async def look(
    messenger: Messenger,
    delivery: Delivery,
    digest: Digest,
    *,
    attempt: int,
    now: datetime,
    doubt: str = reasons.ANSWER_LOST,
) -> Outcome | None:
    """Look into the channel for a message that may be there; None: it is not.

    Whoever cannot look does not send again: a digest prefers a hole to a double. If Slack cannot be asked just now,
    the message stays in mid-air, and later attempts look again, until it is too late to send it. `doubt` says why
    nobody knows.
    """
    try:
        found = await messenger.find(digest.channel, delivery_key(delivery), since=delivery.due_at - CLOCKS_APART)
    except (CannotLook, ChannelClosed):
        return Ended(state=DeliveryState.UNKNOWN, reason=reasons.cannot_look(doubt))
    except WorkspaceClosed as refusal:
        why = reasons.workspace_closed(refusal)
        return Ended(state=DeliveryState.UNKNOWN, reason=why, closed=PauseKind.WORKSPACE)
    except Exception as error:  # noqa: BLE001 - whatever it is, the message may be there
        log.warning("digest.look_failed", delivery=delivery_key(delivery), error=type(error).__name__)
        if now > policy.deadline(delivery, digest):
            return Ended(state=DeliveryState.UNKNOWN, reason=reasons.NOBODY_LOOKED)
        return policy.in_doubt(delivery, digest, attempt=attempt, now=now)
    if found is None:
        return None
    late = policy.is_late(delivery, _sent_at(found, now))
    state = DeliveryState.LATE if late else DeliveryState.POSTED
    return Arrived(state=state, posted=found, reason=reasons.found(doubt))


def _sent_at(posted: Posted, now: datetime) -> datetime:
    """Read the moment out of a timestamp of Slack's: seconds since 1970 and a serial number."""
    try:
        return datetime.fromtimestamp(float(posted.ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now
