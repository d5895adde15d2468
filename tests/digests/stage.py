"""Everything around the deliverer, in memory: what a test changes, and a process that can be killed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.answers import DigestForm, DigestReport, Purpose
from bot.digests.book import DigestBook
from bot.digests.deliverer import Deliverer
from bot.digests.returning import Returning
from bot.digests.timing import Timing
from bot.digests.writer import Written
from bot.model import Delivery, DeliveryState, DigestDraft, EmptyPolicy, Message, Moment, Schedule, Slot, Snapshot
from bot.query import Query
from bot.schedules import spread
from tests.builders import fresh
from tests.fakes.clock import HandClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.messenger import FakeMessenger

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answers import Difference
    from bot.digests.outside import Writes
    from bot.model import Digest
    from bot.ports import Ledger, Messenger

WORKSPACE = "T0001"
CHANNEL = "C0REPORTS"
OPERATORS = "C0OPERATORS"
OWNER = "U0ANNA"
BERLIN = "Europe/Berlin"
DAILY = Schedule("0 9 * * *", BERLIN)
HOURLY = Schedule("0 * * * *", BERLIN)
WEEKLY = Schedule("0 9 * * 1", BERLIN)

MONDAY_9 = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Monday, 09:00 in Berlin."""

SPREAD = spread(CHANNEL)
DUE = MONDAY_9 + SPREAD

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

PLANNED, POSTING = DeliveryState.PLANNED, DeliveryState.POSTING
POSTED, LATE = DeliveryState.POSTED, DeliveryState.LATE
SKIPPED, FAILED, UNKNOWN = DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.UNKNOWN

ANYTHING = Message("text", [])

QUICK = Timing(write_again=timedelta(0))
LEASE = QUICK.lease


class FakeWriter:
    """Writes what a test says; compares with the last delivered digest as far as there is one.

    Args:
        ledger: knows the last delivered digest.
        clock: dates what is written.
    """

    def __init__(self, ledger: FakeLedger, clock: HandClock) -> None:
        self._ledger = ledger
        self._clock = clock
        self.changed = True
        self.blind = False
        self.not_compared: tuple[str, ...] = ()
        self.differences: tuple[Difference, ...] = ()
        self.errors: list[Exception] = []
        """What the next calls raise, in this order."""

        self.meanwhile: Callable[[], object] = lambda: None
        """Called while it writes."""

        self.calls: list[tuple[Purpose, timedelta]] = []

    async def write(
        self, digest: Digest, *, purpose: Purpose, delivery: Delivery | None, patience: timedelta
    ) -> Written:
        """Write."""
        self.calls.append((purpose, patience))
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        snapshot = await self._ledger.snapshot(digest)
        now = self._clock.now()
        report = DigestReport(
            command=f"digest preview {digest.number}",
            freshness=(fresh(),),
            moment=Moment(now=now),
            digest=digest,
            query=Query(),
            purpose=purpose,
            form=DigestForm.UNAVAILABLE if self.blind else DigestForm.FULL,
            since=snapshot.at if snapshot else None,
            slot=Slot(delivery.slot, delivery.planned_at) if delivery and purpose is Purpose.SCHEDULED else None,
            next_run=None,
            differences=self.differences,
            not_compared=self.not_compared,
            merged=delivery.merged if delivery else 0,
        )
        return Written(
            report=report, snapshot=Snapshot(at=now, query=digest.query), changed=self.changed, blind=self.blind
        )


class Stage:
    """One workspace with its ledger, Slack, and a process that delivers.

    Args:
        timing: how long things may take.
        operators: id of the operators' channel.
    """

    def __init__(self, timing: Timing = QUICK, operators: str | None = OPERATORS) -> None:
        self.timing = timing
        self.operators = operators
        self.clock = HandClock(MONDAY_9 - HOUR)
        self.ledger = FakeLedger()
        self.messenger = FakeMessenger(self.clock)
        self.writer = FakeWriter(self.ledger, self.clock)
        self.nudges = 0
        self.book = DigestBook(WORKSPACE, self.ledger, self.clock, {"U0ADMIN"}, self._nudge)
        self.returning = Returning(WORKSPACE, self.ledger, self.clock, self.messenger.place)
        self.deliverer = self.process("one")

    def _nudge(self) -> None:
        self.nudges += 1

    def process(
        self,
        holder: str,
        *,
        ledger: Ledger | None = None,
        messenger: Messenger | None = None,
        writer: Writes | None = None,
    ) -> Deliverer:
        """Start another process, perhaps one with ports that break."""
        return Deliverer(
            workspace=WORKSPACE,
            ledger=ledger or self.ledger,
            messenger=messenger or self.messenger,
            writer=writer or self.writer,
            clock=self.clock,
            holder=holder,
            operators_channel=self.operators,
            timing=self.timing,
        )

    async def add(self, schedule: Schedule = DAILY, **given: Any) -> Digest:
        """Add a digest; it sends the whole message unless told otherwise."""
        plain: dict[str, Any] = {
            "workspace": WORKSPACE,
            "channel": CHANNEL,
            "owner": OWNER,
            "query": "",
            "schedule": schedule,
            "empty": EmptyPolicy.FULL,
        }
        return await self.book.add(DigestDraft(**(plain | given)))

    async def tick(self, deliverer: Deliverer | None = None) -> int:
        """Do what the engine does every minute; returns how many attempts were made."""
        process = deliverer or self.deliverer
        await process.alive()
        await process.plan()
        jobs = await process.jobs(100)
        for job in jobs:
            await process.attempt(job.ref, job.attempt)
        return len(jobs)

    async def tick_at(self, moment: datetime) -> int:
        """Move the clock there and tick."""
        self.clock.moment = moment
        return await self.tick()

    async def run_until(self, moment: datetime, every: timedelta = MINUTE) -> None:
        """Tick every minute until a moment."""
        while self.clock.now() < moment:
            self.clock.move(every)
            await self.tick()

    async def rows(self, digest: Digest) -> tuple[Delivery, ...]:
        """Return the deliveries of a digest, oldest first."""
        return (await self.ledger.deliveries(digest, most=1000))[::-1]

    async def only_row(self, digest: Digest) -> Delivery:
        """Return the one delivery that there is."""
        (row,) = await self.rows(digest)
        return row

    async def states(self, digest: Digest) -> list[DeliveryState]:
        """Return how far each delivery has come, oldest first."""
        return [row.state for row in await self.rows(digest)]

    @property
    def posted(self) -> list[str]:
        """The texts in the channel, oldest first."""
        return [post.message.text for post in self.messenger.in_channel(CHANNEL)]

    @property
    def doubles(self) -> Counter[str]:
        """Keys that more than one message at Slack has."""
        return Counter({key: count for key, count in self.messenger.posts_by_key().items() if count > 1})


async def baseline(stage: Stage, digest: Digest) -> Snapshot:
    """Return what the next digest is compared with."""
    snapshot = await stage.ledger.snapshot(digest)
    assert snapshot is not None
    return snapshot


async def silent(stage: Stage, schedule: Schedule = DAILY, empty: EmptyPolicy = EmptyPolicy.SKIP) -> Digest:
    """Add a digest, deliver its first message, and let nothing change from then on."""
    digest = await stage.add(schedule, empty=empty)
    await stage.tick_at(DUE)
    stage.writer.changed = False
    return digest


class Killed(BaseException):
    """The process died here."""


class Mortal:
    """A port in a process that is killed at its n-th step: every call of a port has a step before and one after.

    Args:
        inner: the port.
        fate: counts the steps of the whole process.
    """

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        """Return a method that may be the last."""
        method = getattr(self._inner, name)

        async def call(*args: Any, **given: Any) -> Any:
            self._fate.step(f"before {name}")
            result = await method(*args, **given)
            self._fate.step(f"after {name}")
            return result

        return call


class Fate:
    """Lets a process die at one of its steps.

    Args:
        last: number of the step at which it dies, from 1; 0: it lives.
    """

    def __init__(self, last: int) -> None:
        self._last = last
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        """Take a step, or die."""
        self.steps.append(name)
        if len(self.steps) == self._last:
            raise Killed(name)
