"""What is forgotten in the end, and what never is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import AlertFilter, AlertState, CardKind, Keep, Snooze, StepKind, Telling
from bot.ports import AlertChange
from tests.builders import NOW
from tests.store.watches.drafts import (
    CHANNEL,
    DAY,
    HOUR,
    WORKSPACE,
    add,
    alert,
    announced,
    card,
    card_of,
    claimed,
    ended,
    hold,
    opened,
    outage,
    reread,
    step,
    written,
)

if TYPE_CHECKING:
    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

LONG_AFTER = NOW + 90 * DAY


async def _over(ledger: WatchLedger, watch: Watch, project: int = 7) -> Alert:
    """Return an alert that was announced and has ended, on a card that is closed."""
    first = await opened(ledger, watch, project)
    ref = first.card or 0
    await announced(ledger, ref, first)
    back = await ended(ledger, await reread(ledger, first))
    await _close(ledger, ref)
    return back


async def _close(ledger: WatchLedger, ref: int) -> None:
    held = await ledger.card(ref)
    assert held is not None
    number = held.attempts + 1
    assert await claimed(ledger, ref, number) is not None
    assert await ledger.close_card(ref, attempt=number, now=NOW + HOUR)
    assert await ledger.let_go(ref, attempt=number, due_at=None)


async def test_what_ended_long_ago_is_forgotten_with_its_record_and_card(ledger: WatchLedger, watch: Watch) -> None:
    """And counted; the pair begins anew when it fires again."""
    gone = await _over(ledger, watch)

    assert await ledger.purge_alerts(NOW + HOUR) == 0
    assert await ledger.purge_alerts(LONG_AFTER) == 2

    assert await ledger.alerts_of(watch.ref, [7]) == {}
    assert await ledger.card(gone.card or 0) is None
    again = await opened(ledger, watch)
    (raised,) = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(only_open=False), most=9, steps=9)
    assert (raised.alert, [entry.kind for entry in raised.steps]) == (again, [StepKind.OPENED])
    assert await ledger.purge_alerts(LONG_AFTER) == 0


@pytest.mark.parametrize(
    "silenced",
    [
        {"snooze": Snooze(by=None, at=NOW, until=None)},
        {"keep": Keep(by=None, at=NOW, until=None)},
        {"state": AlertState.QUIET},
        {"state": AlertState.INACTIVE},
        {"since": LONG_AFTER},
    ],
)
async def test_what_lives_or_was_silenced_is_never_forgotten(
    ledger: WatchLedger, watch: Watch, silenced: dict[str, object]
) -> None:
    """Nor its card."""
    back = await _over(ledger, watch)
    stored = await written(ledger, replace(back, **silenced))  # type: ignore[arg-type]  # columns of the table

    await ledger.purge_alerts(LONG_AFTER)

    assert await reread(ledger, stored) == stored
    assert (await card_of(ledger, stored)).ref == stored.card


async def test_an_alert_whose_record_goes_on_is_not_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """Somebody did something about it lately."""
    back = await _over(ledger, watch)
    await written(ledger, replace(back, owner="U1"), step(StepKind.ASSIGNED, at=LONG_AFTER))

    assert await ledger.purge_alerts(LONG_AFTER) == 0
    assert await ledger.purge_alerts(LONG_AFTER + DAY) == 2


async def test_of_a_long_record_the_old_part_is_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """Of an alert that lives, too; but never its newest twenty, nor what somebody is still to be told."""
    busy, short = await opened(ledger, watch, 8), await opened(ledger, watch, 9)
    kinds = [Telling.NOBODY] * 3 + [Telling.PERSON] + [Telling.NOBODY] * 30
    entries = [step(StepKind.ASSIGNED, telling=telling, at=NOW + HOUR) for telling in kinds]
    busy = await written(ledger, replace(busy, owner="U1"), *entries)
    await written(ledger, short, *entries[:19])
    before = await _records(ledger)

    assert await ledger.purge_alerts(NOW + HOUR) == 0
    assert await _records(ledger) == before
    assert await ledger.purge_alerts(LONG_AFTER) == 0

    assert await _records(ledger) == {
        8: [Telling.NOBODY] * 20 + [Telling.PERSON, Telling.THREAD],
        9: before[9],
    }
    await announced(ledger, busy.card or 0, busy)
    assert await ledger.purge_alerts(LONG_AFTER) == 0
    assert {project: len(record) for project, record in (await _records(ledger)).items()} == {8: 20, 9: 20}


async def _records(ledger: WatchLedger) -> dict[int, list[Telling]]:
    """Return whom the entries of each project's record were for, newest first."""
    raised = await ledger.raised(WORKSPACE, CHANNEL, AlertFilter(only_open=False), most=9, steps=99)
    return {each.alert.project: [entry.telling for entry in each.steps] for each in raised}


async def test_what_a_card_still_shows_is_not_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """The card lives as long as one of its alerts is open."""
    await ended(ledger, await opened(ledger, watch, 8))
    await opened(ledger, watch, 9)

    assert await ledger.purge_alerts(LONG_AFTER) == 0


async def test_an_alert_that_was_never_told_of_is_forgotten_without_a_card(ledger: WatchLedger, watch: Watch) -> None:
    """It was seen once, and then it was not so."""
    await written(ledger, alert(watch, state=AlertState.ACTIVE))

    assert await ledger.purge_alerts(LONG_AFTER) == 1


async def test_a_card_that_another_one_continues_stays_as_long_as_that(ledger: WatchLedger, watch: Watch) -> None:
    """The new one names the address of the old one."""
    first = await opened(ledger, watch)
    ref = first.card or 0
    await announced(ledger, ref, first)
    await claimed(ledger, ref, 2)
    new = await ledger.continue_card(ref, attempt=2, now=NOW + HOUR)
    assert new is not None

    assert await ledger.purge_alerts(LONG_AFTER) == 0

    await ended(ledger, await reread(ledger, first))
    await _close(ledger, new.ref)
    assert await ledger.purge_alerts(LONG_AFTER) == 3


async def test_outages_and_holds_go_with_their_cards(ledger: WatchLedger) -> None:
    """Those that are over, after their last card."""
    over, now = await ledger.save_outage(outage()), await ledger.save_outage(outage(connection="b"))
    held, released = await ledger.save_hold(hold()), await ledger.save_hold(hold(connection="b"))
    assert over is not None
    assert released is not None
    of_outage = await ledger.add_card(card(over.ref))
    of_hold = await ledger.add_card(card(released.ref, CardKind.MASS))
    assert of_outage is not None
    assert of_hold is not None
    await ledger.save_outage(replace(over, ended_at=NOW))
    await ledger.save_hold(replace(released, released_at=NOW))
    assert await ledger.purge_alerts(LONG_AFTER) == 0

    await _close(ledger, of_outage.ref)
    assert await ledger.purge_alerts(LONG_AFTER) == 2
    await _close(ledger, of_hold.ref)
    assert await ledger.purge_alerts(LONG_AFTER) == 2

    assert await ledger.outages(WORKSPACE) == (now,)
    assert await ledger.holds(WORKSPACE) == (held,)
    assert await ledger.outage(over.ref) is None
    assert await ledger.hold(released.ref) is None


async def test_more_is_forgotten_than_one_statement_can_name(ledger: WatchLedger) -> None:
    """After a long holiday, say."""
    watch = await add(ledger)
    old = [alert(watch, project, state=AlertState.CLOSED) for project in range(1100)]

    await ledger.change_alerts([AlertChange(alert=each, steps=(step(StepKind.CLOSED),)) for each in old], now=NOW)

    assert await ledger.purge_alerts(LONG_AFTER) == 1100
