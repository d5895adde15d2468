"""Letting digests rest, and waking them: by a person, and by ourselves; and watches, by ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.digests.due import due_at
from bot.errors import ChannelClosed
from bot.model import CardKind, DigestChange, PauseKind
from bot.schedules import slot_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Digest, Pause, Watch
    from bot.ports import Ledger, WatchLedger

log = structlog.get_logger(__name__)

MOST_TRIES = 40
"""How often we begin anew because somebody changed the digest at the same moment, or its next minute is taken.

Minutes are taken if they have come once and their zone was changed: at most a day and two hours of them.
"""


async def rest(ledger: Ledger, digest: Digest, pause: Pause) -> bool:
    """Let a digest rest; False if it is gone or rests already, or somebody changes it again and again.

    Raises:
        StoreError: our database could not be used.
    """
    change = paused(pause)
    current: Digest | None = digest
    for _ in range(MOST_TRIES):
        if current is None or current.pause is not None:
            return False
        if await ledger.pause_digest(current, pause, change):
            log.info("digest.paused", digest=digest.ref, kind=pause.kind.value, reason=pause.reason)
            return True
        current = await ledger.digest(digest.ref)
    return False


async def rest_all(ledger: Ledger, workspace: str, pause: Pause, *, channel: str | None) -> tuple[Digest, ...]:
    """Let all digests of a channel rest that do not yet, or of the workspace; returns them.

    Of several who find out at the same time that something is closed, one gets them all, and the others none.

    Raises:
        StoreError: our database could not be used.
    """
    rested = await ledger.pause_digests(workspace, pause, paused(pause), channel=channel)
    if rested:
        log.info("digests.paused", digests=len(rested), channel=channel, kind=pause.kind.value, reason=pause.reason)
    return rested


def paused(pause: Pause) -> DigestChange:
    """Return what is recorded of a digest or a watch that rests."""
    what = f"paused it because {pause.reason}" if pause.reason else "paused it"
    return DigestChange(at=pause.at, by=pause.by, what=what)


def ends_visibly(pause: Pause) -> bool:
    """Tell whether Slack shows when the reason of a pause is gone: a channel is archived or not, lets us in or not.

    It does not say who may post there. A digest that tried again every day would fail every day, and tell its owner.
    """
    return pause.kind is PauseKind.CHANNEL and not pause.reason.startswith(ChannelClosed.UNEXPLAINED)


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
    seen, after = digest.version, now
    for _ in range(MOST_TRIES):
        if current is None or current.pause is None:
            return False
        slot = slot_after(current.schedule, after)
        if await ledger.resume_digest(current, next_slot=slot, due_at=due_at(slot, current.channel), change=change):
            log.info("digest.resumed", digest=digest.ref, reason=why)
            return True
        current = await ledger.digest(digest.ref)
        unchanged = current is not None and current.version == seen
        seen, after = (seen, slot.at) if unchanged else (current.version if current else 0, now)
    return False


async def wake_watch(watches: WatchLedger, watch: Watch, *, now: datetime, why: str) -> bool:
    """Let a watch go on, and its cards tell what is still true; False if it is gone or awake, or is being changed.

    Raises:
        StoreError: our database could not be used.
    """
    if not await watches.pause_watch(watch, None, DigestChange(at=now, by=None, what=f"resumed it because {why}")):
        return False
    cards = await watches.cards_of(watch.workspace, CardKind.WATCH, watch.ref)
    await watches.look_at_cards({card.ref: now for card in cards})
    log.info("watch.resumed", watch=watch.ref, reason=why)
    return True
