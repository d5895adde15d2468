"""The `Ledger` port on SQL: each method is one transaction around functions of this room."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.model import Plan
from bot.store import deliveries, digest_changes, digests, history, pace, planning, snapshots, steps_back, uptime

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
        Posted,
        Schedule,
        Slot,
        Snapshot,
        Uptime,
        Waiting,
    )
    from bot.store.database import Database


class SqlLedger:
    """A `Ledger`.

    Args:
        database: with the schema of this version.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # digests

    async def add_digest(
        self, draft: DigestDraft, *, next_slot: Slot, due_at: datetime, now: datetime, most: int
    ) -> Digest | None:
        """Keep a new digest with the next free number of its channel."""
        async with self._database.changing("add a digest") as opened:
            return await digest_changes.add(opened, draft, next_slot=next_slot, due_at=due_at, now=now, most=most)

    async def digests(self, workspace: str, channel: str) -> tuple[Digest, ...]:
        """Return the digests of a channel by number."""
        async with self._database.reading("read digests") as opened:
            return await digests.of_channel(opened, workspace, channel)

    async def digest(self, ref: int) -> Digest | None:
        """Return one digest, unless it was removed."""
        async with self._database.reading("read a digest") as opened:
            return await digests.one(opened, ref)

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
        """Change a digest and record it."""
        async with self._database.changing("edit a digest") as opened:
            return await digest_changes.edit(
                opened,
                digest,
                query=query,
                schedule=schedule,
                empty=empty,
                next_slot=next_slot,
                due_at=due_at,
                change=change,
            )

    async def pause_digest(self, digest: Digest, pause: Pause, change: DigestChange) -> bool:
        """Let a digest rest."""
        async with self._database.changing("pause a digest") as opened:
            return await digest_changes.pause(opened, digest, pause, change)

    async def pause_digests(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Digest, ...]:
        """Let all digests rest that do not yet, in one channel or in all."""
        async with self._database.changing("pause digests") as opened:
            return await digest_changes.pause_all(opened, workspace, channel, pause, change)

    async def resume_digest(self, digest: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange) -> bool:
        """Wake a digest."""
        async with self._database.changing("resume a digest") as opened:
            return await digest_changes.resume(opened, digest, next_slot=next_slot, due_at=due_at, change=change)

    async def paused_digests(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Digest, ...]:
        """Return the digests that rest for this reason, in one channel or in all."""
        async with self._database.reading("read paused digests") as opened:
            return await digests.paused(opened, workspace, kind, channel)

    async def remove_digest(self, digest: Digest, change: DigestChange) -> bool:
        """Remove a digest; its record and deliveries stay in the database."""
        async with self._database.changing("remove a digest") as opened:
            return await digest_changes.remove(opened, digest, change)

    async def record_of(self, digest: Digest, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a digest, newest first."""
        async with self._database.reading("read a digest's record") as opened:
            return await digests.record(opened, digest.ref, most=most)

    # planning

    async def due_digests(self, workspace: str, now: datetime, *, most: int) -> tuple[Digest, ...]:
        """Return digests whose next slot may be sent by now, the longest due first."""
        async with self._database.reading("read due digests") as opened:
            return await digests.due(opened, workspace, now, most=most)

    async def awake_digests(self, workspace: str, *, after: int, most: int) -> tuple[Digest, ...]:
        """Return digests that do not rest, by our own number, from the one after that."""
        async with self._database.reading("read digests that do not rest") as opened:
            return await digests.awake(opened, workspace, after=after, most=most)

    async def plan(self, digest: Digest, deliveries: Sequence[Delivery], *, next_slot: Slot, due_at: datetime) -> bool:
        """Write the slots that have come as rows, and move on to the next."""
        plan = Plan(digest=digest, deliveries=tuple(deliveries), next_slot=next_slot, due_at=due_at)
        return (await self.plan_many([plan])) == 1

    async def plan_many(self, plans: Sequence[Plan]) -> int:
        """Do what `plan` does for many digests in one transaction; returns how many were as they were seen."""
        async with self._database.changing("plan deliveries") as opened:
            return len(await planning.plan(opened, plans))

    async def plan_manual(self, digest: Digest, *, slot: str, by: str | None, now: datetime) -> Delivery | None:
        """Write a delivery that a person asked for."""
        async with self._database.changing("plan a delivery by hand") as opened:
            return await planning.plan_manual(opened, digest, slot=slot, by=by, now=now)

    async def waiting(self, workspace: str, now: datetime, *, most: int) -> tuple[Waiting, ...]:
        """Return deliveries that somebody should work on, the longest due first."""
        async with self._database.reading("read waiting deliveries") as opened:
            return await planning.waiting(opened, workspace, now, most=most)

    # working on one

    async def claim_delivery(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Delivery | None:
        """Take a planned delivery, or one whose lease has ended; returns the row as it was before."""
        async with self._database.changing("claim a delivery") as opened:
            return await deliveries.claim(opened, ref, attempt=attempt, holder=holder, now=now, lease_until=lease_until)

    async def begin_posting(
        self, ref: int, *, attempt: int, version: int, snapshot: Snapshot | None, now: datetime, lease_until: datetime
    ) -> bool:
        """Note that the message is about to be sent, and what it knows, unless its digest has changed."""
        packed = None if snapshot is None else await asyncio.to_thread(snapshots.packed, snapshot)
        async with self._database.changing("begin to post") as opened:
            return await deliveries.begin_posting(
                opened, ref, attempt=attempt, version=version, packed=packed, now=now, lease_until=lease_until
            )

    async def posted(
        self, ref: int, *, attempt: int, state: DeliveryState, posted: Posted, reason: str, now: datetime
    ) -> bool:
        """Note that it was sent; its waiting snapshot is what the next one is compared with."""
        async with self._database.changing("note a posted message") as opened:
            return await deliveries.posted(
                opened, ref, attempt=attempt, state=state, posted=posted, reason=reason, now=now
            )

    async def hold(self, ref: int, *, attempt: int, lease_until: datetime) -> bool:
        """Keep a claim until then and leave the rest as it is."""
        async with self._database.changing("hold a delivery") as opened:
            return await deliveries.hold(opened, ref, attempt=attempt, lease_until=lease_until)

    async def remark(self, ref: int, *, attempt: int, reason: str) -> bool:
        """Change the reason of a delivery that was sent by this attempt."""
        async with self._database.changing("remark on a delivery") as opened:
            return await deliveries.remark(opened, ref, attempt=attempt, reason=reason)

    async def put_off(self, ref: int, *, attempt: int, retry_at: datetime, reason: str) -> bool:
        """Give a delivery back as PLANNED, to be tried again."""
        async with self._database.changing("put a delivery off") as opened:
            return await deliveries.put_off(opened, ref, attempt=attempt, retry_at=retry_at, reason=reason)

    async def finish(self, ref: int, *, attempt: int, state: DeliveryState, reason: str, now: datetime) -> bool:
        """End a delivery as SKIPPED, FAILED or UNKNOWN."""
        async with self._database.changing("finish a delivery") as opened:
            return await deliveries.finish(opened, ref, attempt=attempt, state=state, reason=reason, now=now)

    # looking back

    async def deliveries(self, digest: Digest, *, most: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of a digest, newest first."""
        async with self._database.reading("read deliveries") as opened:
            return await history.newest(opened, digest.ref, most=most)

    async def snapshot(self, digest: Digest) -> Snapshot | None:
        """Return what the last delivered digest knew."""
        async with self._database.reading("read a snapshot") as opened:
            stored = await snapshots.delivered(opened, digest.ref)
        return None if stored is None else await asyncio.to_thread(snapshots.unpacked, stored)

    async def delivered_at(self, digest: Digest) -> datetime | None:
        """Return when the last message of its schedule was sent."""
        async with self._database.reading("read the last delivery") as opened:
            return await history.delivered_at(opened, digest.ref)

    async def failures_in_a_row(self, digest: Digest) -> int:
        """Count the newest finished slots that are FAILED or UNKNOWN."""
        async with self._database.reading("count failures") as opened:
            return await history.failures_in_a_row(opened, digest.ref)

    async def counts(self, workspace: str, *, since: datetime) -> dict[DeliveryState, int]:
        """Count deliveries by state; for operators."""
        async with self._database.reading("count deliveries") as opened:
            return await history.counts(opened, workspace, since=since)

    # pace and uptime

    async def turn(self, key: str, *, every: timedelta, now: datetime) -> timedelta:
        """Take the next turn of a queue that moves once in `every`; returns how long to wait for it."""
        async with self._database.changing("take a turn") as opened:
            return await pace.turn(opened, key, every=every, now=now)

    async def alive(self, now: datetime, *, gap: timedelta) -> None:
        """Note that we are at work."""
        async with self._database.changing("note that we are at work") as opened:
            await uptime.alive(opened, now, gap=gap)

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was written while the clock was ahead; returns how many deliveries that were."""
        async with self._database.changing("forget what is to come") as opened:
            return await steps_back.forget(opened, workspace, now, lease_until=lease_until)

    async def uptimes(self, since: datetime) -> tuple[Uptime, ...]:
        """Return the stretches in which some process was at work, oldest first."""
        async with self._database.reading("read uptimes") as opened:
            return await uptime.stretches(opened, since)

    async def purge(self, before: datetime, *, keep: int) -> int:
        """Forget old deliveries, but never the newest `keep` of a digest; and old turns and uptimes.

        The slow search only reads: what it finds is finished, and that never changes.
        """
        async with self._database.reading("find old deliveries") as opened:
            refs = await history.old(opened, before, keep=keep)
        async with self._database.changing("forget old deliveries") as opened:
            await pace.forget(opened, before)
            await uptime.forget(opened, before)
            return await history.forget(opened, refs)
