"""The clock of the machine jumps: forward, and back again."""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from tests.digests.stage import (
    CHANNEL,
    DAY,
    DUE,
    HOUR,
    MINUTE,
    MONDAY_9,
    POSTED,
    SKIPPED,
    Stage,
)


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
