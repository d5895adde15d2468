"""A writer over two fake sources, a real SQLite database and a ledger in memory."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.answers import Purpose
from bot.catalog import Catalog
from bot.digests.writer import Writer, Written
from bot.errors import SourceDown
from bot.model import (
    ConnectionSpec,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestDraft,
    EmptyPolicy,
    Posted,
    Schedule,
    Scope,
    Slot,
    SourceSheet,
)
from bot.query import Known
from tests.builders import NOW, microvisualizer, streampixel
from tests.fakes.clock import HandClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.source import FakeSource
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model import Project
    from bot.store import SqlStore

PIXEL = SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={"status": "its switch"})
MICRO = SourceSheet(
    name="microvisualizer", title="MicroVisualizer", lists_services=True, fields={"updated": "last edit"}
)
PATIENCE = timedelta(seconds=10)


@dataclass
class Desk:
    """Somebody who writes digests, and everything around."""

    writer: Writer
    catalog: Catalog
    store: SqlStore
    ledger: FakeLedger
    pixel: FakeSource
    micro: FakeSource
    clock: HandClock
    keys: count[int]

    async def adds(self, query: str = "", **given: Any) -> Digest:
        """Keep a digest of weekdays at 9:00 in Berlin."""
        plain: dict[str, Any] = {
            "workspace": "local",
            "channel": "C0TEAM",
            "owner": "U0ANNA",
            "query": query,
            "schedule": Schedule("0 9 * * 1-5", "Europe/Berlin"),
            "empty": EmptyPolicy.SKIP,
        }
        slot = Slot("2026-03-31T09:00", datetime(2026, 3, 31, 7, tzinfo=UTC))
        draft = DigestDraft(**(plain | given))
        added = await self.ledger.add_digest(draft, next_slot=slot, due_at=slot.at, now=self.clock.now(), most=25)
        assert added is not None
        return added

    async def writes(
        self, digest: Digest, delivery: Delivery | None = None, *, patience: timedelta = PATIENCE
    ) -> Written:
        """Write a digest for its channel."""
        return await self.writer.write(digest, purpose=Purpose.SCHEDULED, delivery=delivery, patience=patience)

    async def delivers(self, digest: Digest) -> Written:
        """Write a digest and note that it was sent: the next one is compared with it."""
        written, now = await self.writes(digest), self.clock.now()
        row = await self.ledger.plan_manual(digest, slot=f"by hand {next(self.keys)}", by=None, now=now)
        assert row is not None
        until = now + timedelta(minutes=1)
        await self.ledger.claim_delivery(row.ref, attempt=1, holder="one", now=now, lease_until=until)
        await self.ledger.begin_posting(
            row.ref, attempt=1, version=digest.version, snapshot=written.snapshot, now=now, lease_until=until
        )
        posted = Posted(digest.channel, "1.1")
        assert await self.ledger.posted(
            row.ref, attempt=1, state=DeliveryState.POSTED, posted=posted, reason="", now=now
        )
        return written

    async def counts(self, **live: int) -> None:
        """Let people come to Streampixel's projects, and count them."""
        for project_id, number in live.items():
            self.pixel.counts_viewers(project_id, number)
        await self.catalog.refresh(Scope(workspace="local"), viewers=True, force=False, patience=PATIENCE)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.move(timedelta(**by))

    def breaks(self, *sources: FakeSource) -> None:
        """Let sources fail."""
        for source in sources:
            source.fails_with(SourceDown(source.sheet.title, "HTTP 503"))


def projects_of_pixel() -> list[Project]:
    """Return three showrooms: one on, one off, one unpaid."""
    return [
        streampixel(id="s1", name="Showroom Berlin"),
        streampixel(id="s2", name="Configurator EU", enabled=False),
        streampixel(id="s3", name="Yacht", subscription="past_due"),
    ]


def projects_of_micro() -> list[Project]:
    """Return one project for each age, and one in the archive."""
    return [
        microvisualizer(id="checkout-a1", name="Checkout"),
        microvisualizer(id="legacy-b2", name="Checkout Legacy", idle=timedelta(days=47)),
        microvisualizer(id="billing-c3", name="Billing", idle=timedelta(days=23)),
        microvisualizer(id="archive-d4", name="Old Shop", archived=True, idle=timedelta(days=300)),
    ]


@asynccontextmanager
async def open_desk(store: SqlStore) -> AsyncIterator[Desk]:
    """Open a desk with seven projects in two sources."""
    clock, ledger = HandClock(NOW), FakeLedger()
    pixel = FakeSource(*projects_of_pixel(), connection="streampixel", sheet=PIXEL, clock=clock, incremental=False)
    micro = FakeSource(*projects_of_micro(), connection="microvisualizer", sheet=MICRO, clock=clock, incremental=False)
    sources = {source.connection: source for source in (pixel, micro)}
    await store.register("local", [ConnectionSpec(name=name, sheet=each.sheet) for name, each in sources.items()])
    catalog = Catalog(
        workspace="local", sources=sources, store=store, clock=clock, fresh_for=timedelta(minutes=2), holder="one"
    )
    writer = Writer(
        catalog=catalog,
        ledger=ledger,
        watches=FakeWatchLedger(),
        clock=clock,
        known=Known(sources=tuple(sources), connections=tuple(sources)),
        quiet_after=timedelta(days=30),
        zone=UTC,
    )
    yield Desk(writer, catalog, store, ledger, pixel, micro, clock, count(1))
    await catalog.close()


def slot_of(digest: Digest, **given: Any) -> Delivery:
    """Return the row of a planned slot."""
    plain: dict[str, Any] = {
        "ref": 1,
        "digest": digest.ref,
        "kind": DeliveryKind.SLOT,
        "slot": "2026-03-30T14:00",
        "planned_at": NOW,
        "due_at": NOW,
        "state": DeliveryState.CLAIMED,
    }
    return Delivery(**(plain | given))
