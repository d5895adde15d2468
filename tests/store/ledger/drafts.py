"""Digests and deliveries for tests of ledgers, as short as a test needs them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestChange,
    DigestDraft,
    EmptyPolicy,
    Mark,
    Pause,
    PauseKind,
    Posted,
    Schedule,
    Slot,
    Snapshot,
    State,
)
from tests.builders import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Digest
    from bot.ports import Ledger

WORKSPACE, CHANNEL = "local", "C1"
DAILY = Schedule("0 9 * * *", "Europe/Paris")
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=1)
SPREAD = timedelta(seconds=40)


def draft(**given: Any) -> DigestDraft:
    """Return what a person asks for."""
    plain: dict[str, Any] = {
        "workspace": WORKSPACE, "channel": CHANNEL, "owner": "U1", "query": "inactive", "schedule": DAILY,
        "empty": EmptyPolicy.SKIP,
    }  # fmt: skip
    return DigestDraft(**(plain | given))


def slot(hours: float) -> Slot:
    """Return the slot that comes so many hours after `NOW`."""
    at = NOW + hours * HOUR
    return Slot(f"{at + 2 * HOUR:%Y-%m-%dT%H:%M}", at)


async def add(ledger: Ledger, *, hours: float = 0, most: int = 100, **given: Any) -> Digest:
    """Add a digest whose first slot comes in so many hours."""
    first = slot(hours)
    added = await ledger.add_digest(draft(**given), next_slot=first, due_at=first.at + SPREAD, now=NOW, most=most)
    assert added is not None
    return added


def change(what: str = "changed something", *, at: datetime = NOW, by: str | None = "U2") -> DigestChange:
    """Return an entry of the record."""
    return DigestChange(at=at, by=by, what=what)


def pause(kind: PauseKind = PauseKind.PERSON, reason: str = "", by: str | None = "U2") -> Pause:
    """Return a pause."""
    return Pause(kind=kind, at=NOW, reason=reason, by=by)


def row(digest: Digest, hours: float, **given: Any) -> Delivery:
    """Return a delivery of the slot after so many hours, as a planner builds it."""
    which = slot(hours)
    plain: dict[str, Any] = {
        "ref": 0, "digest": digest.ref, "kind": DeliveryKind.SLOT, "slot": which.local, "planned_at": which.at,
        "due_at": which.at + SPREAD, "state": DeliveryState.PLANNED,
    }  # fmt: skip
    return Delivery(**(plain | given))


async def plan(ledger: Ledger, digest: Digest, *rows: Delivery, hours: float) -> bool:
    """Write rows and move on to the slot after so many hours."""
    return await ledger.plan(digest, rows, next_slot=slot(hours), due_at=slot(hours).at + SPREAD)


async def planned(ledger: Ledger, digest: Digest, hours: float = 0) -> Delivery:
    """Plan the slot after so many hours, and return its row."""
    current = await reread(ledger, digest)
    assert await plan(ledger, current, row(current, hours), hours=hours + 1)
    return await newest(ledger, digest)


async def claimed(
    ledger: Ledger, ref: int, attempt: int = 1, *, holder: str = "one", now: datetime = NOW
) -> Delivery | None:
    """Claim a delivery for a minute."""
    return await ledger.claim_delivery(ref, attempt=attempt, holder=holder, now=now, lease_until=now + LEASE)


async def begun(
    ledger: Ledger,
    ref: int,
    attempt: int = 1,
    *,
    version: int = 1,
    snapshot: Snapshot | None = None,
    now: datetime = NOW,
) -> bool:
    """Note that a message is about to be sent."""
    return await ledger.begin_posting(
        ref, attempt=attempt, version=version, snapshot=snapshot, now=now, lease_until=now + LEASE
    )


async def posted(
    ledger: Ledger,
    ref: int,
    attempt: int = 1,
    *,
    state: DeliveryState = DeliveryState.POSTED,
    reason: str = "",
    now: datetime = NOW,
) -> bool:
    """Note that a message was sent."""
    at = Posted(CHANNEL, f"{ref}.{attempt}")
    return await ledger.posted(ref, attempt=attempt, state=state, posted=at, reason=reason, now=now)


async def put_off(ledger: Ledger, ref: int, attempt: int = 1, *, until: datetime = NOW + HOUR) -> bool:
    """Give a delivery back."""
    return await ledger.put_off(ref, attempt=attempt, retry_at=until, reason="Slack was busy")


async def finished(
    ledger: Ledger, ref: int, attempt: int = 1, *, state: DeliveryState = DeliveryState.FAILED, now: datetime = NOW
) -> bool:
    """End a delivery that was not sent."""
    return await ledger.finish(ref, attempt=attempt, state=state, reason="for a reason", now=now)


async def delivered(ledger: Ledger, digest: Digest, hours: float = 0, *, snapshot: Snapshot | None = None) -> Delivery:
    """Plan, claim and send the slot after so many hours."""
    sent = await planned(ledger, digest, hours)
    now, version = sent.due_at, (await reread(ledger, digest)).version
    assert await claimed(ledger, sent.ref, now=now) is not None
    assert await begun(ledger, sent.ref, version=version, snapshot=snapshot, now=now)
    assert await posted(ledger, sent.ref, now=now)
    return await newest(ledger, digest)


async def ended(ledger: Ledger, digest: Digest, hours: float, state: DeliveryState) -> None:
    """Plan and end the slot after so many hours without sending it."""
    row = await planned(ledger, digest, hours)
    assert await claimed(ledger, row.ref, now=row.due_at) is not None
    assert await finished(ledger, row.ref, state=state, now=row.due_at)


async def reread(ledger: Ledger, digest: Digest) -> Digest:
    """Return a digest as it is now."""
    current = await ledger.digest(digest.ref)
    assert current is not None
    return current


async def newest(ledger: Ledger, digest: Digest) -> Delivery:
    """Return the newest delivery of a digest."""
    return (await ledger.deliveries(digest, most=1))[0]


def snapshot(query: str = "inactive", *, at: datetime = NOW, **marks: State) -> Snapshot:
    """Return what a digest knew: of ``p7`` that it was in some state."""
    known = {int(name[1:]): Mark(connection="streampixel", state=state) for name, state in marks.items()}
    return Snapshot(at=at, query=query, marks=known)
