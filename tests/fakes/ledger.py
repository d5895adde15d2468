"""A ledger in memory; it keeps the same contract as the one in SQL (`tests/store/test_ledger.py`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

import structlog

from bot.model import (
    DELIVERED,
    FINISHED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestChange,
    Uptime,
    Waiting,
)
from bot.model.ledger_words import ADDED, REMOVED, RESCHEDULED, rests

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from bot.model import DigestDraft, EmptyPolicy, Pause, PauseKind, Plan, Posted, Schedule, Slot, Snapshot

log = structlog.get_logger(__name__)

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
        moved = digest.schedule != schedule
        if kept is None or (moved and next_slot is not None and self._is_taken(digest.ref, next_slot)):
            return False
        if kept.digest.query != query:
            self._forget_snapshots(kept)
        if moved:
            self._forget_rows(each for each in self._newest(digest.ref) if _is_untouched(each))
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

    async def pause_digests(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Digest, ...]:
        """Let all digests rest that do not yet."""
        all_there = [kept.digest for kept in self._kept.values() if kept.digest.workspace == workspace]
        there = [digest for digest in all_there if channel in {None, digest.channel}]
        rested = [digest.ref for digest in there if await self.pause_digest(digest, pause, change)]
        return tuple(self._read(self._kept[ref]) for ref in rested)

    async def resume_digest(self, digest: Digest, *, next_slot: Slot, due_at: datetime, change: DigestChange) -> bool:
        """Wake a digest."""
        kept = self._current(digest)
        if kept is None or kept.digest.pause is None or self._is_taken(digest.ref, next_slot):
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

    async def awake_digests(self, workspace: str, *, after: int, most: int) -> tuple[Digest, ...]:
        """Return digests that do not rest, by our own number."""
        awake = [
            self._read(kept)
            for ref, kept in sorted(self._kept.items())
            if ref > after and kept.digest.workspace == workspace and not kept.removed and kept.digest.pause is None
        ]
        return tuple(awake[:most])

    async def plan(self, digest: Digest, deliveries: Sequence[Delivery], *, next_slot: Slot, due_at: datetime) -> bool:
        """Write the slots that have come as rows, and move on to the next."""
        kept = self._current(digest)
        if kept is None or kept.digest.next is None or kept.digest.next != digest.next:
            return False
        for delivery in deliveries:
            there = self._slot_of(digest.ref, delivery.slot)
            if there is None:
                self._write(replace(delivery, digest=digest.ref))
            else:
                log.warning("delivery.planned_before", digest=digest.ref, slot=there.slot, state=there.state)
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

    async def waiting(self, workspace: str, now: datetime, *, most: int) -> tuple[Waiting, ...]:
        """Return deliveries that somebody should work on, the longest due first."""
        found = [
            Waiting(delivery, self._kept[delivery.digest].digest.channel)
            for delivery in self._deliveries.values()
            if self._kept[delivery.digest].digest.workspace == workspace and _is_waiting(delivery, now)
        ]
        return tuple(sorted(found, key=lambda each: (each.delivery.due_at, each.delivery.ref))[:most])

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
        self, ref: int, *, attempt: int, version: int, snapshot: Snapshot | None, now: datetime, lease_until: datetime
    ) -> bool:
        """Note that the message is about to be sent, and what it knows, unless its digest has changed."""
        del now
        if not self._holds(ref, attempt):
            return False
        kept, by_hand = self._kept[self._deliveries[ref].digest], self._deliveries[ref].kind is DeliveryKind.MANUAL
        if kept.removed or kept.digest.version != version or (kept.digest.pause is not None and not by_hand):
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
        if ref in self._in_the_air:
            kept.snapshot, kept.delivered_at = self._in_the_air.pop(ref), now
        self._deliveries[ref] = _ended(delivery, state, reason, now, posted=posted)
        return True

    async def hold(self, ref: int, *, attempt: int, lease_until: datetime) -> bool:
        """Keep a claim until then and leave the rest as it is."""
        if not self._holds(ref, attempt):
            return False
        self._deliveries[ref] = replace(self._deliveries[ref], lease_until=lease_until)
        return True

    async def remark(self, ref: int, *, attempt: int, reason: str) -> bool:
        """Change the reason of a delivery that was sent by this attempt."""
        delivery = self._deliveries.get(ref)
        if delivery is None or delivery.attempts != attempt or delivery.state not in DELIVERED:
            return False
        self._deliveries[ref] = replace(delivery, reason=reason)
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

    async def counts(self, workspace: str, *, since: datetime) -> dict[DeliveryState, int]:
        """Count deliveries by state."""
        ours = (each for each in self._deliveries.values() if self._kept[each.digest].digest.workspace == workspace)
        return dict(Counter(each.state for each in ours if each.finished_at is None or each.finished_at >= since))

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

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was written while the clock was ahead."""
        ours = [each for each in self._deliveries.values() if self._kept[each.digest].digest.workspace == workspace]
        for each in ours:
            if each.state not in FINISHED:
                lease, retry_at = _sooner(each.lease_until, lease_until), _sooner(each.retry_at, lease_until)
                self._deliveries[each.ref] = replace(each, lease_until=lease, retry_at=retry_at)
        for kept in self._kept.values():
            kept.delivered_at = _sooner(kept.delivered_at, now)
        self._uptimes = [Uptime(each.since, min(each.until, now)) for each in self._uptimes if each.since <= now]
        return self._forget_rows(each for each in ours if each.planned_at > now and _was_never_tried(each))

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
        self._forget_rows(self._deliveries[ref] for ref in old)
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

    def _is_taken(self, digest: int, slot: Slot) -> bool:
        there = self._slot_of(digest, slot.local)
        return there is not None and not _is_untouched(there)

    def _forget_rows(self, rows: Iterable[Delivery]) -> int:
        refs = [each.ref for each in rows]
        for ref in refs:
            del self._deliveries[ref]
        return len(refs)

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


def _sooner(at: datetime | None, latest: datetime) -> datetime | None:
    return None if at is None else min(at, latest)


def _was_never_tried(delivery: Delivery) -> bool:
    unsent = delivery.state in {DeliveryState.PLANNED, DeliveryState.SKIPPED}
    return delivery.kind is DeliveryKind.SLOT and unsent and not delivery.attempts


def _is_untouched(delivery: Delivery) -> bool:
    return _was_never_tried(delivery) and delivery.state is DeliveryState.PLANNED


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
