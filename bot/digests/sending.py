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
from bot.digests.outcome import Arrived, Ended, Lost, PutOff
from bot.errors import ChannelClosed, MaybePosted, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import DeliveryKind, DeliveryState, PauseKind
from bot.model.ledger_words import REMOVED, rests

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
        delivery.ref,
        attempt=attempt,
        version=digest.version,
        snapshot=letter.snapshot,
        now=now,
        lease_until=now + outside.timing.lease,
    ):
        return await _overtaken(outside, delivery, digest)
    return await _sent(outside, letter, delivery, attempt, digest, now=now)


async def _sent(
    outside: Outside, letter: Letter, delivery: Delivery, attempt: int, digest: Digest, *, now: datetime
) -> Outcome:
    try:
        posted = await _post(outside, letter, delivery, digest, before=now + outside.timing.queue_within)
    except NotPosted as refusal:
        return _not_taken(refusal, delivery, attempt, digest, now=outside.clock.now())
    except NeverPosted as refusal:
        return Ended(state=DeliveryState.FAILED, reason=reasons.not_taken(refusal))
    except ChannelClosed as refusal:
        return _refused(refusal.reason, PauseKind.CHANNEL)
    except WorkspaceClosed as refusal:
        return _refused(reasons.workspace_closed(refusal), PauseKind.WORKSPACE)
    except Exception as error:  # whatever it is, the message may be there
        if not isinstance(error, MaybePosted | TimeoutError):
            log.exception("digest.attempt_failed", delivery=delivery_key(delivery), attempt=attempt)
        now, doubt = outside.clock.now(), reasons.doubt(error)
        seen = await look(outside.messenger, delivery, digest, attempt=attempt, now=now, doubt=doubt)
        return seen or policy.in_doubt(delivery, digest, attempt=attempt, now=now)
    return Arrived(state=letter.state, posted=posted, reason=letter.reason)


async def _overtaken(outside: Outside, delivery: Delivery, digest: Digest) -> Outcome:
    """Tell why a message must not be sent: somebody who was told so has stopped or changed its digest meanwhile.

    Raises:
        Lost: nobody has; so the claim was lost.
    """
    current = await outside.ledger.digest(digest.ref)
    if current is None:
        return Ended(state=DeliveryState.SKIPPED, reason=REMOVED)
    if current.pause is not None and delivery.kind is DeliveryKind.SLOT:
        return Ended(state=DeliveryState.SKIPPED, reason=rests(current.pause))
    if current.version == digest.version:
        raise Lost
    return PutOff(until=outside.clock.now(), reason=delivery.reason or reasons.EDITED)


async def _post(outside: Outside, letter: Letter, delivery: Delivery, digest: Digest, *, before: datetime) -> Posted:
    key = delivery_key(delivery)
    async with asyncio.timeout(outside.timing.work_within.total_seconds()):
        return await outside.messenger.post(digest.channel, letter.message, key=key, before=before)


def _not_taken(refusal: NotPosted, delivery: Delivery, attempt: int, digest: Digest, *, now: datetime) -> Outcome:
    why = reasons.not_taken(refusal)
    if policy.is_final(refusal, why, delivery, attempt=attempt):
        return Ended(state=DeliveryState.FAILED, reason=why)
    return policy.again(delivery, digest, why, attempt=attempt, now=now, wait=refusal.wait)


def _refused(why: str, closed: PauseKind) -> Ended:
    return Ended(state=DeliveryState.FAILED, reason=why, closed=closed)
