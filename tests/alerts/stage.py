"""An evaluator over rows and a ledger in memory, with two sources and a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from bot.alerts.evaluator import Evaluator
from bot.catalog import Ages, Catalog
from bot.model import (
    AlertFilter,
    CardKind,
    Condition,
    ConditionKind,
    ConnectionSpec,
    DigestChange,
    Project,
    Scope,
    SourceSheet,
    Watch,
    WatchDraft,
    usual_hours,
)
from bot.query import Known
from tests.builders import NOW
from tests.fakes.catalog_store import FakeStore
from tests.fakes.clock import HandClock
from tests.fakes.source import FakeSource
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from bot.model import Alert, Card, Entry, StepKind
    from bot.ports import Store

SCOPE = Scope(workspace="local")
EVERY = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

MICRO = SourceSheet(name="microvisualizer", title="MicroVisualizer", archives=True, fields={})
PIXEL = SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={})
KNOWN = Known(sources=("microvisualizer", "streampixel"), connections=("micro", "pixel"))

INACTIVE = Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY)
OFF = Condition(kind=ConditionKind.OFF)
GONE = Condition(kind=ConditionKind.GONE)
QUEUE = Condition(kind=ConditionKind.QUEUE, threshold=10 * MINUTE)
UNSEEN = Condition(kind=ConditionKind.INACTIVE, threshold=DAY)


@dataclass
class Stage:
    """Everything around an evaluator."""

    clock: HandClock = field(default_factory=lambda: HandClock(NOW))
    rows: FakeStore = field(default_factory=FakeStore)
    ledger: FakeWatchLedger = field(default_factory=FakeWatchLedger)

    def __post_init__(self) -> None:
        self.micro = FakeSource(connection="micro", sheet=MICRO, clock=self.clock)
        self.pixel = FakeSource(connection="pixel", sheet=PIXEL, clock=self.clock, incremental=False)
        self.sources = {"micro": self.micro, "pixel": self.pixel}
        self.evaluator = self.another("one")
        self.catalog = self._catalog()

    @property
    def store(self) -> Store:
        """The rows, as the port has them."""
        return cast("Store", self.rows)

    def another(self, holder: str, **given: Any) -> Evaluator:
        """Return one more evaluator, as another process has it."""
        plain: dict[str, Any] = {"operators_channel": "COPS", "admins": ("UADMIN",)}
        return Evaluator(
            workspace="local", store=self.store, ledger=self.ledger, clock=self.clock, holder=holder, known=KNOWN,
            quiet_after=30 * DAY, zone=UTC, **(plain | given),
        )  # fmt: skip

    def _catalog(self) -> Catalog:
        return Catalog(
            workspace="local", sources=self.sources, store=self.store, clock=self.clock, fresh_for=EVERY,
            holder="one", regular=Ages(listing=EVERY, viewers=EVERY),
        )  # fmt: skip

    async def open(self) -> None:
        """Register the connections."""
        await self.store.register(
            "local", [ConnectionSpec(name=name, sheet=source.sheet) for name, source in self.sources.items()]
        )

    # what happens

    def has(self, number: int, *, idle: timedelta = DAY, prefix: str = "m") -> None:
        """Let the source with dates have so many projects, edited so long ago."""
        for each in range(number):
            self.edit(f"{prefix}{each}", self.clock.now() - idle)

    def edit(self, project_id: str, at: datetime | None = None, **given: Any) -> None:
        """Edit a project, now if nothing else is said."""
        known = self.micro.projects.get(project_id)
        changes = {"updated_at": at or self.clock.now(), "updated_by": "anna", **given}
        plain = Project(
            source="microvisualizer", connection="micro", id=project_id, name=project_id, created_at=NOW - 500 * DAY
        )
        self.micro.knows(replace(known or plain, **changes))

    def streams(self, project_id: str, **given: Any) -> None:
        """Let the source that counts viewers have a project."""
        plain: dict[str, Any] = {"enabled": True, "subscription": "active"}
        self.pixel.knows(
            Project(source="streampixel", connection="pixel", id=project_id, name=project_id, **(plain | given))
        )

    async def watch(self, condition: Condition = INACTIVE, query: str = "", channel: str = "C1") -> Watch:
        """Add a watch."""
        draft = WatchDraft(
            workspace="local", channel=channel, owner="U1", condition=condition, query=query, zone="UTC",
            hours=usual_hours(condition.kind),
        )  # fmt: skip
        watch = await self.ledger.add_watch(draft, now=self.clock.now(), most=25)
        assert watch is not None
        return watch

    def change(self, what: str = "x") -> DigestChange:
        """Return what is recorded of a change."""
        return DigestChange(at=self.clock.now(), by="U1", what=what)

    async def look(self) -> None:
        """Read both sources, as far as they are due."""
        refresh = await self.catalog.refresh(SCOPE, viewers=True, force=False, patience=timedelta(seconds=30))
        await refresh.settled()

    async def tick(self, times: int = 1, *, every: timedelta = EVERY) -> int:
        """Look and evaluate, then let time pass; returns how many alerts were written."""
        written = 0
        for _ in range(times):
            await self.look()
            written += await self.evaluator.evaluate()
            self.clock.move(every)
        return written

    # what came of it

    async def alerts(self, watch: Watch) -> dict[str, Alert]:
        """Return the alerts of a watch by project id."""
        entries = self.rows.entries
        found = await self.ledger.alerts_of(watch.ref, list(entries))
        return {entries[ref].project.id: alert for ref, alert in found.items()}

    async def states(self, watch: Watch) -> dict[str, str]:
        """Return the states of its alerts by project id."""
        return {name: alert.state.value for name, alert in (await self.alerts(watch)).items()}

    async def steps(self, watch: Watch) -> list[tuple[StepKind, str]]:
        """Return what became of its open and ended alerts, oldest first."""
        found = await self.ledger.raised(
            "local", watch.channel, AlertFilter(watch=watch.ref, only_open=False), most=100, steps=100
        )
        steps = [step for raised in found for step in raised.steps]
        return [(step.kind, step.what) for step in sorted(steps, key=lambda step: step.ref)]

    async def cards(self, kind: CardKind, subject: int) -> tuple[Card, ...]:
        """Return cards."""
        return await self.ledger.cards_of("local", kind, subject)

    def entry(self, project_id: str) -> Entry:
        """Return a row."""
        return next(entry for entry in self.rows.entries.values() if entry.project.id == project_id)
