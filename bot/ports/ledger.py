"""Digests and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.model import (
        Delivery,
        DeliveryState,
        Digest,
        DigestChange,
        DigestDraft,
        EmptyPolicy,
        Pause,
        PauseKind,
        Plan,
        Posted,
        Schedule,
        Slot,
        Snapshot,
        Uptime,
        Waiting,
    )


class Ledger(Protocol):
    """Our database, as far as it plans and records messages.

    Every method may raise `StoreError`, and nothing else. All may be called concurrently, by several processes; each is
    one transaction. A method that takes `version` or `attempt` changes nothing and returns False (or None) if somebody
    else was faster: that, and not timing, keeps two processes from doing a thing twice.
    """

    # digests

    async def add_digest(
        self, draft: DigestDraft, *, next_slot: Slot, due_at: datetime, now: datetime, most: int
    ) -> Digest | None:
        """Keep a new digest with the next free number of its channel, and record who added it.

        None if the channel has `most` digests already.
        """
        ...

    async def digests(self, workspace: str, channel: str) -> tuple[Digest, ...]:
        """Return the digests of a channel by number, each with its newest finished slot; removed ones are not."""
        ...

    async def digest(self, ref: int) -> Digest | None:
        """Return one digest, unless it was removed."""
        ...

    async def edit_digest(
        self,
        digest: Digest,
        *,
        query: str,
        schedule: Schedule,
        empty: EmptyPolicy,
        next_slot: Slot | None,
        due_at: datetime | None,
        change: DigestChange,
    ) -> bool:
        """Change a digest and record it; False if it has another version by now, or its next slot is taken.

        A changed query forgets the snapshot. If the schedule changed, slots that are planned and were never attempted
        are forgotten, for nothing is promised under the old one; those that were attempted are skipped. A slot is
        taken if another delivery stays under its wall time: there is one for each.
        """
        ...

    async def pause_digest(self, digest: Digest, pause: Pause, change: DigestChange) -> bool:
        """Let a digest rest; its slots that are only planned are skipped, what was run by hand is still sent.

        False if it has another version by now, or rests.
        """
        ...

    async def pause_digests(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Digest, ...]:
        """Let all digests rest that do not yet, in one channel or in all, as `pause_digest` does with one.

        Returns them as they rest now, by `Digest.ref`. Of two callers at the same time one gets them all.
        """
        ...

    async def resume_digest(self, digest: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange) -> bool:
        """Wake a digest; slots that passed while it rested are no deliveries.

        False if it has another version, does not rest, or its next slot is taken: see `edit_digest`.
        """
        ...

    async def paused_digests(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Digest, ...]:
        """Return the digests that rest for this reason, in one channel or in all."""
        ...

    async def remove_digest(self, digest: Digest, change: DigestChange) -> bool:
        """Remove a digest and skip all that is only planned; its record and deliveries stay in the database.

        False if it has another version.
        """
        ...

    async def record_of(self, digest: Digest, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a digest, newest first."""
        ...

    # planning

    async def due_digests(self, workspace: str, now: datetime, *, most: int) -> tuple[Digest, ...]:
        """Return digests whose next slot may be sent by now, the longest due first."""
        ...

    async def awake_digests(self, workspace: str, *, after: int, most: int) -> tuple[Digest, ...]:
        """Return digests that do not rest and whose `Digest.ref` is higher than that, the lowest first."""
        ...

    async def plan(
        self,
        digest: Digest,
        deliveries: Sequence[Delivery],
        *,
        next_slot: Slot,
        due_at: datetime,
    ) -> bool:
        """Write the slots that have come as rows, and move on to the next.

        `Delivery.ref` of the given ones means nothing. False, and nothing is written, if the digest's next slot or
        version is not what `digest` says, or it rests or is gone. A row that exists already stays as it is, which is
        logged.
        """
        ...

    async def plan_many(self, plans: Sequence[Plan]) -> int:
        """Do what `plan` does for many digests in one transaction: twenty times as fast.

        Returns how many were still as they were seen; the others are left as they are.
        """
        ...

    async def plan_manual(self, digest: Digest, *, slot: str, by: str | None, now: datetime) -> Delivery | None:
        """Write a delivery that a person asked for; None if there is one with this key, or the digest is gone."""
        ...

    async def waiting(self, workspace: str, now: datetime, *, most: int) -> tuple[Waiting, ...]:
        """Return deliveries that somebody should work on, the longest due first.

        Planned ones that are due and not to be retried later, and claimed or posting ones whose lease has ended.
        """
        ...

    # working on one

    async def claim_delivery(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Delivery | None:
        """Take a planned delivery, or one whose lease has ended, as its attempt number `attempt`.

        Returns the row as it was before the claim, so that POSTING tells of a death in mid-air; the row then is
        CLAIMED, or stays POSTING with the new attempt and lease. None if the row is finished, is leased, or has had
        this attempt already.
        """
        ...

    async def begin_posting(
        self, ref: int, *, attempt: int, version: int, snapshot: Snapshot | None, now: datetime, lease_until: datetime
    ) -> bool:
        """Note that the message is about to be sent, and what it knows.

        False if the claim was lost, or if the message must not be sent as it is: its digest was removed, has another
        `version` than the one it was written for, or rests (what was run by hand is sent all the same). The row then
        stays as it is.

        The snapshot waits beside the row until `posted`: it survives a death in mid-air. None leaves what the next
        digest is compared with as it is.
        """
        ...

    async def posted(
        self, ref: int, *, attempt: int, state: DeliveryState, posted: Posted, reason: str, now: datetime
    ) -> bool:
        """Note that it was sent (POSTED or LATE); its waiting snapshot is what the next one is compared with.

        False if the claim was lost: then nothing is kept.
        """
        ...

    async def hold(self, ref: int, *, attempt: int, lease_until: datetime) -> bool:
        """Keep a claim until then and leave the rest as it is; False if the claim was lost."""
        ...

    async def remark(self, ref: int, *, attempt: int, reason: str) -> bool:
        """Change the reason of a delivery that was sent by this attempt; False if it was not."""
        ...

    async def put_off(self, ref: int, *, attempt: int, retry_at: datetime, reason: str) -> bool:
        """Give a delivery back as PLANNED, to be tried again; False if the claim was lost."""
        ...

    async def finish(self, ref: int, *, attempt: int, state: DeliveryState, reason: str, now: datetime) -> bool:
        """End a delivery as SKIPPED, FAILED or UNKNOWN; False if the claim was lost."""
        ...

    # looking back

    async def deliveries(self, digest: Digest, *, most: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of a digest, planned ones too, newest first."""
        ...

    async def snapshot(self, digest: Digest) -> Snapshot | None:
        """Return what the last delivered digest knew; None if there was none, or its query has changed."""
        ...

    async def delivered_at(self, digest: Digest) -> datetime | None:
        """Return when the last message of its schedule was sent that knew something; None if there was none.

        One without a snapshot only said that no source could be read.
        """
        ...

    async def failures_in_a_row(self, digest: Digest) -> int:
        """Count the newest finished slots that are FAILED or UNKNOWN, up to the last that is not."""
        ...

    async def counts(self, workspace: str, *, since: datetime) -> dict[DeliveryState, int]:
        """Count deliveries by state, those that are not finished and those that were since; for operators."""
        ...

    # pace and uptime

    async def turn(self, key: str, *, every: timedelta, now: datetime) -> timedelta:
        """Take the next turn of a queue that moves once in `every`; returns how long to wait for it.

        Turns are handed out one after the other over all processes, and never given back.
        """
        ...

    async def alive(self, now: datetime, *, gap: timedelta) -> None:
        """Note that we are at work; a silence longer than `gap` since the last note was an absence."""
        ...

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was written while the clock was ahead; returns how many deliveries that were.

        Those are slots to come that are planned or skipped and were never attempted. Nobody was at work after now, and
        nothing was delivered then. Leases and pauses end at `lease_until` at the latest.
        """
        ...

    async def uptimes(self, since: datetime) -> tuple[Uptime, ...]:
        """Return the stretches in which some process was at work, those that end after `since`, oldest first."""
        ...

    async def purge(self, before: datetime, *, keep: int) -> int:
        """Forget finished deliveries older than that, but never the newest `keep` of a digest; returns how many."""
        ...
