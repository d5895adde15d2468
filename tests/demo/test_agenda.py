"""What the demo reads in the bot's ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.agenda import LedgerAgenda
from bot.demo.slack.workspace import Workspace
from bot.model import (
    Card,
    CardKind,
    Condition,
    ConditionKind,
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestChange,
    DigestDraft,
    EmptyPolicy,
    Outage,
    Pause,
    PauseKind,
    ProblemKind,
    Schedule,
    Slot,
    Uptime,
    WatchDraft,
)
from bot.schedules import spread
from tests.fakes.clock import NOON, HandClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from bot.model import Digest

TEAM = "T1"
MORNING = Slot("2026-03-03T09:00", datetime(2026, 3, 3, 8, tzinfo=UTC))
LATER = Slot("2026-03-12T09:00", datetime(2026, 3, 12, 8, tzinfo=UTC))


class Desk:
    """A ledger, and the agenda that reads it."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.ledger = FakeLedger()
        self.watches = FakeWatchLedger()
        self.caught_up: list[datetime] = []
        self.agenda = LedgerAgenda(
            self.ledger,
            self.watches,
            self.catch_up,
            workspace=TEAM,
            channels=Workspace(self.clock).channels,
            clock=self.clock,
        )

    async def catch_up(self) -> None:
        """Note when the bot was to look."""
        self.caught_up.append(self.clock.now())

    async def add(self, slot: Slot = MORNING, channel: str = "C0STUDIO") -> Digest:
        """Keep a digest."""
        draft = DigestDraft(
            workspace=TEAM,
            channel=channel,
            owner=None,
            query="",
            schedule=Schedule("0 9 * * *", "Europe/Stockholm"),
            empty=EmptyPolicy.LINE,
        )
        digest = await self.ledger.add_digest(
            draft, next_slot=slot, due_at=slot.at + spread(channel), now=NOON, most=25
        )
        assert digest is not None
        return digest

    async def plan(self, digest: Digest, state: DeliveryState) -> None:
        """Let its slot come."""
        delivery = Delivery(
            ref=0,
            digest=digest.ref,
            kind=DeliveryKind.SLOT,
            slot=MORNING.local,
            planned_at=MORNING.at,
            due_at=MORNING.at,
            state=state,
        )
        assert await self.ledger.plan(digest, [delivery], next_slot=LATER, due_at=LATER.at)


@pytest.fixture
def desk() -> Desk:
    """Nothing planned, at noon of the day before `MORNING`."""
    return Desk()


async def test_an_empty_ledger_holds_nothing(desk: Desk) -> None:
    """There is no next digest, and time may go back."""
    assert await desk.agenda.upcoming() is None
    assert (await desk.agenda.busy(), await desk.agenda.used()) == (False, False)
    assert not await desk.agenda.in_trouble()


async def test_an_outage_is_trouble_until_its_end_is_believed(desk: Desk) -> None:
    """That needs looks, and so time."""
    outage = Outage(workspace=TEAM, connection="streampixel", kind=ProblemKind.DOWN, detail="HTTP 503", since=NOON)
    saved = await desk.watches.save_outage(outage)
    assert saved is not None
    assert await desk.agenda.in_trouble()

    await desk.watches.save_outage(replace(saved, ended_at=NOON))

    assert not await desk.agenda.in_trouble()


async def test_time_that_was_jumped_over_is_one_stretch_of_work(desk: Desk) -> None:
    """What passed before the note before it is still an absence."""
    await desk.ledger.alive(NOON - timedelta(hours=2), gap=timedelta(minutes=3))
    await desk.agenda.at_work(jumped=timedelta())
    desk.clock.move(timedelta(days=3))

    await desk.agenda.at_work(jumped=timedelta(days=3))

    _, stretch = await desk.ledger.uptimes(NOON - timedelta(days=1))
    assert stretch == Uptime(NOON, NOON + timedelta(days=3))


async def test_the_next_digest_is_the_first_of_all_channels(desk: Desk) -> None:
    """At the moment at which its channel may be written to."""
    await desk.add(LATER, "C0PLATFORM")
    await desk.add(MORNING)

    assert await desk.agenda.upcoming() == (MORNING.at + spread("C0STUDIO"), "digest 1 in #studio, Tue 09:00")


async def test_a_digest_in_more_than_six_days_is_named_with_its_date(desk: Desk) -> None:
    """A weekday alone would be ambiguous."""
    await desk.add(LATER, "D0ADA")

    _, label = await desk.agenda.upcoming() or (None, "")

    assert label == "digest 1 in a direct message, Thu 12 Mar 09:00"


@pytest.mark.parametrize(("state", "busy"), [(DeliveryState.PLANNED, True), (DeliveryState.SKIPPED, False)])
async def test_the_bot_is_busy_while_a_delivery_is_not_finished(desk: Desk, state: DeliveryState, busy: bool) -> None:  # noqa: FBT001 - a column of the table
    """And no longer."""
    await desk.plan(await desk.add(), state)

    assert await desk.agenda.busy() is busy


async def test_a_resting_digest_comes_not_next_but_keeps_the_time_from_going_back(desk: Desk) -> None:
    """It may be resumed."""
    digest = await desk.add()
    pause = Pause(kind=PauseKind.CHANNEL, at=NOON, reason="the channel is archived")
    assert await desk.ledger.pause_digest(digest, pause, DigestChange(at=NOON, by=None, what="paused it"))

    assert await desk.agenda.upcoming() is None
    assert await desk.agenda.used() is True


async def test_what_was_delivered_keeps_the_time_from_going_back_even_when_its_digest_is_gone(desk: Desk) -> None:
    """Its row stays."""
    digest = await desk.add()
    await desk.plan(digest, DeliveryState.SKIPPED)
    (kept,) = await desk.ledger.digests(TEAM, "C0STUDIO")
    assert await desk.ledger.remove_digest(kept, DigestChange(at=NOON + timedelta(days=1), by=None, what="removed it"))

    assert await desk.agenda.upcoming() is None
    assert await desk.agenda.used() is True


async def test_a_watch_binds_the_demo_to_its_time_and_its_card_is_a_stop(desk: Desk) -> None:
    """What was told would lie in the future; and whoever waits for a card waits for its moment."""
    assert (await desk.agenda.used(), await desk.agenda.next_card(), await desk.agenda.busy()) == (False, None, False)
    draft = WatchDraft(
        workspace=TEAM,
        channel="C0STUDIO",
        owner=None,
        condition=Condition(kind=ConditionKind.OFF),
        query="",
        zone="UTC",
    )
    await desk.watches.add_watch(draft, now=NOON, most=25)
    assert await desk.agenda.used()

    card = Card(
        ref=0,
        workspace=TEAM,
        channel="C0STUDIO",
        kind=CardKind.OUTAGE,
        connection="streampixel",
        subject=1,
        opened_at=NOON,
        due_at=NOON + timedelta(minutes=5),
    )
    await desk.watches.add_card(card)

    assert await desk.agenda.next_card() == NOON + timedelta(minutes=5)
    assert not await desk.agenda.busy()
    desk.clock.forward(minutes=5)
    assert await desk.agenda.busy()


async def test_the_bot_looks_when_the_time_has_moved(desk: Desk) -> None:
    """Days in which nobody looked would be no evidence."""
    await desk.agenda.catch_up()

    assert desk.caught_up == [NOON]
