"""What did not fit into a digest follows in its thread.

Only after the ledger has the digest as sent: so nothing here can send it again. A crash costs what was not posted by
then, never a double, since nobody begins a thread anew. The ledger names that hole, too: until all of it was taken, the
reason of the delivery says that follow-ups may be missing. Of a digest whose process died before that, and that was
then found in the channel, the reason says just so: what would have followed died with the process.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.digests import reasons
from bot.digests.jobs import delivery_key
from bot.errors import MessengerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator
    from datetime import datetime

    from bot.digests.outcome import Arrived
    from bot.digests.outside import Outside
    from bot.digests.recorder import Recorder
    from bot.model import Delivery
    from bot.views.digest_thread import Thread

log = structlog.get_logger(__name__)


def with_open_thread(arrived: Arrived, thread: Thread) -> Arrived:
    """Return what is to be noted of a digest before its thread is begun."""
    if not thread:
        return arrived
    return replace(arrived, reason=reasons.joined(arrived.reason, reasons.THREAD_OPEN))


async def follow(outside: Outside, thread: Thread, arrived: Arrived, recorder: Recorder) -> None:
    """Post what belongs below a digest, and note how much of it was not taken; nothing that goes wrong breaks anything.

    Args:
        outside: speaks at Slack.
        thread: what to post.
        arrived: the digest, with its reason as it was before `with_open_thread`.
        recorder: notes.
    """
    if not thread:
        return
    delivery, before = recorder.delivery, outside.clock.now() + outside.timing.queue_within
    missing = 0
    for part, sending in enumerate(_parts(outside, thread, arrived, delivery, before), start=1):
        missing += not await _taken(sending, delivery, part)
    why = reasons.thread_incomplete(missing, len(thread)) if missing else ""
    await recorder.remark(reasons.joined(arrived.reason, why))


def _parts(
    outside: Outside, thread: Thread, arrived: Arrived, delivery: Delivery, before: datetime
) -> Iterator[Awaitable[object]]:
    """Yield one sending after the other, in the order in which they are read."""
    channel, timestamp, key = arrived.posted.channel, arrived.posted.ts, delivery_key(delivery)
    for number, reply in enumerate(thread.replies, start=1):
        yield outside.messenger.post(channel, reply, key=f"{key}:{number}", thread=timestamp, before=before)
    if thread.file is not None:
        yield outside.messenger.attach(channel, thread.file, thread=timestamp, before=before)


async def _taken(sending: Awaitable[object], delivery: Delivery, part: int) -> bool:
    """Tell whether Slack has certainly taken a part; if not, the log has why."""
    try:
        await sending
    except MessengerError as refusal:
        log.warning("digest.follow_up_lost", delivery=delivery_key(delivery), part=part, error=refusal.code)
        return False
    except Exception:
        log.exception("digest.follow_up_lost", delivery=delivery_key(delivery), part=part)
        return False
    return True
