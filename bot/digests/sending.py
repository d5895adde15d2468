"""Sending a message that is ready.

From `begin_posting` on it may be at Slack, so nothing is repeated unless Slack says that it certainly did not take it,
or a look into the channel does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.digests import policy, reasons
from bot.digests.jobs import delivery_key
from bot.digests.looking import look
from bot.digests.outcome import Arrived, Ended, InDoubt, Lost
from bot.errors import ChannelClosed, MaybePosted, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import DeliveryState, PauseKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.digests.outcome import Letter, Outcome
    from bot.digests.outside import Outside
    from bot.model import Delivery, Digest, Posted

log = structlog.get_logger(__name__)


async def send(outside: Outside, letter: Letter, delivery: Delivery, attempt: int, digest: Digest) -> Outcome:
    """Post a message, and find out what became of it.

    Raises:
        Lost: the claim was lost; nothing was sent.
        StoreError: the database could not be used; nothing was sent.
    """
    now = outside.clock.now()
    if not await outside.ledger.begin_posting(
        delivery.ref, attempt=attempt, snapshot=letter.snapshot, now=now, lease_until=now + outside.timing.lease
    ):
        raise Lost
    try:
        posted = await _post(outside, letter, delivery, digest, before=now + outside.timing.queue_within)
    except NotPosted as refusal:
        why, now = reasons.not_taken(refusal), outside.clock.now()
        return policy.again(delivery, digest, why, attempt=attempt, now=now, wait=refusal.wait)
    except NeverPosted as refusal:
        return Ended(state=DeliveryState.FAILED, reason=reasons.not_taken(refusal))
    except ChannelClosed as refusal:
        return _refused(refusal.reason, PauseKind.CHANNEL)
    except WorkspaceClosed as refusal:
        return _refused(reasons.workspace_closed(refusal), PauseKind.WORKSPACE)
    except Exception as error:  # whatever it is, the message may be there
        if not isinstance(error, MaybePosted | TimeoutError):
            log.exception("digest.attempt_failed", delivery=delivery_key(delivery), attempt=attempt)
        return await look(outside.messenger, delivery, digest, now=outside.clock.now()) or InDoubt()
    return Arrived(state=letter.state, posted=posted, reason=letter.reason)


async def _post(outside: Outside, letter: Letter, delivery: Delivery, digest: Digest, *, before: datetime) -> Posted:
    key = delivery_key(delivery)
    async with asyncio.timeout(outside.timing.work_within.total_seconds()):
        return await outside.messenger.post(digest.channel, letter.message, key=key, before=before)


def _refused(why: str, closed: PauseKind) -> Ended:
    return Ended(state=DeliveryState.FAILED, reason=why, closed=closed)
