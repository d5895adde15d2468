"""The clock of the machine jumps: forward, and back again."""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from bot.digests.deliverer import Deliverer
from tests.digests.stage import (
    CHANNEL,
    DAY,
    DUE,
    HOUR,
    MINUTE,
    MONDAY_9,
    POSTED,
    SKIPPED,
    WORKSPACE,
    Stage,
)
from tests.fakes.watch_ledger import FakeWatchLedger
from tests.store.watches import drafts


async def test_a_clock_that_was_weeks_ahead_for_one_tick_silences_nothing(stage: Stage) -> None:
    """Every later morning has its digest; what was sent before is not sent again."""
    digest = await stage.add()
    await stage.tick_at(DUE)

    await stage.tick_at(DUE + 60 * DAY)
    assert SKIPPED in await stage.states(digest)
    stage.clock.moment = DUE + 3 * MINUTE
    with capture_logs() as logs:
        await stage.run_until(MONDAY_9 + 5 * DAY - HOUR, every=10 * MINUTE)

    rows = [row for row in await stage.rows(digest) if row.planned_at < stage.clock.now()]
    assert [row.state for row in rows] == [POSTED] * 5
    assert not stage.doubles
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["clock.went_back"]


async def test_after_a_step_back_the_list_promises_the_next_morning(stage: Stage) -> None:
    """Not the one in two months."""
    await stage.add()
    await stage.tick_at(DUE)
    await stage.tick_at(DUE + 60 * DAY)

    await stage.tick_at(DUE + 3 * MINUTE)

    (digest,) = await stage.book.listed(CHANNEL)
    assert digest.next is not None
    assert digest.next.at == MONDAY_9 + DAY


async def test_a_digest_that_was_sent_ahead_of_time_is_sent_once(stage: Stage) -> None:
    """Its wall time is its key: the tick that comes there in earnest finds it."""
    digest = await stage.add()
    await stage.tick_at(DUE)
    stage.clock.moment = DUE - HOUR
    with capture_logs() as logs:
        await stage.run_until(DUE + HOUR)

    assert await stage.states(digest) == [POSTED]
    assert len(stage.posted) == 1
    assert "delivery.planned_before" in [line["event"] for line in logs]


async def test_a_small_step_back_is_no_reason_to_mend_anything(stage: Stage) -> None:
    """Clocks are corrected by seconds every day, and two machines never quite agree."""
    await stage.add()
    await stage.tick_at(DUE)

    with capture_logs() as logs:
        await stage.tick_at(DUE - timedelta(minutes=2))

    assert logs == []


async def test_digests_that_rest_stay_as_they_are(stage: Stage) -> None:
    """They have no next slot to be pulled back."""
    digest = await stage.book.pause(await stage.add(), None)
    await stage.tick_at(DUE + 60 * DAY)

    await stage.tick_at(DUE)

    assert await stage.ledger.digest(digest.ref) == digest


async def test_a_digest_that_was_not_moved_beyond_its_next_slot_keeps_it(stage: Stage) -> None:
    """The clock was ahead, but not by so much."""
    digest = await stage.add()
    await stage.tick_at(MONDAY_9 - 20 * MINUTE)

    await stage.tick_at(MONDAY_9 - 50 * MINUTE)

    assert await stage.ledger.digest(digest.ref) == digest


async def test_watches_return_to_the_present_with_digests(stage: Stage) -> None:
    """Before the digests do: their last step ends the need for all."""
    watches = FakeWatchLedger()
    watch = await drafts.add(watches, workspace=WORKSPACE)
    alert = await drafts.opened(watches, watch, next_at=DUE + 61 * DAY)
    await watches.note_progress({(watch.ref, "streampixel"): DUE + 30 * DAY})
    deliverer = Deliverer(
        workspace=WORKSPACE, ledger=stage.ledger, messenger=stage.messenger, writer=stage.writer, clock=stage.clock,
        holder="one", watches=watches,
    )  # fmt: skip
    stage.clock.moment = DUE + 60 * DAY
    await deliverer.alive()

    stage.clock.moment = DUE
    with capture_logs() as logs:
        await deliverer.alive()

    assert (await drafts.reread(watches, alert)).next_at == DUE
    assert await watches.progress(WORKSPACE) == {}
    assert [line["alerts_looked_at_again"] for line in logs] == [1]
