"""What a digest does when nothing changed, and when no source can be read."""

from __future__ import annotations

import pytest

from bot.digests import reasons
from bot.model import DeliveryState, EmptyPolicy
from tests.digests.stage import (
    DAY,
    DUE,
    HOURLY,
    LATE,
    MINUTE,
    MONDAY_9,
    PLANNED,
    POSTED,
    SKIPPED,
    WEEKLY,
    Stage,
    baseline,
    silent,
)

# --- nothing new -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("empty", "state", "reason"),
    [
        (EmptyPolicy.SKIP, SKIPPED, "nothing changed since Mon 2 Mar 09:"),
        (EmptyPolicy.LINE, POSTED, "nothing changed since Mon 2 Mar 09:"),
        (EmptyPolicy.FULL, POSTED, ""),
    ],
)
async def test_what_is_posted_when_nothing_changed_is_the_digests_own_choice(
    stage: Stage, empty: EmptyPolicy, state: DeliveryState, reason: str
) -> None:
    """Skip, line or full; the first one is full in any case."""
    digest = await silent(stage, empty=empty)

    await stage.tick_at(DUE + DAY)

    first, second = await stage.rows(digest)
    assert first.state is POSTED
    assert second.state is state
    assert second.reason.startswith(reason)
    assert len(stage.posted) == 1 + (state is POSTED)


async def test_a_skipped_digest_does_not_move_what_the_next_is_compared_with(stage: Stage) -> None:
    """Changes are told since the last message that people saw."""
    digest = await silent(stage)

    await stage.tick_at(DUE + DAY)

    assert (await baseline(stage, digest)).at == DUE


async def test_a_silent_digest_gives_a_sign_of_life_within_seven_days(stage: Stage) -> None:
    """Silence must not look like success, nor like a bot that died."""
    digest = await silent(stage)

    for days in range(1, 15):
        await stage.tick_at(DUE + days * DAY)

    states = await stage.states(digest)
    assert [day for day, state in enumerate(states) if state is POSTED] == [0, 7, 14]


async def test_a_weekly_digest_is_never_silent(stage: Stage) -> None:
    """Its next chance would be too late."""
    digest = await silent(stage, WEEKLY)

    await stage.tick_at(DUE + 7 * DAY)

    assert await stage.states(digest) == [POSTED, POSTED]


async def test_a_digest_that_could_not_compare_everything_is_not_silent(stage: Stage) -> None:
    """Silence says that nothing changed, and nobody knows that."""
    digest = await silent(stage)
    stage.writer.not_compared = ("Streampixel",)

    await stage.tick_at(DUE + DAY)

    assert await stage.states(digest) == [POSTED, POSTED]


# --- blind -----------------------------------------------------------------------------------------------------------


async def test_a_digest_waits_an_hour_for_a_source_and_then_says_that_there_is_none(stage: Stage) -> None:
    """One line without a number, and what the next is compared with stays."""
    digest = await stage.add()
    await stage.tick_at(DUE)
    stage.writer.blind = True
    stage.clock.moment = DUE + DAY - MINUTE

    await stage.run_until(DUE + DAY + 59 * MINUTE)
    assert len(stage.posted) == 1
    waiting = (await stage.rows(digest))[-1]
    assert (waiting.state, waiting.reason) == (PLANNED, "no source could be read")
    await stage.run_until(DUE + DAY + 62 * MINUTE)

    assert len(stage.posted) == 2
    row = (await stage.rows(digest))[-1]
    assert row.state is LATE
    assert row.reason.endswith(reasons.ONLY_THAT_NO_SOURCE)
    assert "Digest delayed" in stage.posted[1]
    assert "I was down" not in stage.posted[1]
    assert (await baseline(stage, digest)).at == DUE
    assert row.attempts == 8


async def test_an_hourly_digest_waits_no_longer_than_its_grace(stage: Stage) -> None:
    """The line is sent before it is too late for it."""
    stage.clock.moment = MONDAY_9 - MINUTE
    digest = await stage.add(HOURLY)
    stage.writer.blind = True

    await stage.run_until(MONDAY_9 + 16 * MINUTE)

    row = await stage.only_row(digest)
    assert row.state is LATE
    assert row.finished_at is not None
    assert MONDAY_9 + 13 * MINUTE <= row.finished_at <= MONDAY_9 + 15 * MINUTE


async def test_a_source_that_comes_back_is_reported_at_once(stage: Stage) -> None:
    """The next attempt has numbers, and says that it is late if it is."""
    digest = await stage.add()
    stage.writer.blind = True
    await stage.tick_at(DUE)
    await stage.tick_at(DUE + MINUTE)
    stage.writer.blind = False

    await stage.tick_at(DUE + 3 * MINUTE)

    assert (await stage.only_row(digest)).state is POSTED
    assert (await baseline(stage, digest)).at == DUE + 3 * MINUTE


async def test_a_first_message_that_knew_nothing_is_no_first_digest(stage: Stage) -> None:
    """The next one is the first, and says so; it is no sign of life either."""
    digest = await stage.add()
    stage.writer.blind = True
    stage.clock.moment = DUE - MINUTE

    await stage.run_until(DUE + 62 * MINUTE)

    row = await stage.only_row(digest)
    assert (row.state, len(stage.posted)) == (LATE, 1)
    assert row.reason.count("no source could be read") == 1
    assert row.reason.endswith(reasons.ONLY_THAT_NO_SOURCE)
    assert await stage.ledger.delivered_at(digest) is None
    assert await stage.ledger.snapshot(digest) is None


async def test_a_message_that_knew_nothing_does_not_break_a_silence(stage: Stage) -> None:
    """The sign of life is one that says how things are."""
    digest = await silent(stage)
    before = await stage.ledger.delivered_at(digest)
    stage.writer.blind = True
    stage.clock.moment = DUE + DAY - MINUTE

    await stage.run_until(DUE + DAY + 62 * MINUTE)

    assert len(stage.posted) == 2
    assert await stage.ledger.delivered_at(digest) == before
