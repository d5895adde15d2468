"""A ledger in memory; it keeps the same contract as the one in SQL (`tests/store/test_ledger.py`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from bot.model import (
    FINISHED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestChange,
    Uptime,
)
from bot.store.ledger_words import ADDED, REMOVED, RESCHEDULED, rests

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from bot.model import DigestDraft, EmptyPolicy, Pause, PauseKind, Plan, Posted, Schedule, Slot, Snapshot

_UNDER_WAY = (DeliveryState.CLAIMED, DeliveryState.POSTING)
_MISSED = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
_MOST_TURNS = 1000


@dataclass(slots=True)
class _Kept:
    """A digest and all that belongs to it."""

    digest: Digest
    due_at: datetime | None
    changes: list[DigestChange] = field(default_factory=list)
    snapshot: Snapshot | None = None
    delivered_at: datetime | None = None
    removed: bool = False


class FakeLedger:
    """Remembers everything for as long as it lives. Nothing here waits, so every method is one transaction."""

    def __init__(self) -> None:
        self._refs = count(1)
        self._kept: dict[int, _Kept] = {}
        self._deliveries: dict[int, Delivery] = {}
        self._in_the_air: dict[int, Snapshot] = {}
        self._turns: dict[str, datetime] = {}
        self._uptimes: list[Uptime] = []

    # digests

    async def add_digest(
        self, draft: DigestDraft, *, next_slot: Slot, due_at: datetime, now: datetime, most: int
    ) -> Digest | None:
        """Keep a new digest with the next free number of its channel."""
        there = self._of_channel(draft.workspace, draft.channel)
        if sum(not kept.removed for kept in there) >= most:
            return None
        digest = Digest(
            ref=next(self._refs),
            workspace=draft.workspace,
            channel=draft.channel,
            number=max((kept.digest.number for kept in there), default=0) + 1,
            owner=draft.owner,
            query=draft.query,
            schedule=draft.schedule,
            empty=draft.empty,
            created_at=now,
            next=next_slot,
        )
        self._kept[digest.ref] = _Kept(digest, due_at, [DigestChange(at=now, by=draft.owner, what=ADDED)])
        return digest

    async def digests(self, workspace: str, channel: str) -> tuple[Digest, ...]:
        """Return the digests of a channel by number."""
        there = [kept for kept in self._of_channel(workspace, channel) if not kept.removed]
        return tuple(self._read(kept) for kept in sorted(there, key=lambda kept: kept.digest.number))

    async def digest(self, ref: int) -> Digest | None:
        """Return one digest, unless it was removed."""
        kept = self._kept.get(ref)
        return None if kept is None or kept.removed else self._read(kept)

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
        kept = self._current(digest)
        if kept is None:
            return False
        if kept.digest.query != query:
            self._forget_snapshots(kept)
        if kept.digest.schedule != schedule:
            self._skip(digest.ref, RESCHEDULED, change.at)
        self._change(kept, change, query=query, schedule=schedule, empty=empty, next=next_slot)
        kept.due_at = due_at
        return True

    async def pause_digest(self, digest: Digest, pause: Pause, change: DigestChange) -> bool:
        """Let a digest rest."""
        kept = self._current(digest)
        if kept is None or kept.digest.pause is not None:
            return False
        self._skip(digest.ref, rests(pause), change.at)
        self._change(kept, change, pause=pause, next=None)
        kept.due_at = None
        return True

    async def resume_digest(self, digest: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange) -> bool:
        """Wake a digest."""
        kept = self._current(digest)
        if kept is None or kept.digest.pause is None:
            return False
        self._change(kept, change, pause=None, next=next_slot)
        kept.due_at = due_at
        return True

    async def paused_digests(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Digest, ...]:
        """Return the digests that rest for this reason."""
        return tuple(
            self._read(kept)
            for kept in self._kept.values()
            if not kept.removed
            and kept.digest.workspace == workspace
            and kept.digest.pause is not None
            and kept.digest.pause.kind is kind
            and channel in {None, kept.digest.channel}
        )

    async def remove_digest(self, digest: Digest, change: DigestChange) -> bool:
        """Remove a digest; its record and deliveries stay."""
        kept = self._current(digest)
        if kept is None:
            return False
        self._skip(digest.ref, REMOVED, change.at, kinds=tuple(DeliveryKind))
        self._forget_snapshots(kept)
        self._change(kept, change)
        kept.removed = True
        return True

    async def record_of(self, digest: Digest, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a digest, newest first."""
        return tuple(self._kept[digest.ref].changes[::-1][:most])

    # planning

    async def due_digests(self, workspace: str, now: datetime, *, most: int) -> tuple[Digest, ...]:
        """Return digests whose next slot may be sent by now, the longest due first."""
        due = [
            (kept.due_at, ref)
            for ref, kept in self._kept.items()
            if kept.digest.workspace == workspace and not kept.removed and kept.due_at and kept.due_at <= now
        ]
        return tuple(self._read(self._kept[ref]) for _, ref in sorted(due)[:most])

    async def plan(self, digest: Digest, deliveries: Sequence[Delivery], *, next_slot: Slot, due_at: datetime) -> bool:
        """Write the slots that have come as rows, and move on to the next."""
        kept = self._current(digest)
        if kept is None or kept.digest.next is None or kept.digest.next != digest.next:
            return False
        for delivery in deliveries:
            if self._slot_of(digest.ref, delivery.slot) is None:
                self._write(replace(delivery, digest=digest.ref))
        kept.digest, kept.due_at = replace(kept.digest, next=next_slot), due_at
        return True

    async def plan_many(self, plans: Sequence[Plan]) -> int:
        """Do what `plan` does for many digests."""
        return sum(
            [
                await self.plan(each.digest, each.deliveries, next_slot=each.next_slot, due_at=each.due_at)
                for each in plans
            ]
        )

    async def plan_manual(self, digest: Digest, *, slot: str, by: str | None, now: datetime) -> Delivery | None:
        """Write a delivery that a person asked for."""
        kept = self._kept.get(digest.ref)
        if kept is None or kept.removed or self._slot_of(digest.ref, slot) is not None:
            return None
        return self._write(
            Delivery(
                ref=0,
                digest=digest.ref,
                kind=DeliveryKind.MANUAL,
                slot=slot,
                planned_at=now,
                due_at=now,
                state=DeliveryState.PLANNED,
                by=by,
            )
        )

    async def waiting(self, workspace: str, now: datetime, *, most: int) -> tuple[Delivery, ...]:
        """Return deliveries that somebody should work on, the longest due first."""
        found = [
            delivery
            for delivery in self._deliveries.values()
            if self._kept[delivery.digest].digest.workspace == workspace and _is_waiting(delivery, now)
        ]
        return tuple(sorted(found, key=lambda delivery: (delivery.due_at, delivery.ref))[:most])

    # working on one

    async def claim_delivery(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Delivery | None:
        """Take a planned delivery, or one whose lease has ended; returns it as it was before."""
        del holder
        before = self._deliveries.get(ref)
        if before is None or before.attempts >= attempt or before.state in FINISHED:
            return None
        if before.lease_until is not None and before.lease_until > now:
            return None
        in_the_air = before.state is DeliveryState.POSTING
        self._deliveries[ref] = replace(
            before,
            state=DeliveryState.POSTING if in_the_air else DeliveryState.CLAIMED,
            attempts=attempt,
            lease_until=lease_until,
            retry_at=None,
        )
        return before

    async def begin_posting(
        self, ref: int, *, attempt: int, snapshot: Snapshot | None, now: datetime, lease_until: datetime
    ) -> bool:
        """Note that the message is about to be sent, and what it knows."""
        del now
        if not self._holds(ref, attempt):
            return False
        self._in_the_air.pop(ref, None)
        if snapshot is not None:
            self._in_the_air[ref] = snapshot
        self._deliveries[ref] = replace(self._deliveries[ref], state=DeliveryState.POSTING, lease_until=lease_until)
        return True

    async def posted(
        self, ref: int, *, attempt: int, state: DeliveryState, posted: Posted, reason: str, now: datetime
    ) -> bool:
        """Note that it was sent; its waiting snapshot is what the next one is compared with."""
        if not self._holds(ref, attempt):
            return False
        delivery = self._deliveries[ref]
        kept = self._kept[delivery.digest]
        kept.snapshot = self._in_the_air.pop(ref, kept.snapshot)
        if delivery.kind is DeliveryKind.SLOT:
            kept.delivered_at = now
        self._deliveries[ref] = _ended(delivery, state, reason, now, posted=posted)
        return True

    async def put_off(self, ref: int, *, attempt: int, retry_at: datetime, reason: str) -> bool:
        """Give a delivery back as PLANNED, to be tried again."""
        if not self._holds(ref, attempt):
            return False
        self._in_the_air.pop(ref, None)
        self._deliveries[ref] = replace(
            self._deliveries[ref],
            state=DeliveryState.PLANNED,
            lease_until=None,
            retry_at=retry_at,
            reason=reason,
        )
        return True

    async def finish(self, ref: int, *, attempt: int, state: DeliveryState, reason: str, now: datetime) -> bool:
        """End a delivery as SKIPPED, FAILED or UNKNOWN."""
        if not self._holds(ref, attempt):
            return False
        self._in_the_air.pop(ref, None)
        self._deliveries[ref] = _ended(self._deliveries[ref], state, reason, now)
        return True

    # looking back

    async def deliveries(self, digest: Digest, *, most: int) -> tuple[Delivery, ...]:
        """Return the newest deliveries of a digest, newest first."""
        return tuple(self._newest(digest.ref)[:most])

    async def snapshot(self, digest: Digest) -> Snapshot | None:
        """Return what the last delivered digest knew."""
        kept = self._kept[digest.ref]
        if kept.snapshot is None or kept.snapshot.query != kept.digest.query:
            return None
        return kept.snapshot

    async def delivered_at(self, digest: Digest) -> datetime | None:
        """Return when the last message of its schedule was sent."""
        return self._kept[digest.ref].delivered_at

    async def failures_in_a_row(self, digest: Digest) -> int:
        """Count the newest finished slots that are FAILED or UNKNOWN."""
        ended = [each for each in self._newest(digest.ref) if _is_ended_slot(each)]
        return next((place for place, each in enumerate(ended) if each.state not in _MISSED), len(ended))

    async def counts(self, workspace: str) -> dict[DeliveryState, int]:
        """Count deliveries by state."""
        ours = (each for each in self._deliveries.values() if self._kept[each.digest].digest.workspace == workspace)
        return dict(Counter(each.state for each in ours))

    # pace and uptime

    async def turn(self, key: str, *, every: timedelta, now: datetime) -> timedelta:
        """Take the next turn of a queue that moves once in `every`."""
        free_at = self._turns.get(key, now)
        if not now < free_at <= now + _MOST_TURNS * every:
            free_at = now
        self._turns[key] = free_at + every
        return free_at - now

    async def alive(self, now: datetime, *, gap: timedelta) -> None:
        """Note that we are at work."""
        if self._uptimes and self._uptimes[-1].until >= now - gap:
            last = self._uptimes.pop()
            self._uptimes.append(Uptime(last.since, max(last.until, now)))
        else:
            self._uptimes.append(Uptime(now, now))

    async def uptimes(self, since: datetime) -> tuple[Uptime, ...]:
        """Return the stretches in which some process was at work, oldest first."""
        return tuple(stretch for stretch in self._uptimes if stretch.until > since)

    async def purge(self, before: datetime, *, keep: int) -> int:
        """Forget old finished deliveries, but never the newest `keep` of a digest."""
        old = [
            delivery.ref
            for ref in self._kept
            for delivery in self._newest(ref)[keep:]
            if delivery.finished_at is not None and delivery.finished_at < before
        ]
        for ref in old:
            del self._deliveries[ref]
        self._uptimes = [stretch for stretch in self._uptimes if stretch.until >= before]
        return len(old)

    # inside

    def _of_channel(self, workspace: str, channel: str) -> list[_Kept]:
        """Return the digests of a channel, removed ones too."""
        there = (workspace, channel)
        return [kept for kept in self._kept.values() if (kept.digest.workspace, kept.digest.channel) == there]

    def _read(self, kept: _Kept) -> Digest:
        return replace(kept.digest, last=next(filter(_is_ended_slot, self._newest(kept.digest.ref)), None))

    def _current(self, digest: Digest) -> _Kept | None:
        """Return a digest unless it was removed or has another version."""
        kept = self._kept.get(digest.ref)
        return None if kept is None or kept.removed or kept.digest.version != digest.version else kept

    def _change(self, kept: _Kept, change: DigestChange, **changed: object) -> None:
        kept.digest = replace(kept.digest, version=kept.digest.version + 1, **changed)  # type: ignore[arg-type]  # checked by the callers
        kept.changes.append(change)

    def _skip(
        self, digest: int, reason: str, at: datetime, *, kinds: Iterable[DeliveryKind] = (DeliveryKind.SLOT,)
    ) -> None:
        """Skip what is only planned."""
        for delivery in self._newest(digest):
            if delivery.state is DeliveryState.PLANNED and delivery.kind in kinds:
                self._deliveries[delivery.ref] = _ended(delivery, DeliveryState.SKIPPED, reason, at)

    def _forget_snapshots(self, kept: _Kept) -> None:
        """Forget what was said, and what messages in the air are saying."""
        kept.snapshot = None
        for delivery in self._newest(kept.digest.ref):
            self._in_the_air.pop(delivery.ref, None)

    def _newest(self, digest: int) -> list[Delivery]:
        mine = (delivery for delivery in self._deliveries.values() if delivery.digest == digest)
        return sorted(mine, key=lambda delivery: (delivery.planned_at, delivery.ref), reverse=True)

    def _slot_of(self, digest: int, slot: str) -> Delivery | None:
        return next((each for each in self._newest(digest) if each.slot == slot), None)

    def _write(self, delivery: Delivery) -> Delivery:
        written = replace(delivery, ref=next(self._refs))
        self._deliveries[written.ref] = written
        return written

    def _holds(self, ref: int, attempt: int) -> bool:
        """Tell whether this attempt still is the one that works on a delivery."""
        delivery = self._deliveries.get(ref)
        return delivery is not None and delivery.attempts == attempt and delivery.state in _UNDER_WAY


def _is_waiting(delivery: Delivery, now: datetime) -> bool:
    later = (delivery.due_at, delivery.retry_at, delivery.lease_until)
    return delivery.state not in FINISHED and all(at is None or at <= now for at in later)


def _is_ended_slot(delivery: Delivery) -> bool:
    return delivery.kind is DeliveryKind.SLOT and delivery.state in FINISHED


def _ended(
    delivery: Delivery, state: DeliveryState, reason: str, now: datetime, *, posted: Posted | None = None
) -> Delivery:
    return replace(
        delivery, state=state, reason=reason, finished_at=now, posted=posted, lease_until=None, retry_at=None
    )
