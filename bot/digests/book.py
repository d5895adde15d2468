"""The digests of channels: what the words of the verb do, and who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.digests.due import due_at
from bot.digests.edits import Settings, what_changed
from bot.digests.resting import rest, wake
from bot.errors import ChangedMeanwhile, Forbidden, NoSuchDigest, UsageError
from bot.model import DigestChange, Pause, PauseKind
from bot.schedules import slot_after, slots

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from bot.model import Delivery, Digest, DigestDraft, EmptyPolicy, Schedule, Slot
    from bot.ports import Clock, Ledger

log = structlog.get_logger(__name__)

MOST_DIGESTS = 25
"""Digests of one channel: more is noise, and Slack takes one message a second."""

DELIVERIES_SHOWN = 20
CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of a digest so far; newest first."""

    deliveries: tuple[Delivery, ...]
    changes: tuple[DigestChange, ...]


class DigestBook:
    """Keeps the digests of one workspace. Every change is recorded, with who made it.

    A digest belongs to its channel: everybody there may change it, but only its owner or an admin may remove it.
    `by` is the Slack id of a person; None is the terminal, which counts as an admin. Every method may raise
    `StoreError`.

    Args:
        workspace: whose digests these are.
        ledger: where they are kept.
        clock: tells the time.
        admins: Slack ids of people who may remove any digest.
        nudge: asks the engine to look for work soon.
    """

    def __init__(
        self, workspace: str, ledger: Ledger, clock: Clock, admins: Collection[str], nudge: Callable[[], object]
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._admins = frozenset(admins)
        self._nudge = nudge

    # looking

    async def listed(self, channel: str) -> tuple[Digest, ...]:
        """Return the digests of a channel by number."""
        return await self._ledger.digests(self._workspace, channel)

    async def numbered(self, channel: str, number: int) -> Digest:
        """Return the digest of a channel with that number.

        Raises:
            NoSuchDigest: there is none.
        """
        there = await self.listed(channel)
        for digest in there:
            if digest.number == number:
                return digest
        raise NoSuchDigest(number, tuple(digest.number for digest in there))

    async def history(self, digest: Digest) -> History:
        """Return the newest deliveries of a digest, and who changed it."""
        return History(
            deliveries=await self._ledger.deliveries(digest, most=DELIVERIES_SHOWN),
            changes=await self._ledger.record_of(digest, most=CHANGES_SHOWN),
        )

    # changing

    async def add(self, draft: DigestDraft) -> Digest:
        """Keep a new digest.

        Raises:
            UsageError: the channel has the same one already, or as many as it may have.
        """
        await self._refuse_twins(draft.channel, Settings.of(draft))
        now = self._clock.now()
        slot = slot_after(draft.schedule, now)
        added = await self._ledger.add_digest(
            draft, next_slot=slot, due_at=due_at(slot, draft.channel), now=now, most=MOST_DIGESTS
        )
        if added is None:
            raise UsageError(
                f"This channel has {MOST_DIGESTS} digests, the most there can be. "
                "Remove one first; `digest list` shows them."
            )
        log.info("digest.added", digest=added.ref, channel=added.channel, number=added.number)
        return added

    async def edit(
        self,
        digest: Digest,
        by: str | None,
        *,
        query: str | None = None,
        schedule: Schedule | None = None,
        empty: EmptyPolicy | None = None,
    ) -> Digest:
        """Change what is given and leave the rest.

        Raises:
            UsageError: it is like that already, or another one of the channel is.
            ChangedMeanwhile: somebody else was faster.
        """
        before = Settings.of(digest)
        after = before.but(query=query, schedule=schedule, empty=empty)
        if after == before:
            raise UsageError(f"Digest {digest.number} is like that already; I changed nothing.")
        await self._refuse_twins(digest.channel, after)
        now = self._clock.now()
        change = DigestChange(at=now, by=by, what=what_changed(before, after))
        for slot in _next_after_edit(digest, after.schedule, now):
            if await self._edited(digest, after, slot, change):
                log.info("digest.edited", digest=digest.ref)
                break
            if (await self._fresh(digest)).version != digest.version:
                raise ChangedMeanwhile
        return await self._fresh(digest)

    async def _edited(self, digest: Digest, wanted: Settings, slot: Slot | None, change: DigestChange) -> bool:
        return await self._ledger.edit_digest(
            digest,
            query=wanted.query,
            schedule=wanted.schedule,
            empty=wanted.empty,
            next_slot=slot,
            due_at=due_at(slot, digest.channel) if slot is not None else None,
            change=change,
        )

    async def pause(self, digest: Digest, by: str | None) -> Digest:
        """Let a digest rest until a person resumes it; nothing happens if it does so already.

        One that rests because its channel is closed would go on by itself; from now on it does not.

        Raises:
            ChangedMeanwhile: somebody else was faster.
        """
        now = self._clock.now()
        if digest.pause is not None and digest.pause.kind is not PauseKind.PERSON:
            await wake(self._ledger, digest, by=by, now=now, why="it is to be paused by hand")
            digest = await self._fresh(digest)
        if digest.pause is None:
            await rest(self._ledger, digest, Pause(kind=PauseKind.PERSON, at=now, reason="", by=by))
        return await self._fresh(digest, rests=True)

    async def resume(self, digest: Digest, by: str | None) -> Digest:
        """Let a digest go on, whyever it rests; nothing happens if it does not.

        Raises:
            ChangedMeanwhile: somebody else was faster.
        """
        await wake(self._ledger, digest, by=by, now=self._clock.now())
        return await self._fresh(digest, rests=False)

    def may_remove(self, digest: Digest, by: str | None) -> bool:
        """Tell whether somebody may remove a digest: its owner, an admin, the terminal."""
        return by is None or by == digest.owner or by in self._admins

    async def remove(self, digest: Digest, by: str | None) -> None:
        """Remove a digest for good.

        Raises:
            Forbidden: only its owner or an admin may.
            ChangedMeanwhile: somebody else was faster.
        """
        if not self.may_remove(digest, by):
            raise Forbidden("remove this digest", "its owner or an admin" if digest.owner else "an admin")
        change = DigestChange(at=self._clock.now(), by=by, what="removed it")
        if not await self._ledger.remove_digest(digest, change):
            raise ChangedMeanwhile
        log.info("digest.removed", digest=digest.ref)

    async def run(self, digest: Digest, by: str | None, key: str) -> Delivery | None:
        """Plan one message besides the schedule, and have it sent soon; a resting digest, too.

        Args:
            digest: which.
            by: who wants it.
            key: of the request; who repeats it gets None, and no second message.
        """
        planned = await self._ledger.plan_manual(digest, slot=key, by=by, now=self._clock.now())
        self._nudge()
        return planned

    # inside

    async def _refuse_twins(self, channel: str, wanted: Settings) -> None:
        for digest in await self.listed(channel):
            if Settings.of(digest) == wanted:
                number = digest.number
                raise UsageError(f"That is digest {number} of this channel already; `digest show {number}` shows it.")

    async def _fresh(self, digest: Digest, *, rests: bool | None = None) -> Digest:
        """Read a digest anew.

        Raises:
            ChangedMeanwhile: it is gone, or does not rest as it should.
        """
        fresh = await self._ledger.digest(digest.ref)
        if fresh is None or rests not in {None, fresh.pause is not None}:
            raise ChangedMeanwhile
        return fresh


def _next_after_edit(digest: Digest, schedule: Schedule, now: datetime) -> Iterator[Slot | None]:
    """Return what may be the next slot, the first one first: some wall times may have come already in another zone.

    With the same schedule, a slot that has come and is not planned yet stays due.
    """
    if digest.next is None or schedule == digest.schedule:
        return iter([digest.next])
    return iter(slots(schedule, now))
