"""Which slots a digest names as missing from the channel."""

from __future__ import annotations

import pytest

from bot.answers import DigestForm, DigestReport, Undelivered
from bot.digests import preparing, reasons
from bot.digests.undelivered import undelivered
from bot.errors import MaybePosted, NeverPosted
from bot.model import Delivery, DeliveryKind, DeliveryState
from bot.views.digest import Drawn, draw_digest
from tests.digests.stage import (
    BERLIN,
    DAY,
    DUE,
    FAILED,
    HOUR,
    LATE,
    MONDAY_9,
    PLANNED,
    POSTED,
    SKIPPED,
    UNKNOWN,
    Stage,
)


def slot(day: int, state: DeliveryState, reason: str = "", kind: DeliveryKind = DeliveryKind.SLOT) -> Delivery:
    """Return the delivery of a day."""
    at = MONDAY_9 + day * DAY
    return Delivery(ref=day, digest=1, kind=kind, slot=f"{day}", planned_at=at, due_at=at, state=state, reason=reason)


MINE = slot(9, DeliveryState.CLAIMED)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[DigestReport]:
    """Return what was drawn, the oldest first."""
    drawn: list[DigestReport] = []

    def draw(report: DigestReport) -> Drawn:
        drawn.append(report)
        return draw_digest(report)

    monkeypatch.setattr(preparing, "draw_digest", draw)
    return drawn


def test_what_failed_or_is_in_doubt_or_came_too_late_is_missing() -> None:
    """The oldest first."""
    late = reasons.too_late(slot(7, PLANNED), MONDAY_9 + 8 * DAY, (), BERLIN, reasons.Circumstances())
    missed = reasons.missed(slot(8, PLANNED), MONDAY_9 + 9 * DAY, (), BERLIN)
    rows = [slot(8, SKIPPED, missed), slot(7, SKIPPED, late), slot(6, UNKNOWN), slot(5, FAILED)]

    found = undelivered([MINE, *rows], MINE)

    assert found == tuple(Undelivered(planned_at=row.planned_at, state=row.state) for row in reversed(rows))


@pytest.mark.parametrize(
    "row",
    [
        slot(8, SKIPPED, reasons.nothing_changed(MONDAY_9, BERLIN, beside=MONDAY_9)),
        slot(8, SKIPPED, reasons.merged_into(MONDAY_9, BERLIN)),
        slot(8, FAILED, kind=DeliveryKind.MANUAL),
        slot(10, FAILED),
    ],
)
def test_what_was_silent_on_purpose_is_not_missing(row: Delivery) -> None:
    """Nor what a person ran, nor what is planned for later."""
    assert undelivered([row, MINE], MINE) == ()


@pytest.mark.parametrize("state", [POSTED, LATE])
def test_what_the_last_delivered_digest_has_covered_is_not_told_again(state: DeliveryState) -> None:
    """It named it itself; a manual message names nothing."""
    rows = [slot(8, UNKNOWN), slot(7, POSTED, kind=DeliveryKind.MANUAL), slot(6, state), slot(5, FAILED)]

    assert [row.state for row in undelivered(rows, MINE)] == [UNKNOWN]


async def test_the_next_message_names_what_is_missing_once(stage: Stage, reports: list[DigestReport]) -> None:
    """Monday failed, Tuesday is in doubt after an error of Slack's, Wednesday covers both, Thursday is as usual."""
    digest = await stage.add()
    stage.messenger.may_look = False
    stage.messenger.refuse(NeverPosted("msg_too_long"))
    await stage.tick_at(DUE)
    stage.messenger.refuse(MaybePosted("http_500"))
    for day in (1, 2, 3):
        await stage.tick_at(DUE + day * DAY)

    rows = await stage.rows(digest)
    assert [row.state for row in rows[:2]] == [FAILED, UNKNOWN]
    assert rows[1].reason.startswith("Slack answered with an error (500) and may have taken it; I may not look")
    assert [[each.planned_at for each in report.undelivered] for report in reports[2:]] == [
        [MONDAY_9, MONDAY_9 + DAY],
        [],
    ]


async def test_a_message_without_a_number_makes_up_for_nothing(stage: Stage, reports: list[DigestReport]) -> None:
    """It says only that no source could be read."""
    await stage.add()
    stage.messenger.refuse(NeverPosted("msg_too_long"))
    await stage.tick_at(DUE)
    stage.writer.blind = True
    await stage.run_until(DUE + DAY + 2 * HOUR)

    assert (reports[-1].form, reports[-1].undelivered) == (DigestForm.UNAVAILABLE, ())
