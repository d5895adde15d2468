"""Letting a digest rest, and waking it: by a person, and by ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.digests.due import due_at
from bot.model import DigestChange
from bot.schedules import slot_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Digest, Pause
    from bot.ports import Ledger

log = structlog.get_logger(__name__)

MOST_TRIES = 5
"""How often we begin anew because somebody changed the digest at the same moment."""


async def rest(ledger: Ledger, digest: Digest, pause: Pause) -> bool:
    """Let a digest rest; False if it is gone or rests already, or somebody changes it again and again.

    Raises:
        StoreError: our database could not be used.
    """
    what = f"paused it because {pause.reason}" if pause.reason else "paused it"
    change = DigestChange(at=pause.at, by=pause.by, what=what)
    current: Digest | None = digest
    for _ in range(MOST_TRIES):
        if current is None or current.pause is not None:
            return False
        if await ledger.pause_digest(current, pause, change):
            log.info("digest.paused", digest=digest.ref, kind=pause.kind.value, reason=pause.reason)
            return True
        current = await ledger.digest(digest.ref)
    return False


async def wake(ledger: Ledger, digest: Digest, *, by: str | None, now: datetime, why: str = "") -> bool:
    """Let a digest go on from its next slot; False if it is gone or awake, or somebody changes it again and again.

    Args:
        ledger: where it is.
        digest: which rests.
        by: Slack id of the person; None for ourselves or the terminal.
        now: aware UTC.
        why: a part of a sentence, for the record.

    Raises:
        StoreError: our database could not be used.
    """
    change = DigestChange(at=now, by=by, what=f"resumed it because {why}" if why else "resumed it")
    current: Digest | None = digest
    for _ in range(MOST_TRIES):
        if current is None or current.pause is None:
            return False
        slot = slot_after(current.schedule, now)
        if await ledger.resume_digest(current, next_slot=slot, due_at=due_at(slot, current.channel), change=change):
            log.info("digest.resumed", digest=digest.ref, reason=why)
            return True
        current = await ledger.digest(digest.ref)
    return False
